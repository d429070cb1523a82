namespace Mxact.Training.Quantization;

/// <summary>What shares a scale.</summary>
public enum ScaleExtent
{
    /// <summary>A block of the format's elements.</summary>
    Block,

    /// <summary>
    /// The whole tensor: one power of two, by the same rule from the largest magnitude of all, and elements of the format's. What matrix
    /// units without block scales take (per-tensor scaling of FP8).
    /// </summary>
    Tensor,
}
