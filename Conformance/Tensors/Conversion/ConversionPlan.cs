using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Conversion;

/// <summary>What a conversion will do to the tensors of one file: decided and checked before anything is written.</summary>
/// <param name="Quantized">Tensors of wide values that get codes and scales.</param>
/// <param name="Dequantized">Quantised tensors that get values.</param>
/// <param name="Relaid">Quantised tensors that get another layout.</param>
/// <param name="Decoded">Elements without scales that get values.</param>
/// <param name="Copied">All others.</param>
/// <param name="Written">The tensors of the new file; offsets are not set.</param>
internal sealed record ConversionPlan(
    ImmutableArray<(TensorInfo Tensor, StoredTensor Layout)> Quantized,
    ImmutableArray<StoredTensor> Dequantized,
    ImmutableArray<(StoredTensor From, StoredTensor To)> Relaid,
    ImmutableArray<TensorInfo> Decoded,
    ImmutableArray<TensorInfo> Copied,
    ImmutableArray<TensorInfo> Written)
{
    /// <summary>Bytes that are read.</summary>
    public long Bytes => Quantized.Sum(q => q.Tensor.Bytes) + Dequantized.Concat(Relaid.Select(r => r.From)).SelectMany(d => d.Parts)
        .Sum(part => part.Bytes) + Decoded.Concat(Copied).Sum(c => c.Bytes);

    /// <summary>Tensors that do not stay as they are.</summary>
    public int Changed => Quantized.Length + Dequantized.Length + Relaid.Length + Decoded.Length;

    /// <summary>Plans codes and scales for the wide tensors among those that are meant.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="selected">Those that are meant.</param>
    /// <param name="candidate">Format and choices.</param>
    /// <param name="axis">Along which axis blocks run.</param>
    /// <param name="layout">The layout to write.</param>
    /// <exception cref="UsageException">None can be converted, or one cannot be written so.</exception>
    public static ConversionPlan ToMx(string path, IReadOnlyCollection<TensorInfo> tensors, IReadOnlyCollection<TensorInfo> selected,
        Candidate candidate, BlockAxis axis, Layout layout)
    {
        HashSet<string> meant = [.. selected.Select(t => t.Name)];
        bool IsConverted(TensorInfo tensor)
            => meant.Contains(tensor.Name) && tensor.Type.IsWide && (axis == BlockAxis.AlongRows || tensor.Shape.Length == 2);
        ImmutableArray<TensorInfo> converted = [.. tensors.Where(IsConverted)];
        if (converted.IsEmpty)
        {
            throw new UsageException($"{path}: no {(axis == BlockAxis.AlongColumns ? "matrix" : "tensor")} of F32, BF16 or F16 is "
                + $"selected");
        }

        int bits = candidate.Format.Element.Bits;
        ImmutableArray<TensorInfo> unaligned = [.. converted.Where(t => !StoredTensor.HasWholeRows(t.Shape, bits))];
        if (unaligned.Length > 0)
        {
            TensorInfo first = unaligned[0];
            throw new UsageException($"{path}: tensor '{first.ShownName}' {first.ShapeText}: rows of {first.Columns} "
                + $"{candidate.Format.Element} codes do not fill whole "
                + $"bytes{(unaligned.Length > 1 ? $", nor do those of {unaligned.Length - 1} more" : "")}; leave it out with --skip "
                + $"'{first.ShownName}'");
        }

        long Length(TensorInfo tensor) => axis == BlockAxis.AlongRows ? tensor.Columns : tensor.Rows;
        if (candidate.Policy.PartialBlock == PartialBlock.Error
            && converted.FirstOrDefault(t => Length(t) % candidate.Format.BlockSize != 0) is { } partial)
        {
            throw new UsageException($"{path}: tensor '{partial.ShownName}': {Length(partial)} elements do not fill blocks of "
                + $"{candidate.Format.BlockSize} (partial-block=error)");
        }

        ImmutableArray<(TensorInfo Tensor, StoredTensor Layout)> quantized =
            [.. converted.Select(t => (t, StoredTensor.Of(layout, t.Name, t.Shape, candidate.Format, axis)))];
        ImmutableArray<TensorInfo> copied = [.. tensors.Where(t => !IsConverted(t))];
        return new(quantized, [], [], [], copied, Ordered(path, copied, quantized.SelectMany(q => q.Layout.Parts)));
    }

    /// <summary>Plans values for quantised tensors, and for elements without scales where the user said what they are.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="found">The quantised ones that are meant.</param>
    /// <param name="decoded">Elements without scales that are meant.</param>
    /// <param name="type">The type of the values.</param>
    /// <param name="parts">The parts of all quantised tensors of the checkpoint: those of the ones meant are not copied.</param>
    /// <exception cref="UsageException">A tensor would be too large, or two would have one name.</exception>
    public static ConversionPlan FromMx(string path, IReadOnlyCollection<TensorInfo> tensors, ImmutableArray<StoredTensor> found,
        ImmutableArray<TensorInfo> decoded, TensorType type, IReadOnlySet<string> parts)
    {
        ImmutableArray<TensorInfo> copied = [.. tensors.Where(t => !parts.Contains(t.Name) && !decoded.Contains(t))];
        TensorInfo Values(TensorInfo like) => like with
        {
            Type = type,
            Bytes = TensorSize.Of(type, like.Shape) ?? throw new UsageException(
                $"{path}: tensor '{like.ShownName}' {like.ShapeText} in {type} is larger than a file can be"),
        };
        return new([], found, [], decoded, copied, Ordered(path, copied, found.Select(f => f.Values).Concat(decoded).Select(Values)));
    }

    /// <summary>Plans another layout for quantised tensors.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="found">The quantised ones that are meant.</param>
    /// <param name="layout">The layout to write.</param>
    /// <param name="parts">The parts of all quantised tensors of the checkpoint that are meant.</param>
    /// <param name="tensorScales">The tensor scales of one, where it has any, in the sense of the layout to write.</param>
    /// <exception cref="UsageException">The layout cannot hold one of them.</exception>
    public static ConversionPlan ToLayout(string path, IReadOnlyCollection<TensorInfo> tensors, ImmutableArray<StoredTensor> found,
        Layout layout, IReadOnlySet<string> parts, Func<StoredTensor, float[]?> tensorScales)
    {
        ImmutableArray<(StoredTensor From, StoredTensor To)> relaid = [.. found.Select(from =>
        {
            if (from.Layout.Tile != layout.Tile)
            {
                throw new UsageException($"{path}: tensor '{TensorInfo.Shown(from.Name)}': {from.Layout} has one scale for a tile of "
                    + $"elements and {layout} one for a block of a row; --format quantises anew");
            }

            float[]? scales = tensorScales(from);
            return (from, StoredTensor.Of(layout, from.Name, from.Shape, from.Format, from.Axis, scales?.Length ?? 1));
        })];
        ImmutableArray<TensorInfo> copied = [.. tensors.Where(t => !parts.Contains(t.Name))];
        ImmutableArray<TensorInfo> written = Ordered(path, copied, relaid.SelectMany(r => r.To.Parts));

        // In the order of the source, so that the way back gives the same file, where every tensor begins on a multiple of its size so.
        ImmutableArray<TensorInfo> asThere = [.. copied.Select(t => (At: t.Offset, Parts: (IEnumerable<TensorInfo>)[t]))
            .Concat(relaid.Select(r => (At: r.From.Codes.Offset, r.To.Parts))).OrderBy(t => t.At).SelectMany(t => t.Parts)];
        return new([], [], relaid, [], copied, IsAligned(asThere) ? asThere : written);
    }

    private static bool IsAligned(ImmutableArray<TensorInfo> tensors)
    {
        long at = 0;
        foreach (TensorInfo tensor in tensors)
        {
            if (tensor.Type.Values == 1 && at % Math.Max(tensor.Type.Bits / 8, 1) != 0)
            {
                return false;
            }

            at += tensor.Bytes;
        }

        return true;
    }

    /// <summary>Wide types first, so that every tensor begins on a multiple of its elements' size: readers map them in place.</summary>
    private static ImmutableArray<TensorInfo> Ordered(string path, ImmutableArray<TensorInfo> copied, IEnumerable<TensorInfo> made)
    {
        ImmutableArray<TensorInfo> all = [.. copied, .. made];
        HashSet<string> names = new(StringComparer.Ordinal);
        return all.FirstOrDefault(t => !names.Add(t.Name)) is { } twice
            ? throw new UsageException($"{path}: has a tensor '{twice.ShownName}' already, and one that is written would have that name "
                + "too")
            : [.. all.OrderByDescending(t => t.Type.Values == 1 ? t.Type.Bits : 0)];
    }
}
