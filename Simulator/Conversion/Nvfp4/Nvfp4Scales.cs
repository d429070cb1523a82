using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// What <see cref="Nvfp4Conversion"/> says of each of UE4M3's codes under one tensor scale, said once for a conversion: there are only
/// 128 of them, and a matrix has millions of blocks.
/// </summary>
internal static unsafe class Nvfp4Scales
{
    /// <summary>Scale codes without the sign bit, which UE4M3 ignores.</summary>
    public const int Count = 128;

    /// <summary>Words of a scale's row.</summary>
    public const int Row = 16;

    private const int Magnitudes = Nvfp4Conversion.Magnitudes;
    private const int Line = 64;

    /// <summary>Codes that no largest magnitude is below: zero and NaN.</summary>
    private const int RoughFirst = 0, RoughSecond = Count - 1;

    /// <summary>Binary32's exponent field of UE4M3's least normal number, 2^-6.</summary>
    private const uint FieldOfLeastNormal = 127 - 6;

    /// <summary>Half UE4M3's least quantum, as an exponent of two.</summary>
    public const int WholeUnit = -10;

    /// <summary>
    /// A magnitude's place in a row of thresholds: the odd ones' four are those that minus twice "4 or more" minus "2 or 6 or more", two
    /// bits of it, counts.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PlaceOf(int code) => (code & 1) != 0 ? ((9 - code) >> 1) & 3 : 3 + (code >> 1);

    /// <summary>Words for so many a scale, with room to begin at a cache line.</summary>
    public static uint[] Allocate(int row) => GC.AllocateUninitializedArray<uint>((Count * row) + (Line / sizeof(uint)), pinned: true);

    /// <summary>Where the first row of pinned words begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* FirstRow(uint* words) => (uint*)(((nuint)words + Line - 1) & ~(nuint)(Line - 1));

    /// <summary>
    /// A row for each scale: at a magnitude's place <see cref="Nvfp4Conversion.BelowThreshold"/> of positive values, eight further on of
    /// negative ones.
    /// </summary>
    public static uint[] Thresholds<TLane, TRounding>(in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
        where TRounding : struct, IRounding
    {
        uint[] words = Allocate(Row);
        uint* some = stackalloc uint[TLane.Count];
        fixed (uint* start = words)
        {
            uint* rows = FirstRow(start);
            for (uint scale = 0; scale < Count; scale += (uint)TLane.Count)
            {
                TLane scales = From<TLane>(scale, some);
                for (int code = 1; code <= Magnitudes; code++)
                {
                    TLane.Store(some, Nvfp4Conversion.BelowThreshold<TLane, TRounding>(scales, code, negative: false, p));
                    Spread(some, TLane.Count, rows + (scale * Row) + PlaceOf(code));
                    TLane.Store(some, Nvfp4Conversion.BelowThreshold<TLane, TRounding>(scales, code, negative: true, p));
                    Spread(some, TLane.Count, rows + (scale * Row) + PlaceOf(code) + (Row / 2));
                }
            }
        }

        return words;
    }

    /// <summary>A row for each scale: the binary32 bits that each of an element's sixteen codes stands for.</summary>
    public static uint[] Values<TLane>(in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        uint[] words = Allocate(Row);
        uint* some = stackalloc uint[TLane.Count];
        fixed (uint* start = words)
        {
            uint* rows = FirstRow(start);
            for (uint scale = 0; scale < Count; scale += (uint)TLane.Count)
            {
                TLane scales = From<TLane>(scale, some);
                for (uint code = 0; code < Row; code++)
                {
                    int magnitude = (int)code & Magnitudes;
                    TLane value = magnitude == 0 ? TLane.Splat(0) : Nvfp4Conversion.Value(scales, magnitude, p);
                    TLane.Store(some, Nvfp4Conversion.Signed(value, TLane.Splat(code), scales));
                    Spread(some, TLane.Count, rows + (scale * Row) + code);
                }
            }
        }

        return words;
    }

    /// <summary>
    /// For each scale but zero: the greatest binary32 bits of a block's largest magnitude under which its scale is a lesser one. A tie
    /// between two scales, 6 t (or 4 t) times their middle, goes to the even one (<see cref="Nvfp4Conversion.Scale"/>). At the two codes
    /// that have none, about 1 / (6 t) in two factors.
    /// </summary>
    public static uint[] BelowScales(in KernelParameters p)
    {
        uint[] words = Allocate(1);
        fixed (uint* start = words)
        {
            uint* below = FirstRow(start);
            for (uint scale = 1; scale <= Nvfp4Conversion.LargestScale; scale++)
            {
                ulong middle = p.TensorSignificand * (ulong)p.MaximumBecomes * (Whole(scale - 1) + Whole(scale));
                (uint bits, bool exact) = AtMost(middle, (int)p.TensorExponent + WholeUnit - 1);
                below[scale] = exact && scale % 2 == 0 ? bits - 1 : bits;
            }

            (float first, float second) = Rough(p);
            below[RoughFirst] = BitConverter.SingleToUInt32Bits(first);
            below[RoughSecond] = BitConverter.SingleToUInt32Bits(second);
        }

        return words;
    }

    /// <summary>
    /// The scales of a group of blocks from their largest magnitudes, all of them finite: looked for among <see cref="BelowScales"/>,
    /// which alone decide.
    /// </summary>
    /// <param name="amax">Bits of a group's largest magnitudes.</param>
    /// <param name="count">How many of them are wanted.</param>
    /// <param name="below">See <see cref="BelowScales"/>.</param>
    /// <param name="selected">Where the scales go, as words.</param>
    /// <param name="scales">And as bytes.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Select(uint* amax, int count, uint* below, uint* selected, byte* scales)
    {
        if (Avx512F.IsSupported)
        {
            int full = count & -Vector512<uint>.Count;
            for (int i = 0; i < count; i += Vector512<uint>.Count)
            {
                Vector512<uint> found = Select(Vector512.Load(amax + i), below);
                found.Store(selected + i);
                if (i < full)
                {
                    Avx512F.ConvertToVector128Byte(found).Store(scales + i);
                }
            }

            for (int i = full; i < count; i++)
            {
                scales[i] = (byte)selected[i];
            }

            return;
        }

        for (int i = 0; i < count; i += Vector128<uint>.Count)
        {
            // The quotient's scale, cut off. Its rounding can only go one further, and does where the threshold says so, which lies half
            // a step away from where a quotient that is a little off errs. Below 2^-6 the quantum is that of the binade above.
            Vector128<float> quotient = Vector128.Load((float*)amax + i) * ((float*)below)[RoughFirst] * ((float*)below)[RoughSecond];
            Vector128<float> least = Vector128.Create(1f / 64);
            Vector128<uint> subnormal = Vector128.LessThan(quotient, least).AsUInt32();
            Vector128<uint> bits = (quotient + (subnormal & least.AsUInt32()).AsSingle()).AsUInt32();
            Vector128<uint> origin = Vector128.Create((FieldOfLeastNormal - 1) << 3) + (subnormal & Vector128.Create(8u));
            Vector128.Min((bits >> 20) - origin, Vector128.Create(Nvfp4Conversion.LargestScale - 1)).Store(selected + i);
        }

        for (int i = 0; i < count; i++)
        {
            uint cut = selected[i];
            uint scale = cut + (amax[i] > below[cut + 1] ? 1u : 0);
            selected[i] = scale;
            scales[i] = (byte)scale;
        }
    }

    /// <summary>The same of sixteen at once; a threshold is picked out of all 128, which are eight registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Select(Vector512<uint> amax, uint* below)
    {
        Vector512<float> quotient = amax.AsSingle() * ((float*)below)[RoughFirst] * ((float*)below)[RoughSecond];
        Vector512<float> least = Vector512.Create(1f / 64);
        Vector512<uint> subnormal = Vector512.LessThan(quotient, least).AsUInt32();
        Vector512<uint> bits = (quotient + (subnormal & least.AsUInt32()).AsSingle()).AsUInt32();
        Vector512<uint> origin = Vector512.Create((FieldOfLeastNormal - 1) << 3) + (subnormal & Vector512.Create(8u));
        Vector512<uint> cut = Vector512.Min((bits >> 20) - origin, Vector512.Create(Nvfp4Conversion.LargestScale - 1));
        Vector512<uint> next = cut + Vector512.Create(1u);
        Vector512<int> isInUpper32 = (next << 26).AsInt32();
        Vector512<int> isInUpper64 = (next << 25).AsInt32();
        Vector512<uint> lower = OfSixtyFour(below, next, isInUpper32);
        Vector512<uint> upper = OfSixtyFour(below + (Count / 2), next, isInUpper32);
        Vector512<uint> threshold = Vector512.ConditionalSelect(
            Vector512.LessThan(isInUpper64, Vector512<int>.Zero).AsUInt32(), upper, lower);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(amax, threshold), next, cut);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> OfSixtyFour(uint* table, Vector512<uint> index, Vector512<int> isInUpper32)
        => Vector512.ConditionalSelect(Vector512.LessThan(isInUpper32, Vector512<int>.Zero).AsUInt32(), OfThirtyTwo(table + 32, index),
            OfThirtyTwo(table, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> OfThirtyTwo(uint* table, Vector512<uint> index)
        => Avx512F.PermuteVar16x32x2(Vector512.Load(table), index, Vector512.Load(table + 16));

    /// <summary>
    /// About 1 / (6 t) or 1 / (4 t), in two factors: no product of the first leaves binary32's range unless the quotient leaves UE4M3's.
    /// What is rounded here is tried against the exact boundaries, which decide.
    /// </summary>
    private static (float First, float Second) Rough(in KernelParameters p)
    {
        int half = (int)p.TensorExponent / 2;
        float first = (float)Math.ScaleB(1.0 / ((double)p.MaximumBecomes * p.TensorSignificand), -half);
        return (first, (float)Math.ScaleB(1.0, half - (int)p.TensorExponent));
    }

    /// <summary>
    /// For each scale X t, then for each 2^35 / (X t), as <see cref="IVectorLane{TSelf}.Quotients"/> takes them; then for each, as
    /// the bits of an integer, a magnitude that is above the greatest code's, binary32 bits: greater ones are all alike. Nothing is left of
    /// numbers under a scale of zero.
    /// </summary>
    public static double[] Divisors<TLane>(in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        double[] divisors = new double[3 * Count];
        fixed (uint* start = Values<TLane>(p))
        {
            uint* rows = FirstRow(start);
            for (uint scale = 1; scale < Count; scale++)
            {
                divisors[scale] = Math.ScaleB((double)(p.TensorSignificand * Whole(scale)), (int)p.TensorExponent + WholeUnit);
                divisors[Count + scale] = Math.ScaleB(1, 35) / divisors[scale];
                uint greatest = rows[(scale * Row) + Nvfp4Conversion.Magnitudes];
                divisors[(2 * Count) + scale] = BitConverter.UInt64BitsToDouble(Math.Min(greatest + 1, ElementCodec.Infinity - 1));
            }
        }

        return divisors;
    }

    /// <summary>X in units of 2^<see cref="WholeUnit"/>, in which all are integers.</summary>
    public static ulong Whole(uint scale) => scale < 8 ? 2ul * scale : (8ul + (scale & 7)) << (int)(scale >> 3);

    /// <summary>Binary32 bits of the greatest finite number at or below n 2^exponent, and whether it is that number.</summary>
    private static (uint Bits, bool Exact) AtMost(ulong n, int exponent)
    {
        int top = 63 - BitOperations.LeadingZeroCount(n);
        if (top + exponent > 127)
        {
            return (ElementCodec.Infinity - 1, false);
        }

        // A unit in the last place: 23 below the leading bit, 2^-149 at least.
        int shift = Math.Max(top - 23, -149 - exponent);
        ulong kept = shift <= 0 ? n << -shift : shift < 64 ? n >> shift : 0;
        bool exact = shift <= 0 || (shift < 64 && kept << shift == n);
        int field = Math.Max(top + exponent + 127, 1);
        return ((uint)kept + ((uint)(field - 1) << 23), exact);
    }

    private static TLane From<TLane>(uint first, uint* some)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        for (uint i = 0; i < (uint)TLane.Count; i++)
        {
            some[i] = first + i;
        }

        return TLane.Load(some);
    }

    private static void Spread(uint* from, int count, uint* to)
    {
        for (int i = 0; i < count; i++)
        {
            to[i * Row] = from[i];
        }
    }
}
