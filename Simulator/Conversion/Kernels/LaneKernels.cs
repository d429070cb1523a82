using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>The generic kernels on one lane.</summary>
internal unsafe class LaneKernels<TLane, TRounding, TResults> : CpuKernels
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
    where TResults : struct, IResults
{
    private const int BlockSize = MxFormats.BlockSize;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        for (nint block = 0; block < blocks; block += RowConversion.Group)
        {
            int group = (int)Math.Min(RowConversion.Group, blocks - block);
            nint first = block * BlockSize;
            RowConversion.Quantize<TLane, TRounding, TResults>(values + first, words + first, group, scales + block, codes + first, p);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        byte* codes = stackalloc byte[RowConversion.Group * BlockSize];
        byte* scales = stackalloc byte[RowConversion.Group];
        for (nint block = 0; block < blocks; block += RowConversion.Group)
        {
            nint group = Math.Min(RowConversion.Group, blocks - block);
            nint first = block * BlockSize;
            QuantizeRow(values + first, words + first, group, scales, codes, p, stream: false);
            DequantizeRow(scales, codes, group, result + first, p, stream);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        for (nint block = 0; block < blocks; block++)
        {
            TLane scale = TLane.Splat(scales[block]);
            byte* from = codes + (block * BlockSize);
            uint* to = result + (block * BlockSize);
            for (int i = 0; i < BlockSize; i += TLane.Count)
            {
                TLane.Store(to + i, ElementCodec.Decode(TLane.LoadBytes(from + i), scale, p));
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void QuantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        uint randomMask = RowConversion.RandomMask(p);
        for (int column = 0; column < tile.Columns; column += TLane.Count)
        {
            ColumnBlock<TLane, TRounding> blocks = new(tile, column, randomMask);
            TLane.StoreBytes(tile.Scales + column, BlockConversion.QuantizeAcross<TLane, TRounding, TResults, ColumnBlock<TLane,
                TRounding>>(blocks, p));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        for (int column = 0; column < tile.Columns; column += TLane.Count)
        {
            TLane scale = TLane.LoadBytes(tile.Scales + column);
            for (int row = 0; row < tile.Rows; row++)
            {
                TLane code = TLane.LoadBytes(tile.Codes + (row * tile.CodeStride) + column);
                TLane.Store(tile.Values + (row * tile.ValueStride) + column, ElementCodec.Decode(code, scale, p));
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void EncodeElements(uint* values, uint* words, nint count, byte* codes, in KernelParameters p)
    {
        TLane origin = TLane.Splat(ScaleFormat.E8M0Bias + p.EMin);
        TLane live = TLane.Splat(uint.MaxValue);
        TLane randomMask = TLane.Splat(RowConversion.RandomMask(p));
        for (nint i = 0; i < count; i += TLane.Count)
        {
            TLane random = TRounding.Direction == RoundingDirection.Stochastic ? TLane.Load(words + i) & randomMask : TLane.Splat(0);
            TLane.StoreBytes(codes + i, ElementCodec.Encode<TLane, TRounding, FullRange,
                TResults>(TLane.Load(values + i), origin, live, random, p));
        }
    }

    public override void WidenBFloat16(ushort* values, nint count, uint* wide) => Widen(values, count, wide, brain: true);

    public override void WidenBinary16(ushort* values, nint count, uint* wide) => Widen(values, count, wide, brain: false);

    /// <summary>bfloat16 or binary16 to binary32.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(ushort* values, nint count, uint* wide, bool brain)
    {
        nint i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count)
        {
            TLane half = TLane.LoadHalves(values + i);
            TLane.Store(wide + i, brain ? ElementCodec.FromBFloat16(half) : ElementCodec.FromBinary16(half));
        }

        for (; i < count; i++)
        {
            ScalarLane half = ScalarLane.Splat(values[i]);
            wide[i] = (brain ? ElementCodec.FromBFloat16(half) : ElementCodec.FromBinary16(half)).Word;
        }
    }
}
