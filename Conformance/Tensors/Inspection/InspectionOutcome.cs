using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Inspection;

/// <summary>Tensors of a type that are not part of a quantised one.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tensors">How many there are.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record PlainTensors(string Type, int Tensors, long Bytes);

/// <summary>What an inspection found.</summary>
/// <param name="Path">The checkpoint.</param>
/// <param name="Config">What a file beside it says of how it was quantised.</param>
/// <param name="Tensors">The quantised tensors that were counted whole, in the file's order.</param>
/// <param name="Found">How many there are.</param>
/// <param name="Plain">The others, by type.</param>
internal sealed record InspectionOutcome(string Path, QuantizationConfig Config, ImmutableArray<InspectedTensor> Tensors, int Found,
    ImmutableArray<PlainTensors> Plain)
{
    /// <summary>Whether it was stopped before the last tensor.</summary>
    public bool StoppedEarly => Tensors.Length < Found;

    /// <summary>Tensors about which there is a verdict.</summary>
    public IEnumerable<InspectedTensor> Suspects => Tensors.Where(tensor => !tensor.Verdicts.IsEmpty);

    /// <summary>What the program returns.</summary>
    public int ExitCode => StoppedEarly ? ExitCodes.Interrupted : Suspects.Any() ? ExitCodes.Mismatches : ExitCodes.Success;
}
