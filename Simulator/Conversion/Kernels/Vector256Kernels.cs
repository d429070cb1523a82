using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>The tuned quantiser on AVX2 where it applies, the generic kernels for everything else.</summary>
internal abstract unsafe class Vector256Kernels<TResults> : LaneKernels<Vector256Lane, TiesToEven, TResults>
    where TResults : struct, IResults
{
    private const int Group = BlockConversionVector256.Group;
    private const int BlockSize = MxFormats.BlockSize;
    private const nint HalfLine = 32;

    public sealed override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p,
        bool stream)
    {
        stream &= (nint)codes % HalfLine == 0;
        nint block = 0;
        while (block < blocks)
        {
            block += Quantize(values + (block * BlockSize), blocks - block, scales + block, codes + (block * BlockSize), p, stream);
            nint group = Math.Min(Group, blocks - block);
            base.QuantizeRow(values + (block * BlockSize), words, group, scales + block, codes + (block * BlockSize), p, stream);
            block += group;
        }
    }

    /// <summary>Quantises blocks until some are not the tuned kernel's; returns how many are done.</summary>
    protected abstract nint Quantize(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream);
}

/// <summary>The tuned quantiser of a minifloat.</summary>
internal sealed unsafe class MinifloatVector256Kernels<TFormat, TResults> : Vector256Kernels<TResults>
    where TFormat : struct, IElementFormat
    where TResults : struct, IResults
{
    protected override nint Quantize(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        => BlockConversionVector256.Quantize<TFormat, TResults>(values, blocks, scales, codes, p, stream);
}

/// <summary>The tuned quantiser of INT8.</summary>
internal sealed unsafe class Int8Vector256Kernels : Vector256Kernels<CheckedResults>
{
    protected override nint Quantize(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        => BlockConversionVector256.QuantizeInt8(values, blocks, scales, codes, p, stream);
}
