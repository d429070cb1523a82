using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>Cases of block quantisation and dequantisation.</summary>
internal static class BlockCases
{
    private static readonly string[] NoParameters = [""];

    /// <summary>3, 0.1, 1/3, 2^-10, 1.5 * 2^-120, 448 * 6: no power of two among most of them.</summary>
    private static readonly uint[] TensorScales = [0x4040_0000, 0x3DCC_CCCD, 0x3EAA_AAAB, 0x3A80_0000, 0x03C0_0000, 0x4528_0000];

    /// <summary>Blocks at which a quantiser can go wrong, each under the rules and modes that can tell.</summary>
    public static IEnumerable<Case> Quantize(BlockFormat format, Catalogue catalogue)
    {
        string[] rules = Rules(format, catalogue);
        string[] common = format.Scale.Element is null ? ["scale-rule=floor ", "scale-rule=round-up "] : NoParameters;
        PlannedBlock[] blocks = [.. Blocks(format, catalogue)];
        foreach (PlannedBlock block in blocks)
        {
            foreach (string rule in block.EveryRule ? rules : common)
            {
                bool isSmoke = rule == common[0] && (IsTelling(block) || IsOneIn(4, format, block.Name));
                yield return Row(format, $"{rule}rounding=ties-to-even overflow=saturate", block.Values, "", block.Flags, isSmoke);
            }
        }

        foreach (PlannedBlock block in blocks.Where(b => b.Flags == "midpoint" || IsOneIn(8, format, b.Name)))
        {
            foreach (RoundingMode mode in catalogue.Roundings.Where(m => m != RoundingMode.TiesToEven))
            {
                yield return Row(format, $"{common[0]}rounding={mode} overflow=saturate", block.Values, "", block.Flags);
            }

            foreach (OverflowPolicy overflow in format.Element.HasNaN ? catalogue.Overflows.Where(o => o != OverflowPolicy.Saturate) : [])
            {
                yield return Row(format, $"{common[0]}rounding=ties-to-even overflow={Names.Of(overflow)}", block.Values, "", block.Flags);
            }
        }

        foreach (RoundingMode mode in catalogue.StochasticRoundings)
        {
            for (int i = 0; i < 12; i++)
            {
                SplitMix draws = Draws(format, Invariant($"{mode} {i}"));
                uint[] block = Ordinary(format, draws, -3, 1);
                uint[] bits = [.. block.Select(_ => (uint)draws.Next() >> (32 - mode.RandomBits))];
                string parameters = $"{common[i % common.Length]}rounding={mode} overflow=saturate";
                yield return Row(format, parameters, block, " " + HexWords.Write(bits, mode.RandomDigits), "stochastic");
            }
        }

        foreach (uint tensorScale in format.Scale.Element is null ? [] : TensorScales)
        {
            string parameters = $"tensor-scale={HexWords.Write(tensorScale, 8)} rounding=ties-to-even overflow=saturate";
            for (int i = 0; i < 6; i++)
            {
                SplitMix draws = Draws(format, Invariant($"tensor-scale {tensorScale:x8} {i}"));
                yield return Row(format, parameters, Ordinary(format, draws, -4, 3), "", "tensor-scale", isSmoke: i == 0);
            }
        }

        if (format.Scale.Element is not null)
        {
            (string parameters, uint[] values) = QuotientCases.BesidePowers;
            Array.Resize(ref values, format.BlockSize);
            yield return Row(format, parameters, values, "", "tensor-scale");

            // Deterministic modes round alike whichever binade such a quotient is taken for; 32 random bits see how far below it is.
            string random = string.Concat(Enumerable.Repeat(HexWords.Write(QuotientCases.BetweenCarries, 8), format.BlockSize));
            yield return Row(format, parameters.Replace("toward-zero", "stochastic:32", StringComparison.Ordinal), values, " " + random,
                "tensor-scale stochastic");
        }

        foreach (ElementFormat from in new[] { ElementFormats.Binary16, ElementFormats.BFloat16 })
        {
            for (int i = 0; i < 8; i++)
            {
                uint[] values = Ordinary(format, Draws(format, Invariant($"{from} {i}")), -6, 3);
                uint[] block = [.. values.Select(bits => ElementCodec.Encode(from, Binary32.Decode(bits), ConversionPolicy.Ocp))];
                string parameters = $"from={from} {common[i % common.Length]}rounding=ties-to-even overflow=saturate";
                string operand = HexWords.Write(block, from.HexDigits);
                yield return new(Operation.Quantize, format.Name, parameters, operand, Clauses.Conversion, "narrow-input");
            }
        }
    }

    /// <summary>A block so long that rows of it are few: what they ask of each element is asked of the shorter ones.</summary>
    private static bool IsTile(BlockFormat format) => format.BlockSize > MxFormats.BlockSize;

    /// <summary>All 256 scale codes times all element codes; of tiles an eighth of them, and the ends.</summary>
    public static IEnumerable<Case> Dequantize(BlockFormat format)
    {
        uint codes = format.Element.CodeMask + 1;
        for (uint scale = 0; scale < 256; scale++)
        {
            if (IsTile(format) && scale % 8 != 5 && scale is not (0 or 1 or 0x7E or 0x7F or 0x80 or 0xFE or 0xFF))
            {
                continue;
            }

            for (uint first = 0; first < codes; first += (uint)format.BlockSize)
            {
                uint[] block = [.. Enumerable.Range(0, format.BlockSize).Select(i => (first + (uint)i) % codes)];
                bool isE8M0 = format.Scale.Element is null;
                string flags = ElementCases.Flags(
                    ("scale-00", isE8M0 && scale == 0),
                    ("scale-ff", isE8M0 && scale == 255),
                    ("scale-max", isE8M0 && scale is 253 or 254),
                    ("scale-sign", !isE8M0 && (scale & format.Scale.Element!.SignMask) != 0),
                    ("tensor-scale", !isE8M0 && scale % 8 == 5),
                    ("extension", format.IsExtension));
                uint tensorScale = TensorScales[(scale >> 3) % TensorScales.Length];
                string parameters = isE8M0 || scale % 8 != 5 ? "" : $"tensor-scale={HexWords.Write(tensorScale, 8)}";
                string operands = $"{HexWords.Write(scale, 2)} {HexWords.Write(block, format.Element.HexDigits)}";
                bool isSmoke = scale is 0 or 1 or 127 or 253 or 254 or 255;
                yield return new(Operation.Dequantize, format.Name, parameters, operands, Clauses.Block, flags, isSmoke);
            }
        }
    }

    /// <summary>Random ordinary blocks, for the deep level: <paramref name="count"/> under each scale rule.</summary>
    public static IEnumerable<Case> Random(BlockFormat format, Catalogue catalogue, ulong seed, int count)
    {
        foreach (string rule in Rules(format, catalogue))
        {
            for (int i = 0; i < count; i++)
            {
                SplitMix draws = SplitMix.For(Invariant($"deep {format} {rule}{i}"), seed);
                int spread = draws.Below(40);
                int top = draws.Below(200) - 100;
                uint[] block = Ordinary(format, draws, Math.Max(-126, top - spread), top);
                yield return Row(format, $"{rule}rounding=ties-to-even overflow=saturate", block, "", "random");
            }
        }
    }

    /// <summary>Blocks that no selection may leave out: what faults of the reports show at them, and at few others.</summary>
    private static bool IsTelling(PlannedBlock block)
        => block.Name is "zeros" or "one huge" or "greatest" or "ramp" or "above midpoints" or "reciprocal tie"
            || block.Name.StartsWith("ties under scale", StringComparison.Ordinal);

    private static string[] Rules(BlockFormat format, Catalogue catalogue)
        => format.Scale.Element is null ? [.. catalogue.ScaleRules.Select(rule => $"scale-rule={rule} ")] : NoParameters;

    private static SplitMix Draws(BlockFormat format, string what) => SplitMix.For($"quantize {format} {what}");

    /// <summary>A selection that is the block's own, whatever stands before it.</summary>
    private static bool IsOneIn(int n, BlockFormat format, string name) => Draws(format, name + " selected").Below(n) == 0;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static Case Row(BlockFormat format, string parameters, uint[] block, string random, string flags, bool isSmoke = false)
    {
        string all = format.IsExtension ? (flags + " extension").Trim() : flags;
        return new(Operation.Quantize, format.Name, parameters, HexWords.Write(block, 8) + random, Clauses.Conversion, all, isSmoke);
    }

    /// <param name="Name">What the block is, unlike any other's.</param>
    /// <param name="Values">Its values.</param>
    /// <param name="Flags">What kind of case it is.</param>
    /// <param name="EveryRule">Whether every scale rule is asked.</param>
    private readonly record struct PlannedBlock(string Name, uint[] Values, string Flags, bool EveryRule);

    private static IEnumerable<PlannedBlock> Blocks(BlockFormat format, Catalogue catalogue)
    {
        int k = format.BlockSize;
        bool isTile = IsTile(format);
        uint[] Filled(uint bits) => [.. Enumerable.Repeat(bits, k)];
        uint[] Counted(Func<uint, uint> bits) => [.. Enumerable.Range(0, k).Select(i => bits((uint)i))];
        uint[] With(uint[] block, int position, uint bits)
        {
            uint[] changed = [.. block];
            changed[position] = bits;
            return changed;
        }

        uint[] Drawn(string name, int least, int greatest) => Ordinary(format, Draws(format, name), least, greatest);
        PlannedBlock Any(string name, int least, int greatest, string flags, bool everyRule)
            => new(name, Drawn(name, least, greatest), flags, everyRule);


        yield return new("zeros", Filled(0), "zero-block", true);
        yield return new("negative zeros", Filled(Inputs.SignBit), "zero-block negative-zero", true);
        yield return new("zeros of both signs", Counted(i => i % 2 == 0 ? 0u : Inputs.SignBit), "zero-block negative-zero", false);
        yield return new("least subnormals", Counted(i => i + 1), "subnormal-input scale-range", true);
        yield return new("subnormals", Counted(i => 0x003F_FFF0u + i), "subnormal-input scale-range", true);
        yield return new("subnormals and normals", Counted(i => 0x007F_FFF0u + i), "subnormal-input scale-range", true);
        yield return new("0.997", Filled(0x3F7F_3B64), "last-bin", true);
        yield return new("0.997 and one", With(Filled(0x3F7F_3B64), k / 2, 0x3F80_0000), "last-bin", true);
        yield return new("one least subnormal", With(Filled(0), k - 1, 0x8000_0001), "subnormal-input scale-range", true);
        yield return new("one huge", With(Drawn("one huge", -20, -10), 3, 0x7F7F_FFFF), "one-huge scale-range", true);
        uint[] among = With(Filled(0x0000_0001), 7, 0x7F7F_FFFF);
        yield return new("one huge among subnormals", among, "one-huge subnormal-input scale-range", true);
        yield return new("greatest", Filled(0x7F7F_FFFF), "scale-range", true);
        yield return new("-2^127", Filled(0xFF00_0000), "scale-range", true);
        yield return new("single first", With(Filled(0), 0, 0x3F80_0000), "single", true);
        yield return new("single last", With(Filled(0), k - 1, 0xBF80_0000), "single", true);

        // The same squared error at both scales that mse compares: none, and what both flush. The tie goes to floor.
        uint[] halves = With(With(With(Filled(0), 0, 0x3F80_0000), k / 2, 0xBF00_0000), k - 1, 0x3E80_0000);
        yield return new("exact at both scales", halves, "scale-threshold", true);
        uint[] flushed = With(With(With(Filled(0), 1, 0xBF80_0000), 2, 0x2B80_0000), k - 2, 0xAB00_0000);
        yield return new("flushed at both scales", flushed, "scale-threshold", true);

        // Every code in order: a wrong nibble or element order cannot hide.
        uint max = Binary32.Encode((Number)Inputs.OnGrid(format.Element, format.Element.MaxMagnitude));
        uint[] ramp = Counted(i => Binary32.Encode(ElementCodec.Decode(format.Element, i % (format.Element.MaxMagnitude + 1))));
        yield return new("ramp", With(ramp, k - 1, max), "element-order", true);

        foreach (uint special in new[] { 0x7FC0_0000u, 0xFF80_0001u, Inputs.Infinity, Inputs.Infinity | Inputs.SignBit })
        {
            // Every position of a block for the quiet NaN and for +Inf, every fourth for their kin; of a tile every 32nd and 128th.
            string flags = (special & ~Inputs.SignBit) > Inputs.Infinity ? "nan-position" : "infinity-position";
            int step = isTile ? MxFormats.BlockSize : 1;
            for (int position = 0; position < k; position += special is 0x7FC0_0000 or Inputs.Infinity ? step : 4 * step)
            {
                string name = Invariant($"{special:x8} at {position}");
                yield return new(name, With(Drawn(name, -4, 2), position, special), flags, false);
            }

            yield return new(Invariant($"{special:x8}"), Filled(special), flags, false);
        }

        uint[] both = With(With(Drawn("Inf and NaN", -2, 2), 1, Inputs.Infinity), 5, 0x7FC0_0000);
        yield return new("Inf and NaN", both, "nan-position infinity-position", true);

        // The maximum at each rule's threshold and its neighbours, in the middle and at both ends of the range.
        IEnumerable<uint> significands = format.Scale.Element is null
            ? ScaleCases.Significands(format.Element, catalogue)
            : [0x80_0000, 0xC0_0000, 0xC0_0001, 0xE0_0000];
        foreach (int exponent in new[] { 0, -125, 127 })
        {
            foreach (uint significand in significands)
            {
                uint amax = (significand & 0x7F_FFFF) | ((uint)(exponent + 127) << 23);
                uint sign = significand % 3 == 0 ? Inputs.SignBit : 0;
                string name = Invariant($"amax {amax:x8}");
                uint[] block = With(Drawn(name, Math.Max(-126, exponent - 8), exponent - 1), (int)(significand % (uint)k), amax | sign);
                yield return new(name, block, exponent == 0 ? "scale-threshold" : "scale-threshold scale-range", true);
            }
        }

        // Every midpoint of the element grid and its neighbours, under a scale fixed by the first element.
        uint[] midpoints =
        [
            .. Enumerable.Range(0, (int)format.Element.MaxMagnitude)
                .SelectMany(i => Inputs.Neighbours(Inputs.Between(format.Element, (uint)i, 1, 1))),
        ];
        foreach (int shift in new[] { 0, -30, 90 })
        {
            for (int first = 0; first < midpoints.Length; first += k - 1)
            {
                uint[] block = Filled(0);
                block[0] = Shifted(max, shift);
                for (int i = 1; i < k && first + i - 1 < midpoints.Length; i++)
                {
                    block[i] = Shifted(midpoints[first + i - 1], shift) | (i % 2 == 0 ? Inputs.SignBit : 0);
                }

                yield return new(Invariant($"midpoints {first} times 2^{shift}"), block, "midpoint", false);
            }
        }

        // Just above a midpoint by less than bfloat16 or binary16 can see: rounding twice goes wrong.
        uint[] above = Counted(i => Binary32.Round(Inputs.Between(format.Element, i % format.Element.MaxMagnitude, 1, 1)) + 1);
        yield return new("above midpoints", With(above, k - 1, max), "double-rounding", false);

        if (format.Scale.Element is not null)
        {
            // X = 7 * 2^-9: v / X is below the tie and v * (1 / X) is on it.
            yield return new("reciprocal tie", With(With(Filled(0), 0, 0x3DA8_0000), 1, 0x3CC3_FFFF), "reciprocal", false);
            foreach (PlannedBlock block in TiesOfEverySignificand(format, format.Scale.Element))
            {
                yield return block;
            }

            for (int i = 0; i < (isTile ? 8 : 64); i++)
            {
                yield return Any(Invariant($"reciprocal {i}"), -4, 8, "reciprocal", false);
            }
        }

        for (int length = 1; length < k; length += length < 3 ? 1 : isTile ? 63 : 7)
        {
            string name = Invariant($"partial {length}");
            yield return new(name, Drawn(name, -3, 3)[..length], "partial-block", false);
        }

        for (int i = 0; i < 10; i++)
        {
            yield return Any(Invariant($"random {i}"), -8, 0, "random", true);
            yield return Any(Invariant($"wide {i}"), -100, 100, "random wide", false);
        }

        for (int i = 0; i < (isTile ? 8 : 40); i++)
        {
            yield return Any(Invariant($"ordinary {i}"), -6, 2, "random", false);
        }

        for (int i = 0; i < 4; i++)
        {
            yield return Any(Invariant($"low {i}"), -126, -118, "random scale-range", true);
            yield return Any(Invariant($"high {i}"), 120, 127, "random scale-range", true);
        }
    }

    /// <summary>
    /// v / X on every midpoint and one binary32 step above it, for X of each significand that a scale has: a reciprocal one unit in
    /// the last place too low, or rounded where the quotient is exact, takes a tie for what lies beside it.
    /// </summary>
    private static IEnumerable<PlannedBlock> TiesOfEverySignificand(BlockFormat format, ElementFormat scale)
    {
        uint one = (uint)scale.Bias << scale.MantissaBits;
        for (uint code = one; code < one + (1u << scale.MantissaBits); code++)
        {
            Dyadic x = Inputs.OnGrid(scale, code);
            uint[] block = new uint[format.BlockSize];
            block[0] = Binary32.Round(x * Inputs.OnGrid(format.Element, format.Element.MaxMagnitude));
            for (int i = 1; i < block.Length && (i - 1) / 2 < (int)format.Element.MaxMagnitude; i++)
            {
                uint tie = Binary32.Round(x * Inputs.Between(format.Element, (uint)((i - 1) / 2), 1, 1));
                block[i] = (tie + (uint)((i - 1) % 2)) | (i % 4 > 1 ? Inputs.SignBit : 0);
            }

            yield return new(Invariant($"ties under scale {code:x2}"), block, "reciprocal", false);
        }
    }

    private static uint[] Ordinary(BlockFormat format, SplitMix random, int leastExponent, int greatestExponent)
        => [.. Enumerable.Range(0, format.BlockSize).Select(_ => random.Binary32(leastExponent, greatestExponent))];

    /// <summary>Binary32 bits times a power of two; zero stays zero.</summary>
    private static uint Shifted(uint bits, int exponent) => Binary32.Encode((Number)Binary32.Decode(bits).Finite.Scale(exponent));
}
