using Mxact.Tensors.Files;

namespace Mxact.Tensors.Inspection;

/// <summary>What tensors of one block format have together.</summary>
/// <param name="Format">The format.</param>
/// <param name="IsBinary32">Whether their scales are binary32 numbers, which have no codes to count: those are not added up.</param>
/// <param name="Tensors">How many tensors there are.</param>
/// <param name="Elements">Their elements by class.</param>
/// <param name="Scales">Their scales.</param>
/// <param name="AllZero">Their blocks all of whose elements are zero.</param>
internal sealed record FormatTotal(BlockFormat Format, bool IsBinary32, int Tensors, ElementCounts Elements, ScaleCounts Scales,
    long AllZero)
{
    /// <summary>The totals of some tensors.</summary>
    public static IEnumerable<FormatTotal> Of(IEnumerable<InspectedTensor> tensors)
        => tensors.GroupBy(tensor => (tensor.Tensor.Format, tensor.Tensor.Scales?.Type == TensorType.F32))
            .Select(group => Of(group.Key.Format, group.Key.Item2, [.. group]));

    private static FormatTotal Of(BlockFormat format, bool isBinary32, InspectedTensor[] tensors)
    {
        long[] codes = new long[ScaleClasses.Codes];
        foreach ((byte code, long count) in tensors.SelectMany(tensor => tensor.Scales.Codes))
        {
            codes[code] += count;
        }

        ElementCounts elements = tensors.Aggregate(default(ElementCounts), (sum, tensor) => sum + tensor.Elements);
        ScaleCounts scales = isBinary32 ? ScaleCounts.Together(tensors.Select(tensor => tensor.Scales))
            : ScaleCounts.Of(codes, ScaleClasses.Of(format.Scale));
        return new(format, isBinary32, tensors.Length, elements, scales, tensors.Sum(tensor => tensor.Fill.AllZero));
    }
}
