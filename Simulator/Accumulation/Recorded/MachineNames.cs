using System.Collections.Immutable;

namespace Mxact.Simulator.Accumulation.Recorded;

/// <summary>The instruction a recording was made with, as far as it tells models apart.</summary>
internal enum MatrixInstruction
{
    /// <summary>Not said.</summary>
    Unnamed,

    /// <summary>PTX wmma or mma.sync of a warp.</summary>
    Mma,

    /// <summary>PTX wgmma of a warp group.</summary>
    Wgmma,

    /// <summary>PTX tcgen05.mma.</summary>
    Tcgen05,

    /// <summary>PTX kind::mxf8f6f4, which also takes E2M1.</summary>
    Mxf8f6f4,

    /// <summary>AMD MFMA with the suffix _1k.</summary>
    MfmaOneK,

    /// <summary>AVX512_BF16's VDPBF16PS.</summary>
    Vdp,
}

/// <summary>From what people write about a machine to the first word of a model's name.</summary>
internal static class MachineNames
{
    // The first entry with a word that begins a word of the text wins, so the narrower names come first. A blank asks for the whole word.
    private static readonly ImmutableArray<(string Generation, string[] Words)> Generations =
    [
        ("rtx-blackwell",
            ["rtx blackwell", "rtxblackwell", "rtx50", "rtx 50", "rtx pro", "gb202", "gb203", "gb205", "sm120", "5090", "5080", "5070",
            "5060"]),
        ("turing", ["turing", "quadro rtx", "t4 ", "rtx20", "rtx 20", "2080", "sm75"]),
        ("hopper", ["hopper", "h100", "h200", "h800", "h20", "gh200", "sm90"]),
        ("blackwell", ["blackwell", "b100", "b200", "b300", "gb200", "gb300", "sm100", "sm103"]),
        ("ada", ["ada", "l40", "l4 ", "rtx40", "rtx 40", "rtx 1000", "rtx1000", "rtx 6000", "4090", "4080", "sm89"]),
        ("ampere", ["ampere", "a100", "a800", "a30 ", "a30x ", "a40 ", "a10 ", "a10g ", "a16 ", "a2 ", "rtx30", "rtx 30", "3090", "3080",
            "sm80", "sm86"]),
        ("volta", ["volta", "v100", "titan v", "sm70"]),
        ("cdna3", ["cdna3", "mi300", "mi308", "mi325", "gfx942", "gfx940"]),
        ("cdna2", ["cdna2", "mi200", "mi210", "mi250", "gfx90a"]),
        ("cdna1", ["cdna1", "mi100", "gfx908"]),
        ("intel", ["intel", "amx", "xeon", "spr", "tdpbf16ps", "vdpbf16ps"]),
    ];

    private static readonly ImmutableArray<(string Name, MatrixInstruction Instruction)> Instructions =
    [
        ("mxf8f6f4", MatrixInstruction.Mxf8f6f4), ("mxfp8", MatrixInstruction.Mxf8f6f4), ("mxfp6", MatrixInstruction.Mxf8f6f4),
        ("wgmma", MatrixInstruction.Wgmma), ("tcgen05", MatrixInstruction.Tcgen05),
        ("vdp", MatrixInstruction.Vdp), ("avx512", MatrixInstruction.Vdp),
        ("mma", MatrixInstruction.Mma), ("wmma", MatrixInstruction.Mma), ("1k", MatrixInstruction.MfmaOneK),
    ];

    /// <summary>The generation, or null when no word is known.</summary>
    public static string? Generation(string text)
    {
        string words = Words(text);
        foreach ((string generation, string[] names) in Generations)
        {
            foreach (string name in names)
            {
                if (words.Contains(" " + name, StringComparison.Ordinal))
                {
                    return generation;
                }
            }
        }

        return null;
    }

    /// <summary>The instruction a text names.</summary>
    public static MatrixInstruction Instruction(string text)
    {
        string words = Words(text);
        foreach ((string name, MatrixInstruction instruction) in Instructions)
        {
            if (words.Contains(" " + name, StringComparison.Ordinal))
            {
                return instruction;
            }
        }

        return MatrixInstruction.Unnamed;
    }

    /// <summary>Lower case, one blank before each word and one at the end.</summary>
    private static string Words(string text)
    {
        char[] letters = [.. text.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')];
        return " " + string.Join(' ', new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries)) + " ";
    }
}
