using System.Globalization;
using System.Text.RegularExpressions;
using Mxact.Shell;

namespace Mxact.Conformance.Recordings;

/// <summary>One captured result of a conversion instruction.</summary>
/// <param name="Line">The row's line.</param>
/// <param name="Mnemonic">What the file calls the instruction.</param>
/// <param name="Instruction">The instruction with the fields that the row names.</param>
/// <param name="Sources">Its source registers.</param>
/// <param name="Random">Its random word, where it has one.</param>
/// <param name="Result">The captured destination register.</param>
internal sealed partial record RecordedInstruction(long Line, string Mnemonic, Instruction Instruction, ulong[] Sources, uint? Random,
    ulong Result) : ICapturedRow
{
    private const int SinglePrecisionDenormals = 4, Fp16Overflow = 23;

    /// <summary>What the instruction gives here.</summary>
    public ulong Expected => Instruction.Compute(Sources, Random);

    string ICapturedRow.Name => Mnemonic;

    /// <inheritdoc/>
    public bool Differs => Expected != Result;

    /// <inheritdoc/>
    public string Shown
    {
        get
        {
            int digits = Instruction.Destination.Digits;
            string sources = string.Join(';', Sources.Zip(Instruction.Sources, (word, register) => Hex(word, register.Digits)));
            return $"{Instruction.Name} {sources}{(Random is { } word ? $", random {Hex(word, 8)}" : "")}: expected "
                + $"{Hex(Expected, digits)}, recorded {Hex(Result, digits)}";
        }
    }

    /// <summary>Whether a file with these columns holds captured conversions: of PTX's cvt, or of AMD's with their MODE.</summary>
    public static bool AreColumns(IEnumerable<string> columns) => columns.Contains("instruction") && (columns.Contains("input_hex")
        || columns.Contains("dst_init_hex"));

    /// <summary>Reads a row.</summary>
    /// <exception cref="UsageException">It cannot be read; the message names file and line.</exception>
    public static ICapturedRow Parse(string path, long line, IReadOnlyDictionary<string, string> cells)
    {
        try
        {
            return cells.ContainsKey("input_hex") ? Ptx(line, cells) : Amd(line, cells);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: {exception.Message.Split('\n')[0]}"));
        }
    }

    /// <summary>instruction, input_hex (the source registers, a semicolon between), random_bits_hex, output_hex.</summary>
    private static RecordedInstruction Ptx(long line, IReadOnlyDictionary<string, string> cells)
    {
        string name = Cell(cells, "instruction");
        Instruction instruction = Instructions.Named(name);
        return Checked(new(line, name, instruction, [.. Cell(cells, "input_hex").Split(';').Select(word => Word("input_hex", word, 64))],
            RandomWord(cells), Word("output_hex", Cell(cells, "output_hex"), instruction.Destination.Bits)));
    }

    /// <summary>instruction, src0_hex, src1_hex, random_bits_hex, dst_init_hex, dst_hex, modes (the encoding's fields, and MODE).</summary>
    private static RecordedInstruction Amd(long line, IReadOnlyDictionary<string, string> cells)
    {
        string mnemonic = Cell(cells, "instruction"), modes = Cell(cells, "modes");
        Dictionary<string, uint> fields = Fields().Matches(modes).ToDictionary(match => match.Groups[1].Value,
            match => (uint)Word("modes", match.Groups[2].Value.Replace("0x", "", StringComparison.Ordinal), 32));
        uint mode = fields.GetValueOrDefault("MODE");
        if ((mode & 0xF) != 0 || fields.GetValueOrDefault("clamp") != 0)
        {
            throw new ArgumentException($"MODE's rounding and CLAMP are 0 in what is modelled, not as in '{modes}'");
        }

        string[] options =
        [
            .. ((string[])["abs", "neg", "op_sel", "omod"]).Select(key => Option(key, fields.GetValueOrDefault(key))),
            Option("denorm", (mode >> SinglePrecisionDenormals) & 3), Option("fp16_ovfl", (mode >> Fp16Overflow) & 1),
        ];
        Instruction instruction = Instructions.Named($"{mnemonic}:{string.Join(',', options)}");
        string[] sources = [.. ((string[])["src0_hex", "src1_hex"]).Select(column => Cell(cells, column)).Where(word => word.Length > 0)];
        return Checked(new(line, mnemonic, instruction,
            [.. sources.Select(word => Word("source", word, 32)), Word("dst_init_hex", Cell(cells, "dst_init_hex"), 32)],
            RandomWord(cells), Word("dst_hex", Cell(cells, "dst_hex"), 32)));
    }

    /// <summary>The registers must be the instruction's before it is asked.</summary>
    private static RecordedInstruction Checked(RecordedInstruction row)
    {
        _ = row.Expected;
        return row;
    }

    private static uint? RandomWord(IReadOnlyDictionary<string, string> cells)
        => Cell(cells, "random_bits_hex") is { Length: > 0 } word ? (uint)Word("random_bits_hex", word, 32) : null;

    private static string Option(string key, uint value) => string.Create(CultureInfo.InvariantCulture, $"{key}={value}");

    private static string Hex(ulong word, int digits)
        => word.ToString(string.Create(CultureInfo.InvariantCulture, $"x{digits}"), CultureInfo.InvariantCulture);

    private static string Cell(IReadOnlyDictionary<string, string> cells, string column)
        => cells.TryGetValue(column, out string? cell) ? cell : throw new ArgumentException($"no column {column}");

    private static ulong Word(string column, string digits, int bits)
        => ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong word)
            && word <= ulong.MaxValue >> (64 - bits) ? word
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{column} = '{digits}' is no hexadecimal word of "
                + $"{bits} bits"));

    [GeneratedRegex(@"(\w+)=(0x[0-9a-fA-F]+|\d+)\b")]
    private static partial Regex Fields();
}
