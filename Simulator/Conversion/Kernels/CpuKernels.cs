namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>The kernels of one lane and one rounding mode, on pointers that a driver has checked.</summary>
internal abstract unsafe class CpuKernels
{
    /// <summary>Full blocks side by side: values to scales and codes.</summary>
    /// <param name="values">32 values a block.</param>
    /// <param name="words">A random word an element; not read by deterministic modes.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="scales">One a block.</param>
    /// <param name="codes">One byte an element.</param>
    /// <param name="p">Format and policy.</param>
    /// <param name="stream">True when the matrix is larger than the caches: results go past them.</param>
    public abstract void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream);

    /// <summary>Full blocks side by side: values to the binary32 values that their scales and codes stand for; in place allowed.</summary>
    public abstract void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream);

    /// <summary>Full blocks side by side: scales and codes to binary32 values.</summary>
    public abstract void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream);

    /// <summary>Blocks along columns: values to scales and codes.</summary>
    public abstract void QuantizeColumns(in ColumnTile tile, in KernelParameters p);

    /// <summary>Blocks along columns: scales and codes to binary32 values, written where the tile's values are.</summary>
    public abstract void DequantizeColumns(in ColumnTile tile, in KernelParameters p);

    /// <summary>Blocks along columns: values to the binary32 values that their scales and codes stand for; in place allowed.</summary>
    /// <param name="tile">Values, and room for scales and codes.</param>
    /// <param name="result">The same tile, but its values are written.</param>
    /// <param name="p">Format and policy.</param>
    public virtual void RoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p)
    {
        QuantizeColumns(tile, p);
        DequantizeColumns(result, p);
    }

    /// <summary>Single elements under the scale 1, for the exhaustive sweep: no block, no scale.</summary>
    public abstract void EncodeElements(uint* values, uint* words, nint count, byte* codes, in KernelParameters p);

    /// <summary>Binary32 bits of bfloat16 values.</summary>
    public abstract void WidenBFloat16(ushort* values, nint count, uint* wide);

    /// <summary>Binary32 bits of binary16 values.</summary>
    public abstract void WidenBinary16(ushort* values, nint count, uint* wide);
}
