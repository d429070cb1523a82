using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>
/// Cases of scale selection: the threshold of every rule and its neighbours, under every rule, up to the ends of the range.
/// </summary>
internal static class ScaleCases
{
    private static readonly int[] Exponents = [-149, -140, -127, -126, -125, -119, 0, 126, 127];

    /// <summary>
    /// amax significands worth asking about, in units of 2^-23: every rule's threshold, 1.0 and the last below 2.0, each with its
    /// neighbours.
    /// </summary>
    public static IReadOnlyList<uint> Significands(ElementFormat element, Catalogue catalogue)
        => [.. catalogue.ScaleRules.Where(r => r.IsThreshold).Select(r => r.ThresholdFor(element).Significand)
            .Append(ScaleThreshold.One).Append(2 * ScaleThreshold.One)
            .SelectMany(s => new[] { s - 1, s, s + 1 })
            .Where(s => s is >= ScaleThreshold.One and < 2 * ScaleThreshold.One)
            .Distinct().Order()];

    public static IEnumerable<Case> Scale(BlockFormat format, Catalogue catalogue)
    {
        IEnumerable<ScaleRule> rules = format.Scale.Element is null
            ? [.. catalogue.ScaleRules.Where(r => r.IsThreshold), Threshold("1.2"), Threshold("1.75")]
            : [ScaleRule.Quotient];
        foreach (ScaleRule rule in rules)
        {
            string parameters = format.Scale.Element is null ? $"scale-rule={rule}" : "";
            foreach (uint bits in Maxima(format, catalogue))
            {
                Dyadic amax = Binary32.Decode(bits).Finite;
                bool isEnd = amax.IsZero || amax.FloorLog2 < -117 || amax.FloorLog2 > 124;
                string flags = ElementCases.Flags(
                    ("zero-block", amax.IsZero),
                    ("scale-threshold", !amax.IsZero),
                    ("scale-range", isEnd),
                    ("subnormal-input", !amax.IsZero && amax.FloorLog2 < -126),
                    ("extension", format.IsExtension));
                yield return new(
                    Operation.Scale,
                    format.Name,
                    parameters,
                    HexWords.Write(bits, 8),
                    rule.Source,
                    flags,
                    !amax.IsZero && amax.FloorLog2 is 0 or 127);
            }
        }
    }

    private static IEnumerable<uint> Maxima(BlockFormat format, Catalogue catalogue)
    {
        yield return 0;
        HashSet<uint> seen = [];
        IEnumerable<uint> significands = format.Scale.Element is null
            ? Significands(format.Element, catalogue)
            : QuotientSignificands(format);
        foreach (int exponent in Exponents)
        {
            foreach (uint significand in significands)
            {
                Dyadic amax = new(false, significand, exponent - 23);
                uint bits = Binary32.Round(amax);
                if (Dyadic.CompareMagnitude(Binary32.Decode(bits).Finite, amax) == 0 && seen.Add(bits))
                {
                    yield return bits;
                }
            }
        }

        // Where amax / max normal in binary32 falls below 2^-127 and exact arithmetic does not.
        foreach (uint bits in new uint[] { 0x0460_0001, 0x0140_0001, 0x0380_0000, 0x0460_0000, 0x0140_0000 }.Where(seen.Add))
        {
            yield return bits;
        }
    }

    /// <summary>
    /// For UE4M3 scales: amax at max normal times each midpoint between scales, and its neighbours; and at each scale itself.
    /// </summary>
    private static IEnumerable<uint> QuotientSignificands(BlockFormat format)
    {
        Dyadic max = ScaleSelection.MaxNormal(format.Element);
        for (uint index = 8; index < 16; index++)
        {
            ElementFormat scales = format.Scale.Element!;
            foreach (Dyadic scale in new[] { Inputs.OnGrid(scales, index), Inputs.Between(scales, index, 1, 1) })
            {
                Dyadic amax = scale * max;
                uint significand = (uint)Rounding.ToQuantum(amax, amax.FloorLog2 - 23, RoundingMode.TiesToEven);
                yield return significand - 1;
                yield return significand;
                yield return significand + 1;
            }
        }
    }

    private static ScaleRule Threshold(string t)
        => ScaleRule.TryParse("threshold:" + t, out ScaleRule? rule) ? rule : throw new InvalidOperationException(t);
}
