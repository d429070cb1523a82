using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4 on one lane: a group of blocks' scales side by side, then each element against its own block's thresholds. Thresholds of
/// negative values come after those of positive ones; only a directed mode tells them apart. Stochastic rounding has no thresholds:
/// there each element is divided.
/// </summary>
internal unsafe class Nvfp4Kernels<TLane, TRounding> : CpuKernels
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    /// <summary>Blocks of a group along rows: enough for one step to hide the latency of the one before.</summary>
    private const int RowGroup = 64;

    /// <summary>Blocks of a group along columns.</summary>
    private const int Group = 16;

    private const int BlockSize = Nvfp4Conversion.BlockSize;

    private const int Magnitudes = Nvfp4Conversion.Magnitudes;
    private const int Row = Nvfp4Scales.Row;
    private const int NegativeFrom = Row / 2;
    private const uint SignBit = 8;
    private uint[]? belowScales;
    private double[]? divisors;
    private uint[]? thresholds;
    private uint[]? cells;
    private uint[]? values;
    private float[]? steps;

    private static bool IsStochastic
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TRounding.Direction == RoundingDirection.Stochastic;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void QuantizeRow(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        uint* amax = stackalloc uint[RowGroup];
        uint* selected = stackalloc uint[RowGroup];
        fixed (uint* start = ThresholdsOf(p), startOfScales = BelowScalesOf(p), startOfCells = CellsOf(p))
        fixed (double* divisors = DivisorsOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
            uint* belowScales = Nvfp4Scales.FirstRow(startOfScales);
            uint* cells = startOfCells is null ? null : Nvfp4Scales.FirstRow(startOfCells);
            for (nint block = 0; block < blocks; block += RowGroup)
            {
                int group = (int)Math.Min(RowGroup, blocks - block);
                nint first = block * BlockSize;
                bool ordinary = Maxima(values + first, group, amax, p);
                if (ordinary)
                {
                    Nvfp4Scales.Select(amax, group, belowScales, selected, scales + block);
                }
                else
                {
                    Select(amax, group, selected, scales + block, p);
                }

                if (IsStochastic)
                {
                    if (ordinary && cells is not null)
                    {
                        Nvfp4Cells.Drawn(values + first, words + first, group, selected, cells, divisors, codes + first, p);
                    }
                    else if (ordinary)
                    {
                        Divided<OrdinaryRange>(values + first, words + first, group, selected, divisors, codes + first, p);
                    }
                    else
                    {
                        Divided<FullRange>(values + first, words + first, group, selected, divisors, codes + first, p);
                    }
                }
                else if (!ordinary || TRounding.TellsSigns)
                {
                    Elements(values + first, group, selected, rows, codes + first, p);
                }
                else if (cells is not null)
                {
                    if (p.ZeroKeepsSign != 0)
                    {
                        Nvfp4Cells.Elements<PlainResults>(values + first, group, selected, cells, codes + first, p);
                    }
                    else
                    {
                        Nvfp4Cells.Elements<CheckedResults>(values + first, group, selected, cells, codes + first, p);
                    }
                }
                else if (p.ZeroKeepsSign != 0)
                {
                    Numbers<PlainResults>(values + first, group, selected, rows, codes + first, p);
                }
                else
                {
                    Numbers<CheckedResults>(values + first, group, selected, rows, codes + first, p);
                }
            }
        }
    }

    [SkipLocalsInit]
    public override void RoundTripRow(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
    {
        byte* codes = stackalloc byte[RowGroup * BlockSize];
        byte* scales = stackalloc byte[RowGroup];
        for (nint block = 0; block < blocks; block += RowGroup)
        {
            nint group = Math.Min(RowGroup, blocks - block);
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
        if (TLane.Count == BlockSize)
        {
            QuantizeTurned(tile, p);
            return;
        }

        uint* amax = stackalloc uint[Group];
        uint* selected = stackalloc uint[Group];
        uint* own = stackalloc uint[Row * Group];
        uint* most = stackalloc uint[Group];
        double* ownDivisors = stackalloc double[2 * Group];
        fixed (uint* start = ThresholdsOf(p), startOfScales = BelowScalesOf(p))
        fixed (double* divisors = DivisorsOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
            uint* belowScales = Nvfp4Scales.FirstRow(startOfScales);
            for (int column = 0; column < tile.Columns; column += Group)
            {
                if (ColumnMaxima(tile, column, amax, p))
                {
                    Nvfp4Scales.Select(amax, Group, belowScales, selected, tile.Scales + column);
                }
                else
                {
                    Select(amax, Group, selected, tile.Scales + column, p);
                }

                if (IsStochastic)
                {
                    TurnDivisors(divisors, selected, ownDivisors, most);
                }
                else
                {
                    Turn(rows, selected, TRounding.TellsSigns ? Row : NegativeFrom, own);
                }

                for (int i = 0; i < Group; i += TLane.Count)
                {
                    if (IsStochastic)
                    {
                        ColumnsDivided(tile, column + i, TLane.Load(selected + i), ownDivisors + i, TLane.Load(most + i), p);
                    }
                    else
                    {
                        Columns(tile, column + i, TLane.Load(selected + i), own + i, p);
                    }
                }
            }
        }
    }

    /// <summary>Columns as rows: a tile is turned before and after.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void QuantizeTurned(in ColumnTile tile, in KernelParameters p)
    {
        uint* turned = stackalloc uint[ColumnTile.Width * BlockSize];
        uint* words = stackalloc uint[IsStochastic ? ColumnTile.Width * BlockSize : 0];
        byte* codes = stackalloc byte[ColumnTile.Width * BlockSize];
        Nvfp4Columns.Turn(tile.Values, tile.ValueStride, tile.Rows, turned);
        if (IsStochastic)
        {
            Nvfp4Columns.Turn(tile.Words, ColumnTile.Width, tile.Rows, words);
        }

        QuantizeRow(turned, words, ColumnTile.Width, tile.Scales, codes, p, stream: false);
        Nvfp4Columns.TurnBack(codes, tile.Rows, tile.Codes, tile.CodeStride);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public override void DequantizeColumns(in ColumnTile tile, in KernelParameters p)
    {
        if (TLane.Count == BlockSize && StepsOf(p) is { Length: > 0 } products)
        {
            Nvfp4Columns.Dequantize(tile, products);
            return;
        }

        uint* own = stackalloc uint[Row * Group];
        uint* selected = stackalloc uint[Group];
        fixed (uint* start = ValuesOf(p))
        {
            uint* rows = Nvfp4Scales.FirstRow(start);
            for (int column = 0; column < tile.Columns; column += Group)
            {
                for (int i = 0; i < Group; i++)
                {
                    selected[i] = tile.Scales[column + i] & Nvfp4Conversion.ScaleNan;
                }

                Turn(rows, selected, NegativeFrom, own);
                for (int i = 0; i < Group; i += TLane.Count)
                {
                    DequantizeColumns(tile, column + i, TLane.Load(selected + i), own + i);
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

    /// <summary>Where each scale begins, likewise.</summary>
    private uint[] BelowScalesOf(in KernelParameters p) => belowScales ??= Nvfp4Scales.BelowScales(p);

    /// <summary>Each scale's thresholds. Threads that come together make them twice, alike.</summary>
    private uint[] ThresholdsOf(in KernelParameters p)
        => IsStochastic ? [] : thresholds ??= Nvfp4Scales.Thresholds<TLane, TRounding>(p);

    /// <summary>Each scale's cells, likewise; empty where blocks are no single registers, or cells do not do.</summary>
    private uint[] CellsOf(in KernelParameters p) => cells ??= FindCells(p) ?? [];

    private uint[]? FindCells(in KernelParameters p)
    {
        if (TLane.Count != BlockSize || TRounding.TellsSigns || (IsStochastic && typeof(TRounding) != typeof(StochasticA)))
        {
            return null;
        }

        // What random bits carry is cut off first.
        fixed (uint* start = IsStochastic ? Nvfp4Scales.Thresholds<TLane, TowardZero>(p) : ThresholdsOf(p))
        {
            return Nvfp4Cells.Of(Nvfp4Scales.FirstRow(start), p);
        }
    }

    /// <summary>Each scale's divisors, likewise.</summary>
    private double[] DivisorsOf(in KernelParameters p) => !IsStochastic ? [] : divisors ??= Nvfp4Scales.Divisors<TLane>(p);

    /// <summary>Each scale's products, likewise; empty where they do not do.</summary>
    private float[] StepsOf(in KernelParameters p) => steps ??= Nvfp4Columns.Steps(p) ?? [];

    /// <summary>Each scale's values, likewise.</summary>
    private uint[] ValuesOf(in KernelParameters p) => values ??= Nvfp4Scales.Values<TLane>(p);

    /// <summary>The largest magnitudes of a group's blocks; false when one has an infinity or a NaN.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Maxima(uint* values, int blocks, uint* amax, in KernelParameters p)
    {
        TLane magnitude = TLane.Splat(0x7FFFFFFF);
        TLane most = TLane.Splat(0);
        uint* largest = stackalloc uint[TLane.Count * TLane.Count];
        for (int block = 0; block < blocks; block += TLane.Count)
        {
            for (int i = 0; i < TLane.Count; i++)
            {
                // A group that is not full takes its last block again.
                uint* from = values + (Math.Min(block + i, blocks - 1) * BlockSize);
                TLane own = TLane.Load(from) & magnitude;
                if (TLane.Count < BlockSize)
                {
                    own = TLane.Max(own, TLane.Load(from + TLane.Count) & magnitude);
                }

                for (int element = 2 * TLane.Count; element < BlockSize; element += TLane.Count)
                {
                    own = TLane.Max(own, TLane.Load(from + element) & magnitude);
                }

                TLane.Store(largest + (i * TLane.Count), own);
            }

            TLane each = TLane.MaxOfEach(largest);
            TLane.Store(amax + block, each);
            most = TLane.Max(most, each);
        }

        if (TLane.MaxAcross(most) < ElementCodec.Infinity)
        {
            return true;
        }

        CountedMaxima(values, blocks, amax, p);
        return false;
    }

    /// <summary>The same of a group's columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool ColumnMaxima(in ColumnTile tile, int column, uint* amax, in KernelParameters p)
    {
        TLane magnitude = TLane.Splat(0x7FFFFFFF);
        TLane most = TLane.Splat(0);
        for (int i = 0; i < Group; i += TLane.Count)
        {
            TLane any = TLane.Splat(0);
            TLane largest = TLane.Splat(0);
            uint* from = tile.Values + column + i;
            for (int row = 0; row < tile.Rows; row++)
            {
                TLane value = TLane.Load(from + (row * tile.ValueStride));
                any = TLane.Max(any, value & magnitude);
                largest = TLane.Max(largest, Nvfp4Conversion.Counted(value, p));
            }

            TLane.Store(amax + i, largest);
            most = TLane.Max(most, any);
        }

        return TLane.MaxAcross(most) < ElementCodec.Infinity;
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

    /// <summary>Scales of a group, where some are not those of numbers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Select(uint* amax, int blocks, uint* selected, byte* scales, in KernelParameters p)
    {
        for (int i = 0; i < blocks; i += TLane.Count)
        {
            TLane.Store(selected + i, Nvfp4Conversion.Scale(TLane.Load(amax + i), p));
        }

        for (int i = 0; i < blocks; i++)
        {
            scales[i] = (byte)selected[i];
        }
    }

    /// <summary>A group's rows, turned: the words of each place of all the group's columns side by side.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Turn(uint* rows, uint* selected, int places, uint* own)
    {
        for (int i = 0; i < Group; i++)
        {
            uint* row = rows + (selected[i] * Row);
            for (int place = 0; place < places; place++)
            {
                own[(place * Group) + i] = row[place];
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TurnDivisors(double* divisors, uint* selected, double* own, uint* most)
    {
        for (int i = 0; i < Group; i++)
        {
            double* divisor = divisors + selected[i];
            own[i] = divisor[0];
            own[Group + i] = divisor[Nvfp4Scales.Count];
            most[i] = *(uint*)(divisor + (2 * Nvfp4Scales.Count));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Elements(uint* values, int blocks, uint* scales, uint* rows, byte* codes, in KernelParameters p)
    {
        for (int block = 0; block < blocks; block++)
        {
            TLane live = Nvfp4Conversion.Live(TLane.Splat(scales[block]));
            uint* row = rows + (scales[block] * Row);
            for (int i = block * BlockSize; i < (block + 1) * BlockSize; i += TLane.Count)
            {
                TLane value = TLane.Load(values + i);
                TLane.StoreBytes(codes + i, Nvfp4Conversion.Code(value, Passed(value, row, 1, splat: true), live, p));
            }
        }
    }

    /// <summary>The same of numbers alone, in a mode that does not tell signs.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Numbers<TResults>(uint* values, int blocks, uint* scales, uint* rows, byte* codes, in KernelParameters p)
        where TResults : struct, IResults
    {
        TLane keepsSign = TLane.Splat(p.ZeroKeepsSign);
        for (int block = 0; block < blocks; block++)
        {
            uint* row = rows + (scales[block] * Row);
            TLane four = TLane.Splat(row[Nvfp4Scales.PlaceOf(4)]);
            TLane two = TLane.Splat(row[Nvfp4Scales.PlaceOf(2)]);
            TLane six = TLane.Splat(row[Nvfp4Scales.PlaceOf(6)]);
            uint* from = values + (block * BlockSize);
            byte* to = codes + (block * BlockSize);

            if (TLane.Count == BlockSize)
            {
                TLane.StoreBytes(to, Number<TResults>(from, row, four, two, six, keepsSign));
            }

            for (int i = 0; i < BlockSize && TLane.Count < BlockSize; i += 2 * TLane.Count)
            {
                TLane first = Number<TResults>(from + i, row, four, two, six, keepsSign);
                TLane.StoreBytes(to + i, first, Number<TResults>(from + i + TLane.Count, row, four, two, six, keepsSign));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Number<TResults>(uint* from, uint* row, TLane four, TLane two, TLane six, TLane keepsSign)
        where TResults : struct, IResults
    {
        TLane value = TLane.Load(from);
        TLane bits = value & TLane.Splat(0x7FFFFFFF);

        // Bisection. Masks are -1: twice "above the fourth" plus "above the second or sixth" finds the last one's threshold.
        TLane upper = TLane.Greater(bits, four);
        TLane half = upper + upper + TLane.Greater(bits, TLane.Select(upper, six, two));
        TLane last = TLane.Greater(bits, TLane.PickOfFour(row, half));
        TLane minusMagnitude = half + half + last;
        TLane sign = TLane.ShiftRight(value, TLane.Splat(28)) & TLane.Splat(SignBit);
        if (!TResults.Plain)
        {
            sign &= keepsSign | TLane.Greater(TLane.Splat(0), minusMagnitude);
        }

        return sign - minusMagnitude;
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
    private static void DequantizeColumns(in ColumnTile tile, int column, TLane scale, uint* values)
    {
        TLane zero = TLane.Splat(0);
        TLane v1 = TLane.Load(values + Group);
        TLane v2 = TLane.Load(values + (2 * Group));
        TLane v3 = TLane.Load(values + (3 * Group));
        TLane v4 = TLane.Load(values + (4 * Group));
        TLane v5 = TLane.Load(values + (5 * Group));
        TLane v6 = TLane.Load(values + (6 * Group));
        TLane v7 = TLane.Load(values + (7 * Group));
        for (int row = 0; row < tile.Rows; row++)
        {
            TLane code = TLane.LoadBytes(tile.Codes + (row * tile.CodeStride) + column);
            TLane one = zero - (code & TLane.Splat(1));
            TLane two = TLane.Greater(code & TLane.Splat(2), zero);
            TLane four = TLane.Greater(code & TLane.Splat(4), zero);
            TLane upper = TLane.Select(two, TLane.Select(one, v7, v6), TLane.Select(one, v5, v4));
            TLane lower = TLane.Select(two, TLane.Select(one, v3, v2), v1 & one);
            TLane.Store(tile.Values + (row * tile.ValueStride) + column,
                Nvfp4Conversion.Signed(TLane.Select(four, upper, lower), code, scale));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Divided<TRange>(uint* values, uint* words, int blocks, uint* scales, double* divisors, byte* codes,
        in KernelParameters p)
        where TRange : struct, IRange
    {
        TLane mask = TLane.Splat(RowConversion.RandomMask(p));
        TLane keepsSign = TLane.Splat(p.ZeroKeepsSign);
        for (int block = 0; block < blocks; block++)
        {
            double* divisor = divisors + scales[block];
            TLane live = Nvfp4Conversion.Live(TLane.Splat(scales[block]));
            TLane most = TLane.Splat(*(uint*)(divisor + (2 * Nvfp4Scales.Count)));
            for (int i = block * BlockSize; i < (block + 1) * BlockSize; i += TLane.Count)
            {
                TLane value = TLane.Load(values + i);
                (TLane upper, TLane lower) = TLane.Quotients(TLane.Min(value & TLane.Splat(0x7FFFFFFF), most), divisor,
                    divisor + Nvfp4Scales.Count, splat: true);
                TLane magnitude = Nvfp4Conversion.MagnitudeOf<TLane, TRounding>(upper, lower, TLane.Load(words + i) & mask, p);
                TLane.StoreBytes(codes + i, TRange.Full ? Nvfp4Conversion.Code(value, magnitude, live, p)
                    : magnitude | (TLane.ShiftRight(value, TLane.Splat(28)) & TLane.Splat(SignBit)
                    & (keepsSign | TLane.Greater(magnitude, TLane.Splat(0)))));
            }
        }
    }

    /// <summary>The same of columns, whose divisors lie side by side.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ColumnsDivided(in ColumnTile tile, int column, TLane scale, double* own, TLane most, in KernelParameters p)
    {
        TLane mask = TLane.Splat(RowConversion.RandomMask(p));
        TLane live = Nvfp4Conversion.Live(scale);
        for (int row = 0; row < tile.Rows; row++)
        {
            TLane value = TLane.Load(tile.Values + (row * tile.ValueStride) + column);
            (TLane upper, TLane lower) = TLane.Quotients(TLane.Min(value & TLane.Splat(0x7FFFFFFF), most), own, own + Group, splat: false);
            TLane magnitude = Nvfp4Conversion.MagnitudeOf<TLane, TRounding>(upper, lower,
                TLane.Load(tile.Words + (row * ColumnTile.Width) + column) & mask, p);
            TLane.StoreBytes(tile.Codes + (row * tile.CodeStride) + column, Nvfp4Conversion.Code(value, magnitude, live, p));
        }
    }

    /// <summary>How many thresholds a value is above: bisection, three comparisons for seven thresholds.</summary>
    /// <param name="value">Binary32 bits.</param>
    /// <param name="thresholds">The first.</param>
    /// <param name="stride">From one to the next.</param>
    /// <param name="splat">Whether all of the lane's values share one block's thresholds, or each has its column's own.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Passed(TLane value, uint* thresholds, int stride, bool splat)
    {
        TLane negative = TLane.Greater(TLane.Splat(0), value);
        TLane bits = value & TLane.Splat(0x7FFFFFFF);
        TLane four = TLane.Greater(bits, At(thresholds, 4, stride, negative, splat));
        TLane second = TLane.Select(four, At(thresholds, 6, stride, negative, splat), At(thresholds, 2, stride, negative, splat));
        TLane two = TLane.Greater(bits, second);
        TLane upper = TLane.Select(two, At(thresholds, 7, stride, negative, splat), At(thresholds, 5, stride, negative, splat));
        TLane lower = TLane.Select(two, At(thresholds, 3, stride, negative, splat), At(thresholds, 1, stride, negative, splat));
        TLane one = TLane.Greater(bits, TLane.Select(four, upper, lower));

        // Masks are -1.
        TLane half = four + four + two;
        return TLane.Splat(0) - (half + half + one);
    }

    /// <summary>A threshold: a block's for all its elements, or each column's own; where signs matter, that of the value's sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane At(uint* thresholds, int code, int stride, TLane negative, bool splat)
    {
        uint* positive = thresholds + (Nvfp4Scales.PlaceOf(code) * stride);
        TLane at = splat ? TLane.Splat(*positive) : TLane.Load(positive);
        if (!TRounding.TellsSigns)
        {
            return at;
        }

        uint* below = positive + (NegativeFrom * stride);
        return TLane.Select(negative, splat ? TLane.Splat(*below) : TLane.Load(below), at);
    }
}
