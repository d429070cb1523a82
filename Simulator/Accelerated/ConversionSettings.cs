using Mxact.Spec;

namespace Mxact.Simulator.Accelerated;

/// <summary>How codes lie in memory. They keep the places of their elements, row by row, whichever way the blocks run.</summary>
public enum CodePacking
{
    /// <summary>One code a byte.</summary>
    Bytes,

    /// <summary>Without gaps inside a row, each row on a whole byte: FP4 low nibble first, four FP6 codes in three bytes, little-endian.</summary>
    Packed,
}

/// <summary>What a <see cref="BlockConverter"/> is made for.</summary>
/// <param name="Format">The block format.</param>
/// <param name="Policy">Every choice of the conversion.</param>
public sealed record ConversionSettings(BlockFormat Format, ConversionPolicy Policy)
{
    /// <summary>NVFP4's second level: binary32 bits of the tensor's scale, positive and finite. 1 unless said; other formats have none.</summary>
    public uint TensorScale { get; init; } = 0x3F800000;

    /// <summary>
    /// Along which axis of a row-major matrix blocks run. Scales lie row by row either way: [rows, ceil(columns / k)] along rows,
    /// [ceil(rows / k), columns] along columns.
    /// </summary>
    public BlockAxis Axis { get; init; }

    /// <summary>How codes lie in memory.</summary>
    public CodePacking Packing { get; init; }

    /// <summary>What runs the kernels; null leaves it to <see cref="Backends.Default"/>.</summary>
    public Backend? Backend { get; init; }

    /// <summary>Threads at most; 0 means one a processor. The result does not depend on it.</summary>
    public int Threads { get; init; } = 1;
}
