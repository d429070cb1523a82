using System.Collections.Immutable;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Explanation;
using Mxact.Conformance.Identification.Conversions;
using Mxact.Vectors;

namespace Mxact.Checkpoints.Which;

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

    private readonly ConversionEvidence evidence = new(BlockQuestion.Of(pair, tensorScale, ConversionPolicy.Ocp));
    private readonly ImmutableArray<Profile> profiles = FormatProfiles.Of(pair.Stored.Format);
    private HashSet<ConversionPolicy> untold = [];

    /// <summary>Searches.</summary>
    /// <param name="likely">Where to begin: what explained another tensor of the file.</param>
    public Explanation Find(IEnumerable<ConversionPolicy> likely)
    {
        TakeIn();
        ConversionPolicy policy = PolicyFit.Best([evidence], [.. likely, .. Named]);
        bool isMostly = IsMostly(policy);
        for (int round = 0; round < MostRounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            policy = isMostly ? policy : NearestPolicy.Of(evidence, pair.Stored.Format, Named);
            untold = Untold(policy);
            int before = evidence.Against(policy).Count();
            TakeIn();
            if (!isMostly || evidence.Against(policy).Count() == before)
            {
                break;
            }

            policy = PolicyFit.Best([evidence], [policy, .. Named]);
            isMostly = IsMostly(policy);
        }

        return evidence.Against(policy).Any() ? WithFaults(policy) : Explained(policy, [], null);
    }

    /// <summary>Whether any choices explain at least half of the blocks.</summary>
    /// <param name="likely">Where to begin.</param>
    public bool IsMostlyChoices(IEnumerable<ConversionPolicy> likely)
    {
        TakeIn();
        return IsMostly(PolicyFit.Best([evidence], [.. likely, .. Named]));
    }

    private IEnumerable<ConversionPolicy> Named => profiles.Select(profile => profile.Policy);

    /// <summary>Whether choices explain at least half of the blocks, so that what departs is the exception.</summary>
    private bool IsMostly(ConversionPolicy policy) => 2 * evidence.Against(policy).Count() <= evidence.Probes.Count;

    /// <summary>Takes in the blocks that the sample has and the evidence has not.</summary>
    private void TakeIn() => evidence.Append(sample.Blocks.Skip(evidence.Pool.Length).Select(block => (block.Operands, block.Answer)));

    /// <summary>
    /// The rivals of a policy that no block tells from it; a block that tells one is added to the sample. A kernel looks at all that was
    /// scanned; where there is none, the exact reference looks at the sample.
    /// </summary>
    private HashSet<ConversionPolicy> Untold(ConversionPolicy policy)
    {
        HashSet<ConversionPolicy> same = [];
        foreach (ConversionPolicy rival in Named.Concat(evidence.Alternatives(policy).Select(a => a.Policy)).Distinct())
        {
            stop.ThrowIfCancellationRequested();
            bool isFast = sample.IsFast(policy) && sample.IsFast(rival);
            bool isTold = rival != policy && ((isFast && sample.AddTelling(policy, rival))
                || evidence.Probes.Any(p => (!isFast || sample.IsFromOutside(p.At)) && evidence.Differ(policy, rival, p.At))
                || (!isFast && sample.AddTelling(policy, rival)));
            if (!isTold)
            {
                same.Add(rival);
            }
        }

        return same;
    }

    private Explanation WithFaults(ConversionPolicy policy)
    {
        stop.ThrowIfCancellationRequested();
        if (places.Find(evidence, [.. sample.Blocks.Select(block => block.Index)], policy) is (string name, string words))
        {
            return Explained(policy, [new(name, words, evidence.Against(policy).Count())], null);
        }

        Question question = BlockQuestion.Of(pair, tensorScale, policy);
        IReadOnlyList<Cause> causes = Diagnosis.Of([BlockQuestion.Judge(question, sample.Blocks)]).Causes;

        // What is a choice, whoever found it, is said as one.
        Cause[] faults = [.. causes.Where(cause => Turned(cause.Fault, question, policy) is null)];
        foreach (Cause cause in causes.Except(faults))
        {
            policy = Turned(cause.Fault, question, policy) ?? policy;
            untold = Untold(policy);
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

        return Explained(policy, [.. found], table is null ? null : [.. table]);
    }

    /// <summary>The policy with a fault's choice, where that is all that it is.</summary>
    private static ConversionPolicy? Turned(Fault fault, Question question, ConversionPolicy policy)
        => fault.Question?.Invoke(question with { Policy = policy }) is { } other && other.Formats.SequenceEqual(question.Formats)
            && other.TensorScale == question.TensorScale && other.Policy != policy ? other.Policy : null;

    private Explanation Explained(ConversionPolicy policy, ImmutableArray<FaultFound> faults, ImmutableArray<byte>? written)
    {
        ImmutableArray<string> notTold = [.. NotTold(policy)];
        ImmutableArray<Profile> same = [.. profiles.Where(profile => untold.Contains(profile.Policy))
            .OrderBy(profile => !sample.IsFast(profile.Policy))];
        if (!same.IsEmpty)
        {
            policy = same[0].Policy;
        }
        else
        {
            // The standard's choice wherever nothing speaks for another.
            foreach (Latitude latitude in Latitude.All.Where(l => l.Of(policy) != l.Default))
            {
                ConversionPolicy plain = latitude.With(policy, latitude.Default)!;
                policy = evidence.Probes.All(p => !evidence.Differ(policy, plain, p.At)) ? plain : policy;
            }
        }

        return new(policy, same, notTold)
        {
            Sampled = evidence.Probes.Count,
            Departing = evidence.Against(policy).Count(),
            Faults = faults,
            Written = written,
        };
    }

    private IEnumerable<string> NotTold(ConversionPolicy policy)
    {
        foreach (IGrouping<Latitude, Alternative> others in evidence.Alternatives(policy).GroupBy(a => a.Latitude))
        {
            string choice = ChoiceReach.Effective(evidence.Conversion.Operation, evidence.Conversion.Format, others.Key, policy);
            Alternative[] rivals = [.. others.Where(other => other.Choice != choice)];
            string[] same = [.. rivals.Where(other => untold.Contains(other.Policy)).Select(other => other.Choice)];
            if (same.Length > 0)
            {
                yield return same.Length == rivals.Length ? others.Key.Id : $"{others.Key.Id}={string.Join(" or ", same)}";
            }
        }
    }
}
