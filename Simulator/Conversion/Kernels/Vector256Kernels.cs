using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned kernels on AVX2 where they apply, the generic ones for everything else: stochastic modes, INT8 in other modes than ties to
/// even, special values, the ends of binary32's range.
/// </summary>
internal abstract unsafe class Vector256Kernels<TRounding, TResults> : LaneKernels<Vector256Lane, TRounding, TResults>
    where TRounding : struct, IRounding
    where TResults : struct, IResults
{
    private const int Group = BlockConversionVector256.Group;
    private const int BlockSize = MxFormats.BlockSize;
    private const nint HalfLine = 32;

    /// <summary>Whether quantising is tuned in this mode.</summary>
    protected abstract bool IsTuned { get; }

    public sealed override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p,
        bool stream)
    {
        if (!IsTuned)
        {
            base.QuantizeRow(values, words, blocks, scales, codes, p, stream);
            return;
        }

        stream &= (nint)codes % HalfLine == 0;
        nint block = 0;
        while (block < blocks)
        {
            block += Quantize(values + (block * BlockSize), blocks - block, scales + block, codes + (block * BlockSize), p, stream);
            nint group = Math.Min(Group, blocks - block);
            base.QuantizeRow(values + (block * BlockSize), words + (block * BlockSize), group, scales + block,
                codes + (block * BlockSize), p, stream);
            block += group;
        }
    }

    public sealed override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        if (!IsTuned || !IsRoundTripTuned(p))
        {
            base.RoundTripRow(values, words, blocks, result, p, stream);
            return;
        }

        bool aligned = stream && (nint)result % HalfLine == 0;
        nint block = 0;
        while (block < blocks)
        {
            nint first = block * BlockSize;
            block += RoundTrip(values + first, blocks - block, result + first, p, aligned);
            nint group = Math.Min(Group, blocks - block);
            first = block * BlockSize;
            base.RoundTripRow(values + first, words + first, group, result + first, p, stream);
            block += group;
        }
    }

    public sealed override void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        stream &= (nint)result % HalfLine == 0;
        nint block = 0;
        while (block < blocks)
        {
            block += Dequantize(scales + block, codes + (block * BlockSize), blocks - block, result + (block * BlockSize), p, stream);
            nint one = Math.Min(1, blocks - block);
            base.DequantizeRow(scales + block, codes + (block * BlockSize), one, result + (block * BlockSize), p, stream: false);
            block += one;
        }
    }

    public sealed override void QuantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        if (!IsTuned || !TunedColumns(tile, p))
        {
            base.QuantizeColumns(tile, p);
        }
    }

    public sealed override void RoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p)
    {
        if (!IsTuned || !IsRoundTripTuned(p) || !TunedRoundTripColumns(tile, result, p))
        {
            base.RoundTripColumns(tile, result, p);
        }
    }

    public sealed override void DequantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        if (!TunedDequantizeColumns(tile, p))
        {
            base.DequantizeColumns(tile, p);
        }
    }

    public sealed override void EncodeElements(uint* values, uint* words, nint count, byte* codes, in KernelParameters p)
    {
        nint done = 0;
        while (done < count)
        {
            done += IsTuned ? Encode(values + done, count - done, codes + done, p) : 0;
            nint rest = IsTuned ? Math.Min(count - done, BlockSize) : count - done;
            base.EncodeElements(values + done, words + done, rest, codes + done, p);
            done += rest;
        }
    }

    /// <summary>Encodes single elements until some are not the tuned kernel's; returns how many are done.</summary>
    protected virtual nint Encode(uint* values, nint count, byte* codes, in KernelParameters p) => 0;

    /// <summary>Quantises a tile, or returns false.</summary>
    protected virtual bool TunedColumns(in ColumnTile tile, in KernelParameters p) => false;

    /// <summary>Quantises and dequantises a tile, or returns false.</summary>
    protected virtual bool TunedRoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p) => false;

    /// <summary>Quantises and dequantises blocks until some are not the tuned kernel's; returns how many are done.</summary>
    protected virtual nint RoundTrip(uint* values, nint blocks, uint* result, in KernelParameters p, bool stream) => 0;

    /// <summary>Whether it does any.</summary>
    protected virtual bool IsRoundTripTuned(in KernelParameters p) => false;

    /// <summary>Dequantises a tile, or returns false.</summary>
    protected virtual bool TunedDequantizeColumns(in ColumnTile tile, in KernelParameters p) => false;

    /// <summary>Dequantises blocks until some are not the tuned kernel's; returns how many are done.</summary>
    protected abstract nint Dequantize(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream);

    /// <summary>Quantises blocks until some are not the tuned kernel's; returns how many are done.</summary>
    protected abstract nint Quantize(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream);
}

/// <summary>The tuned quantiser of a minifloat.</summary>
internal sealed unsafe class MinifloatVector256Kernels<TFormat, TRounding, TResults> : Vector256Kernels<TRounding, TResults>
    where TFormat : struct, IElementFormat
    where TRounding : struct, IRounding
    where TResults : struct, IResults
{
    protected override bool IsTuned => TRounding.Direction != RoundingDirection.Stochastic;

    protected override nint Quantize(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        => BlockConversionVector256.Quantize<TFormat, TRounding, TResults>(values, blocks, scales, codes, p, stream);

    protected override nint Encode(uint* values, nint count, byte* codes, in KernelParameters p)
        => BlockConversionVector256.Encode<TFormat, TRounding, TResults>(values, count, codes, p);

    protected override nint Dequantize(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
        => p.NanCode > byte.MaxValue ? BlockDequantizeVector256.Dequantize<TFormat>(scales, codes, blocks, result, p, stream) : 0;

    protected override bool TunedColumns(in ColumnTile tile, in KernelParameters p)
        => ColumnConversionVector256.Quantize<TFormat, TRounding, TResults>(tile, p);

    protected override bool IsRoundTripTuned(in KernelParameters p) => p.IsSaturating;

    protected override nint RoundTrip(uint* values, nint blocks, uint* result, in KernelParameters p, bool stream)
        => BlockConversionVector256.RoundTrip<TFormat, TRounding>(values, blocks, result, p, stream);

    protected override bool TunedRoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p)
        => ColumnConversionVector256.RoundTrip<TFormat, TRounding>(tile, result, p);

    protected override bool TunedDequantizeColumns(in ColumnTile tile, in KernelParameters p)
        => p.NanCode > byte.MaxValue && BlockDequantizeVector256.DequantizeColumns<TFormat>(tile, p);
}

/// <summary>The tuned quantiser of INT8.</summary>
internal sealed unsafe class Int8Vector256Kernels<TRounding> : Vector256Kernels<TRounding, CheckedResults>
    where TRounding : struct, IRounding
{
    protected override bool IsTuned => TRounding.Direction == RoundingDirection.TiesToEven;

    protected override nint Quantize(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        => BlockConversionVector256.QuantizeInt8(values, blocks, scales, codes, p, stream);

    protected override nint Dequantize(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
        => BlockDequantizeVector256.DequantizeInt8(scales, codes, blocks, result, stream);
}
