using Mxact.Vectors.Answers;

namespace Mxact.Vectors.Generators;

/// <summary>A case before it has an id and an answer.</summary>
/// <param name="Operation">What is asked.</param>
/// <param name="Formats">Its formats.</param>
/// <param name="Parameters">The choices that are part of the question whether they matter or not.</param>
/// <param name="Operands">Input words.</param>
/// <param name="Clause">The clause that decides.</param>
/// <param name="Flags">What kind of case it is.</param>
/// <param name="IsSmoke">Whether the smallest level takes it.</param>
internal readonly record struct Case(Operation Operation, string Formats, string Parameters, string Operands, Clause Clause, string Flags, bool IsSmoke = false);

/// <summary>Turns cases into rows: the answer, and the latitudes that could change it.</summary>
internal sealed class CaseWriter
{
    private static readonly string[] Parameters = ["scale-rule", "rounding", "overflow"];

    private readonly Dictionary<string, (Answerer Answerer, Question Question, List<(string Choice, Answerer Other)> Alternatives)> cache = [];

    /// <summary>The row of a case.</summary>
    public TestVector Write(string id, Case c)
    {
        string key = $"{c.Operation} {c.Formats} {c.Parameters}";
        if (!cache.TryGetValue(key, out var entry))
        {
            Question question = Question.Of(c.Operation, [.. c.Formats.Split(' ')], c.Parameters.Length == 0 ? [] : c.Parameters.Split(' '));
            entry = (Answerer.For(question), question, [.. Alternatives(question)]);
            cache.Add(key, entry);
        }

        string answer = entry.Answerer.Answer(c.Operands);

        // A latitude matters when some other choice changes the answer: then the row names the choice it was made under.
        IEnumerable<string> matters = entry.Alternatives.Where(other => other.Other.Answer(c.Operands) != answer).Select(other => other.Choice).Distinct();
        string choices = string.Join(' ', new[] { c.Parameters }.Concat(matters).Where(choice => choice.Length > 0));
        return new(id, c.IsSmoke ? Level.Smoke : Level.Standard, c.Operation, c.Formats, choices, c.Operands, Expectation.FromAnswer(Question.Of(c.Operation, entry.Question.Formats, choices.Length == 0 ? [] : choices.Split(' ')), answer), c.Clause.Citation, c.Flags);
    }

    private static IEnumerable<(string Choice, Answerer Other)> Alternatives(Question question)
    {
        if (question.Operation is Operation.Decode or Operation.Dequantize or Operation.Dot or Operation.Pack or Operation.Unpack)
        {
            yield break;
        }

        bool isScale = question.Formats[0] == ScaleFormat.E8M0.Name;
        foreach (Latitude latitude in Latitude.All)
        {
            bool isCast = latitude.Id.StartsWith("cast-", StringComparison.Ordinal);
            if (Parameters.Contains(latitude.Id) || latitude.Id == "partial-block" || isCast != isScale)
            {
                continue;
            }

            foreach (string choice in latitude.Choices.Where(choice => choice != latitude.Default))
            {
                yield return ($"{latitude.Id}={latitude.Default}", Answerer.For(question with { Policy = latitude.With(question.Policy, choice)! }));
            }
        }
    }
}
