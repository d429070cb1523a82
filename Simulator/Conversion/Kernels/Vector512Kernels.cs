using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned kernels where they apply, the generic ones for everything else: few blocks, special values, the ends of binary32's range.
/// </summary>
internal abstract unsafe class Vector512Kernels<TRounding, TResults> : LaneKernels<Vector512Lane, TRounding, TResults>
    where TRounding : struct, IRounding
    where TResults : struct, IResults
{
    private const int Group = BlockConversionVector512.Group;
    private const int BlockSize = MxFormats.BlockSize;
    private const nint Line = 64;

    /// <summary>Blocks that one call of the generic kernel takes off a tuned dequantising kernel's hands.</summary>
    private const nint Pair = 2;

    public sealed override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p,
        bool stream)
    {
        stream &= (nint)codes % Line == 0;
        nint block = 0;
        while (block < blocks)
        {
            nint done = Quantize(values + (block * BlockSize), words + (block * BlockSize), blocks - block, scales + block,
                codes + (block * BlockSize), p, stream);
            block += done;
            if (done == 0)
            {
                nint group = Math.Min(Group, blocks - block);
                base.QuantizeRow(values + (block * BlockSize), words + (block * BlockSize), group, scales + block,
                    codes + (block * BlockSize), p, stream);
                block += group;
            }
        }
    }

    public sealed override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        stream &= (nint)result % Line == 0;
        nint block = 0;
        while (block < blocks)
        {
            block += RoundTrip(values + (block * BlockSize), words + (block * BlockSize), blocks - block, result + (block * BlockSize), p,
                stream);
            nint group = Math.Min(Group, blocks - block);
            base.RoundTripRow(values + (block * BlockSize), words + (block * BlockSize), group, result + (block * BlockSize), p,
                stream: false);
            block += group;
        }
    }

    public sealed override void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        stream &= (nint)result % Line == 0;
        nint block = 0;
        while (block < blocks)
        {
            block += Dequantize(scales + block, codes + (block * BlockSize), blocks - block, result + (block * BlockSize), p, stream);
            nint pair = Math.Min(Pair, blocks - block);
            base.DequantizeRow(scales + block, codes + (block * BlockSize), pair, result + (block * BlockSize), p, stream: false);
            block += pair;
        }
    }

    public sealed override void QuantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        if (!TunedColumns(tile, p))
        {
            base.QuantizeColumns(tile, p);
        }
    }

    public sealed override void DequantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        if (!TunedDequantizeColumns(tile, p))
        {
            base.DequantizeColumns(tile, p);
        }
    }

    public sealed override void RoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p)
    {
        if (!TunedRoundTripColumns(tile, result, p))
        {
            base.RoundTripColumns(tile, result, p);
        }
    }

    public sealed override void EncodeElements(uint* values, uint* words, nint count, byte* codes, in KernelParameters p)
    {
        nint done = 0;
        while (done < count)
        {
            done += TRounding.Direction == RoundingDirection.Stochastic ? 0 : Encode(values + done, count - done, codes + done, p);
            nint rest = Math.Min(count - done, 64);
            base.EncodeElements(values + done, words + done, rest, codes + done, p);
            done += rest;
        }
    }

    /// <summary>Encodes single elements until some are not the tuned kernel's; returns how many are done.</summary>
    protected abstract nint Encode(uint* values, nint count, byte* codes, in KernelParameters p);

    /// <summary>Quantises a tile, or returns false.</summary>
    protected abstract bool TunedColumns(in ColumnTile tile, in KernelParameters p);

    /// <summary>Quantises and dequantises a tile, or returns false.</summary>
    protected virtual bool TunedRoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p) => false;

    /// <summary>Dequantises a tile, or returns false.</summary>
    protected abstract bool TunedDequantizeColumns(in ColumnTile tile, in KernelParameters p);

    /// <summary>Quantises blocks until some are not the tuned kernels'; returns how many are done.</summary>
    protected abstract nint Quantize(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream);

    /// <summary>The same for quantising and dequantising.</summary>
    protected abstract nint RoundTrip(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream);

    /// <summary>The same for dequantising.</summary>
    protected abstract nint Dequantize(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream);
}

/// <summary>The tuned kernels of a minifloat.</summary>
internal sealed unsafe class Vector512Kernels<TFormat, TRounding, TResults> : Vector512Kernels<TRounding, TResults>
    where TFormat : struct, IElementFormat
    where TRounding : struct, IRounding
    where TResults : struct, IResults
{
    protected override nint Quantize(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        nint done = BlockConversionVector512.Quantize<TFormat, TRounding, TResults>(values, words, blocks, scales, codes, p, stream);
        return done > 0 || TRounding.Direction == RoundingDirection.Stochastic ? done : BlockConversionVector512.QuantizeLifted<TFormat,
            TRounding, TResults>(values, blocks, scales, codes, p);
    }

    protected override nint RoundTrip(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
        => p.IsSaturating ? BlockConversionVector512.RoundTrip<TFormat, TRounding>(values, words, blocks, result, p, stream) : 0;

    protected override nint Dequantize(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
        => p.NanCode > byte.MaxValue ? BlockDequantizeVector512.Dequantize<TFormat>(scales, codes, blocks, result, p, stream) : 0;

    protected override nint Encode(uint* values, nint count, byte* codes, in KernelParameters p)
        => BlockConversionVector512.Encode<TFormat, TRounding, TResults>(values, count, codes, p);

    protected override bool TunedColumns(in ColumnTile tile, in KernelParameters p)
        => ColumnConversionVector512.Quantize<TFormat, TRounding, TResults>(tile, p);

    protected override bool TunedRoundTripColumns(in ColumnTile tile, in ColumnTile result, in KernelParameters p)
        => p.IsSaturating && ColumnConversionVector512.RoundTrip<TFormat, TRounding>(tile, result, p);

    protected override bool TunedDequantizeColumns(in ColumnTile tile, in KernelParameters p)
        => p.NanCode > byte.MaxValue && ColumnConversionVector512.Dequantize<TFormat>(tile, p);
}

/// <summary>The tuned kernels of INT8.</summary>
internal sealed unsafe class Int8Vector512Kernels<TRounding> : Vector512Kernels<TRounding, CheckedResults>
    where TRounding : struct, IRounding
{
    protected override nint Quantize(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        => Int8ConversionVector512.Quantize<TRounding>(values, words, blocks, scales, codes, p, stream);

    protected override nint RoundTrip(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
        => Int8ConversionVector512.RoundTrip<TRounding>(values, words, blocks, result, p, stream);

    protected override nint Dequantize(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
        => BlockDequantizeVector512.DequantizeInt8(scales, codes, blocks, result, stream);

    protected override nint Encode(uint* values, nint count, byte* codes, in KernelParameters p)
        => Int8ConversionVector512.Encode<TRounding>(values, count, codes, p);

    protected override bool TunedColumns(in ColumnTile tile, in KernelParameters p)
        => ColumnConversionVector512.QuantizeInt8<TRounding>(tile, p);

    protected override bool TunedDequantizeColumns(in ColumnTile tile, in KernelParameters p)
        => ColumnConversionVector512.DequantizeInt8(tile);
}
