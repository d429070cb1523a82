using Mxact.Conformance.Adapters;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Checks;

/// <summary>Compares replies with what is expected of a kernel under its declaration.</summary>
internal sealed class Judge(Declaration declaration)
{
    private readonly Dictionary<string, (Question Question, Answerer? Answerer)> questions = [];

    /// <summary>Rows whose right answer, with its lowest bit turned, was accepted: must stay zero.</summary>
    public int ControlsAccepted { get; private set; }

    /// <summary>Rows so controlled.</summary>
    public int ControlsMade { get; private set; }

    /// <summary>What the kernel is asked for a row, and what it must answer.</summary>
    public (Question Question, string Request, string Expected) Ask(TestVector row)
    {
        string key = $"{row.Operation} {row.Formats} {row.Choices}";
        if (!questions.TryGetValue(key, out (Question Question, Answerer? Answerer) asked))
        {
            Question golden = row.Question;
            Question own = declaration.Of(golden);
            asked = (own, own.Policy == golden.Policy ? null : Answerer.For(own));
            questions.Add(key, asked);
        }

        string expected = asked.Answerer is null ? row.Expected : Expectation.FromAnswer(asked.Question, asked.Answerer.Answer(row.Operands));
        return (asked.Question, $"{asked.Question} {row.Operands}", expected);
    }

    /// <summary>Whether a row has an answer under the declaration.</summary>
    public bool CanAsk(TestVector row)
    {
        if (declaration.IsOcp)
        {
            return true;
        }

        try
        {
            Ask(row);
            return true;
        }
        catch (RequestException)
        {
            return false;
        }
    }

    /// <summary>The verdict on a reply.</summary>
    public Judged Of(TestVector row, Reply reply)
    {
        (Question question, string request, string expected) = Ask(row);
        ElementFormat? format = Expectation.AnswerFormat(question);
        Verdict verdict = reply.Kind switch
        {
            ReplyKind.Answered => !Expectation.Matches(expected, reply.Text, format) ? Verdict.Fail
                : expected == row.Expected || Expectation.Matches(row.Expected, reply.Text, format) ? Verdict.Pass
                : Verdict.DeclaredVariant,
            ReplyKind.Unsupported => Verdict.Unsupported,
            ReplyKind.NotAsked => Verdict.NotAsked,
            _ => Verdict.KernelFailed,
        };
        if (verdict is Verdict.Pass or Verdict.DeclaredVariant)
        {
            Control(expected, reply.Text, format);
        }

        return new(row, question, request, expected, reply, verdict);
    }

    /// <summary>
    /// The negative control: the accepted answer with its lowest bit turned must be refused; where any digits or any NaN may stand
    /// there, the answer one digit short must be.
    /// </summary>
    private void Control(string expected, string answer, ElementFormat? format)
    {
        bool isPattern = expected.Contains(Expectation.AnyNaN, StringComparison.Ordinal) || expected.Contains('n') || expected.Contains('*');
        int digit = Convert.ToInt32(answer[^1..], 16) ^ 1;
        string wrong = isPattern ? answer[..^1] : answer[..^1] + digit.ToString("x1", System.Globalization.CultureInfo.InvariantCulture);
        ControlsMade++;
        if (Expectation.Matches(expected, wrong, format))
        {
            ControlsAccepted++;
        }
    }
}
