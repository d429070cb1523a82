using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned form of blocks along columns on AVX-512: see <see cref="BlockConversionVector512"/>. A lane is a column, so maxima and
/// scales need no exchange between lanes at all; sixty-four columns make a cache line of codes a row.
/// </summary>
internal static unsafe class ColumnConversionVector512
{
    private const int Lanes = 16;

    /// <summary>
    /// Quantises a tile of minifloats; false, with nothing written, when a column is above the window or has special values.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool Quantize<TFormat, TRounding, TResults>(in ColumnTile tile, in KernelParameters p)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        uint* fields = stackalloc uint[ColumnTile.Width];
        uint* lifts = stackalloc uint[ColumnTile.Width];
        if (!Select<TRounding>(tile, p, p.EMin, fields, lifts, out bool lifted))
        {
            return false;
        }

        Vector512<uint> f0 = Vector512.Load(fields);
        Vector512<uint> f1 = Vector512.Load(fields + 16);
        Vector512<uint> f2 = Vector512.Load(fields + 32);
        Vector512<uint> f3 = Vector512.Load(fields + 48);
        Vector512<uint> s0 = f0 << 23;
        Vector512<uint> s1 = f1 << 23;
        Vector512<uint> s2 = f2 << 23;
        Vector512<uint> s3 = f3 << 23;
        Vector512<uint> a = BlockConversionVector512.Origins<TFormat>(f0, f1);
        Vector512<uint> b = BlockConversionVector512.Origins<TFormat>(f2, f3);
        BlockConversionVector512.Ending ending = new(p);
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        for (int row = 0; row < tile.Rows; row++)
        {
            uint* from = tile.Values + (row * tile.ValueStride);
            uint* words = tile.Words + (row * ColumnTile.Width);
            Vector512<uint> x0 = Vector512.Load(from);
            Vector512<uint> x1 = Vector512.Load(from + 16);
            Vector512<uint> x2 = Vector512.Load(from + 32);
            Vector512<uint> x3 = Vector512.Load(from + 48);
            Prefetch(from);
            if (lifted)
            {
                x0 = BlockConversionVector512.Lifted(x0, Vector512.Load(lifts));
                x1 = BlockConversionVector512.Lifted(x1, Vector512.Load(lifts + 16));
                x2 = BlockConversionVector512.Lifted(x2, Vector512.Load(lifts + 32));
                x3 = BlockConversionVector512.Lifted(x3, Vector512.Load(lifts + 48));
            }

            Vector512<short> wa = BlockConversionVector512.Words<TFormat, TRounding>(x0, x1, s0, s1, a, words, randomMask);
            Vector512<short> wb = BlockConversionVector512.Words<TFormat, TRounding>(x2, x3, s2, s3, b, words + 32, randomMask);
            ending.Codes<TFormat, TResults>(wa, wb).Store(tile.Codes + (row * tile.CodeStride));
        }

        return true;
    }

    /// <summary>
    /// Quantises and dequantises a tile of minifloats that saturate; false, with nothing written, where <see cref="Quantize"/> says it or
    /// a column would be lifted.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool RoundTrip<TFormat, TRounding>(in ColumnTile tile, in ColumnTile result, in KernelParameters p)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        uint* fields = stackalloc uint[ColumnTile.Width];
        uint* lifts = stackalloc uint[ColumnTile.Width];
        if (!Select<TRounding>(tile, p, p.EMin, fields, lifts, out bool lifted) || lifted)
        {
            return false;
        }

        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        Vector512<uint> largest = Vector512.Create(p.LargestMagnitude << (23 - TFormat.MantissaBits)) - Vector512.Create(1u << 23);
        Vector512<uint> s0 = Vector512.Load(fields) << 23;
        Vector512<uint> s1 = Vector512.Load(fields + 16) << 23;
        Vector512<uint> s2 = Vector512.Load(fields + 32) << 23;
        Vector512<uint> s3 = Vector512.Load(fields + 48) << 23;
        for (int row = 0; row < tile.Rows; row++)
        {
            uint* from = tile.Values + (row * tile.ValueStride);
            uint* words = tile.Words + (row * ColumnTile.Width);
            uint* to = result.Values + (row * result.ValueStride);
            Prefetch(from);
            result.PrefetchRow(row);
            BlockConversionVector512.Rounded<TFormat, TRounding>(Vector512.Load(from), s0, s0 + largest, words, randomMask).Store(to);
            BlockConversionVector512.Rounded<TFormat, TRounding>(Vector512.Load(from + 16), s1, s1 + largest, words + 16, randomMask)
                .Store(to + 16);
            BlockConversionVector512.Rounded<TFormat, TRounding>(Vector512.Load(from + 32), s2, s2 + largest, words + 32, randomMask)
                .Store(to + 32);
            BlockConversionVector512.Rounded<TFormat, TRounding>(Vector512.Load(from + 48), s3, s3 + largest, words + 48, randomMask)
                .Store(to + 48);
        }

        return true;
    }

    /// <summary>Quantises a tile of INT8; false, with nothing written, when a column is above the window or has special values.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool QuantizeInt8<TRounding>(in ColumnTile tile, in KernelParameters p)
        where TRounding : struct, IRounding
    {
        uint* fields = stackalloc uint[ColumnTile.Width];
        uint* lifts = stackalloc uint[ColumnTile.Width];
        if (!Select<TRounding>(tile, p, Int8ConversionVector512.FieldOfAddend, fields, lifts, out bool lifted))
        {
            return false;
        }

        Vector512<uint> a0 = Vector512.Load(fields) << 23;
        Vector512<uint> a1 = Vector512.Load(fields + 16) << 23;
        Vector512<uint> a2 = Vector512.Load(fields + 32) << 23;
        Vector512<uint> a3 = Vector512.Load(fields + 48) << 23;
        Vector512<sbyte> least = Vector512.Create((sbyte)(-127 - (int)p.NegativeExtra));
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        for (int row = 0; row < tile.Rows; row++)
        {
            uint* from = tile.Values + (row * tile.ValueStride);
            Vector512<uint> x0 = Vector512.Load(from);
            Vector512<uint> x1 = Vector512.Load(from + 16);
            Vector512<uint> x2 = Vector512.Load(from + 32);
            Vector512<uint> x3 = Vector512.Load(from + 48);
            Prefetch(from);
            if (lifted)
            {
                x0 = BlockConversionVector512.Lifted(x0, Vector512.Load(lifts));
                x1 = BlockConversionVector512.Lifted(x1, Vector512.Load(lifts + 16));
                x2 = BlockConversionVector512.Lifted(x2, Vector512.Load(lifts + 32));
                x3 = BlockConversionVector512.Lifted(x3, Vector512.Load(lifts + 48));
            }

            uint* words = tile.Words + (row * ColumnTile.Width);
            Int8ConversionVector512.Codes<TRounding>(x0, x1, x2, x3, a0, a1, a2, a3, least, words, randomMask)
                .Store(tile.Codes + (row * tile.CodeStride));
        }

        return true;
    }

    /// <summary>
    /// Dequantises a tile of minifloats; false, with nothing written, when a scale is outside the window or a code is special.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool Dequantize<TFormat>(in ColumnTile tile, in KernelParameters p)
        where TFormat : struct, IElementFormat
    {
        Vector512<byte> largest = Vector512.Create((byte)p.LargestMagnitude);
        Vector512<byte> magnitudeMask = Vector512.Create((byte)(p.CodeMask >> 1));
        bool special = !ScalesInside(tile.Scales);
        for (int row = 0; row < tile.Rows; row++)
        {
            special |= Vector512.GreaterThanAny(Vector512.Load(tile.Codes + (row * tile.CodeStride)) & magnitudeMask, largest);
        }

        if (special)
        {
            return false;
        }

        Vector512<uint> lead = Vector512.Create(p.EMin - 1);
        Vector512<uint> o0 = (Scales(tile.Scales, 0) + lead) << 23;
        Vector512<uint> o1 = (Scales(tile.Scales, 1) + lead) << 23;
        Vector512<uint> o2 = (Scales(tile.Scales, 2) + lead) << 23;
        Vector512<uint> o3 = (Scales(tile.Scales, 3) + lead) << 23;
        for (int row = 0; row < tile.Rows; row++)
        {
            byte* from = tile.Codes + (row * tile.CodeStride);
            uint* to = tile.Values + (row * tile.ValueStride);
            tile.PrefetchRow(row);
            BlockDequantizeVector512.Value<TFormat>(from, o0).AsUInt32().Store(to);
            BlockDequantizeVector512.Value<TFormat>(from + Lanes, o1).AsUInt32().Store(to + Lanes);
            BlockDequantizeVector512.Value<TFormat>(from + (2 * Lanes), o2).AsUInt32().Store(to + (2 * Lanes));
            BlockDequantizeVector512.Value<TFormat>(from + (3 * Lanes), o3).AsUInt32().Store(to + (3 * Lanes));
        }

        return true;
    }

    /// <summary>Dequantises a tile of INT8; false, with nothing written, when a scale is outside the window.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool DequantizeInt8(in ColumnTile tile)
    {
        if (!ScalesInside(tile.Scales))
        {
            return false;
        }

        Vector512<uint> below = Vector512.Create(6u);
        Vector512<float> u0 = ((Scales(tile.Scales, 0) - below) << 23).AsSingle();
        Vector512<float> u1 = ((Scales(tile.Scales, 1) - below) << 23).AsSingle();
        Vector512<float> u2 = ((Scales(tile.Scales, 2) - below) << 23).AsSingle();
        Vector512<float> u3 = ((Scales(tile.Scales, 3) - below) << 23).AsSingle();
        for (int row = 0; row < tile.Rows; row++)
        {
            byte* from = tile.Codes + (row * tile.CodeStride);
            float* to = (float*)tile.Values + (row * tile.ValueStride);
            tile.PrefetchRow(row);
            (BlockDequantizeVector512.Integers(from) * u0).Store(to);
            (BlockDequantizeVector512.Integers(from + Lanes) * u1).Store(to + Lanes);
            (BlockDequantizeVector512.Integers(from + (2 * Lanes)) * u2).Store(to + (2 * Lanes));
            (BlockDequantizeVector512.Integers(from + (3 * Lanes)) * u3).Store(to + (3 * Lanes));
        }

        return true;
    }

    /// <summary>
    /// Scales of a tile's columns; for each, the exponent field its kernel works from (scale + lift + <paramref name="offset"/>) and its
    /// lift. False above the window, and for stochastic rounding below it too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Select<TRounding>(
        in ColumnTile tile, in KernelParameters p, uint offset, uint* fields, uint* lifts, out bool lifted)
        where TRounding : struct, IRounding
    {
        Vector512<uint> magnitude = Vector512.Create(0x7FFFFFFFu);
        Vector512<uint> m0 = default;
        Vector512<uint> m1 = default;
        Vector512<uint> m2 = default;
        Vector512<uint> m3 = default;
        for (int row = 0; row < tile.Rows; row++)
        {
            uint* from = tile.Values + (row * tile.ValueStride);
            Sse.Prefetch0(tile.Codes + (row * tile.CodeStride));
            m0 = Vector512.Max(m0, Vector512.Load(from) & magnitude);
            m1 = Vector512.Max(m1, Vector512.Load(from + 16) & magnitude);
            m2 = Vector512.Max(m2, Vector512.Load(from + 32) & magnitude);
            m3 = Vector512.Max(m3, Vector512.Load(from + 48) & magnitude);
        }

        lifted = false;
        Vector512<uint> largest = Vector512.Max(Vector512.Max(m0, m1), Vector512.Max(m2, m3));
        if (Vector512.GreaterThanAny(largest, Vector512.Create((BlockConversionVector512.HighestField << 23) | 0x7FFFFF)))
        {
            return false;
        }

        if (TRounding.Direction == RoundingDirection.Stochastic
            && (IsBelow<TRounding>(m0) | IsBelow<TRounding>(m1) | IsBelow<TRounding>(m2) | IsBelow<TRounding>(m3))
                != Vector512<uint>.Zero)
        {
            return false;
        }

        lifted |= SelectOne(m0, p, offset, fields, lifts, tile.Scales);
        lifted |= SelectOne(m1, p, offset, fields + 16, lifts + 16, tile.Scales + 16);
        lifted |= SelectOne(m2, p, offset, fields + 32, lifts + 32, tile.Scales + 32);
        lifted |= SelectOne(m3, p, offset, fields + 48, lifts + 48, tile.Scales + 48);
        return true;
    }

    /// <summary>Where a column has a number and none that is inside the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> IsBelow<TRounding>(Vector512<uint> amax)
        where TRounding : struct, IRounding
        => Vector512.LessThan(amax - Vector512.Create(1u), Vector512.Create((BlockConversionVector512.Lowest<TRounding>() << 23) - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool SelectOne(Vector512<uint> amax, in KernelParameters p, uint offset, uint* fields, uint* lifts, byte* scales)
    {
        Vector512<uint> code = ScaleSelection.Select(Vector512Lane.From(amax), p).Words;
        Vector512<uint> zero = Vector512.Equals(amax, Vector512<uint>.Zero);
        Vector512<uint> low = Vector512.LessThan(amax, Vector512.Create(BlockConversionVector512.LowestField << 23));
        Vector512<uint> lift = low & Vector512.Create(BlockConversionVector512.Lift);
        (Vector512.ConditionalSelect(zero, Vector512.Create(127u), code + lift) + Vector512.Create(offset)).Store(fields);
        (lift << 23).Store(lifts);
        Avx512F.ConvertToVector128Byte(code).Store(scales);
        return Vector512.AndNot(low, zero) != Vector512<uint>.Zero;
    }

    /// <summary>The next tile's part of this row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(uint* from)
    {
        Sse.Prefetch0(from + ColumnTile.Width);
        Sse.Prefetch0(from + ColumnTile.Width + 16);
        Sse.Prefetch0(from + ColumnTile.Width + 32);
        Sse.Prefetch0(from + ColumnTile.Width + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ScalesInside(byte* scales)
        => !Vector512.GreaterThanAny(
            Vector512.Load(scales) - Vector512.Create((byte)BlockDequantizeVector512.LowestScale),
            Vector512.Create((byte)(BlockDequantizeVector512.HighestScale - BlockDequantizeVector512.LowestScale)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Scales(byte* scales, int vector)
        => Avx512F.ConvertToVector512UInt32(Vector128.Load(scales + (vector * Lanes)));
}
