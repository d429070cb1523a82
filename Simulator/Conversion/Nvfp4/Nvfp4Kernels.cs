using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4 on one lane: a group of blocks' scales side by side, then each element against its own block's thresholds. Thresholds of
/// negative values come after those of positive ones; only a directed mode tells them apart. Stochastic rounding has no thresholds:
/// there each element is divided, by a divisor and its exponent.
/// </summary>
internal unsafe class Nvfp4Kernels<TLane, TRounding> : CpuKernels
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    /// <summary>Blocks of a group.</summary>
    protected const int Group = 16;

    /// <summary>Elements of a block.</summary>
    protected const int BlockSize = Nvfp4Conversion.BlockSize;

    private const int Magnitudes = Nvfp4Conversion.Magnitudes;
    private const int Row = Nvfp4Scales.Row;
    private const int NegativeFrom = Row / 2;
    private uint[]? thresholds;
    private uint[]? values;

    private static bool IsStochastic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TRounding.Direction == RoundingDirection.Stochastic;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        uint* amax = stackalloc uint[Group];
        uint* selected = stackalloc uint[Group];
        fixed (uint* start = ThresholdsOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
            for (nint block = 0; block < blocks; block += Group)
            {
                int group = (int)Math.Min(Group, blocks - block);
                nint first = block * BlockSize;
                bool ordinary = Maxima(values + first, group, amax, p);
                Select(amax, selected, p);
                for (int i = 0; i < group; i++)
                {
                    scales[block + i] = (byte)selected[i];
                }

                if (IsStochastic)
                {
                    Divided(values + first, words + first, group, selected, codes + first, p);
                }
                else if (ordinary)
                {
                    Elements<OrdinaryRange>(values + first, group, selected, rows, codes + first, p);
                }
                else
                {
                    Elements<FullRange>(values + first, group, selected, rows, codes + first, p);
                }
            }
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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeRow(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        fixed (uint* start = ValuesOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
            for (nint block = 0; block < blocks; block++)
            {
                uint* row = rows + ((scales[block] & Nvfp4Conversion.ScaleNan) * Row);
                nint first = block * BlockSize;
                for (int i = 0; i < BlockSize; i += TLane.Count)
                {
                    TLane.Store(result + first + i, TLane.Pick(row, TLane.LoadBytes(codes + first + i)));
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
        uint* own = stackalloc uint[Row * Group];
        fixed (uint* start = ThresholdsOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
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

                Select(amax, selected, p);
                if (!IsStochastic)
                {
                    Turn(rows, selected, own);
                }

                for (int i = 0; i < Group; i += TLane.Count)
                {
                    TLane.StoreBytes(tile.Scales + column + i, TLane.Load(selected + i));
                    if (IsStochastic)
                    {
                        ColumnsDivided(tile, column + i, TLane.Load(selected + i), p);
                    }
                    else
                    {
                        Columns(tile, column + i, TLane.Load(selected + i), own + i, p);
                    }
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        fixed (uint* start = ValuesOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
            for (int column = 0; column < tile.Columns; column++)
            {
                uint* row = rows + ((tile.Scales[column] & Nvfp4Conversion.ScaleNan) * Row);
                byte* from = tile.Codes + column;
                uint* to = tile.Values + column;
                for (int i = 0; i < tile.Rows; i++)
                {
                    to[i * tile.ValueStride] = row[from[i * tile.CodeStride] & (Row - 1)];
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

    /// <summary>Each scale's thresholds. Threads that come together make them twice, alike.</summary>
    protected uint[] ThresholdsOf(in KernelParameters p)
        => IsStochastic ? [] : thresholds ??= Nvfp4Scales.Thresholds<TLane, TRounding>(p);

    /// <summary>Each scale's values, likewise.</summary>
    protected uint[] ValuesOf(in KernelParameters p) => values ??= Nvfp4Scales.Values<TLane>(p);

    /// <summary>The largest magnitudes of a group's blocks; false when one has an infinity or a NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Maxima(uint* values, int blocks, uint* amax, in KernelParameters p)
    {
        TLane magnitude = TLane.Splat(0x7FFFFFFF);
        uint most = 0;
        for (int block = 0; block < Group; block++)
        {
            TLane largest = TLane.Splat(0);
            for (int i = 0; i < BlockSize && block < blocks; i += TLane.Count)
            {
                largest = TLane.Max(largest, TLane.Load(values + (block * BlockSize) + i) & magnitude);
            }

            amax[block] = TLane.MaxAcross(largest);
            most = Math.Max(most, amax[block]);
        }

        if (most < ElementCodec.Infinity)
        {
            return true;
        }

        CountedMaxima(values, blocks, amax, p);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void CountedMaxima(uint* values, int blocks, uint* amax, in KernelParameters p)
    {
        for (int block = 0; block < blocks; block++)
        {
            TLane largest = TLane.Splat(0);
            for (int i = 0; i < BlockSize; i += TLane.Count)
            {
                largest = TLane.Max(largest, Nvfp4Conversion.Counted(TLane.Load(values + (block * BlockSize) + i), p));
            }

            amax[block] = TLane.MaxAcross(largest);
        }
    }

    /// <summary>Scales of a group.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Select(uint* amax, uint* selected, in KernelParameters p)
    {
        for (int i = 0; i < Group; i += TLane.Count)
        {
            TLane.Store(selected + i, Nvfp4Conversion.Scale(TLane.Load(amax + i), p));
        }
    }

    /// <summary>A group's rows of thresholds, turned: each threshold's words of all the group's columns side by side.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Turn(uint* rows, uint* selected, uint* own)
    {
        for (int i = 0; i < Group; i++)
        {
            uint* row = rows + (selected[i] * Row);
            for (int code = 1; code < (TRounding.TellsSigns ? Row : NegativeFrom); code++)
            {
                own[(code * Group) + i] = row[code];
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Elements<TRange>(uint* values, int blocks, uint* scales, uint* rows, byte* codes, in KernelParameters p)
        where TRange : struct, IRange
    {
        for (int block = 0; block < blocks; block++)
        {
            TLane live = Nvfp4Conversion.Live(TLane.Splat(scales[block]));
            uint* row = rows + (scales[block] * Row);
            for (int i = block * BlockSize; i < (block + 1) * BlockSize; i += TLane.Count)
            {
                TLane value = TLane.Load(values + i);
                TLane magnitude = Passed(value, row, 1, splat: true);
                TLane.StoreBytes(codes + i, TRange.Full ? Nvfp4Conversion.Code(value, magnitude, live, p)
                    : Nvfp4Conversion.CodeOfNumber(value, magnitude, p));
            }
        }
    }

    /// <summary>The elements of as many columns as a lane has words.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Columns(in ColumnTile tile, int column, TLane scale, uint* thresholds, in KernelParameters p)
    {
        TLane live = Nvfp4Conversion.Live(scale);
        for (int row = 0; row < tile.Rows; row++)
        {
            TLane value = TLane.Load(tile.Values + (row * tile.ValueStride) + column);
            TLane.StoreBytes(tile.Codes + (row * tile.CodeStride) + column,
                Nvfp4Conversion.Code(value, Passed(value, thresholds, Group, splat: false), live, p));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Divided(uint* values, uint* words, int blocks, uint* scales, byte* codes, in KernelParameters p)
    {
        TLane mask = TLane.Splat(RowConversion.RandomMask(p));
        for (int block = 0; block < blocks; block++)
        {
            TLane scale = TLane.Splat(scales[block]);
            TLane live = Nvfp4Conversion.Live(scale);
            (TLane divisor, TLane exponent) = Nvfp4Conversion.Divisor(scale, p);
            for (int i = block * BlockSize; i < (block + 1) * BlockSize; i += TLane.Count)
            {
                TLane value = TLane.Load(values + i);
                TLane magnitude = Magnitude(value, divisor, exponent, TLane.Load(words + i) & mask, p);
                TLane.StoreBytes(codes + i, Nvfp4Conversion.Code(value, magnitude, live, p));
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ColumnsDivided(in ColumnTile tile, int column, TLane scale, in KernelParameters p)
    {
        TLane mask = TLane.Splat(RowConversion.RandomMask(p));
        TLane live = Nvfp4Conversion.Live(scale);
        (TLane divisor, TLane exponent) = Nvfp4Conversion.Divisor(scale, p);
        for (int row = 0; row < tile.Rows; row++)
        {
            TLane value = TLane.Load(tile.Values + (row * tile.ValueStride) + column);
            TLane magnitude = Magnitude(value, divisor, exponent, TLane.Load(tile.Words + (row * ColumnTile.Width) + column) & mask, p);
            TLane.StoreBytes(tile.Codes + (row * tile.CodeStride) + column, Nvfp4Conversion.Code(value, magnitude, live, p));
        }
    }

    /// <summary>The magnitudes of values over their divisors; a method of its own, as large as the compiler is willing to inline into.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Magnitude(TLane value, TLane divisor, TLane exponent, TLane random, in KernelParameters p)
        => Nvfp4Conversion.Magnitude<TLane, TRounding>(value, divisor, exponent, random, p);

    /// <summary>How many thresholds a value is above: bisection, three comparisons for seven thresholds.</summary>
    /// <param name="value">Binary32 bits.</param>
    /// <param name="thresholds">The place before the first.</param>
    /// <param name="stride">From one to the next.</param>
    /// <param name="splat">Whether all of the lane's values share one block's thresholds, or each has its column's own.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Passed(TLane value, uint* thresholds, int stride, bool splat)
    {
        TLane bits = value & TLane.Splat(0x7FFFFFFF);
        TLane negative = TLane.Greater(TLane.Splat(0), value);
        TLane four = TLane.Greater(bits, At(thresholds, 4, stride, negative, splat));
        TLane second = TLane.Select(four, At(thresholds, 6, stride, negative, splat), At(thresholds, 2, stride, negative, splat));
        TLane two = TLane.Greater(bits, second);
        TLane upper = TLane.Select(two, At(thresholds, 7, stride, negative, splat), At(thresholds, 5, stride, negative, splat));
        TLane lower = TLane.Select(two, At(thresholds, 3, stride, negative, splat), At(thresholds, 1, stride, negative, splat));
        TLane one = TLane.Greater(bits, TLane.Select(four, upper, lower));
        return (four & TLane.Splat(4)) | (two & TLane.Splat(2)) | (one & TLane.Splat(1));
    }

    /// <summary>A threshold: a block's for all its elements, or each column's own; where signs matter, that of the value's sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane At(uint* thresholds, int code, int stride, TLane negative, bool splat)
    {
        uint* positive = thresholds + (code * stride);
        TLane at = splat ? TLane.Splat(*positive) : TLane.Load(positive);
        if (!TRounding.TellsSigns)
        {
            return at;
        }

        uint* below = positive + (NegativeFrom * stride);
        return TLane.Select(negative, splat ? TLane.Splat(*below) : TLane.Load(below), at);
    }
}
