using System.Collections.Immutable;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Inspection;

/// <summary>What one quantised tensor is made of.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Elements">Its elements by class.</param>
/// <param name="Scales">Its scales.</param>
/// <param name="Fill">Its blocks by their largest element.</param>
/// <param name="TensorScales">Its tensor scales as the file has them; none where the layout has none.</param>
/// <param name="Order">Another order in which its scales would fit each other far better, or null.</param>
internal sealed record InspectedTensor(StoredTensor Tensor, ElementCounts Elements, ScaleCounts Scales, FillCounts Fill,
    ImmutableArray<float> TensorScales, ScaleOrder? Order)
{
    /// <summary>What is impossible or suspicious about it.</summary>
    public ImmutableArray<Verdict> Verdicts { get; init; } = [];
}
