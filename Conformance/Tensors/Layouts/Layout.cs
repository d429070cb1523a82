using System.Collections.Immutable;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>
/// How somebody stores a quantised tensor W: one row of <see cref="LayoutTable"/>, from which reading, writing, recognition and the table
/// in the docs follow.
/// </summary>
/// <param name="Name">As <c>--layout</c> and <c>--to-layout</c> take it.</param>
/// <param name="Writers">Who writes it.</param>
/// <param name="Source">Where it is said or seen.</param>
/// <param name="Forms">The block formats that it holds and how their codes lie.</param>
/// <param name="Codes">The name of the codes.</param>
/// <param name="Scales">The names that the scales go by, the first where they are written; none where they lie among the codes.</param>
/// <param name="ScaleType">The type that the file gives the scales, whose bytes are E8M0's or UE4M3's as the block format says.</param>
internal sealed record Layout(
    string Name,
    string Writers,
    Uri Source,
    ImmutableArray<CodeForm> Forms,
    NamePart Codes,
    ImmutableArray<NamePart> Scales,
    TensorType ScaleType)
{
    /// <summary>The tensor scale, where there is one.</summary>
    public TensorScaleForm? TensorScale { get; init; }

    /// <summary>Rows and columns that share a scale where they are a square tile; 0 where blocks run along the last axis.</summary>
    public int Tile { get; init; }

    /// <summary>Whether the last block of a row, or the last tile, may be partly filled.</summary>
    public bool TakesPartialBlocks { get; init; }

    /// <summary>Whether blocks may run down the columns of a matrix.</summary>
    public bool TakesColumns { get; init; }

    /// <summary>What a reader of such a file stumbles over.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it is a GGUF file's, where a block's scale and codes lie side by side.</summary>
    public bool IsGguf => Scales.IsEmpty;

    /// <summary>The form of a block format, or null where it holds none of that.</summary>
    public CodeForm? FormOf(BlockFormat format) => Forms.FirstOrDefault(form => form.Format == format);

    /// <summary>The row of the table that people read; W is the tensor's name, (W) that without its last part, <c>weight</c>.</summary>
    public string[] Row() =>
    [
        Name, Writers, string.Join(" ", Forms.Select(form => form.Format.Name).Distinct()),
        $"{Codes} {string.Join(" or ", Forms.Select(form => form.Type.Name).Distinct())} {FirstShape()}",
        IsGguf ? "among the codes" : $"{string.Join(" or ", Scales)} {ScaleType} {(Tile > 0 ? $"[⌈N/{Tile}⌉, ⌈K/{Tile}⌉]"
            : $"[N, K/{Forms[0].Format.BlockSize}]")}",
        TensorScale is null ? "none" : $"{TensorScale.Part} F32, {(TensorScale.IsDivisor ? "divides" : "multiplies")}",
        Note,
    ];

    private string FirstShape()
    {
        CodeForm form = Forms[0];
        int codes = form.Type.Values > 1 ? 1 : Math.Max(form.Type.Bits / form.Format.Element.Bits, 1);
        return form.SplitsBlocks ? $"[N, K/{form.Format.BlockSize}, {form.Format.BlockSize / codes}]"
            : codes > 1 ? $"[N, K/{codes}]" : "[N, K]";
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
