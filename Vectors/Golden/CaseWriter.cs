using Mxact.Vectors.Answers;
using Mxact.Vectors.Generators;

namespace Mxact.Vectors;

/// <summary>Turns cases into rows: the id, the answer, and the latitudes that could change it.</summary>
internal sealed class CaseWriter(Catalogue catalogue)
{
    private readonly Dictionary<string, Asked> cache = [];

    /// <summary>The row of a case.</summary>
    public TestVector Write(Case c)
    {
        string key = $"{c.Operation} {c.Formats} {c.Parameters}";
        if (!cache.TryGetValue(key, out Asked? asked))
        {
            string sorted = RowId.Sorted(c.Parameters.Trim());
            Question question = Question.Of(c.Operation, [.. c.Formats.Split(' ')], sorted.Length == 0 ? [] : sorted.Split(' '));
            asked = new(sorted, question, Answerer.For(question), [.. Others(question)]);
            cache.Add(key, asked);
        }

        string answer = asked.Answerer.Answer(c.Operands);

        // A latitude matters when some other choice changes the answer: then the row names the choice it was made under.
        IEnumerable<string> matters = asked.Latitudes
            .Where(latitude => latitude.Others.Any(other => other.Answer(c.Operands) != answer))
            .Select(latitude => latitude.Made);
        string id = RowId.Create(c.Operation, c.Formats, asked.Choices, c.Operands);
        return new(
            id,
            c.IsSmoke || SmokeRows.Contains(id) ? Level.Smoke : Level.Standard,
            c.Operation,
            c.Formats,
            asked.Choices,
            c.Operands,
            Expectation.FromAnswer(asked.Question, answer),
            string.Join(' ', matters),
            c.Clause.Citation,
            c.Flags);
    }

    private IEnumerable<(string Made, Answerer[] Others)> Others(Question question)
    {
        bool isCast = question.Formats[0] == ScaleFormat.E8M0.Name;
        return question.Operation is not (Operation.Encode or Operation.Scale or Operation.Quantize)
            ? []
            : catalogue.OpenChoices.Where(choice => choice.IsCast == isCast && !IsNamed(question, choice.Made)).GroupBy(choice
                => choice.Made)
                .Select(
                    latitude => (
                        latitude.Key,
                        latitude.Select(choice => Answerer.For(question with { Policy = choice.Change(question.Policy) })).ToArray()));
    }

    /// <summary>A choice that the request itself names is a parameter, and none that could have been made otherwise.</summary>
    private static bool IsNamed(Question question, string made)
        => question.Choices.Any(choice => choice.StartsWith(made[..(made.IndexOf('=', StringComparison.Ordinal) + 1)],
            StringComparison.Ordinal));

    private sealed record Asked(string Choices, Question Question, Answerer Answerer, (string Made, Answerer[] Others)[] Latitudes);
}
