using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Adapters.Arrays;

/// <summary>
/// Questions that are the same but for their operands, as arrays: what a kernel over arrays is asked in one call. A number takes one byte
/// up to eight bits, two up to sixteen, and four above, little-endian.
/// </summary>
internal sealed class ArrayGroup
{
    /// <summary>Stands in every array that a kernel is to write: what it leaves unwritten is no answer by luck.</summary>
    private const byte Unwritten = 0xA5;

    private ArrayGroup(Question question, int count) => (Question, Count) = (question, count);

    /// <summary>What is asked.</summary>
    public Question Question { get; }

    /// <summary>How many questions.</summary>
    public int Count { get; }

    /// <summary>Elements of one: 1 of a single conversion, those of a block, or K.</summary>
    public int Length { get; private set; } = 1;

    /// <summary>Scales of one, of each operand.</summary>
    public int ScaleLength { get; private set; }

    /// <summary>Inputs of encode, scale and quantize in the format <see cref="Question.From"/>.</summary>
    public byte[] Values { get; private set; } = [];

    /// <summary>A word of random bits a value, for a stochastic mode.</summary>
    public uint[] Random { get; private set; } = [];

    /// <summary>Codes that are read: of decode and dequantize, or A's of a dot product.</summary>
    public byte[] Codes { get; private set; } = [];

    /// <summary>Scales that are read: of dequantize, or A's.</summary>
    public byte[] Scales { get; private set; } = [];

    /// <summary>B's codes.</summary>
    public byte[] OtherCodes { get; private set; } = [];

    /// <summary>B's scales.</summary>
    public byte[] OtherScales { get; private set; } = [];

    /// <summary>C of a dot product.</summary>
    public byte[] Addends { get; private set; } = [];

    /// <summary>Scales that are written: one a question of scale and quantize.</summary>
    public byte[] ScalesOut { get; private set; } = [];

    /// <summary>Codes that are written: of encode and quantize.</summary>
    public byte[] CodesOut { get; private set; } = [];

    /// <summary>Numbers that are written: binary32 of decode and dequantize, D of a dot product.</summary>
    public byte[] ValuesOut { get; private set; } = [];

    /// <summary>Bytes of a number of so many bits.</summary>
    public static int BytesOf(int bits) => bits <= 8 ? 1 : bits <= 16 ? 2 : 4;

    /// <summary>Reads questions; null where arrays do not say them (pack and unpack).</summary>
    /// <param name="question">What all of them ask.</param>
    /// <param name="operands">The operands of each, of the same lengths.</param>
    /// <exception cref="RequestException">An operand is none.</exception>
    public static ArrayGroup? Of(Question question, IReadOnlyList<string> operands) => question.Operation switch
    {
        _ when !question.HasPlainTensorScale => null,
        Operation.Decode => Decode(question, operands),
        Operation.Encode or Operation.Scale or Operation.Quantize => Numbers(question, operands),
        Operation.Dequantize => Dequantize(question, operands),
        Operation.Dot => Dot(question, operands),
        _ => null,
    };

    /// <summary>The answers as the protocol writes them, once the kernel has written.</summary>
    public IEnumerable<string> Answers()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return Question.Operation switch
            {
                Operation.Encode => Text(CodesOut, BytesOf(CodeBits), CodeDigits, i, 1),
                Operation.Scale => Text(ScalesOut, 1, 2, i, 1),
                Operation.Quantize => $"{Text(ScalesOut, 1, 2, i, 1)} {Text(CodesOut, BytesOf(CodeBits), CodeDigits, i, Length)}",
                Operation.Dot => Text(ValuesOut, BytesOf(Output.Bits), Output.HexDigits, i, 1),
                _ => Text(ValuesOut, sizeof(uint), 8, i, Length),
            };
        }
    }

    /// <summary>The format of codes; null is E8M0.</summary>
    private ElementFormat? Element => MxFormats.Find(Question.Formats[0])?.Element
        ?? (ElementFormat.TryParse(Question.Formats[0], out ElementFormat? element) ? element : null);

    private int CodeBits => Element?.Bits ?? 8;

    private int CodeDigits => Element?.HexDigits ?? 2;

    private ElementFormat Output => DotSetup.Of(Question).Output;

    private static ArrayGroup Decode(Question question, IReadOnlyList<string> operands)
    {
        ArrayGroup group = new(question, operands.Count) { ValuesOut = Blank(operands.Count * sizeof(uint)) };
        int digits = group.CodeDigits;
        group.Codes = Bytes([.. operands.Select(operand => new HexWords(operand).One("the code", digits))], group.CodeBits);
        return group;
    }

    private static ArrayGroup Numbers(Question question, IReadOnlyList<string> operands)
    {
        RoundingMode rounding = question.Policy.Rounding;
        bool takesBits = rounding.IsStochastic && question.Operation != Operation.Scale;
        List<uint> values = [];
        List<uint> random = [];
        foreach (string operand in operands)
        {
            HexWords words = new(operand);
            uint[] own = words.Any("the input", question.From.HexDigits);
            values.AddRange(own);
            if (takesBits)
            {
                random.AddRange(question.Operation == Operation.Encode ? [SuppliedBits.Read(ref words, rounding)]
                    : words.Many("the random bits", rounding.RandomDigits, own.Length));
            }
        }

        ArrayGroup group = new(question, operands.Count)
        {
            Length = values.Count / operands.Count,
            Values = Bytes([.. values], question.From.Bits),
            Random = [.. random],
        };
        if (question.Operation != Operation.Encode)
        {
            group.ScalesOut = Blank(operands.Count);
        }

        if (question.Operation != Operation.Scale)
        {
            group.CodesOut = Blank(values.Count * BytesOf(group.CodeBits));
        }

        return group;
    }

    private static ArrayGroup Dequantize(Question question, IReadOnlyList<string> operands)
    {
        List<byte> scales = [];
        List<uint> codes = [];
        ArrayGroup group = new(question, operands.Count) { ScaleLength = 1 };
        int digits = group.CodeDigits;
        foreach (string operand in operands)
        {
            HexWords words = new(operand);
            scales.Add((byte)words.One("the scale", 2));
            codes.AddRange(words.Any("the codes", digits));
        }

        group.Length = codes.Count / operands.Count;
        group.Scales = [.. scales];
        group.Codes = Bytes([.. codes], group.CodeBits);
        group.ValuesOut = Blank(codes.Count * sizeof(uint));
        return group;
    }

    private static ArrayGroup Dot(Question question, IReadOnlyList<string> operands)
    {
        DotSetup setup = DotSetup.Of(question);
        List<uint> a = [], b = [], c = [], aScales = [], bScales = [];
        foreach (string operand in operands)
        {
            HexWords words = new(operand);
            bool scaled = words.Left == 5;
            a.AddRange(words.Any("A", setup.A.Element.HexDigits));
            b.AddRange(words.Any("B", setup.B.Element.HexDigits));
            if (scaled)
            {
                aScales.AddRange(words.Any("the scales of A", 2));
                bScales.AddRange(words.Any("the scales of B", 2));
            }

            c.Add(words.One("C", setup.Output.HexDigits));
        }

        return new(question, operands.Count)
        {
            Length = a.Count / operands.Count,
            ScaleLength = aScales.Count / operands.Count,
            Codes = Bytes([.. a], setup.A.Element.Bits),
            OtherCodes = Bytes([.. b], setup.B.Element.Bits),
            Scales = Bytes([.. aScales], 8),
            OtherScales = Bytes([.. bScales], 8),
            Addends = Bytes([.. c], setup.Output.Bits),
            ValuesOut = Blank(operands.Count * BytesOf(setup.Output.Bits)),
        };
    }

    private static byte[] Blank(int length)
    {
        byte[] blank = new byte[length];
        blank.AsSpan().Fill(Unwritten);
        return blank;
    }

    private static byte[] Bytes(uint[] numbers, int bits)
    {
        int width = BytesOf(bits);
        byte[] bytes = new byte[numbers.Length * width];
        for (int i = 0; i < numbers.Length; i++)
        {
            for (int at = 0; at < width; at++)
            {
                bytes[(i * width) + at] = (byte)(numbers[i] >> (8 * at));
            }
        }

        return bytes;
    }

    /// <summary>Some numbers in hexadecimal, bits above the format's included: they are a wrong answer, not to be hidden.</summary>
    private static string Text(byte[] bytes, int width, int digits, int index, int length)
    {
        uint[] numbers = new uint[length];
        for (int i = 0; i < length; i++)
        {
            for (int at = 0; at < width; at++)
            {
                numbers[i] |= (uint)bytes[(((index * length) + i) * width) + at] << (8 * at);
            }
        }

        bool fits = Array.TrueForAll(numbers, number => digits == 8 || number >> (4 * digits) == 0);
        return HexWords.Write(numbers, fits ? digits : 2 * width);
    }
}
