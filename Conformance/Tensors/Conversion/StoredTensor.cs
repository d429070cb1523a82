using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Conversion;

/// <summary>
/// A tensor in an MX format as two of a file: NAME with the element codes in safetensors' type for them and the shape of the
/// values, and NAME_scale with the F8_E8M0 scales, that shape with the axis along which blocks run divided by 32, rounded up.
/// Checkpoints that vLLM and compressed-tensors read name their scales so (<c>weight</c>, <c>weight_scale</c>).
/// </summary>
/// <param name="Format">The block format.</param>
/// <param name="Axis">Along which axis blocks run.</param>
/// <param name="Codes">NAME.</param>
/// <param name="Scales">NAME_scale.</param>
internal sealed record StoredTensor(BlockFormat Format, BlockAxis Axis, TensorInfo Codes, TensorInfo Scales)
{
    private static readonly ImmutableArray<(BlockFormat Format, TensorType Type)> Types =
    [
        (MxFormats.Mxfp8E4M3, TensorType.F8E4M3), (MxFormats.Mxfp8E5M2, TensorType.F8E5M2),
        (MxFormats.Mxfp6E3M2, TensorType.F6E3M2), (MxFormats.Mxfp6E2M3, TensorType.F6E2M3),
        (MxFormats.Mxfp4, TensorType.F4), (MxFormats.Mxint8, TensorType.I8),
    ];

    /// <summary>The name of a tensor's scales.</summary>
    public static string ScaleName(string name) => name + "_scale";

    /// <summary>The layout of a tensor that is to be converted; offsets are not set.</summary>
    /// <param name="tensor">A tensor of wide values; a matrix where blocks run along columns.</param>
    /// <param name="format">The block format.</param>
    /// <param name="axis">Along which axis blocks run.</param>
    public static StoredTensor Of(TensorInfo tensor, BlockFormat format, BlockAxis axis)
    {
        TensorType type = Types.First(t => t.Format == format).Type;
        ImmutableArray<long> scales = ScaleShape(tensor.Shape, format, axis);
        TensorInfo codes = tensor with { Type = type, Bytes = type.Bytes(tensor.Count) };
        return new(format, axis, codes,
            new(ScaleName(tensor.Name), TensorType.F8E8M0, scales, 0, scales.Aggregate(1L, (product, extent) => product * extent)));
    }

    /// <summary>
    /// Whether every row of codes fills whole bytes. Safetensors counts the bits of the whole tensor and has no padding, and its
    /// readers slice rows by bytes: rows that share a byte are not written, and not read.
    /// </summary>
    public static bool HasWholeRows(TensorInfo tensor, TensorType codes) => tensor.Columns % 8 * codes.Bits % 8 == 0;

    /// <summary>The type of a format's codes.</summary>
    public static TensorType TypeOf(BlockFormat format) => Types.First(t => t.Format == format).Type;

    /// <summary>Finds a tensor's scales in a file and what format and axis they make it.</summary>
    /// <returns>False when there are none beside it: it is no MX tensor.</returns>
    /// <exception cref="UsageException">There are, and their shape is not that of scales.</exception>
    public static bool TryFind(TensorFile file, IReadOnlyDictionary<string, TensorInfo> byName, TensorInfo tensor,
        [NotNullWhen(true)] out StoredTensor? found)
    {
        found = null;
        BlockFormat? format = Types.FirstOrDefault(t => t.Type == tensor.Type).Format;
        if (format is null || !byName.TryGetValue(ScaleName(tensor.Name), out TensorInfo? scales) || scales.Type != TensorType.F8E8M0)
        {
            return false;
        }

        BlockAxis axis = scales.Shape.SequenceEqual(ScaleShape(tensor.Shape, format, BlockAxis.AlongRows)) ? BlockAxis.AlongRows
            : tensor.Shape.Length == 2 && scales.Shape.SequenceEqual(ScaleShape(tensor.Shape, format, BlockAxis.AlongColumns))
                ? BlockAxis.AlongColumns
            : throw new UsageException($"{file.Path}: tensor '{scales.ShownName}' is {scales.ShapeText}, which are not the scales of "
                + $"'{tensor.ShownName}' {tensor.ShapeText} in blocks of {format.BlockSize}");
        found = HasWholeRows(tensor, tensor.Type)
            ? new(format, axis, tensor, scales)
            : throw new UsageException($"{file.Path}: tensor '{tensor.ShownName}' {tensor.ShapeText}: rows of {tensor.Columns} "
                + $"{tensor.Type} elements do not fill whole bytes");
        return true;
    }

    private static ImmutableArray<long> ScaleShape(ImmutableArray<long> shape, BlockFormat format, BlockAxis axis)
    {
        if (shape.IsEmpty)
        {
            return [1];
        }

        int divided = axis == BlockAxis.AlongRows ? shape.Length - 1 : 0;
        return shape.SetItem(divided, (shape[divided] / format.BlockSize) + (shape[divided] % format.BlockSize == 0 ? 0 : 1));
    }
}
