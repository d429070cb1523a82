using System.Text;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>Odd taken for even where a rounding asks which a code is.</summary>
internal static class ParityFaults
{
    /// <summary>Every one; they act on the modes that ask.</summary>
    public static IEnumerable<Fault> All { get; } =
    [
        new("odd and even exchanged", "ties go to the odd code, and rounding to odd to the even one: the parity is of the exponent before "
            + "its bias, or the test is turned round")
        {
            Concerns = Asks,
            Answer = (question, operands, answer) => Asks(question) ? Exchanged(question, operands, answer) : answer,
        },
    ];

    private static bool Asks(Question question) => question.Operation is (Operation.Encode or Operation.Quantize)
        && question.Policy.Rounding.Direction is (RoundingDirection.TiesToEven or RoundingDirection.ToOdd);

    /// <summary>Where both neighbours are candidates, the one that was not taken.</summary>
    private static string Exchanged(Question question, string operands, string answer)
    {
        string below, above, up;
        if (question.Policy.Rounding.Direction == RoundingDirection.TiesToEven)
        {
            below = With(question, RoundingMode.TiesToZero, operands);
            above = up = With(question, RoundingMode.TiesToAway, operands);
        }
        else
        {
            below = With(question, RoundingMode.TowardZero, operands);
            above = With(question, RoundingMode.TowardNegative, operands);
            up = With(question, RoundingMode.TowardPositive, operands);
        }

        if (Patterns.Items(question, operands, answer) is not { } items || below.Length != answer.Length || above.Length != answer.Length
            || up.Length != answer.Length)
        {
            return answer;
        }

        StringBuilder text = new(answer);
        foreach (Item item in items)
        {
            string Of(string whole) => whole.Substring(item.At, item.Digits);
            string other = Of(answer) != Of(below) ? Of(below) : Of(above) != Of(below) ? Of(above) : Of(up);
            text.Remove(item.At, item.Digits).Insert(item.At, other);
        }

        return text.ToString();
    }

    private static string With(Question question, RoundingMode mode, string operands)
        => Answerer.For(question with { Policy = question.Policy with { Rounding = mode } }).Answer(operands);
}
