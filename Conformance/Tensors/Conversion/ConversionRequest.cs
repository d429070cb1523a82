using System.Collections.Immutable;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Conversion;

/// <summary>What is to become of a checkpoint's tensors: codes and scales, values, or another layout.</summary>
/// <param name="Selected">The tensors that are meant.</param>
/// <param name="Source">The layout that the user says it has, or null.</param>
/// <param name="ScaleOrder">The order in which the user says its scales lie.</param>
internal sealed record ConversionRequest(ImmutableArray<TensorInfo> Selected, Layout? Source, ScaleLayout ScaleOrder)
{
    /// <summary>Format and choices to quantise with, or null.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>Along which axis blocks run that are made.</summary>
    public BlockAxis Axis { get; init; }

    /// <summary>Of stochastic rounding.</summary>
    public ulong Seed { get; init; }

    /// <summary>How NVFP4's tensor scale is chosen.</summary>
    public TensorScaleRule TensorScale { get; init; } = TensorScaleRule.Fit;

    /// <summary>The layout to write, or null for values.</summary>
    public Layout? Target { get; init; }

    /// <summary>The type of values.</summary>
    public TensorType Values { get; init; } = TensorType.F32;

    /// <summary>Whether scales that are NaN are passed on.</summary>
    public bool KeepNan { get; init; }

    /// <summary>What is recorded of the choices in the metadata of what is quantised.</summary>
    public ImmutableSortedDictionary<string, string> Record { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the command says of it: the layout, the format or the type.</summary>
    public string Made => Candidate is { } candidate ? candidate.Format.Name : Target?.Name ?? Values.Name;
}
