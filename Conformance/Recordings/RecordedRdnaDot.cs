using System.Globalization;
using System.Text.RegularExpressions;
using Mxact.Shell;
using Mxact.Simulator.Accumulation;

namespace Mxact.Conformance.Recordings;

/// <summary>One captured dot product of RDNA3 or RDNA4, with the modifiers of its encoding.</summary>
/// <param name="Line">The row's line.</param>
/// <param name="Name">Architecture and instruction.</param>
/// <param name="Expected">What the model gives.</param>
/// <param name="Result">The captured destination.</param>
internal sealed partial record RecordedRdnaDot(long Line, string Name, uint Expected, uint Result) : ICapturedRow
{
    /// <summary>K of a matrix product.</summary>
    private const int K = 16;

    private const int Inline = 128, MostPositive = 192, MostNegative = 208, FirstReal = 240, ReciprocalOfTwoPi = 248;

    /// <inheritdoc/>
    public bool Differs => Expected != Result;

    /// <inheritdoc/>
    public string Shown => string.Create(CultureInfo.InvariantCulture, $"{Name}: expected {Expected:x8}, recorded {Result:x8}");

    /// <summary>Whether a file with these columns holds such rows.</summary>
    public static bool AreColumns(IEnumerable<string> columns) => columns.Contains("arch") && columns.Contains("a_hex");

    /// <summary>Reads a row and computes it.</summary>
    /// <exception cref="UsageException">It cannot be read; the message names file and line.</exception>
    public static ICapturedRow Parse(string path, long line, IReadOnlyDictionary<string, string> cells)
    {
        try
        {
            string arch = Cell(cells, "arch"), name = Cell(cells, "instruction"), modes = Cell(cells, "modes");
            bool rdna4 = arch switch
            {
                "gfx1100" => false,
                "gfx1201" => true,
                _ => throw new ArgumentException($"arch is gfx1100 or gfx1201, not '{arch}'"),
            };
            Match match = Mnemonic().Match(name);
            if (!match.Success || (match.Groups["d"].Value is not ("" or "f32") && match.Groups["d"].Value != match.Groups["in"].Value))
            {
                throw new ArgumentException($"'{name}' is none of v_dot2_f32 and v_wmma 16x16x16 to f32 or packed, of f16 or bf16");
            }

            ElementFormat input = match.Groups["in"].Value == "f16" ? ElementFormats.Binary16 : ElementFormats.BFloat16;
            string[] operands = [Cell(cells, "a_hex"), Cell(cells, "b_hex"), Cell(cells, "c_hex")];
            bool isPacked = match.Groups["d"].Value is "f16" or "bf16";
            if (!isPacked && ((string[])["clamp", "neg", "neg_hi"]).FirstOrDefault(field => Field(modes, field, 0) != 0) is { } unknown)
            {
                throw new ArgumentException($"{unknown} of {name} is 0 in what is modelled, not as in '{modes}'");
            }

            uint expected = match.Groups["d"].Value switch
            {
                "" => Dot2(rdna4, input, operands, modes),
                "f32" => Dot(Wmma(rdna4, modes.Contains("wave64", StringComparison.Ordinal), input), Halves("a_hex", operands[0]),
                    Halves("b_hex", operands[1]), Word("c_hex", operands[2]), ElementFormats.Binary32),
                _ => Packed(rdna4, input, operands, modes, cells.GetValueOrDefault("note", "")),
            };
            return new RecordedRdnaDot(line, $"{arch} {name}", expected, Word("d_hex", Cell(cells, "d_hex")));
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: {exception.Message.Split('\n')[0]}"));
        }
    }

    /// <summary>OP_SEL chooses the half that is element 0, OP_SEL_HI the one that is element 1.</summary>
    private static uint Dot2(bool rdna4, ElementFormat input, string[] operands, string modes)
    {
        uint low = Field(modes, "op_sel", 0), high = Field(modes, "op_sel_hi", 3);
        uint[] Elements(int i)
        {
            // A binary16 constant has an empty upper half; a bfloat16 one is in both.
            uint word = Constant(input, operands[i]) is not { } constant ? Word("operand", operands[i])
                : input == ElementFormats.BFloat16 ? constant * 0x1_0001 : constant;
            return [Part(word, (low >> i) & 1), Part(word, (high >> i) & 1)];
        }

        uint c = Constant(ElementFormats.Binary32, operands[2]) ?? Word("c_hex", operands[2]);
        MatrixUnit unit = (rdna4, input == ElementFormats.BFloat16) switch
        {
            (false, _) => Wmma(rdna4, false, input),
            (true, false) => MatrixUnits.Rdna4Dot2Fp16,
            (true, true) => MatrixUnits.Rdna4Dot2Bf16,
        };
        return Dot(unit, Elements(0), Elements(1), c, ElementFormats.Binary32);
    }

    private static MatrixUnit Wmma(bool rdna4, bool wave64, ElementFormat input)
        => (rdna4, wave64, input == ElementFormats.BFloat16) switch
        {
            (false, _, false) => MatrixUnits.Rdna3Fp16,
            (false, _, true) => MatrixUnits.Rdna3Bf16,
            (true, false, false) => MatrixUnits.Rdna4Fp16,
            (true, false, true) => MatrixUnits.Rdna4Bf16,
            (true, true, false) => MatrixUnits.Rdna4Fp16Wave64,
            (true, true, true) => MatrixUnits.Rdna4Bf16Wave64,
        };

    private static uint Dot(MatrixUnit unit, uint[] a, uint[] b, uint c, ElementFormat output)
        => DotProduct.Compute(unit, unit.Elements[0], a, unit.Elements[0], b, [], [], c, output);

    /// <summary>
    /// Uniform registers. NEG and NEG_HI negate A's and B's lower and upper halves; for C, NEG negates and NEG_HI takes the absolute
    /// value first. RDNA3 reads and writes the half that OP_SEL[2] names and keeps the other of what the note says was there, RDNA4
    /// both. CLAMP changes nothing.
    /// </summary>
    private static uint Packed(bool rdna4, ElementFormat format, string[] operands, string modes, string note)
    {
        uint neg = Field(modes, "neg", 0), negHigh = Field(modes, "neg_hi", 0);
        uint[] words = [.. operands.Select(operand => Constant(format, operand) * 0x1_0001 ?? Word("operand", operand))];
        uint[] Elements(int i) => [.. Enumerable.Range(0, K).Select(k
            => Part(words[i], (uint)k & 1) ^ (((k % 2 == 0 ? neg : negHigh) >> i) & 1) << 15)];
        uint Sum(uint half)
        {
            uint c = Part(words[2], half);
            c = (negHigh & 4) != 0 ? c & 0x7FFF : c;
            return Dot(Wmma(rdna4, false, format), Elements(0), Elements(1), c ^ (((neg >> 2) & 1) << 15), format);
        }

        if (rdna4)
        {
            return Sum(0) | (Sum(1) << 16);
        }

        Match before = Before().Match(note);
        uint kept = before.Success ? Word("note", before.Groups[1].Value)
            : throw new ArgumentException("a half of the destination stays, and no note 'D initially XXXXXXXX' says what it was");
        return (Field(modes, "op_sel", 0) & 4) == 0 ? (kept & 0xFFFF_0000) | Sum(0) : (Sum(1) << 16) | (kept & 0xFFFF);
    }

    /// <summary>The bits of an inline constant, an integer's lowest; null for a register.</summary>
    private static uint? Constant(ElementFormat format, string operand)
    {
        if (!operand.StartsWith("inline:", StringComparison.Ordinal))
        {
            return null;
        }

        if (!int.TryParse(operand.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out int selector)
            || selector is < Inline or > ReciprocalOfTwoPi or (> MostNegative and < FirstReal))
        {
            throw new ArgumentException($"'{operand}' is no inline constant from 128 to 208 or 240 to 248");
        }

        if (selector < FirstReal)
        {
            return (uint)(selector <= MostPositive ? selector - Inline : MostPositive - selector) & format.CodeMask;
        }

        double magnitude = selector == ReciprocalOfTwoPi ? 0.5 / Math.PI : Math.ScaleB(1, ((selector - FirstReal) / 2) - 1);
        double value = selector < ReciprocalOfTwoPi && selector % 2 == 1 ? -magnitude : magnitude;
        return format == ElementFormats.Binary16 ? BitConverter.HalfToUInt16Bits((Half)value)
            : BitConverter.SingleToUInt32Bits((float)value) >> (32 - format.Bits);
    }

    private static uint Part(uint word, uint half) => (half == 0 ? word : word >> 16) & 0xFFFF;

    private static uint Field(string modes, string name, uint usual)
        => Fields().Matches(modes).FirstOrDefault(match => match.Groups[1].Value == name) is { } field
            ? Word(name, field.Groups[2].Value) : usual;

    private static uint[] Halves(string column, string text)
    {
        uint[] halves = [.. text.Split(';').Select(word => Word(column, word))];
        return halves.Length == K && halves.All(half => half <= 0xFFFF) ? halves
            : throw new ArgumentException($"{column} has 16 halves, a semicolon between");
    }

    private static string Cell(IReadOnlyDictionary<string, string> cells, string column)
        => cells.TryGetValue(column, out string? cell) ? cell : throw new ArgumentException($"no column {column}");

    private static uint Word(string column, string digits)
        => uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word) ? word
            : throw new ArgumentException($"{column} = '{digits}' is no hexadecimal word of 32 bits");

    [GeneratedRegex(@"^v_(dot2_f32|wmma_(?<d>f32|f16|bf16)_16x16x16)_(?<in>f16|bf16)$")]
    private static partial Regex Mnemonic();

    [GeneratedRegex("D initially ([0-9a-f]{8})")]
    private static partial Regex Before();

    [GeneratedRegex(@"\b(\w+)=(\d+)\b")]
    private static partial Regex Fields();
}
