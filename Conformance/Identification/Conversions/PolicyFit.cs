namespace Mxact.Conformance.Identification.Conversions;

/// <summary>A policy with one choice made otherwise.</summary>
internal readonly record struct Alternative(Latitude Latitude, string Choice, ConversionPolicy Policy)
{
    /// <summary>Every one there is: whatever latitudes exist are tried, by no list of this file's own.</summary>
    public static IEnumerable<Alternative> To(ConversionPolicy policy)
        => from latitude in Latitude.All
           from choice in latitude.Choices
           where choice != latitude.Of(policy)
           let other = latitude.With(policy, choice)
           where other is not null
           select new Alternative(latitude, choice, other);
}

/// <summary>
/// The policy that explains the most probes: from each of several starts, the single change that leaves the fewest unexplained is made
/// until none helps; then a pair is, because some choices show together alone.
/// </summary>
internal static class PolicyFit
{
    private const int Starts = 3;
    private const int MostSteps = 40;

    /// <summary>A change worth making explains one of so many open probes; it is then held to all of them.</summary>
    private const int MostOpen = 8;

    /// <summary>Finds it.</summary>
    /// <param name="evidence">The conversions it must explain together.</param>
    /// <param name="starts">Where to begin, the likeliest first.</param>
    public static ConversionPolicy Best(IReadOnlyList<ConversionEvidence> evidence, IEnumerable<ConversionPolicy> starts)
    {
        List<(ConversionPolicy Policy, int Against)> scored = [];
        foreach (ConversionPolicy start in starts.Distinct())
        {
            int against = Against(evidence, start, int.MaxValue);
            if (against == 0)
            {
                return start;
            }

            scored.Add((start, against));
        }

        scored = [.. scored.OrderBy(pair => pair.Against).Take(Starts)];
        (ConversionPolicy Policy, int Against) best = scored[0];
        foreach ((ConversionPolicy start, int against) in scored)
        {
            (ConversionPolicy Policy, int Against) found = Descend(evidence, start, against);
            best = found.Against < best.Against ? found : best;
            if (best.Against == 0)
            {
                break;
            }
        }

        return best.Policy;
    }

    /// <summary>How many probes a policy does not explain; no more are counted than are asked about.</summary>
    private static int Against(IReadOnlyList<ConversionEvidence> evidence, ConversionPolicy policy, int most)
        => evidence.SelectMany(one => one.Against(policy)).Take(most).Count();

    private static (ConversionPolicy Policy, int Against) Descend(IReadOnlyList<ConversionEvidence> evidence, ConversionPolicy policy,
        int against)
    {
        for (int step = 0; against > 0 && step < MostSteps; step++)
        {
            (ConversionEvidence One, Probe Probe)[] open = [.. evidence.SelectMany(one => one.Against(policy).Select(p => (one, p)))
                .Take(MostOpen)];
            (ConversionPolicy Policy, int Against) next = Least(evidence, Alternative.To(policy).Select(a => a.Policy), open, against);
            next = next.Against < against ? next
                : Least(evidence, Alternative.To(policy).SelectMany(a => Alternative.To(a.Policy)).Select(a => a.Policy).Distinct(),
                    open[..1], against);
            if (next.Against >= against)
            {
                break;
            }

            (policy, against) = next;
        }

        return (policy, against);
    }

    /// <summary>The best of several policies that explain at least one of the probes that are open; the rest is not looked at.</summary>
    private static (ConversionPolicy Policy, int Against) Least(IReadOnlyList<ConversionEvidence> evidence,
        IEnumerable<ConversionPolicy> policies, (ConversionEvidence One, Probe Probe)[] open, int most)
    {
        (ConversionPolicy Policy, int Against) best = (ConversionPolicy.Ocp, most);
        foreach (ConversionPolicy policy in policies.Where(policy => open.Any(o => o.One.Agrees(policy, o.Probe))))
        {
            int against = Against(evidence, policy, best.Against);
            best = against < best.Against ? (policy, against) : best;
        }

        return best;
    }
}
