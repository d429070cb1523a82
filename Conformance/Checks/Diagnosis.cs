using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Checks;

/// <summary>A single other choice, or a whole profile, and how many of a group's failures it explains.</summary>
internal sealed record Explanation(string Choice, int Explained, int Failures);

/// <summary>Which other variant a failing kernel is: tries every other choice, one at a time, and every profile, on the failures.</summary>
internal static class Diagnosis
{
    private const int MostTried = 400;

    /// <summary>
    /// The explanations that hold for at least half of the failures and for nineteen in twenty of the passes that were asked under the same
    /// choices, the best first; at most three.
    /// </summary>
    public static IReadOnlyList<Explanation> Of(Group group)
    {
        Judged[] failures = Spread([.. group.Failures.Where(f => f.Verdict == Verdict.Fail)]);
        if (failures.Length == 0 || failures[0].Question.Operation is not (Operation.Encode or Operation.Scale or Operation.Quantize))
        {
            return [];
        }

        HashSet<ConversionPolicy> asked = [.. failures.Select(f => f.Question.Policy)];
        Judged[] passes = Spread([.. group.Passes.Where(p => asked.Contains(p.Question.Policy))]);
        return [.. Candidates(failures[0].Question)
            .Select(candidate
                => (Explanation: new Explanation(candidate.Name, failures.Count(f => Explains(candidate.Change, f)), failures.Length),
                candidate.Change))
            .Where(c => c.Explanation.Explained > 0 && 2 * c.Explanation.Explained >= c.Explanation.Failures)
            .Where(c => 20 * passes.Count(p => Explains(c.Change, p)) >= 19 * passes.Length)
            .Select(c => c.Explanation)
            .OrderByDescending(e => e.Explained)
            .Take(3)];
    }

    /// <summary>The first of a group's explanations that gives this failure's answer, or null.</summary>
    public static string? CauseOf(IReadOnlyList<Explanation> explanations, Judged failure)
    {
        Dictionary<string, Func<ConversionPolicy,
            ConversionPolicy>> changes = Candidates(failure.Question).ToDictionary(c => c.Name, c => c.Change);
        return explanations.Select(e => e.Choice).FirstOrDefault(choice => changes.TryGetValue(choice, out var change)
            && Explains(change, failure));
    }

    private static Judged[] Spread(Judged[] all)
    {
        int stride = Math.Max(1, all.Length / MostTried);
        return [.. all.Where((_, i) => i % stride == 0)];
    }

    private static IEnumerable<(string Name, Func<ConversionPolicy, ConversionPolicy> Change)> Candidates(Question question)
    {
        bool isBlock = question.Operation != Operation.Encode;
        foreach (Latitude latitude in Latitude.All.Where(l => isBlock
            || l.Id is not ("scale-rule" or "zero-block" or "nan-in-block" or "inf-in-block")))
        {
            foreach (string choice in latitude.Choices.Where(c => !c.Contains(':')))
            {
                yield return ($"{latitude.Id}={choice}", policy => latitude.With(policy, choice) ?? policy);
            }
        }

        foreach (Profile profile in Profile.All)
        {
            yield return ($"profile={profile.Name}", _ => profile.Policy);
        }
    }

    private static bool Explains(Func<ConversionPolicy, ConversionPolicy> change, Judged failure)
    {
        ConversionPolicy policy = change(failure.Question.Policy);
        if (policy == failure.Question.Policy || policy.Rounding.IsStochastic != failure.Question.Policy.Rounding.IsStochastic)
        {
            return false;
        }

        try
        {
            Question other = failure.Question with { Policy = policy };
            string answer = Answerer.For(other).Answer(failure.Row.Operands);
            return Expectation.Matches(Expectation.FromAnswer(other, answer), failure.Reply.Text, Expectation.AnswerFormat(other));
        }
        catch (RequestException)
        {
            return false;
        }
    }
}
