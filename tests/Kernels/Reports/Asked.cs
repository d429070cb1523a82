using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Kernels.Reports;

/// <summary>One request as a report's kernel meets it.</summary>
/// <param name="Question">What is asked.</param>
/// <param name="Operands">Of what, in hexadecimal words.</param>
internal sealed record Asked(Question Question, string Operands)
{
    /// <summary>The operands, word by word.</summary>
    public string[] Words { get; } = Operands.Split(' ');

    /// <summary>The first operand's bits.</summary>
    public uint Bits => Hex(Words[0]);

    /// <summary>The first operand as the binary32 number that it is.</summary>
    public float Value => BitConverter.UInt32BitsToSingle(Bits);

    /// <summary>A block of binary32 numbers, the first operand.</summary>
    public float[] Block => [.. Numbers(Words[0], 8).Select(BitConverter.UInt32BitsToSingle)];

    /// <summary>Ties to even, saturating, from binary32: what the reporters' kernels do, and nothing else.</summary>
    public bool IsPlain => IsNearestSaturating && Question.From == ElementFormats.Binary32 && Question.HasPlainTensorScale;

    /// <summary>Ties to even, saturating, from whatever format.</summary>
    public bool IsNearestSaturating => Question.Policy.Rounding == RoundingMode.TiesToEven
        && Question.Policy.Overflow == OverflowPolicy.Saturate;

    /// <summary>What the reference answers: the part of a kernel that nobody complained of.</summary>
    public string Right => Answerer.For(Question).Answer(Operands);

    /// <summary>What the reference answers under other choices: a kernel whose one fault is a choice.</summary>
    public string Under(Func<ConversionPolicy, ConversionPolicy> choices)
        => Answerer.For(Question with { Policy = choices(Question.Policy) }).Answer(Operands);

    /// <summary>The code of a binary32 number in the format asked for, rounded once, as asked.</summary>
    public string Encoded(float value)
        => Code(ElementCodec.Encode(Format, Binary32.Decode(BitConverter.SingleToUInt32Bits(value)), Question.Policy));

    /// <summary>A code in two digits.</summary>
    public static string Code(uint code) => code.ToString("x2", CultureInfo.InvariantCulture);

    /// <summary>Binary32 bits in eight digits.</summary>
    public static string Single(float value) => BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Hexadecimal digits as a number.</summary>
    public static uint Hex(string digits) => uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>A word of numbers side by side, each of so many digits.</summary>
    public static IEnumerable<uint> Numbers(string word, int digits) => word.Chunk(digits).Select(number => Hex(new string(number)));

    private ElementFormat Format => ElementFormat.TryParse(Question.Formats[0], out ElementFormat? format) ? format
        : throw new RequestException($"'{Question.Formats[0]}' is no element format");
}
