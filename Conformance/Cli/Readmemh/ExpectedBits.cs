using System.Globalization;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Cli.Readmemh;

/// <summary>
/// An expectation as bits, which is all that a memory can hold: the words to compare with, which of their bits count, and which elements
/// may be any NaN. There the bits that all NaN have in common count, so that a bench that looks at nothing else still refuses a number.
/// </summary>
/// <param name="Words">The answer's words; digits that do not count are 0.</param>
/// <param name="Mask">The same shape: a bit is 1 where it counts.</param>
/// <param name="NaNs">For each element of the answer, in order, whether it may be any NaN.</param>
internal sealed record ExpectedBits(string Words, string Mask, IReadOnlyList<bool> NaNs)
{
    /// <summary>Reads a pattern.</summary>
    /// <exception cref="RequestException">It names alternatives, which bits under a mask cannot say.</exception>
    public static ExpectedBits Of(Question question, string expected)
    {
        ElementFormat? format = Expectation.AnswerFormat(question);
        ExpectedBits[] words = [.. expected.Split(' ').Select((word, i) => Word(word, DigitsOf(question, format, i), format))];
        return new(string.Join(' ', words.Select(w => w.Words)), string.Join(' ', words.Select(w => w.Mask)),
            [.. words.SelectMany(w => w.NaNs)]);
    }

    /// <summary>A scale, before the codes of a quantised block, takes two digits, as do the bytes of what has no format.</summary>
    private static int DigitsOf(Question question, ElementFormat? format, int word)
        => format is null || (question.Operation == Operation.Quantize && word == 0) ? 2 : format.HexDigits;

    private static ExpectedBits Word(string word, int digits, ElementFormat? format)
    {
        if (word.Contains('|', StringComparison.Ordinal))
        {
            throw new RequestException($"'{Question.Shown(word)}' accepts one of several answers, which bits under a mask cannot say");
        }

        if (word.StartsWith(Expectation.Anything, StringComparison.Ordinal))
        {
            string nothing = new('0', Number(word[Expectation.Anything.Length..]));
            return new(nothing, nothing, new bool[nothing.Length / digits]);
        }

        string plain = word == Expectation.AnyNaN ? new('n', digits)
            : word.StartsWith(Expectation.AnyNaN + Expectation.Anything, StringComparison.Ordinal)
                ? new('n', digits * Number(word[(Expectation.AnyNaN + Expectation.Anything).Length..]))
            : word.StartsWith("nan:", StringComparison.Ordinal) ? word["nan:".Length..] : word;
        bool[] isNaN = [.. Enumerable.Range(0, plain.Length / digits).Select(i => plain[i * digits] == 'n')];
        (string Code, string Mask) nan = isNaN.Any(n => n) ? CommonToNaNs(format!) : ("", "");
        string all = new('f', digits);
        return new(
            string.Concat(isNaN.Select((n, i) => n ? nan.Code : plain.Substring(i * digits, digits))),
            string.Concat(isNaN.Select(n => n ? nan.Mask : all)),
            isNaN);
    }

    /// <summary>The bits that every NaN of a format has, and which they are: of an IEEE format the exponent field.</summary>
    private static (string Code, string Mask) CommonToNaNs(ElementFormat format)
    {
        if (format.Bits > 8)
        {
            string exponent = HexWords.Write(((1u << format.ExponentBits) - 1) << format.MantissaBits, format.HexDigits);
            return (exponent, exponent);
        }

        uint[] nans = [.. Enumerable.Range(0, 1 << format.Bits).Select(code => (uint)code)
            .Where(code => ElementCodec.Decode(format, code).IsNaN)];
        uint ones = nans.Aggregate((a, b) => a & b);
        uint zeros = ~nans.Aggregate((a, b) => a | b) & 0xFF;
        return (HexWords.Write(ones, format.HexDigits), HexWords.Write(ones | zeros, format.HexDigits));
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
