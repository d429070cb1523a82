using System.Globalization;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation.Recorded;

/// <summary>
/// Recorded dot products in two column layouts, whatever reads the file: <c>id,gpu,path,fmt,K,A,B,C,D</c> from machines, and
/// <c>id,kind,fa,fb,K,A,B,[SA,SB,]C,D</c> from models, where <c>fa</c> may name the scales (<c>e2m1/ue4m3/16</c>) and only the file's
/// name says which model. Hexadecimal digits, element 0 first; the width of C tells binary32 from binary16.
/// </summary>
internal static class RecordedDots
{
    /// <summary>Reads a row.</summary>
    /// <param name="row">Cells by column name.</param>
    /// <exception cref="ArgumentException">A column is missing or a cell is not what it should be; one line says which.</exception>
    public static RecordedDot Parse(IReadOnlyDictionary<string, string> row)
    {
        string id = Cell(row, "id");
        (ElementFormat a, BlockScale? scaleA) = Operand(id, row.TryGetValue("fmt", out string? format) ? format : Cell(row, "fa"));
        (ElementFormat b, BlockScale? scaleB) = Operand(id, format ?? Cell(row, "fb"));
        if (!int.TryParse(Cell(row, "K"), NumberStyles.None, CultureInfo.InvariantCulture, out int k) || k < 1)
        {
            throw new ArgumentException($"row {id}: K = '{row["K"]}' is not a number of elements");
        }

        byte[] scalesA = row.TryGetValue("SA", out string? sa) ? Scales(id, "SA", sa) : [];
        byte[] scalesB = row.TryGetValue("SB", out string? sb) ? Scales(id, "SB", sb) : [];
        if (scaleA != scaleB)
        {
            throw new ArgumentException($"row {id}: A is scaled by {scaleA} and B by {scaleB}; no model takes that");
        }

        string c = Cell(row, "C");
        return new()
        {
            Id = id,
            Gpu = row.GetValueOrDefault("gpu", ""),
            Path = row.GetValueOrDefault("path", ""),
            Kind = row.GetValueOrDefault("kind", ""),
            A = a,
            ACodes = Codes(id, "A", Cell(row, "A"), k),
            B = b,
            BCodes = Codes(id, "B", Cell(row, "B"), k),
            Scale = scaleA ?? Unnamed(id, k, scalesA.Length),
            ScalesA = scalesA,
            ScalesB = scalesB,
            Output = c.Length switch
            {
                8 => ElementFormats.Binary32,
                4 => ElementFormats.Binary16,
                _ => throw new ArgumentException($"row {id}: C = '{c}' has neither the 8 digits of binary32 nor the 4 of binary16"),
            },
            C = Hex(id, "C", c),
            D = Hex(id, "D", Cell(row, "D")),
        };
    }

    /// <summary>
    /// The model for a row: from its machine and instruction, or, where it has none, from the name of its file
    /// (<c>hopper_wgmma_e4m3_f32.csv.gz</c>); formats and scales settle the rest.
    /// </summary>
    /// <param name="dot">The row.</param>
    /// <param name="file">The file's name, with or without folder and endings.</param>
    /// <exception cref="ArgumentException">Neither tells; one line says what was looked at.</exception>
    public static MatrixUnit ModelFor(RecordedDot dot, string file)
    {
        string stem = System.IO.Path.GetFileName(file).Split('.')[0];
        (string machine, string instruction) = dot.Gpu.Length == 0 ? (stem, stem) : (dot.Gpu, dot.Path);
        string? generation = MachineNames.Generation(machine);
        string? name = generation is null ? null : ModelOf(generation, MachineNames.Instruction(instruction), dot);
        MatrixUnit? model = name is null ? Named(stem) : MatrixUnits.Find(name);
        return model is not null && model.Takes(dot.A) && model.Takes(dot.B) && model.Output(dot.Output) is not null
            ? model
            : throw new ArgumentException($"no model for '{machine}', instruction '{instruction}', {dot.A} x "
                + $"{dot.B}{(dot.Scale is null ? "" : $" under {dot.Scale}")} -> {dot.Output}; name one");
    }

    private static string? ModelOf(string generation, MatrixInstruction instruction, RecordedDot dot)
    {
        if (dot.Scale is { } scale)
        {
            bool fp4 = dot.A.Bits == 4 && dot.B.Bits == 4 && instruction != MatrixInstruction.Mxf8f6f4;
            return (fp4, scale) switch
            {
                (true, _) when scale == BlockScale.Nvfp4 => generation + "-nvfp4",
                (true, _) when scale == BlockScale.E8M0By16 => generation + "-mxf4nvf4-ue8m0",
                (true, _) when scale == BlockScale.Mx => generation + "-mxf4",
                (false, _) when scale == BlockScale.Mx => generation + "-mxf8f6f4",
                _ => null,
            };
        }

        bool wide = dot.A.Bits >= 16;
        string inputs = wide ? dot.A.Name : dot.A == ElementFormats.E5M2Fnuz && dot.B == ElementFormats.E5M2Fnuz ? "bf8" : "fp8";
        return (generation, wide, instruction) switch
        {
            ("hopper", true, MatrixInstruction.Wgmma or MatrixInstruction.Tcgen05) => "hopper-wgmma-" + inputs,
            ("hopper", false, MatrixInstruction.Mma) => "hopper-mma-fp8",
            ("hopper", false, _) => "hopper-wgmma-fp8",
            ("blackwell", true, MatrixInstruction.Tcgen05) => "blackwell-tcgen05-" + inputs,
            ("blackwell", false, MatrixInstruction.Mma) => "blackwell-mma-fp8",
            ("blackwell" or "rtx-blackwell", false, _) => generation + "-f8f6f4",
            ("cdna2", true, MatrixInstruction.MfmaOneK) => "cdna2-bf16-1k",
            ("intel", true, MatrixInstruction.Vdp) => "intel-vdpbf16ps",
            ("intel", true, _) => inputs == "fp16" ? "intel-tdpfp16ps" : "intel-tdpbf16ps-sdm",
            _ => $"{generation}-{inputs}",
        };
    }

    /// <summary>A model whose name begins the file's: <c>fma_chain_e4m3_f32</c>. The longest wins.</summary>
    private static MatrixUnit? Named(string stem)
    {
        string[] words = stem.Split('_', '-');
        for (int count = words.Length; count > 0; count--)
        {
            if (MatrixUnits.Find(string.Join('-', words[..count])) is { } model)
            {
                return model;
            }
        }

        return null;
    }

    /// <summary><c>e4m3</c>, or <c>e2m1/ue4m3/16</c> with the scales.</summary>
    private static (ElementFormat Element, BlockScale? Scale) Operand(string id, string text)
    {
        string[] parts = text.Split('/', 2);
        BlockScale? scale = null;
        if (!ElementFormat.TryParse(parts[0], out ElementFormat? element)
            || (parts.Length == 2 && !BlockScale.TryParse(parts[1], out scale)))
        {
            throw new ArgumentException($"row {id}: '{text}' is no operand format such as e4m3 or e2m1/ue4m3/16");
        }

        return (element, scale);
    }

    /// <summary>Scales whose format the row does not name are E8M0.</summary>
    private static BlockScale? Unnamed(string id, int k, int scales)
    {
        if (scales == 0)
        {
            return null;
        }

        return k % scales == 0 ? new(ScaleFormat.E8M0, k / scales)
            : throw new ArgumentException($"row {id}: {scales} scales do not divide {k} elements");
    }

    private static uint[] Codes(string id, string column, string digits, int k)
    {
        if (digits.Length == 0 || digits.Length % k != 0)
        {
            throw new ArgumentException($"row {id}: {column} has {digits.Length} digits, which are not {k} elements");
        }

        int width = digits.Length / k;
        uint[] codes = new uint[k];
        for (int i = 0; i < k; i++)
        {
            codes[i] = Hex(id, column, digits.AsSpan(i * width, width));
        }

        return codes;
    }

    private static byte[] Scales(string id, string column, string digits)
        => digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new ArgumentException($"row {id}: {column} = '{digits}' is not two digits a scale");

    private static uint Hex(string id, string column, ReadOnlySpan<char> digits)
        => uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits)
            ? bits
            : throw new ArgumentException($"row {id}: {column} = '{digits}' is not hexadecimal");

    private static string Cell(IReadOnlyDictionary<string, string> row, string column)
        => row.TryGetValue(column, out string? cell) ? cell
            : throw new ArgumentException($"no column {column} (columns: {string.Join(", ", row.Keys)})");
}
