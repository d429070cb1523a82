using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>A quantised tensor as it is, or is to be, in a file.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="Name">The tensor's own name, without what the layout adds.</param>
/// <param name="Form">The block format and how its codes lie.</param>
/// <param name="Axis">Along which axis blocks run.</param>
/// <param name="Shape">The shape of the values.</param>
/// <param name="Codes">The tensor of the codes.</param>
/// <param name="Scales">That of the scales; null where they lie among the codes.</param>
/// <param name="TensorScale">That of the tensor scale, where there is one.</param>
internal sealed record StoredTensor(Layout Layout, string Name, CodeForm Form, BlockAxis Axis, ImmutableArray<long> Shape,
    TensorInfo Codes, TensorInfo? Scales, TensorInfo? TensorScale)
{
    /// <summary>How the scales lie: in tiles where the user says so.</summary>
    public ScaleLayout ScaleOrder { get; init; }

    /// <summary>The block format.</summary>
    public BlockFormat Format => Form.Format;

    /// <summary>The parts, in the order in which they are written.</summary>
    public IEnumerable<TensorInfo> Parts => new[] { Codes, Scales, TensorScale }.OfType<TensorInfo>();

    /// <summary>The values: a tensor of the shape and codes of the element's bits.</summary>
    public TensorInfo Values => Codes with { Name = Name, Shape = Shape, Type = new(Format.Element.Name, Format.Element.Bits) };

    /// <summary>Rows of one matrix; a tensor of more axes is several.</summary>
    public long MatrixRows => Shape.Length < 2 ? 1 : Shape[^2];

    /// <summary>A tensor that is to be written; offsets are not set.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">The shape of its values.</param>
    /// <param name="format">The block format.</param>
    /// <param name="axis">Along which axis blocks run.</param>
    /// <param name="tensorScales">Tensor scales where the layout has any: one, or one a matrix.</param>
    /// <exception cref="UsageException">The layout cannot hold it; the message says why.</exception>
    public static StoredTensor Of(Layout layout, string name, ImmutableArray<long> shape, BlockFormat format, BlockAxis axis,
        int tensorScales = 1)
    {
        string shown = TensorInfo.Shown(name);
        CodeForm form = layout.FormOf(format) ?? throw new UsageException($"{layout} holds no {format} ('{shown}'); it takes "
            + $"{string.Join(", ", layout.Forms.Select(f => f.Format).Distinct())}");
        if (axis == BlockAxis.AlongColumns && !layout.TakesColumns)
        {
            throw new UsageException($"{layout} holds blocks along rows alone, those of '{shown}' run along columns");
        }

        long columns = shape.IsEmpty ? 1 : shape[^1];
        int whole = form.Type.Values > 1 ? form.Type.Values : layout.TakesPartialBlocks ? 1 : format.BlockSize;
        if (columns % whole != 0 || (!layout.TakesColumns && shape.IsEmpty) || form.Stored(shape) is not { } stored)
        {
            throw new UsageException($"{layout} holds rows of whole blocks of {whole} alone, those of '{shown}' have {columns} elements");
        }

        string plain = layout.Scales.Any(part => part.InPlaceOfWeight) ? NamePart.WithWeight(name) : name;
        TensorInfo codes = Part(layout.Codes.Of(plain)!, form.Type, stored);
        TensorInfo? scales = layout.IsGguf ? null
            : Part(layout.Scales[0].Of(plain)!, layout.ScaleType, ScaleShape(layout, shape, format, axis));
        TensorInfo? tensorScale = layout.TensorScale is not { } third ? null
            : Part(third.Part.Of(plain)!, TensorType.F32, tensorScales == 1 ? third.Shape : [tensorScales]);
        return new(layout, plain, form, axis, shape, codes, scales, tensorScale);
    }

    /// <summary>The shape of the scales of values of a shape.</summary>
    public static ImmutableArray<long> ScaleShape(Layout layout, ImmutableArray<long> shape, BlockFormat format, BlockAxis axis)
    {
        if (shape.IsEmpty)
        {
            return [1];
        }

        if (layout.Tile > 0)
        {
            return [.. shape.Select((extent, i) => i >= shape.Length - 2 ? Ceiling(extent, layout.Tile) : extent)];
        }

        int divided = axis == BlockAxis.AlongRows ? shape.Length - 1 : 0;
        return shape.SetItem(divided, Ceiling(shape[divided], format.BlockSize));
    }

    /// <summary>
    /// Whether every row of codes fills whole bytes. Safetensors counts the bits of the whole tensor and has no padding, and its
    /// readers slice rows by bytes: rows that share a byte are not written, and not read.
    /// </summary>
    public static bool HasWholeRows(ImmutableArray<long> shape, int bits) => (shape.IsEmpty ? 1 : shape[^1]) % 8 * bits % 8 == 0;

    private static long Ceiling(long a, int b) => (a / b) + (a % b == 0 ? 0 : 1);

    private static TensorInfo Part(string name, TensorType type, ImmutableArray<long> shape)
        => new(name, type, shape, 0, TensorSize.Of(type, shape)
            ?? throw new UsageException($"tensor '{TensorInfo.Shown(name)}' {TensorInfo.TextOf(shape)} is larger than a file can be"));
}
