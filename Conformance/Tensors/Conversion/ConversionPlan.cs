using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Conversion;

/// <summary>What a conversion will do to each tensor of a file: decided and checked before anything is written.</summary>
/// <param name="Quantized">Tensors of wide values that get codes and scales.</param>
/// <param name="Dequantized">MX tensors that get values.</param>
/// <param name="Copied">All others.</param>
/// <param name="Written">The tensors of the new file; offsets are not set.</param>
internal sealed record ConversionPlan(
    ImmutableArray<(TensorInfo Tensor, StoredTensor Layout)> Quantized,
    ImmutableArray<StoredTensor> Dequantized,
    ImmutableArray<TensorInfo> Copied,
    ImmutableArray<TensorInfo> Written)
{
    /// <summary>Bytes that are read.</summary>
    public long Bytes
        => Quantized.Sum(q => q.Tensor.Bytes) + Dequantized.Sum(d => d.Codes.Bytes + d.Scales.Bytes) + Copied.Sum(c => c.Bytes);

    /// <summary>Plans codes and scales for the wide tensors among those that are meant.</summary>
    /// <exception cref="UsageException">None can be converted, or one cannot be written so.</exception>
    public static ConversionPlan ToMx(TensorFile file, IReadOnlyCollection<TensorInfo> selected, Candidate candidate, BlockAxis axis)
    {
        HashSet<string> meant = [.. selected.Select(t => t.Name)];
        bool IsConverted(TensorInfo tensor)
            => meant.Contains(tensor.Name) && tensor.Type.IsWide && (axis == BlockAxis.AlongRows || tensor.Shape.Length == 2);
        ImmutableArray<TensorInfo> converted = [.. file.Tensors.Where(IsConverted)];
        if (converted.IsEmpty)
        {
            throw new UsageException($"{file.Path}: no {(axis == BlockAxis.AlongColumns ? "matrix" : "tensor")} of F32, BF16 or F16 is "
                + $"selected");
        }

        ImmutableArray<TensorInfo> unaligned = [.. converted.Where(t
            => !StoredTensor.HasWholeRows(t, StoredTensor.TypeOf(candidate.Format)))];
        if (unaligned.Length > 0)
        {
            TensorInfo first = unaligned[0];
            throw new UsageException($"{file.Path}: tensor '{first.ShownName}' {first.ShapeText}: rows of {first.Columns} "
                + $"{candidate.Format.Element} codes do not fill whole "
                + $"bytes{(unaligned.Length > 1 ? $", nor do those of {unaligned.Length - 1} more" : "")}; leave it out with --skip "
                + $"'{first.ShownName}'");
        }

        long Length(TensorInfo tensor) => axis == BlockAxis.AlongRows ? tensor.Columns : tensor.Rows;
        if (candidate.Policy.PartialBlock == PartialBlock.Error
            && converted.FirstOrDefault(t => Length(t) % candidate.Format.BlockSize != 0) is { } partial)
        {
            throw new UsageException($"{file.Path}: tensor '{partial.ShownName}': {Length(partial)} elements do not fill blocks of "
                + $"{candidate.Format.BlockSize} (partial-block=error)");
        }

        ImmutableArray<(TensorInfo Tensor,
            StoredTensor Layout)> quantized = [.. converted.Select(t => (t, StoredTensor.Of(t, candidate.Format, axis)))];
        HashSet<string> names = [.. file.Tensors.Select(t => t.Name)];
        if (quantized.FirstOrDefault(q => names.Contains(q.Layout.Scales.Name)) is { Layout: { } taken })
        {
            throw new UsageException($"{file.Path}: has a tensor '{taken.Scales.ShownName}' already, which is the name of the scales of "
                + $"'{taken.Codes.ShownName}'");
        }

        ImmutableArray<TensorInfo> copied = [.. file.Tensors.Where(t => !IsConverted(t))];
        return new(quantized, [], copied, Ordered([.. copied, .. quantized.SelectMany(q => new[] { q.Layout.Codes, q.Layout.Scales })]));
    }

    /// <summary>Plans values for the MX tensors.</summary>
    /// <exception cref="UsageException">There are none, or one's scales do not fit.</exception>
    public static ConversionPlan FromMx(TensorFile file, IReadOnlyCollection<TensorInfo> selected, TensorType type)
    {
        Dictionary<string, TensorInfo> byName = file.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        List<StoredTensor> found = [];
        foreach (TensorInfo tensor in selected)
        {
            if (StoredTensor.TryFind(file, byName, tensor, out StoredTensor? mx))
            {
                found.Add(mx);
            }
        }

        if (found.Count == 0)
        {
            throw new UsageException($"{file.Path}: no MX tensor is selected: none of F8_E4M3, F8_E5M2, F6_E3M2, F6_E2M3, F4 or I8 with "
                + $"scales of F8_E8M0 beside it, named as it is and '{StoredTensor.ScaleName("")}'");
        }

        HashSet<string> read = [.. found.SelectMany(m => new[] { m.Codes.Name, m.Scales.Name })];
        ImmutableArray<TensorInfo> copied = [.. file.Tensors.Where(t => !read.Contains(t.Name))];
        TensorInfo Values(StoredTensor mx)
            => mx.Codes with
            {
                Type = type,
                Bytes = TensorSize.Of(type, mx.Codes.Shape)
            ?? throw new UsageException($"{file.Path}: tensor '{mx.Codes.ShownName}' {mx.Codes.ShapeText} in {type} is larger than a "
            + $"file can be")
            };
        return new([], [.. found], copied, Ordered([.. copied, .. found.Select(Values)]));
    }

    /// <summary>Wide types first, so that every tensor begins on a multiple of its elements' size: readers map them in place.</summary>
    private static ImmutableArray<TensorInfo> Ordered(ImmutableArray<TensorInfo> tensors)
        => [.. tensors.OrderByDescending(t => t.Type.Bits)];
}
