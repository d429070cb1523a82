using System.Globalization;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Randomness;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Checks;

/// <summary>A row as it is put to a kernel: the question under its own choices, the line it is sent, and what it must answer.</summary>
internal sealed record Asked(TestVector Row, Question Question, string Request, string Expected);

/// <summary>Compares replies with what is expected of a kernel under its declaration.</summary>
/// <param name="declaration">The declaration.</param>
/// <param name="ownRandomBits">The kernel draws its own random bits: a stochastic row takes every answer that some bits give.</param>
internal sealed class Judge(Declaration declaration, bool ownRandomBits = false)
{
    private readonly Dictionary<string, (Question Question, string Words, Answerer? Answerer)> questions = [];

    /// <summary>Rows whose right answer, with its lowest bit flipped, was accepted: must stay zero.</summary>
    public int ControlsAccepted { get; private set; }

    /// <summary>Rows so controlled.</summary>
    public int ControlsMade { get; private set; }

    /// <summary>
    /// What the kernel is asked for a row, and what it must answer: computed here and nowhere again. Null where the row has no answer under
    /// the declared choices (random bits it lacks, a partial block that is an error).
    /// </summary>
    public Asked? Ask(TestVector row)
    {
        try
        {
            (Question question, string words, Answerer? answerer) = QuestionOf(row);
            string expected = ownRandomBits && RandomOperands.AreTaken(question)
                ? RandomOperands.ExpectedWithAny(question, answerer ?? Answerer.For(question), row.Operands)
                : answerer is null ? row.Expected : Expectation.FromAnswer(question, answerer.Answer(row.Operands));
            return new(row, question, $"{words} {row.Operands}", expected);
        }
        catch (RequestException) when (!declaration.IsOcp)
        {
            return null;
        }
    }

    /// <summary>The verdict on a reply.</summary>
    public Judged Of(Asked asked, Reply reply)
    {
        (TestVector row, Question question, _, string expected) = asked;
        ElementFormat? format = Expectation.AnswerFormat(question);
        Verdict verdict = reply.Kind switch
        {
            ReplyKind.Answered => !Expectation.Matches(expected, reply.Text, format) ? Verdict.Fail
                : expected == row.Expected || Expectation.IsEither(expected) || Expectation.Matches(row.Expected, reply.Text, format)
                    ? Verdict.Pass
                : Verdict.DeclaredVariant,
            ReplyKind.Unsupported => Verdict.Unsupported,
            ReplyKind.NotAsked => Verdict.NotAsked,
            _ => Verdict.KernelFailed,
        };
        if (verdict is Verdict.Pass or Verdict.DeclaredVariant)
        {
            Control(expected, reply.Text, format);
        }

        return new(row, question, asked.Request, expected, reply, verdict);
    }

    /// <summary>A reply was taken back: its control is made again with the one that takes its place.</summary>
    public void Withdraw(Judged judged) => ControlsMade -= judged.Verdict is Verdict.Pass or Verdict.DeclaredVariant ? 1 : 0;

    /// <summary>
    /// The question of a row under the kernel's own choices, and who answers it where the row's golden answer is not the one.
    /// </summary>
    private (Question Question, string Words, Answerer? Answerer) QuestionOf(TestVector row)
    {
        string key = $"{row.Operation} {row.Formats} {row.Choices}";
        if (!questions.TryGetValue(key, out (Question Question, string Words, Answerer? Answerer) known))
        {
            Question golden = row.Question;
            Question own = declaration.Of(golden);
            known = (own, own.ToString(), own.Policy == golden.Policy ? null : Answerer.For(own));
            questions.Add(key, known);
        }

        return known;
    }

    /// <summary>
    /// The negative control: the accepted answer with its lowest bit flipped must be rejected; where any digits or any NaN may stand
    /// there, the answer one digit short must be.
    /// </summary>
    private void Control(string expected, string answer, ElementFormat? format)
    {
        bool isPattern = expected.Contains(Expectation.AnyNaN, StringComparison.Ordinal) || expected.Contains('n')
            || expected.Contains('*') || Expectation.IsEither(expected);
        int digit = Convert.ToInt32(answer[^1..], 16) ^ 1;
        string wrong = isPattern ? answer[..^1] : answer[..^1] + digit.ToString("x1", CultureInfo.InvariantCulture);
        ControlsMade++;
        if (Expectation.Matches(expected, wrong, format))
        {
            ControlsAccepted++;
        }
    }
}
