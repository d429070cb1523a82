using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>One number of an answer: an element's code, a scale's, or binary32 bits.</summary>
/// <param name="What">What it is called: code, scale, result or byte.</param>
/// <param name="At">Where its digits begin in the answer.</param>
/// <param name="Digits">How many they are.</param>
/// <param name="Format">Its format; null for a scale or a byte.</param>
/// <param name="Code">Its bits.</param>
/// <param name="Source">The value that it was made of, where there is one.</param>
/// <param name="SourceFormat">That value's format.</param>
internal readonly record struct Item(string What, int At, int Digits, ElementFormat? Format, uint Code, Number? Source,
    ElementFormat? SourceFormat)
{
    /// <summary>The question that was asked.</summary>
    public Question? Asked { get; init; }

    /// <summary>The code of the scale it stands under; null where there is none.</summary>
    public uint? Scale { get; init; }

    /// <summary>Whether that scale is a subnormal number.</summary>
    public bool IsUnderSubnormalScale { get; init; }

    /// <summary>Whether no number follows it.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether it fills up a layout and comes from no operand.</summary>
    public bool IsPadding { get; init; }

    /// <summary>Bits below the sign.</summary>
    public uint Magnitude => Format is null ? Code : Code & (Format.SignMask - 1);

    /// <summary>Whether the answer is a subnormal number of its format; where codes are read, whether the code is one of its own.</summary>
    public bool IsSubnormal => IsRead ? Source is { IsFinite: true, Finite.IsZero: false } v && v.Finite.FloorLog2 < SourceFormat!.EMin
        : Format is { Encoding: not ElementEncoding.TwosComplement } && Magnitude != 0 && Magnitude >> Format.MantissaBits == 0;

    private bool IsRead => Format == ElementFormats.Binary32;

    /// <summary>The numbers of an answer, or null where it has none that can be told.</summary>
    public static List<Item>? Of(Question question, string operands, string answer)
    {
        List<Item>? items = Plain(question, operands, answer);
        return items?.ConvertAll(item => item with { Asked = question });
    }

    private static List<Item>? Plain(Question question, string operands, string answer)
    {
        string[] words = operands.Split(' ');
        ElementFormat from = question.From;
        switch (question.Operation)
        {
            case Operation.Encode or Operation.Scale:
                ElementFormat? target = question.Operation == Operation.Encode ? Expectation.AnswerFormat(question) : null;
                return [new(target is null ? "scale" : "code", 0, answer.Length, target, Parse(answer),
                    ElementCodec.Decode(from, Parse(words[0])), from)];
            case Operation.Decode:
                return ElementFormat.TryParse(question.Formats[0], out ElementFormat? read)
                    ? [new("result", 0, 8, ElementFormats.Binary32, Parse(answer), ElementCodec.Decode(read, Parse(words[0])), read)]
                    : [new("result", 0, 8, ElementFormats.Binary32, Parse(answer),
                        ScaleCodec.Decode(ScaleFormat.E8M0, (byte)Parse(words[0])), ElementFormats.Binary32)];
            case Operation.Quantize when MxFormats.Find(question.Formats[0]) is { } format && answer.Length > 3:
                int digits = format.Element.HexDigits;
                uint scale = Parse(answer[..2]);
                return [new("scale", 0, 2, null, scale, null, null), .. Enumerable.Range(0, (answer.Length - 3) / digits).Select(i
                    => new Item("code", 3 + (i * digits), digits, format.Element, Parse(answer.Substring(3 + (i * digits), digits)),
                        ElementCodec.Decode(from, Parse(words[0].Substring(i * from.HexDigits, from.HexDigits))), from) { Scale = scale })];
            case Operation.Dequantize when MxFormats.Find(question.Formats[0]) is { } format:
                int width = format.Element.HexDigits;
                return [.. Enumerable.Range(0, answer.Length / 8).Select(i => new Item("result", i * 8, 8, ElementFormats.Binary32,
                    Parse(answer.Substring(i * 8, 8)), ElementCodec.Decode(format.Element, Parse(words[1].Substring(i * width, width))),
                    format.Element)
                {
                    Scale = Parse(words[0]),
                    IsUnderSubnormalScale = format.Scale.Element is { } s && (Parse(words[0]) & (s.SignMask - 1)) >> s.MantissaBits == 0,
                })];
            case Operation.Dot:
                return [new("result", 0, answer.Length, answer.Length == 4 ? ElementFormats.Binary16 : ElementFormats.Binary32,
                    Parse(answer), null, null)];
            case Operation.Pack or Operation.Unpack:
                string? filled = question.Operation == Operation.Pack && words.Length == 3 ? Filled(question, words) : null;
                return [.. Enumerable.Range(0, answer.Length / 2).Select(i => new Item("byte", 2 * i, 2, null,
                    Parse(answer.Substring(2 * i, 2)), null, null)
                {
                    IsLast = 2 * (i + 1) == answer.Length,
                    IsPadding = filled is not null && filled.AsSpan(2 * i, 2) is "00",
                })];
            default:
                return null;
        }
    }

    /// <summary>The layout with every operand FF: what is 00 there is padding.</summary>
    private static string Filled(Question question, string[] words)
        => Answerer.For(question).Answer($"{words[0]} {words[1]} {new string('f', words[2].Length)}");

    private static uint Parse(string digits) => Convert.ToUInt32(digits, 16);
}
