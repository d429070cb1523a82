using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mxact.Conformance.Adapters;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>
/// Finds a kernel's choices by asking. The policy that explains the answers so far is held against every other: each named profile and
/// each single choice made otherwise. Where no answer tells the two apart, an operand that does is asked next, until every rival is
/// either ruled out by a probe or the same on all operands there are. A scale rule that none of the list explains is a threshold, and is
/// closed in.
/// </summary>
internal static class ChoiceIdentifier
{
    private const int MostRounds = 12;

    private static readonly ImmutableArray<ConversionPolicy> Named = [.. Profile.All.Select(profile => profile.Policy)];

    /// <summary>Asks until nothing is left to tell apart.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="declared">The choices that stand in its requests.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="KernelFailedException">It crashed, hung or broke the protocol.</exception>
    public static ChoicesFound Run(IKernelUnderTest kernel, IReadOnlyList<string> declared, CancellationToken stop = default)
    {
        Conversation conversation = new(kernel, stop);
        Declaration declaration = new(declared);
        List<ConversionEvidence> evidence = Repertoire.Of(conversation, declaration);
        ConversionPolicy[] best = [.. evidence.Select(one => one.Parameters)];
        bool isConfirmed = false;
        for (int round = 0; round < MostRounds; round++)
        {
            int[][] next = Each(evidence, i => Rivals(evidence[i], best[i]));
            if (next.All(probes => probes.Length == 0))
            {
                if (isConfirmed)
                {
                    break;
                }

                // Two choices made otherwise together were no rival, and a fault is none: every operand that is left tells.
                isConfirmed = true;
                next = Each(evidence, i => Unasked(evidence[i]));
            }

            Ask(conversation, evidence, next);
            best = Each(evidence, i => evidence[i].Against(best[i]).Any()
                ? PolicyFit.Best([evidence[i]], [best[i], evidence[i].Parameters, .. Named]) : best[i]);
        }

        ScaleRule?[] rules = ThresholdSearch.Ask(conversation, evidence, best);
        best = Each(evidence, i => rules[i] is { } rule ? PolicyFit.Best([evidence[i]], [best[i],
            .. ((ConversionPolicy[])[best[i], evidence[i].Parameters, .. Named]).Select(policy => policy with { ScaleRule = rule })])
            : best[i]);
        if (conversation.Failure is { } failure)
        {
            throw new KernelFailedException($"{kernel.Name}: {failure.Reply.Text}; the request was '{failure.Request}'");
        }

        WordEffect[][] words = WordProbes.Ask(conversation, evidence, best);
        ImmutableArray<ConversionFound> found = [.. evidence.Select((one, i) => Found(one, best[i], words[i]))];
        ImmutableArray<StochasticFound> stochastic = StochasticSearch.Ask(conversation, declaration, evidence, best);
        return Together(found, conversation.Rounds) with { Stochastic = stochastic };
    }

    /// <summary>An operand for every rival of a policy that no answer rules out yet.</summary>
    private static int[] Rivals(ConversionEvidence evidence, ConversionPolicy best)
    {
        List<int> chosen = [];
        foreach (ConversionPolicy rival in evidence.Alternatives(best).Select(a => a.Policy)
            .Concat(Named))
        {
            bool Tells(int at) => evidence.Differ(best, rival, at);
            if (rival == best || evidence.Probes.Any(probe => Tells(probe.At)) || chosen.Any(Tells))
            {
                continue;
            }

            int at = Enumerable.Range(0, evidence.Pool.Length).FirstOrDefault(i => !evidence.WasAsked(i) && Tells(i), -1);
            if (at >= 0)
            {
                chosen.Add(at);
            }
        }

        return [.. chosen];
    }

    private static int[] Unasked(ConversionEvidence evidence)
        => [.. Enumerable.Range(0, evidence.Pool.Length).Where(i => !evidence.WasAsked(i))];

    private static void Ask(Conversation conversation, List<ConversionEvidence> evidence, int[][] next)
    {
        (ConversionEvidence One, int At)[] probes = [.. evidence.SelectMany((one, i) => next[i].Select(at => (one, at)))];
        IReadOnlyList<Reply> replies = conversation.Ask([.. probes.Select(p => $"{p.One.Header} {p.One.Pool[p.At]}")]);
        foreach (((ConversionEvidence one, int at), Reply reply) in probes.Zip(replies))
        {
            one.Add(at, reply.Kind == ReplyKind.Answered ? reply.Text : null);
        }
    }

    /// <summary>One policy for everything: a named profile where one explains it all, otherwise what the conversions show
    /// together.</summary>
    private static ChoicesFound Together(ImmutableArray<ConversionFound> found, int rounds)
    {
        ConversionEvidence[] evidence = [.. found.Select(one => one.Evidence)];
        ImmutableArray<ProfileMisses> nearest = [.. Profile.All.Select(profile => Misses(profile, evidence)).OrderBy(one => one.Misses)];
        Profile origin = nearest[0].Profile;
        ConversionPolicy policy = nearest[0].Misses == 0 || evidence.Length == 0 ? origin.Policy
            : PolicyFit.Best(evidence, [Merged(found, origin), origin.Policy, .. found.Select(one => one.Policy)]);
        return new(found, policy, origin, [.. Departures(policy, evidence)], nearest, rounds);
    }

    /// <summary>
    /// The nearest profile with every choice that probes decided, each as most conversions have it. What a conversion does because the
    /// policy's own choice cannot act there says nothing of the others.
    /// </summary>
    private static ConversionPolicy Merged(ImmutableArray<ConversionFound> found, Profile origin)
        => found.SelectMany(one => one.Latitudes.Where(l => l.Choice == l.Latitude.Of(one.Policy))).GroupBy(l => l.Latitude)
            .Aggregate(origin.Policy, (policy, group)
                => group.Key.With(policy, group.CountBy(l => l.Choice).MaxBy(pair => pair.Value).Key) ?? policy);

    private static ProfileMisses Misses(Profile profile, ConversionEvidence[] evidence)
    {
        Departure[] all = [.. Departures(profile.Policy, evidence)];
        return new(profile, all.Length, all.MinBy(departure => departure.Operand.Length));
    }

    private static IEnumerable<Departure> Departures(ConversionPolicy policy, ConversionEvidence[] evidence)
        => from one in evidence
           from probe in one.Against(policy)
           select new Departure(one.Conversion, one.Pool[probe.At], one.Expected(policy, probe.At) ?? "no answer", probe.Answer);

    private static ConversionFound Found(ConversionEvidence evidence, ConversionPolicy policy, WordEffect[] words)
    {
        List<LatitudeFound> latitudes = [];
        foreach (IGrouping<Latitude, Alternative> others in evidence.Alternatives(policy)
            .GroupBy(a => a.Latitude))
        {
            List<RuledOut> not = [];
            List<string> notTold = [];
            string choice = ChoiceReach.Effective(evidence.Conversion.Operation, evidence.Conversion.Format, others.Key, policy);
            foreach (Alternative other in others.Where(a => a.Choice != choice))
            {
                int at = evidence.Probes.FindIndex(p => evidence.Differ(policy, other.Policy, p.At) && evidence.Agrees(policy, p));
                if (at >= 0)
                {
                    Probe probe = evidence.Probes[at];
                    not.Add(new(other.Choice, evidence.Pool[probe.At], probe.Answer, evidence.Expected(other.Policy, probe.At)!));
                }
                else
                {
                    notTold.Add(other.Choice);
                }
            }

            if (not.Count > 0)
            {
                int parameter = evidence.Conversion.Parameters.IndexOf(others.Key);
                latitudes.Add(new(others.Key, choice, [.. not], [.. notTold], parameter < 0 ? WordEffect.Untried
                    : words[parameter]));
            }
        }

        return new(evidence, policy, [.. latitudes]);
    }

    /// <summary>One result a conversion, side by side: each has its evidence to itself. The blocks, which take longest, begin.</summary>
    private static T[] Each<T>(List<ConversionEvidence> evidence, Func<int, T> of)
    {
        T[] results = new T[evidence.Count];
        IEnumerable<int> lastFirst = Enumerable.Range(0, evidence.Count).Reverse();
        Parallel.ForEach(Partitioner.Create(lastFirst, EnumerablePartitionerOptions.NoBuffering), i => results[i] = of(i));
        return results;
    }
}
