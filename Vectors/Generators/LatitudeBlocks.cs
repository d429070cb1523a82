using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Blocks at which a choice begins to matter; what they do not fill is zeros.</summary>
internal static class LatitudeBlocks
{
    private const uint NaN = 0x7FC0_0000;
    private const uint Minus = Inputs.SignBit;

    private static readonly string[] Directed = ["toward-zero", "toward-positive", "toward-negative"];

    /// <summary>The blocks for <c>id=choice</c>, with the parameters that differ from those of most rows.</summary>
    public static IEnumerable<(string Parameters, uint[] Values)> Of(BlockFormat format, string choice)
    {
        ElementFormat element = format.Element;
        bool isE8M0 = format.Scale.Element is null;
        string id = LatitudeCases.IdOf(choice);
        uint one = 0x3F80_0000;
        uint[] ordinary = [one, 0xBF40_0000, 0x3E80_0001, 0xBDCC_CCCD];
        switch (id)
        {
            case "scale-rule" or "scale-overflow" or "scale-underflow" or "scale-arithmetic" or "element-divisor" when !isE8M0:
                return QuotientCases.Blocks(format.Scale.Element!, choice);
            case "zero-block":
                return isE8M0 ? [("", []), ("", [Minus, 0, Minus])] : [("", []), ("", [Minus, 0, Minus]), ("", [1, Minus]), ("", [one])];
            case "scale-underflow" when isE8M0:
                return [.. from e in new[] { -130, -129, -128, -127, -126 }
                           let exponent = element.EMax + e
                           select ("", (uint[])[Bits(1, exponent), Bits(3, exponent - 2) | Minus, Bits(1, exponent - 1), Minus, 1,
                               1 | Minus])];
            case "scale-overflow" when isE8M0 && element.EMax == 0:
                return [("scale-rule=ceil", [0x7F00_0001, 0xFF00_0000]), ("scale-rule=ceil", [0x7F00_0000, 0xFF00_0000]),
                    ("scale-rule=round-up", [0xFF7F_FFFF])];
            case "scale-arithmetic" when isE8M0:
                return [.. LatitudeMaxima.Of(element, choice).Where((_, i) => i % 3 == 0)
                    .Select(asked => ($"scale-rule={asked.Rule}", (uint[])[asked.Bits, asked.Bits | Minus, asked.Bits / 2]))];
            case "scale-application":
                return Application(format);
            case "element-arithmetic":
                return Arithmetic(element);
            case "subnormal-inputs":
                return
                [
                    ("", [0x007F_FFFF, 0x0040_0000, 0x8000_0001, 0x803F_FFFF]), ("", [0x0080_0000, 0x007F_FFFF, 0x8040_0000, 0x8000_0001]),
                    ("", [0x80FF_FFFF, 0x007F_FFFF, 0x8060_0000]), ("", [0x0100_0000, 0x007F_FFFF, 0x807F_FFFF]),
                    ("", [1, Minus | 1]), ("", [one, 0x007F_FFFF, 0x8000_0001]),
                ];
            case "input-precision":
                uint[] above = [.. Enumerable.Range(0, format.BlockSize - 1).Select(i
                    => Binary32.Round(Inputs.Between(element, (uint)i % element.MaxMagnitude, 1, 1)) + 1)];
                uint max = Binary32.Round(Inputs.OnGrid(element, element.MaxMagnitude));
                return
                [
                    ("", [max, .. above]), ("", [0x3FFF_FFFF, one]), ("", [0x3FFF_8000, one]), ("", [0x477F_F000, one]),
                    ("", [0x477F_EFFF, one]), ("", [0x3300_0000, 0x3300_0001, 0xB2FF_FFFF]), ("", [0x7F7F_FFFF]), ("", [0x7F7F_7FFF]),
                ];
            case "nan-in-block":
                return [("", [.. ordinary, NaN]), ("", [NaN | Minus, .. ordinary]), ("", [0x7F80_0001]),
                    ("", [.. ordinary, NaN, Inputs.Infinity])];
            case "inf-in-block":
                return [("", [.. ordinary, Inputs.Infinity]), ("", [Inputs.Infinity | Minus, .. ordinary]),
                    ("", [0x7F00_0000, Inputs.Infinity]),
                    ("inf-element=kept", [one, Inputs.Infinity]), ("inf-element=zero", [one, Inputs.Infinity | Minus])];
            case "nan-code" when element.HasNaN:
            case "nan-without-code" when !element.HasNaN:
                return [("nan-in-block=ignored", [.. ordinary, NaN, NaN | Minus, Inputs.Infinity + 1])];
            case "inf-element":
                return [("inf-in-block=scale-max", [.. ordinary, Inputs.Infinity, Inputs.Infinity | Minus]),
                    ("inf-in-block=scale-zero", [.. ordinary, Inputs.Infinity, Inputs.Infinity | Minus])];
            case "negative-zero":
                return [("", [one, Minus, 0, 0x8000_0001, Bits(1, -30) | Minus, 1]), ("", [Minus, Minus | 1])];
            case "int8-minus-two" when element.Encoding == ElementEncoding.TwosComplement:
                return [("", [0xBFFF_FFFF, 0x3FFF_FFFF]), ("", [0xBFFF_0000]), ("", [0xBFFE_FFFF]), ("", [0xBFFE_0000]),
                    ("scale-rule=trunc-quotient", [0xC000_0000])];
            case "directed-overflow" when element.HasNaN && isE8M0:
                return [.. from rounding in Directed
                           select ($"rounding={rounding} overflow=non-finite", (uint[])[0x3FFF_FFFF, 0xBFFF_FFFF, one])];
            default:
                return [];
        }
    }

    /// <summary>Scales whose reciprocal is subnormal or taken for zero, and those beside them.</summary>
    private static List<(string Parameters, uint[] Values)> Application(BlockFormat format)
    {
        int emax = format.Element.EMax;
        if (format.Scale.Element is { } scale)
        {
            // 448 * 2^118 has a normal reciprocal, 448 * 2^119 a subnormal one; X = 7 * 2^-9 puts a product on a tie.
            return
            [
                ("inf-in-block=scale-max tensor-scale=7a800000", [0x7F7F_FFFF, Inputs.Infinity]),
                ("inf-in-block=scale-max tensor-scale=7b000000", [0x7F7F_FFFF, Inputs.Infinity]),
                ("", [0x3DA8_0000, 0x3CC3_FFFF]), ("", [1]), ("tensor-scale=3eaaaaab", [0x4000_0000, 0x3F00_0000, 0x3E80_0000]),
                .. QuotientCases.TiesUnderTensorScales(scale),
            ];
        }

        List<(string, uint[])> blocks =
        [
            .. from x in new[] { -129, -128, -127, -126, -125 }
               where emax + x - 1 >= -149
               select ("", (uint[])[Bits(1, emax + x), Bits(1, emax + x - 1) | Minus]),
            ("inf-in-block=scale-max", [0x7F7F_FFFF, 0xFF00_0000, 0x7E80_0000, Inputs.Infinity]),
        ];
        for (int x = 124; x <= 127; x++)
        {
            // The largest X is 2^(127 - emax) under floor: INT8 alone reaches 2^127 by itself.
            if (emax + x <= 127)
            {
                blocks.Add(("", [Bits(1, emax + x), Bits(3, emax + x - 2) | Minus]));
            }
        }

        return blocks;
    }

    /// <summary>Below midpoints and powers of two by one step; a maximum whose products overflow.</summary>
    private static IEnumerable<(string Parameters, uint[] Values)> Arithmetic(ElementFormat element)
    {
        uint max = Binary32.Round(Inputs.OnGrid(element, element.MaxMagnitude));
        uint[] below = [.. Enumerable.Range(0, 14).Select(i => Binary32.Round(Inputs.Between(element, (uint)i % element.MaxMagnitude, 1,
            1)) - 1)];
        uint[] ties = [.. Enumerable.Range(0, 14).Select(i => Binary32.Round(Inputs.Between(element, (uint)i % element.MaxMagnitude, 1,
            1)) | (i % 2 == 0 ? Minus : 0))];
        uint[] powers = [.. Enumerable.Range(0, 6).Select(i => Bits(1, element.EMax - i) - 1)];
        return [("", [max, .. below]), ("", [max, .. ties]), ("", [max, .. powers, Minus]), ("", [0x7F7F_FFFF, 0xFF7F_FFFF, 0x7F00_0000]),
            ("rounding=ties-to-away overflow=saturate", [max, .. below])];
    }

    private static uint Bits(int significand, int exponent) => Binary32.Round(new Dyadic(false, significand, exponent));
}
