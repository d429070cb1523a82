using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>Codes and bytes in another order than the one asked.</summary>
internal static class LayoutFaults
{
    /// <summary>Every one: an order of a block's elements, as from position to position, and the way bytes are filled.</summary>
    public static IEnumerable<Fault> All { get; } =
    [
        .. Order("nibbles swapped", "neighbours stand in each other's place: the first code is in the high nibble", (i, n) => n % 2 == 0
            ? i ^ 1 : i),
        .. Order("GGUF order", "byte j holds elements j and j + n/2, as GGUF has it, not 2j and 2j + 1",
            (i, n) => n % 2 == 0 ? (i / 2) + (i % 2 * (n / 2)) : i),
        .. Order("order of GGUF undone", "elements come out as if they had been stored in GGUF's order",
            (i, n) => n % 2 == 0 ? i < n / 2 ? 2 * i : (2 * (i - (n / 2))) + 1 : i),
        .. Order("elements reversed", "the last element stands first", (i, n) => n - 1 - i),
        .. Order("elements of a word reversed", "the bytes of each group of four stand in the opposite order",
            (i, n) => n % 4 == 0 ? i ^ 3 : i),
        .. Order("elements of a double word reversed", "the codes of each group of eight stand in the opposite order",
            (i, n) => n % 8 == 0 ? i ^ 7 : i),
        .. Order("halves of the block swapped", "the second half stands first", (i, n) => n % 2 == 0 ? (i + (n / 2)) % n : i),
        .. Layouts(),
        Bytes("nibbles swapped in each byte", "the first code is in the high nibble", Nibbles),
        Bytes("bytes reversed", "the last byte stands first", text => Rearranged(text, 2, (i, n) => n - 1 - i)),
        Bytes("bytes of a word reversed", "each four bytes stand in the opposite order", text
            => Rearranged(text, 2, (i, n) => n % 4 == 0 ? i ^ 3 : i)),
        Bytes("bits of each byte reversed", "the highest bit stands lowest", Bits),
    ];

    /// <summary>Layouts of the same operands under other rules.</summary>
    private static IEnumerable<Fault> Layouts()
    {
        yield return new("rows and columns swapped", "the matrix of scales is taken for its transpose's shape")
        {
            Concerns = IsBytes,
            Operands = (question, operands) => IsBytes(question) && Layout.Find(question.Formats[0]).TakesShape
                ? Swapped(operands.Split(' ')) : operands,
        };
        yield return new("first element in the high bits", "the stream of bits is filled from the highest bit down")
        {
            Concerns = IsBytes,
            Instead = (question, operands) => question.Operation == Operation.Pack && Layout.Find(question.Formats[0])
                is { Bits: < 8 } layout
                ? HighFirst(operands, layout.Bits) : null,
        };
        foreach (Layout layout in Layout.All)
        {
            yield return new($"layout={layout.Name}", $"the bytes are laid out as {layout.Name} has them")
            {
                Question = asked => IsBytes(asked) && Layout.Find(asked.Formats[0]).TakesShape == layout.TakesShape
                    ? asked with { Formats = [layout.Name] } : null,
            };
        }
    }

    private static bool IsBytes(Question question) => question.Operation is Operation.Pack or Operation.Unpack;

    private static string Swapped(string[] words) => words.Length == 3 ? $"{words[1]} {words[0]} {words[2]}" : string.Join(' ', words);

    private static string HighFirst(string codes, int bits)
    {
        string all = string.Concat(Convert.FromHexString(codes).Select(c => Convert.ToString(c, 2).PadLeft(bits, '0')));
        all = all.PadRight((all.Length + 7) / 8 * 8, '0');
        return Convert.ToHexStringLower([.. all.Chunk(8).Select(b => Convert.ToByte(new string(b), 2))]);
    }

    /// <summary>The scales that stand before the codes of a GGUF block, in digits; null for other layouts.</summary>
    private static int? ScaleDigits(Question question) => question.Formats[0] switch
    {
        "gguf-mxfp4" => 2,
        "gguf-nvfp4" => 8,
        _ => null,
    };

    /// <summary>An order of the elements of a block, for what writes them and for what reads them.</summary>
    private static IEnumerable<Fault> Order(string name, string words, Func<int, int, int> place)
    {
        yield return new(name, words)
        {
            Concerns = question => question.Operation is Operation.Quantize or Operation.Dequantize
                || (IsBytes(question) && ScaleDigits(question) is not null),
            Answer = (question, _, answer) => question.Operation == Operation.Unpack && ScaleDigits(question) is { } before
                && answer.Length > before ? $"{answer[..before]}{Rearranged(answer[before..], 2, place)}"
                : question.Operation == Operation.Quantize && MxFormats.Find(question.Formats[0]) is { } format
                && answer.Length > 3 ? $"{answer[..3]}{Rearranged(answer[3..], format.Element.HexDigits, place)}" : answer,
            Operands = (question, operands) => question.Operation == Operation.Pack && ScaleDigits(question) is { } before
                && operands.Length > before ? $"{operands[..before]}{Rearranged(operands[before..], 2, place)}"
                : question.Operation == Operation.Dequantize && MxFormats.Find(question.Formats[0]) is { } format
                && operands.Length > 3 ? $"{operands[..3]}{Rearranged(operands[3..], format.Element.HexDigits, place)}" : operands,
        };
    }

    /// <summary>A change of the bytes that pack writes and unpack reads.</summary>
    private static Fault Bytes(string name, string words, Func<string, string> change) => new(name, words)
    {
        Concerns = IsBytes,
        Answer = (question, _, answer) => question.Operation == Operation.Pack ? change(answer) : answer,
        Operands = (question, operands) => question.Operation == Operation.Unpack
            ? operands[..(operands.LastIndexOf(' ') + 1)] + change(operands[(operands.LastIndexOf(' ') + 1)..]) : operands,
    };

    private static string Rearranged(string text, int digits, Func<int, int, int> place)
    {
        int n = text.Length / digits;
        return string.Concat(Enumerable.Range(0, n).Select(i => text.Substring(place(i, n) * digits, digits)));
    }

    private static string Nibbles(string text)
        => string.Concat(Enumerable.Range(0, text.Length / 2).Select(i => $"{text[(2 * i) + 1]}{text[2 * i]}"));

    private static string Bits(string text) => string.Concat(Convert.FromHexString(text).Select(b =>
    {
        int reversed = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            reversed |= ((b >> bit) & 1) << (7 - bit);
        }

        return reversed.ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
    }));
}
