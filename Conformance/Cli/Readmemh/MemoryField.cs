using System.Globalization;
using System.Text;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Cli.Readmemh;

/// <summary>One word of a request or an answer as it lies in a memory's line: so many elements of so many digits each.</summary>
/// <param name="Name">What the word is.</param>
/// <param name="Count">Elements.</param>
/// <param name="Digits">Hexadecimal digits an element: the protocol's, so a four-bit code takes eight bits.</param>
internal sealed record MemoryField(string Name, int Count, int Digits)
{
    /// <summary>How wide it is, in bits.</summary>
    public int Bits => 4 * Count * Digits;

    /// <summary>The fields of a question's operands.</summary>
    public static IReadOnlyList<MemoryField> OfOperands(Question question, string operands)
    {
        IEnumerable<(string, int)> words = question.Operation switch
        {
            Operation.Decode => [("code", CodeDigits(question.Formats[0]))],
            Operation.Encode => [("input", question.From.HexDigits), ("random", question.Policy.Rounding.RandomDigits)],
            Operation.Scale => [("maximum", question.From.HexDigits)],
            Operation.Quantize => [("values", question.From.HexDigits), ("random", question.Policy.Rounding.RandomDigits)],
            Operation.Dequantize => [("scale", 2), ("codes", 2)],
            Operation.Dot => OfDot(question, operands),
            Operation.Pack or Operation.Unpack => Layout.Find(question.Formats[0]).TakesShape
                ? [("rows", 4), ("columns", 4), Bytes(question)] : [Bytes(question)],
            Operation.Instruction => OfInstruction(Instructions.Named(question.Formats[0])),
            _ => throw new InvalidOperationException($"no such operation: {question.Operation}"),
        };
        return Fields(words, operands);
    }

    /// <summary>The fields of an answer whose digits are all there.</summary>
    public static IReadOnlyList<MemoryField> OfAnswer(Question question, string answer)
    {
        IEnumerable<(string, int)> words = question.Operation switch
        {
            Operation.Encode => [("code", CodeDigits(question.Formats[0]))],
            Operation.Quantize => [("scale", 2), ("codes", 2)],
            Operation.Scale => [("scale", 2)],
            Operation.Pack => [("bytes", 2)],
            Operation.Unpack => [("codes", 2)],
            Operation.Instruction => [("destination", Instructions.Named(question.Formats[0]).Destination.Digits)],
            _ => [("values", Expectation.AnswerFormat(question)!.HexDigits)],
        };
        return Fields(words, answer);
    }

    /// <summary>A line of a memory: the first word in the lowest bits, and of each word element 0.</summary>
    public static string Line(IReadOnlyList<MemoryField> fields, string words)
    {
        string[] parts = words.Split(' ');
        StringBuilder line = new();
        for (int field = fields.Count - 1; field >= 0; field--)
        {
            int digits = fields[field].Digits;
            for (int at = parts[field].Length - digits; at >= 0; at -= digits)
            {
                line.Append(parts[field].AsSpan(at, digits));
            }
        }

        return line.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}[{Count}]x{4 * Digits}");

    private static IEnumerable<(string, int)> OfInstruction(Instruction instruction)
        => instruction.Sources.Select(source => (source.Name.Split('.')[0], source.Digits))
            .Concat(instruction.TakesRandomWord ? [("random", 8)] : []);

    private static (string, int) Bytes(Question question) => (question.Operation == Operation.Pack ? "codes" : "bytes", 2);

    private static IEnumerable<(string, int)> OfDot(Question question, string operands)
    {
        DotSetup setup = DotSetup.Of(question);
        yield return ("a", setup.A.Element.HexDigits);
        yield return ("b", setup.B.Element.HexDigits);
        if (operands.Count(c => c == ' ') == 4)
        {
            yield return ("scales_a", 2);
            yield return ("scales_b", 2);
        }

        yield return ("c", setup.Output.HexDigits);
    }

    private static int CodeDigits(string format) => ElementFormat.TryParse(format, out ElementFormat? element) ? element.HexDigits : 2;

    /// <summary>As many fields as there are words: a question without random bits has no word for them.</summary>
    private static IReadOnlyList<MemoryField> Fields(IEnumerable<(string Name, int Digits)> words, string text)
        => [.. words.Zip(text.Split(' '), (word, digits) => new MemoryField(word.Name, digits.Length / word.Digits, word.Digits))];
}
