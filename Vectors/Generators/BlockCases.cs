using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors.Answers;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of block quantisation and dequantisation.</summary>
internal static class BlockCases
{
    private static readonly string[] NoParameters = [""];

    /// <summary>3, 0.1, 1/3, 2^-10, 1.5 * 2^-120, 448 * 6: no power of two among most of them.</summary>
    private static readonly uint[] TensorScales = [0x4040_0000, 0x3DCC_CCCD, 0x3EAA_AAAB, 0x3A80_0000, 0x03C0_0000, 0x4528_0000];

    /// <summary>Blocks at which a quantiser can go wrong, each under the rules and modes that can tell.</summary>
    public static IEnumerable<Case> Quantize(BlockFormat format, SplitMix random)
    {
        string[] rules = format.Scale.Element is null ? [.. ScaleRule.PowerOfTwo.Select(r => $"scale-rule={r} ")] : NoParameters;
        string[] common = format.Scale.Element is null ? ["scale-rule=floor ", "scale-rule=round-up "] : NoParameters;
        int number = 0;
        foreach ((uint[] block, string flags, bool everyRule) in Blocks(format, random))
        {
            foreach (string rule in everyRule ? rules : common)
            {
                yield return Row(format, $"{rule}rounding=ties-to-even overflow=saturate", block, "", flags, number % 4 == 0 && rule == common[0]);
            }

            number++;
        }

        foreach ((uint[] block, string flags, _) in Blocks(format, random).Where((b, i) => b.Flags.Contains("midpoint", StringComparison.Ordinal) || i % 8 == 0))
        {
            foreach (RoundingMode mode in RoundingMode.Deterministic.Where(m => m != RoundingMode.TiesToEven))
            {
                yield return Row(format, $"{common[0]}rounding={mode} overflow=saturate", block, "", flags);
            }

            if (format.Element.HasNaN)
            {
                yield return Row(format, $"{common[0]}rounding=ties-to-even overflow=non-finite", block, "", flags);
            }
        }

        foreach (RoundingMode mode in new[] { RoundingMode.Stochastic(8), RoundingMode.Stochastic(16), RoundingMode.Stochastic(8, StochasticVariant.B), RoundingMode.Stochastic(8, StochasticVariant.C) })
        {
            for (int i = 0; i < 12; i++)
            {
                uint[] block = Ordinary(format, random, -3, 1);
                uint[] bits = [.. block.Select(_ => (uint)random.Next() >> (32 - mode.RandomBits))];
                yield return Row(format, $"{common[i % common.Length]}rounding={mode} overflow=saturate", block, " " + HexWords.Write(bits, mode.RandomDigits), "stochastic");
            }
        }

        foreach (uint tensorScale in format.Scale.Element is null ? [] : TensorScales)
        {
            for (int i = 0; i < 6; i++)
            {
                yield return Row(format, $"tensor-scale={HexWords.Write(tensorScale, 8)} rounding=ties-to-even overflow=saturate", Ordinary(format, random, -4, 3), "", "tensor-scale");
            }
        }

        foreach (ElementFormat from in new[] { ElementFormats.Binary16, ElementFormats.BFloat16 })
        {
            for (int i = 0; i < 8; i++)
            {
                uint[] block = [.. Ordinary(format, random, -6, 3).Select(bits => ElementCodec.Encode(from, Binary32.Decode(bits), ConversionPolicy.Ocp))];
                yield return new(Operation.Quantize, format.Name, $"from={from} {common[i % common.Length]}rounding=ties-to-even overflow=saturate", HexWords.Write(block, from.HexDigits), Clauses.Conversion, "narrow-input");
            }
        }
    }

    /// <summary>All 256 scale codes times all element codes.</summary>
    public static IEnumerable<Case> Dequantize(BlockFormat format)
    {
        uint codes = format.Element.CodeMask + 1;
        for (uint scale = 0; scale < 256; scale++)
        {
            for (uint first = 0; first < codes; first += (uint)format.BlockSize)
            {
                uint[] block = [.. Enumerable.Range(0, format.BlockSize).Select(i => (first + (uint)i) % codes)];
                bool isE8M0 = format.Scale.Element is null;
                string flags = ElementCases.Flags(
                    ("scale-00", isE8M0 && scale == 0),
                    ("scale-ff", isE8M0 && scale == 255),
                    ("scale-max", isE8M0 && scale is 253 or 254),
                    ("scale-sign", !isE8M0 && scale >= 128),
                    ("tensor-scale", !isE8M0 && scale % 8 == 5),
                    ("extension", format.IsExtension));
                string parameters = isE8M0 || scale % 8 != 5 ? "" : $"tensor-scale={HexWords.Write(TensorScales[(scale >> 3) % TensorScales.Length], 8)}";
                yield return new(Operation.Dequantize, format.Name, parameters, $"{HexWords.Write(scale, 2)} {HexWords.Write(block, format.Element.HexDigits)}", Clauses.Block, flags, scale is 0 or 1 or 127 or 253 or 254 or 255);
            }
        }
    }

    /// <summary>Random ordinary blocks, for the deep level.</summary>
    public static IEnumerable<Case> Random(BlockFormat format, SplitMix random, int count)
    {
        string[] rules = format.Scale.Element is null ? [.. ScaleRule.PowerOfTwo.Select(r => $"scale-rule={r} ")] : NoParameters;
        for (int i = 0; i < count; i++)
        {
            int spread = random.Below(40);
            int top = random.Below(200) - 100;
            yield return Row(format, $"{rules[i % rules.Length]}rounding=ties-to-even overflow=saturate", Ordinary(format, random, Math.Max(-126, top - spread), top), "", "random");
        }
    }

    private static Case Row(BlockFormat format, string parameters, uint[] block, string random, string flags, bool isSmoke = false)
        => new(Operation.Quantize, format.Name, parameters, HexWords.Write(block, 8) + random, Clauses.Conversion, format.IsExtension ? (flags + " extension").Trim() : flags, isSmoke);

    private static IEnumerable<(uint[] Block, string Flags, bool EveryRule)> Blocks(BlockFormat format, SplitMix random)
    {
        int k = format.BlockSize;
        uint[] Filled(uint bits) => [.. Enumerable.Repeat(bits, k)];
        uint[] With(uint[] block, int position, uint bits)
        {
            uint[] changed = [.. block];
            changed[position] = bits;
            return changed;
        }

        yield return (Filled(0), "zero-block", true);
        yield return (Filled(Inputs.SignBit), "zero-block negative-zero", true);
        yield return ([.. Filled(0).Select((_, i) => i % 2 == 0 ? 0u : Inputs.SignBit)], "zero-block negative-zero", false);
        yield return ([.. Filled(0).Select((_, i) => (uint)(i + 1))], "subnormal-input scale-range", true);
        yield return ([.. Filled(0).Select((_, i) => 0x003F_FFF0u + (uint)i)], "subnormal-input scale-range", true);
        yield return ([.. Filled(0).Select((_, i) => 0x007F_FFF0u + (uint)i)], "subnormal-input scale-range", true);
        yield return (Filled(0x3F7F_3B64), "last-bin", true); // 0.997 throughout
        yield return (With(Filled(0x3F7F_3B64), k / 2, 0x3F80_0000), "last-bin", true);
        yield return (With(Filled(0), k - 1, 0x8000_0001), "subnormal-input scale-range", true);
        yield return (With(Ordinary(format, random, -20, -10), 3, 0x7F7F_FFFF), "one-huge scale-range", true);
        yield return (With(Filled(0x0000_0001), 7, 0x7F7F_FFFF), "one-huge subnormal-input scale-range", true);
        yield return (Filled(0x7F7F_FFFF), "scale-range", true);
        yield return (Filled(0xFF00_0000), "scale-range", true);
        yield return (With(Filled(0), 0, 0x3F80_0000), "single", true);
        yield return (With(Filled(0), k - 1, 0xBF80_0000), "single", true);

        // Every code in order: a wrong nibble or element order cannot hide.
        uint[] ramp = [.. Enumerable.Range(0, k).Select(i => Binary32.Encode(ElementCodec.Decode(format.Element, (uint)i % (format.Element.MaxMagnitude + 1))))];
        yield return (With(ramp, k - 1, Binary32.Encode((Number)Inputs.OnGrid(format.Element, format.Element.MaxMagnitude))), "element-order", true);

        foreach (uint special in new[] { 0x7FC0_0000u, 0xFF80_0001u, Inputs.Infinity, Inputs.Infinity | Inputs.SignBit })
        {
            // Every position for the quiet NaN and for +Inf, every fourth for their kin.
            bool isNaN = (special & ~Inputs.SignBit) > Inputs.Infinity;
            for (int position = 0; position < k; position += special is 0x7FC0_0000 or Inputs.Infinity ? 1 : 4)
            {
                yield return (With(Ordinary(format, random, -4, 2), position, special), isNaN ? "nan-position" : "infinity-position", false);
            }

            yield return (Filled(special), isNaN ? "nan-position" : "infinity-position", false);
        }

        yield return (With(With(Ordinary(format, random, -2, 2), 1, Inputs.Infinity), 5, 0x7FC0_0000), "nan-position infinity-position", true);

        // The maximum at each rule's threshold and its neighbours, in the middle and at both ends of the range.
        IEnumerable<uint> significands = format.Scale.Element is null ? ScaleCases.Significands(format.Element) : [0x80_0000, 0xC0_0000, 0xC0_0001, 0xE0_0000];
        foreach (int exponent in new[] { 0, -125, 127 })
        {
            foreach (uint significand in significands)
            {
                uint amax = (significand & 0x7F_FFFF) | ((uint)(exponent + 127) << 23);
                uint sign = significand % 3 == 0 ? Inputs.SignBit : 0;
                yield return (With(Ordinary(format, random, Math.Max(-126, exponent - 8), exponent - 1), (int)(significand % (uint)k), amax | sign), exponent == 0 ? "scale-threshold" : "scale-threshold scale-range", true);
            }
        }

        // Every midpoint of the element grid and its neighbours, under a scale fixed by the first element.
        uint[] midpoints = [.. Enumerable.Range(0, (int)format.Element.MaxMagnitude).SelectMany(i => Inputs.Neighbours(Inputs.Between(format.Element, (uint)i, 1, 1)))];
        foreach (int shift in new[] { 0, -30, 90 })
        {
            for (int first = 0; first < midpoints.Length; first += k - 1)
            {
                uint[] block = Filled(0);
                block[0] = Shifted(Binary32.Encode((Number)Inputs.OnGrid(format.Element, format.Element.MaxMagnitude)), shift);
                for (int i = 1; i < k && first + i - 1 < midpoints.Length; i++)
                {
                    block[i] = Shifted(midpoints[first + i - 1], shift) | (i % 2 == 0 ? Inputs.SignBit : 0);
                }

                yield return (block, "midpoint", false);
            }
        }

        // Just above a midpoint by less than bfloat16 or binary16 can see: rounding twice goes wrong.
        yield return ([.. ramp.Select((bits, i) => i == k - 1 ? Binary32.Encode((Number)Inputs.OnGrid(format.Element, format.Element.MaxMagnitude)) : Binary32.Round(Inputs.Between(format.Element, (uint)(i % (int)format.Element.MaxMagnitude), 1, 1)) + 1)], "double-rounding", false);

        if (format.Scale.Element is not null)
        {
            // X = 7 * 2^-9: v / X is below the tie and v * (1 / X) is on it.
            yield return (With(With(Filled(0), 0, 0x3DA8_0000), 1, 0x3CC3_FFFF), "reciprocal", false);
            for (int i = 0; i < 64; i++)
            {
                yield return (Ordinary(format, random, -4, 8), "reciprocal", false);
            }
        }

        for (int length = 1; length < k; length += length < 3 ? 1 : 7)
        {
            yield return (Ordinary(format, random, -3, 3)[..length], "partial-block", false);
        }

        for (int i = 0; i < 10; i++)
        {
            yield return (Ordinary(format, random, -8, 0), "random", true);
            yield return (Ordinary(format, random, -100, 100), "random wide", true);
        }

        for (int i = 0; i < 6; i++)
        {
            yield return (Ordinary(format, random, -126, -118), "random scale-range", true);
            yield return (Ordinary(format, random, 120, 127), "random scale-range", true);
        }
    }

    private static uint[] Ordinary(BlockFormat format, SplitMix random, int leastExponent, int greatestExponent)
        => [.. Enumerable.Range(0, format.BlockSize).Select(_ => random.Binary32(leastExponent, greatestExponent))];

    /// <summary>Binary32 bits times a power of two; zero stays zero.</summary>
    private static uint Shifted(uint bits, int exponent) => Binary32.Encode((Number)Binary32.Decode(bits).Finite.Scale(exponent));
}
