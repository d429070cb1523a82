using Mxact.Vectors;

namespace Mxact.Conformance.Randomness;

/// <summary>What the test of a kernel's own random bits found.</summary>
/// <param name="Questions">What was drawn, question by question.</param>
/// <param name="LeftOut">Questions at which the kernel failed, or that were not reached.</param>
/// <param name="Tests">How many counts were looked at.</param>
/// <param name="Limit">The logarithm that the bound of each of them, on its side, has to stay above.</param>
/// <param name="Findings">What is not as random bits are.</param>
internal sealed record RandomBitsOutcome(IReadOnlyList<QuestionDraws> Questions, int LeftOut, int Tests, double Limit,
    IReadOnlyList<RandomBitsFinding> Findings)
{
    /// <summary>How often a bias of the size that is said to be found is missed.</summary>
    public const double Miss = 0.01;

    /// <summary>What was found of a question.</summary>
    public IEnumerable<RandomBitsFinding> Of(Question question) => Findings.Where(finding => finding.Question == question);

    /// <summary>All draws.</summary>
    public long Draws => Questions.Sum(question => (long)question.Values.Sum(draws => draws.Made));

    /// <summary>The smallest distance from one half that is found in one exponent.</summary>
    public double DetectableInOne => TailBound.Detectable(Randomness.Draws.Count, Limit, Miss);

    /// <summary>The smallest that is found where every exponent of a question has it.</summary>
    public double DetectableInAll(QuestionDraws question)
        => TailBound.Detectable((long)Randomness.Draws.Count * question.Fair.Count, Limit, Miss);
}
