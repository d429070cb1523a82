using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4 on one lane: a group of blocks' scales and thresholds side by side, then each element against its own block's. Thresholds
/// of negative values come after those of positive ones; only a directed mode tells them apart. Stochastic rounding has no
/// thresholds: there each element is divided, and a block's divisor and its exponent stand where the first two thresholds would.
/// </summary>
internal sealed unsafe class Nvfp4Kernels<TLane, TRounding> : CpuKernels
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    private const int Group = 16;
    private const int BlockSize = Nvfp4Conversion.BlockSize;
    private const int Magnitudes = Nvfp4Conversion.Magnitudes;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        uint* amax = stackalloc uint[Group];
        uint* selected = stackalloc uint[Group];
        uint* thresholds = stackalloc uint[2 * Magnitudes * Group];
        for (nint block = 0; block < blocks; block += Group)
        {
            int group = (int)Math.Min(Group, blocks - block);
            uint* from = values + (block * BlockSize);
            for (int i = 0; i < Group; i++)
            {
                amax[i] = i < group ? Amax(from + (i * BlockSize), p) : 0;
            }

            Thresholds(amax, selected, thresholds, p);
            for (int i = 0; i < group; i++)
            {
                scales[block + i] = (byte)selected[i];
            }

            Elements(from, words + (block * BlockSize), group, selected, thresholds, codes + (block * BlockSize), p);
        }
    }

    [SkipLocalsInit]
    public override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        byte* codes = stackalloc byte[Group * BlockSize];
        byte* scales = stackalloc byte[Group];
        for (nint block = 0; block < blocks; block += Group)
        {
            nint group = Math.Min(Group, blocks - block);
            nint first = block * BlockSize;
            QuantizeRow(values + first, words + first, group, scales, codes, p, stream: false);
            DequantizeRow(scales, codes, group, result + first, p, stream);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        uint* values = stackalloc uint[Magnitudes * Group];
        byte* padded = stackalloc byte[Group];
        for (nint block = 0; block < blocks; block += Group)
        {
            int group = (int)Math.Min(Group, blocks - block);
            for (int i = 0; i < Group; i++)
            {
                padded[i] = i < group ? scales[block + i] : (byte)0;
            }

            Values(padded, values, p);
            for (int i = 0; i < group; i++)
            {
                for (int element = 0; element < BlockSize; element += TLane.Count)
                {
                    nint at = ((block + i) * BlockSize) + element;
                    TLane.Store(result + at, Decode(TLane.LoadBytes(codes + at), values + i, TLane.Splat(padded[i]), splat: true));
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void QuantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        uint* amax = stackalloc uint[Group];
        uint* selected = stackalloc uint[Group];
        uint* thresholds = stackalloc uint[2 * Magnitudes * Group];
        for (int column = 0; column < tile.Columns; column += Group)
        {
            for (int i = 0; i < Group; i += TLane.Count)
            {
                TLane largest = TLane.Splat(0);
                for (int row = 0; row < tile.Rows; row++)
                {
                    largest = TLane.Max(largest,
                        Nvfp4Conversion.Counted(TLane.Load(tile.Values + (row * tile.ValueStride) + column + i), p));
                }

                TLane.Store(amax + i, largest);
            }

            Thresholds(amax, selected, thresholds, p);
            for (int i = 0; i < Group; i += TLane.Count)
            {
                TLane scale = TLane.Load(selected + i);
                TLane live = Nvfp4Conversion.Live(scale);
                TLane.StoreBytes(tile.Scales + column + i, scale);
                for (int row = 0; row < tile.Rows; row++)
                {
                    TLane value = TLane.Load(tile.Values + (row * tile.ValueStride) + column + i);
                    TLane code = Encode(value, tile.Words + (row * ColumnTile.Width) + column + i, thresholds + i, live, splat: false, p);
                    TLane.StoreBytes(tile.Codes + (row * tile.CodeStride) + column + i, code);
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        uint* values = stackalloc uint[Magnitudes * Group];
        for (int column = 0; column < tile.Columns; column += Group)
        {
            Values(tile.Scales + column, values, p);
            for (int i = 0; i < Group; i += TLane.Count)
            {
                TLane scale = TLane.LoadBytes(tile.Scales + column + i);
                for (int row = 0; row < tile.Rows; row++)
                {
                    TLane code = TLane.LoadBytes(tile.Codes + (row * tile.CodeStride) + column + i);
                    TLane.Store(tile.Values + (row * tile.ValueStride) + column + i, Decode(code, values + i, scale, splat: false));
                }
            }
        }
    }

    public override void EncodeElements(uint* values, uint* words, nint count, byte* codes, in KernelParameters p)
        => throw new NotSupportedException("NVFP4's elements are E2M1's: sweep that format");

    public override void WidenBFloat16(ushort* values, nint count, uint* wide)
        => LaneKernels<TLane, TRounding, PlainResults>.Widen(values, count, wide, brain: true);

    public override void WidenBinary16(ushort* values, nint count, uint* wide)
        => LaneKernels<TLane, TRounding, PlainResults>.Widen(values, count, wide, brain: false);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static uint Amax(uint* values, in KernelParameters p)
    {
        TLane amax = TLane.Splat(0);
        for (int i = 0; i < BlockSize; i += TLane.Count)
        {
            amax = TLane.Max(amax, Nvfp4Conversion.Counted(TLane.Load(values + i), p));
        }

        return TLane.MaxAcross(amax);
    }

    /// <summary>Scales of a group, and each one's thresholds, magnitude by magnitude.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Thresholds(uint* amax, uint* selected, uint* thresholds, in KernelParameters p)
    {
        for (int i = 0; i < Group; i += TLane.Count)
        {
            TLane.Store(selected + i, Nvfp4Conversion.Scale(TLane.Load(amax + i), p));
        }

        for (int i = 0; i < Group; i += TLane.Count)
        {
            if (TRounding.Direction == RoundingDirection.Stochastic)
            {
                (TLane divisor, TLane exponent) = Nvfp4Conversion.Divisor(TLane.Load(selected + i), p);
                TLane.Store(thresholds + i, divisor);
                TLane.Store(thresholds + Group + i, exponent);
                continue;
            }

            for (int code = 1; code <= Magnitudes; code++)
            {
                Threshold(selected + i, code, thresholds + ((code - 1) * Group) + i, p);
            }
        }
    }

    /// <summary>The thresholds of one magnitude.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Threshold(uint* selected, int code, uint* to, in KernelParameters p)
    {
        TLane scale = TLane.Load(selected);
        TLane.Store(to, Nvfp4Conversion.BelowThreshold<TLane, TRounding>(scale, code, negative: false, p));
        if (TRounding.TellsSigns)
        {
            TLane.Store(to + (Magnitudes * Group), Nvfp4Conversion.BelowThreshold<TLane, TRounding>(scale, code, negative: true, p));
        }
    }

    /// <summary>Each scale's values of the seven magnitudes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Values(byte* scales, uint* values, in KernelParameters p)
    {
        for (int code = 1; code <= Magnitudes; code++)
        {
            for (int i = 0; i < Group; i += TLane.Count)
            {
                TLane.Store(values + ((code - 1) * Group) + i, Nvfp4Conversion.Value(TLane.LoadBytes(scales + i), code, p));
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Elements(uint* values, uint* words, int blocks, uint* scales, uint* thresholds, byte* codes, in KernelParameters p)
    {
        for (int block = 0; block < blocks; block++)
        {
            TLane live = Nvfp4Conversion.Live(TLane.Splat(scales[block]));
            for (int i = block * BlockSize; i < (block + 1) * BlockSize; i += TLane.Count)
            {
                TLane.StoreBytes(codes + i, Encode(TLane.Load(values + i), words + i, thresholds + block, live, splat: true, p));
            }
        }
    }

    /// <summary>The codes of a lane's values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Encode(TLane value, uint* words, uint* thresholds, TLane live, bool splat, in KernelParameters p)
        => Nvfp4Conversion.Code(value, TRounding.Direction == RoundingDirection.Stochastic ? Divided(value, words, thresholds, splat, p)
            : Passed(value, thresholds, splat), live, p);

    /// <summary>The magnitudes of values over their divisors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Divided(TLane value, uint* words, uint* divisors, bool splat, in KernelParameters p)
    {
        TLane random = TLane.Load(words) & TLane.Splat(RowConversion.RandomMask(p));
        return Nvfp4Conversion.Magnitude<TLane, TRounding>(value, At(divisors, splat), At(divisors + Group, splat), random, p);
    }

    /// <summary>How many thresholds a value is above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Passed(TLane value, uint* thresholds, bool splat)
    {
        TLane bits = value & TLane.Splat(0x7FFFFFFF);
        TLane negative = TLane.Greater(TLane.Splat(0), value);
        TLane magnitude = TLane.Splat(0);
        for (int i = 0; i < Magnitudes; i++)
        {
            TLane below = At(thresholds + (i * Group), splat);
            if (TRounding.TellsSigns)
            {
                below = TLane.Select(negative, At(thresholds + ((Magnitudes + i) * Group), splat), below);
            }

            magnitude -= TLane.Greater(bits, below);
        }

        return magnitude;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Decode(TLane code, uint* values, TLane scale, bool splat)
    {
        TLane magnitude = code & TLane.Splat(7);
        TLane value = TLane.Splat(0);
        for (int i = 0; i < Magnitudes; i++)
        {
            value = TLane.Select(TLane.Greater(magnitude, TLane.Splat((uint)i)), At(values + (i * Group), splat), value);
        }

        return Nvfp4Conversion.Signed(value, code, scale);
    }

    /// <summary>A block's word for all its elements, or each column's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane At(uint* words, bool splat) => splat ? TLane.Splat(*words) : TLane.Load(words);
}
