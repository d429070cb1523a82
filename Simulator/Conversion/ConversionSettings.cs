namespace Mxact.Simulator.Conversion;

/// <summary>What a <see cref="BlockConverter"/> is made for.</summary>
/// <param name="Format">The block format.</param>
/// <param name="Policy">Every choice of the conversion.</param>
internal sealed record ConversionSettings(BlockFormat Format, ConversionPolicy Policy)
{
    private readonly Execution? execution;

    /// <summary>
    /// NVFP4's second level: binary32 bits of the tensor's scale, positive and finite. 1 unless said; other formats have none.
    /// </summary>
    public uint TensorScale { get; init; } = 0x3F800000;

    /// <summary>
    /// Along which axis of a row-major matrix blocks run. Scales lie row by row either way: [rows, ceil(columns / k)] along rows,
    /// [ceil(rows / k), columns] along columns.
    /// </summary>
    public BlockAxis Axis { get; init; }

    /// <summary>How codes lie in memory.</summary>
    public CodeLayout Packing { get; init; }

    /// <summary>
    /// What computes, and on how many threads; <see cref="Execution.Default"/> unless said. The result does not depend on it.
    /// </summary>
    public Execution Execution
    {
        get => execution ?? Execution.Default;
        init => execution = value;
    }
}
