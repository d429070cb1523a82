using System.Collections.Immutable;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Identification.Conversions;
using Mxact.Vectors;

namespace Mxact.Cli.Which;

/// <summary>
/// What explains the blocks of a sample: choices first, searched as those of a kernel are that was asked; then, beside the choices that
/// come nearest, what else <c>run</c> knows a kernel to do.
/// </summary>
/// <param name="pair">The tensor.</param>
/// <param name="tensorScale">Binary32 bits of NVFP4's second scale, or null where there is none.</param>
/// <param name="sample">The blocks; those that tell choices apart are added.</param>
/// <param name="places">Where scales may lie.</param>
/// <param name="stop">Ends it.</param>
internal sealed class PolicySearch(TensorPair pair, uint? tensorScale, BlockSample sample, ScalePlaces places, CancellationToken stop)
{
    private const int MostRounds = 3;

    /// <summary>A pattern read off fewer blocks says nothing that the blocks do not.</summary>
    private const int LeastForPattern = 3;

    private readonly ImmutableArray<Profile> profiles = FormatProfiles.Of(pair.Stored.Format);

    /// <summary>Searches.</summary>
    /// <param name="likely">Where to begin: what explained another tensor of the file.</param>
    public Explanation Find(IEnumerable<ConversionPolicy> likely)
    {
        ConversionEvidence evidence = Evidence();
        ConversionPolicy policy = PolicyFit.Best([evidence], [.. likely, .. Named]);
        for (int round = 0; round < MostRounds && IsMostly(evidence, policy); round++)
        {
            stop.ThrowIfCancellationRequested();
            bool isMore = false;
            foreach (ConversionPolicy rival in Rivals(evidence, policy))
            {
                isMore |= evidence.Probes.All(p => !evidence.Differ(policy, rival, p.At)) && sample.AddTelling(policy, rival);
            }

            if (!isMore)
            {
                break;
            }

            evidence = Evidence();
            policy = PolicyFit.Best([evidence], [policy, .. Named]);
        }

        if (!IsMostly(evidence, policy))
        {
            policy = NearestPolicy.Of(evidence, pair.Stored.Format, Named);
        }

        return evidence.Against(policy).Any() ? WithFaults(evidence, policy) : Explained(evidence, policy, [], null);
    }

    private IEnumerable<ConversionPolicy> Named => profiles.Select(profile => profile.Policy);

    private IEnumerable<ConversionPolicy> Rivals(ConversionEvidence evidence, ConversionPolicy policy)
        => Named.Concat(evidence.Alternatives(policy).Select(a => a.Policy)).Where(rival => rival != policy).Distinct();

    /// <summary>Whether choices explain at least half of the blocks, so that what departs is the exception.</summary>
    private static bool IsMostly(ConversionEvidence evidence, ConversionPolicy policy)
        => 2 * evidence.Against(policy).Count() <= evidence.Probes.Count;

    private ConversionEvidence Evidence()
    {
        ConversionEvidence evidence = new(BlockQuestion.Of(pair, tensorScale, ConversionPolicy.Ocp),
            [.. sample.Blocks.Select(block => block.Operands)]);
        foreach ((int at, SampledBlock block) in sample.Blocks.Index())
        {
            evidence.Add(at, block.Answer);
        }

        return evidence;
    }

    private Explanation WithFaults(ConversionEvidence evidence, ConversionPolicy policy)
    {
        stop.ThrowIfCancellationRequested();
        if (places.Find(evidence, [.. sample.Blocks.Select(block => block.Index)], policy) is (string name, string words))
        {
            return Explained(evidence, policy, [new(name, words, evidence.Against(policy).Count())], null);
        }

        Question question = BlockQuestion.Of(pair, tensorScale, policy);
        IReadOnlyList<Cause> causes = Diagnosis.Of([BlockQuestion.Judge(question, sample.Blocks)]).Causes;

        // What is a choice, whoever found it, is said as one.
        Cause[] faults = [.. causes.Where(cause => Turned(cause.Fault, question, policy) is null)];
        foreach (Cause cause in causes.Except(faults))
        {
            policy = Turned(cause.Fault, question, policy)!;
        }

        int departing = evidence.Against(policy).Count();
        faults = [.. faults.Where(cause => cause.Fault.Cost < Patterns.Cost || cause.Explained >= LeastForPattern)];
        byte[]? table = faults is [Cause only] ? BlockQuestion.Table(only.Fault, pair.Stored.Format) : null;

        // A block that departs by a choice and a fault together was counted with whichever was found first.
        int left = departing;
        List<FaultFound> found = [];
        foreach (Cause cause in faults)
        {
            int explained = faults.Length == 1 && causes.Sum(c => c.Explained) >= departing ? departing : Math.Min(cause.Explained, left);
            found.Add(new(cause.Fault.Name, cause.Fault.Words, explained));
            left -= explained;
        }

        return Explained(evidence, policy, [.. found], table is null ? null : [.. table]);
    }

    /// <summary>The policy with a fault's choice, where that is all that it is.</summary>
    private static ConversionPolicy? Turned(Fault fault, Question question, ConversionPolicy policy)
        => fault.Question?.Invoke(question with { Policy = policy }) is { } other && other.Formats.SequenceEqual(question.Formats)
            && other.TensorScale == question.TensorScale && other.Policy != policy ? other.Policy : null;

    private Explanation Explained(ConversionEvidence evidence, ConversionPolicy policy, ImmutableArray<FaultFound> faults,
        ImmutableArray<byte>? written)
    {
        bool IsSame(ConversionPolicy other) => evidence.Probes.All(p => !evidence.Differ(policy, other, p.At));
        ImmutableArray<Profile> same = [.. profiles.Where(profile => profile.Policy == policy || IsSame(profile.Policy))];
        if (!same.IsEmpty)
        {
            policy = same[0].Policy;
        }
        else
        {
            foreach (Latitude latitude in Latitude.All.Where(l => l.Of(policy) != l.Default))
            {
                ConversionPolicy plain = latitude.With(policy, latitude.Default)!;
                policy = IsSame(plain) ? plain : policy;
            }
        }

        return new(policy, same, [.. NotTold(evidence, policy)])
        {
            Sampled = evidence.Probes.Count,
            Departing = evidence.Against(policy).Count(),
            Faults = faults,
            Written = written,
        };
    }

    private static IEnumerable<string> NotTold(ConversionEvidence evidence, ConversionPolicy policy)
    {
        foreach (IGrouping<Latitude, Alternative> others in evidence.Alternatives(policy).GroupBy(a => a.Latitude))
        {
            string choice = ChoiceReach.Effective(evidence.Conversion.Operation, evidence.Conversion.Format, others.Key, policy);
            Alternative[] rivals = [.. others.Where(other => other.Choice != choice)];
            string[] same = [.. rivals.Where(other => evidence.Probes.All(p => !evidence.Differ(policy, other.Policy, p.At)))
                .Select(other => other.Choice)];
            if (same.Length > 0)
            {
                yield return same.Length == rivals.Length ? others.Key.Id : $"{others.Key.Id}={string.Join(" or ", same)}";
            }
        }
    }
}
