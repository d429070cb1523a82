using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Randomness;

/// <summary>The random bits among the operands of a stochastic conversion: the last word, an element's or a block's side by side.</summary>
internal static class RandomOperands
{
    /// <summary>Whether a question is answered with random bits.</summary>
    public static bool AreTaken(Question question)
        => question.Policy.Rounding.IsStochastic && question.Operation is (Operation.Encode or Operation.Quantize);

    /// <summary>The operands with other random bits, given those that stand there and n; as they are where they hold none.</summary>
    public static string With(Question question, string operands, Func<uint[], int, uint[]> change)
    {
        RoundingMode mode = question.Policy.Rounding;
        int last = operands.LastIndexOf(' ') + 1;
        if (!AreTaken(question) || last == 0)
        {
            return operands;
        }

        // An element's bits are one word; a block's stand side by side, each in as many digits as it needs.
        int digits = question.Operation == Operation.Encode ? operands.Length - last : mode.RandomDigits;
        uint[] words = [.. Enumerable.Range(0, (operands.Length - last) / digits)
            .Select(i => Convert.ToUInt32(operands.Substring(last + (i * digits), digits), 16))];
        return operands[..last] + HexWords.Write(change(words, mode.RandomBits), digits);
    }

    /// <summary>2^n - 1.</summary>
    public static uint Ones(int n) => uint.MaxValue >> (32 - n);

    /// <summary>What a kernel must answer whatever its random bits are: each code one of the two beside the value.</summary>
    public static string ExpectedWithAny(Question question, Answerer answerer, string operands)
    {
        string Answer(Func<int, uint> word) => Expectation.FromAnswer(question,
            answerer.Answer(With(question, operands, (words, n) => Array.ConvertAll(words, _ => word(n)))));
        return Expectation.Either(Answer(_ => 0), Answer(Ones));
    }
}
