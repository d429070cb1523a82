using System.Globalization;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Randomness;

namespace Mxact.Conformance.Reports;

/// <summary>What was found of a kernel's own random bits, in words.</summary>
internal static class OwnRandomBitsText
{
    private const int MaxQuestions = 6;

    /// <summary>Each finding with the questions that show it and the counts of the first.</summary>
    public static IEnumerable<string> Findings(Outcome outcome)
    {
        IGrouping<(string Name, string Words), RandomBitsFinding>[] kinds =
            [.. (outcome.RandomBits?.Findings ?? []).GroupBy(finding => (finding.Name, finding.Words))];
        foreach ((int number, IGrouping<(string Name, string Words), RandomBitsFinding> kind) in kinds.Index())
        {
            yield return $"OWN RANDOM BITS {Number(number + 1)} of {Number(kinds.Length)}: {kind.Key.Name} ({kind.Key.Words})";
            yield return $"  in {Number(kind.Count())} of {Number(outcome.RandomBits!.Questions.Count)} questions";
            foreach (string line in Evidence(kind.First()))
            {
                yield return line;
            }

            foreach (RandomBitsFinding other in kind.Skip(1).Take(MaxQuestions))
            {
                yield return $"  also       {other.Question}";
            }

            if (kind.Count() > MaxQuestions + 1)
            {
                yield return $"             and {Number(kind.Count() - MaxQuestions - 1)} more";
            }

            yield return "";
        }
    }

    /// <summary>A finding's question and counts.</summary>
    public static IEnumerable<string> Evidence(RandomBitsFinding finding)
    {
        if (finding.Alternatives.Count > 0)
        {
            yield return $"  no count tells it from: {string.Join("; ", finding.Alternatives)}";
        }

        yield return $"  question   {finding.Question}";
        foreach (string seen in finding.Evidence)
        {
            yield return $"  seen       {seen}";
        }
    }

    /// <summary>How much was drawn, how often the test is wrong, and what it would have missed.</summary>
    public static IEnumerable<string> Closing(Outcome outcome)
    {
        if (outcome.RandomBits is not { } bits)
        {
            yield break;
        }

        if (bits.Questions.Count == 0)
        {
            yield return "own random bits: NOT TESTED, no stochastic encode was answered";
            yield break;
        }

        QuestionDraws widest = bits.Questions.MaxBy(draws => draws.Fair.Count)!;
        string leftOut = bits.LeftOut == 0 ? "" : $", {Number(bits.LeftOut)} not answered throughout";
        yield return string.Create(CultureInfo.InvariantCulture, $"own random bits: {bits.Questions.Count} questions{leftOut}, "
            + $"{bits.Draws} draws, {bits.Tests} counts looked at; "
            + $"perfect bits fail at most once in {1 / RandomBitsTest.FalseAlarm:0} runs");
        yield return string.Create(CultureInfo.InvariantCulture, $"  found with {100 * (1 - RandomBitsOutcome.Miss):0}% certainty: "
            + $"even odds that are off by {bits.DetectableInOne:0.000} in one exponent, by {bits.DetectableInAll(widest):0.000} in all "
            + $"{widest.Fair.Count} of {widest.Question.Formats[0]}");
    }

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
