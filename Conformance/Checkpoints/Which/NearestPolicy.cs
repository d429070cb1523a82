using System.Collections.Immutable;
using Mxact.Conformance.Identification.Conversions;

namespace Mxact.Checkpoints.Which;

/// <summary>
/// The choices beside which a fault is looked for, where no choices give the blocks: those with the most scales right, and the most
/// codes, in their order or in another. A wrong scale leaves the codes to tell rule and rounding, wrong codes the scale.
/// </summary>
internal static class NearestPolicy
{
    private const int MostBlocks = 60;

    /// <summary>Finds them.</summary>
    /// <param name="evidence">The blocks.</param>
    /// <param name="format">Their format.</param>
    /// <param name="named">The policies of profiles, which are tried beside every rule with every rounding.</param>
    public static ConversionPolicy Of(ConversionEvidence evidence, BlockFormat format, IEnumerable<ConversionPolicy> named)
    {
        int step = Math.Max(evidence.Probes.Count / MostBlocks, 1);
        Probe[] probes = [.. evidence.Probes.Where((_, i) => i % step == 0)];
        return Candidates(format).Concat(named).MaxBy(policy
            => probes.Sum(probe => Score(evidence.Expected(policy, probe.At), probe.Answer)))!;
    }

    private static IEnumerable<ConversionPolicy> Candidates(BlockFormat format)
    {
        ImmutableArray<ScaleRule> rules = format.Scale.Element is null ? ScaleRule.PowerOfTwo : ScaleRule.OfUe4M3;
        return [ConversionPolicy.Ocp, .. from rule in rules
                                         from rounding in RoundingMode.Deterministic
                                         select ConversionPolicy.Ocp with { ScaleRule = rule, Rounding = rounding }];
    }

    private static int Score(string? expected, string answer)
    {
        if (expected is null || expected.Length != answer.Length)
        {
            return expected is not null && expected[..2] == answer[..2] ? 3 : 0;
        }

        return (expected.AsSpan(0, 2).SequenceEqual(answer.AsSpan(0, 2)) ? 3 : 0)
            + (expected.AsSpan(2).SequenceEqual(answer.AsSpan(2)) ? 3 : 0)
            + (expected[2..].Order().SequenceEqual(answer[2..].Order()) ? 1 : 0);
    }
}
