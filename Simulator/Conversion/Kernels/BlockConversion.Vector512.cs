using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned form of <see cref="BlockConversion"/> for minifloats under E8M0 on AVX-512: the same answers, several times as fast.
/// Removing it changes no result.
/// </summary>
/// <remarks>
/// Sixteen blocks at once, so that lane i of one vector holds block i's maximum and all scale arithmetic is paid once. One
/// binary32 addition rounds: to x with quantum q = 2^(max(e, emin) - man) is added 2^23 q with x's sign, whose unit in the last
/// place is q, and the low bits of the sum are the kept significand, a carry included. X is never applied: the addend's exponent
/// is at least that of the block's own smallest normal number. The addition is exact arithmetic here, not an approximation:
/// binary32 rounds the true sum once, in the mode asked for.
/// All this holds while exponents stay inside a window, which is checked once a group.
/// Kernels here and beside are compiled with full optimisation at once: by tiers, a matrix would be done before they are fast.
/// </remarks>
internal static unsafe class BlockConversionVector512
{
    /// <summary>Blocks of a group: one a lane.</summary>
    public const int Group = 16;

    private const int BlockSize = MxFormats.BlockSize;

    /// <summary>The window of amax's exponent field within which no addend, scale or result leaves binary32's normal range.</summary>
    internal const uint LowestField = 40;
    internal const uint HighestField = 200;

    /// <summary>By how many binades a block below the window is lifted into it.</summary>
    internal const uint Lift = 96;

    /// <summary>Elements from here to what is prefetched.</summary>
    private const int Ahead = 2048;

    /// <summary>
    /// Quantises groups until one is outside the window; returns how many blocks are done, a multiple of <see cref="Group"/>.
    /// There is no call in the loop, so that constants stay in registers.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Quantize<TFormat, TRounding,
        TResults>(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        uint* smallest = stackalloc uint[Group];
        uint* origins = stackalloc uint[Group];
        Vector512<uint> threshold = Vector512.Create(p.ThresholdAddend);
        Vector512<uint> fieldToCode = Vector512.Create(p.FieldToCode);
        Vector512<uint> emin = Vector512.Create(p.EMin);
        Vector512<uint> scaleOfZero = Vector512.Create(p.ScaleOfZero);
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        Ending ending = new(p);
        nint block = 0;
        Vector512<uint> next = blocks >= Group ? Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            // One group ahead: the tree of the next maxima and this group's scales hide each other's latencies.
            uint* group = values + (block * BlockSize);
            Vector512<uint> amax = next;
            Vector512<uint> zero = Vector512.Equals(amax, Vector512<uint>.Zero);
            Vector512<uint> position = (amax >> 23) - Vector512.Create(Lowest<TRounding>());
            Vector512<uint> inside = Vector512.LessThanOrEqual(position, Vector512.Create(HighestField - Lowest<TRounding>())) | zero;
            if (inside != Vector512<uint>.AllBitsSet)
            {
                break;
            }

            Vector512<uint> code = ((amax + threshold) >> 23) - fieldToCode;
            code = Vector512.ConditionalSelect(zero, Vector512.Create(127u), code);
            ((code + emin) << 23).Store(smallest);
            Origin<TFormat>(code + emin).Store(origins);
            Avx512F.ConvertToVector128Byte(Vector512.ConditionalSelect(zero, scaleOfZero, code)).Store(scales + block);

            if (block + (2 * Group) <= blocks)
            {
                next = Maxima(group + (Group * BlockSize));
            }

            byte* to = codes + (block * BlockSize);
            for (int pair = 0; pair < Group; pair += 2)
            {
                uint* from = group + (pair * BlockSize);
                Vector512<uint> a = Vector512.Create(smallest[pair]);
                Vector512<uint> b = Vector512.Create(smallest[pair + 1]);
                if (stream)
                {
                    Prefetch(from);
                }

                uint* random = words + ((block + pair) * BlockSize);
                Vector512<short> wa = Words<TFormat,
                    TRounding>(Vector512.Load(from), Vector512.Load(from + 16), a, a, Vector512.Create(origins[pair]), random, randomMask);
                Vector512<short> wb = Words<TFormat,
                    TRounding>(Vector512.Load(from + 32), Vector512.Load(from + 48), b, b, Vector512.Create(origins[pair + 1]), random + 32,
                    randomMask);
                Vector512<byte> result = ending.Codes<TFormat, TResults>(wa, wb);
                if (stream)
                {
                    result.StoreAlignedNonTemporal(to + (pair * BlockSize));
                }
                else
                {
                    result.Store(to + (pair * BlockSize));
                }
            }
        }

        return block;
    }

    /// <summary>
    /// The same for groups some of whose blocks lie below the window: those are lifted by 2^96, exactly, subnormal numbers
    /// included. Goes on while groups have such blocks; none may lie above the window.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint QuantizeLifted<TFormat, TRounding,
        TResults>(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        uint* smallest = stackalloc uint[Group];
        uint* origins = stackalloc uint[Group];
        uint* lifts = stackalloc uint[Group];
        Ending ending = new(p);
        nint block = 0;
        for (; block + Group <= blocks; block += Group)
        {
            uint* group = values + (block * BlockSize);
            Vector512<uint> amax = Maxima(group);
            Vector512<uint> field = amax >> 23;
            Vector512<uint> low = Vector512.LessThan(field, Vector512.Create(LowestField));
            if (Vector512.GreaterThanAny(field, Vector512.Create(HighestField)) || low == Vector512<uint>.Zero)
            {
                break;
            }

            Vector512<uint> code = ScaleSelection.Select(Vector512Lane.From(amax), p).Words;
            Vector512<uint> lift = low & Vector512.Create(Lift);
            Vector512<uint> zero = Vector512.Equals(amax, Vector512<uint>.Zero);
            Vector512<uint> smallestField = Vector512.ConditionalSelect(zero, Vector512.Create(127u),
                code + lift) + Vector512.Create(p.EMin);
            (smallestField << 23).Store(smallest);
            Origin<TFormat>(smallestField).Store(origins);
            (lift << 23).Store(lifts);
            Avx512F.ConvertToVector128Byte(code).Store(scales + block);

            byte* to = codes + (block * BlockSize);
            for (int pair = 0; pair < Group; pair += 2)
            {
                uint* from = group + (pair * BlockSize);
                Vector512<uint> a = Vector512.Create(smallest[pair]);
                Vector512<uint> b = Vector512.Create(smallest[pair + 1]);
                Vector512<uint> liftA = Vector512.Create(lifts[pair]);
                Vector512<uint> liftB = Vector512.Create(lifts[pair + 1]);
                Vector512<short> wa = Words<TFormat,
                    TRounding>(Lifted(Vector512.Load(from), liftA), Lifted(Vector512.Load(from + 16), liftA), a, a,
                    Vector512.Create(origins[pair]));
                Vector512<short> wb = Words<TFormat,
                    TRounding>(Lifted(Vector512.Load(from + 32), liftB), Lifted(Vector512.Load(from + 48), liftB), b, b,
                    Vector512.Create(origins[pair + 1]));
                ending.Codes<TFormat, TResults>(wa, wb).Store(to + (pair * BlockSize));
            }
        }

        return block;
    }

    /// <summary>
    /// Quantises and dequantises groups until one is outside the window; returns how many blocks are done. The rounded value is
    /// the sum less its addend, exactly; saturation is a minimum of magnitudes.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint RoundTrip<TFormat,
        TRounding>(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        uint* smallest = stackalloc uint[Group];
        uint* largest = stackalloc uint[Group];
        Vector512<uint> threshold = Vector512.Create(p.ThresholdAddend);
        Vector512<uint> fieldToCode = Vector512.Create(p.FieldToCode);
        Vector512<uint> emin = Vector512.Create(p.EMin);
        Vector512<uint> largestOffset = Vector512.Create(p.LargestMagnitude << (23 - TFormat.MantissaBits)) - Vector512.Create(1u << 23);
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        nint block = 0;
        Vector512<uint> next = blocks >= Group ? Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            // One group ahead: the tree of the next maxima and this group's scales hide each other's latencies.
            uint* group = values + (block * BlockSize);
            Vector512<uint> amax = next;
            Vector512<uint> zero = Vector512.Equals(amax, Vector512<uint>.Zero);
            Vector512<uint> position = (amax >> 23) - Vector512.Create(Lowest<TRounding>());
            Vector512<uint> inside = Vector512.LessThanOrEqual(position, Vector512.Create(HighestField - Lowest<TRounding>())) | zero;
            if (inside != Vector512<uint>.AllBitsSet)
            {
                break;
            }

            Vector512<uint> code = ((amax + threshold) >> 23) - fieldToCode;
            Vector512<uint> origin = (Vector512.ConditionalSelect(zero, Vector512.Create(127u), code) + emin) << 23;
            origin.Store(smallest);
            (origin + largestOffset).Store(largest);

            if (block + (2 * Group) <= blocks)
            {
                next = Maxima(group + (Group * BlockSize));
            }

            uint* to = result + (block * BlockSize);
            for (int i = 0; i < Group; i++)
            {
                Vector512<uint> a = Vector512.Create(smallest[i]);
                Vector512<uint> max = Vector512.Create(largest[i]);
                if (stream && (i & 1) == 0)
                {
                    Prefetch(group + (i * BlockSize));
                }

                for (int half = 0; half < BlockSize; half += 16)
                {
                    Vector512<uint> value = Rounded<TFormat, TRounding>(Vector512.Load(group + (i * BlockSize) + half), a, max,
                        words + ((block + i) * BlockSize) + half, randomMask);
                    if (stream)
                    {
                        value.StoreAlignedNonTemporal(to + (i * BlockSize) + half);
                    }
                    else
                    {
                        value.Store(to + (i * BlockSize) + half);
                    }
                }
            }
        }

        return block;
    }

    /// <summary>Values rounded to what their codes stand for.</summary>
    /// <param name="x">The values.</param>
    /// <param name="smallest">The block's smallest normal number.</param>
    /// <param name="largest">Its largest number.</param>
    /// <param name="words">Random words of a stochastic mode.</param>
    /// <param name="randomMask">Which of their bits count.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Rounded<TFormat, TRounding>(Vector512<uint> x, Vector512<uint> smallest, Vector512<uint> largest,
        uint* words, Vector512<uint> randomMask)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        Vector512<uint> addend = Addend<TFormat>(x, smallest);
        Vector512<float> rounded = Sum<TRounding>(x, addend, Random<TRounding>(words, randomMask)).AsSingle() - addend.AsSingle();
        return Vector512.ConditionalSelect(Vector512.Create(0x80000000u), x,
            Avx512DQ.Range(rounded, largest.AsSingle(), 0b1010).AsUInt32());
    }

    /// <summary>
    /// Encodes single elements at scale 1, sixty-four at a time, until some are above the window; returns how many are done. It is
    /// the rounding of the block kernels under a scale of its own, so that all 2^32 inputs can be put through it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Encode<TFormat, TRounding, TResults>(uint* values, nint count, byte* codes, in KernelParameters p)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        Vector512<uint> field = Vector512.Create(ScaleFormat.E8M0Bias + p.EMin);
        Vector512<uint> smallest = field << 23;
        Vector512<uint> origin = Origin<TFormat>(field);
        Vector512<uint> magnitude = Vector512.Create(0x7FFFFFFFu);
        Vector512<uint> limit = Vector512.Create((HighestField + 1) << 23);
        Ending ending = new(p);
        nint i = 0;
        for (; i + 64 <= count; i += 64)
        {
            Vector512<uint> x0 = Vector512.Load(values + i);
            Vector512<uint> x1 = Vector512.Load(values + i + 16);
            Vector512<uint> x2 = Vector512.Load(values + i + 32);
            Vector512<uint> x3 = Vector512.Load(values + i + 48);
            Vector512<uint> largest = Vector512.Max(Vector512.Max(x0 & magnitude, x1 & magnitude),
                Vector512.Max(x2 & magnitude, x3 & magnitude));
            if (Vector512.GreaterThanOrEqualAny(largest, limit))
            {
                break;
            }

            Vector512<short> a = Words<TFormat, TRounding>(x0, x1, smallest, smallest, origin);
            Vector512<short> b = Words<TFormat, TRounding>(x2, x3, smallest, smallest, origin);
            ending.Codes<TFormat, TResults>(a, b).Store(codes + i);
        }

        return i;
    }

    /// <summary>The largest magnitude of each of sixteen blocks, block i in lane i: a tree of select, swap and maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Maxima(uint* group)
    {
        Vector512<uint> m0 = Halves(Of(group, 0), Of(group, 8));
        Vector512<uint> m4 = Halves(Of(group, 4), Of(group, 12));
        Vector512<uint> q0 = Quarters(m0, m4);
        Vector512<uint> m2 = Halves(Of(group, 2), Of(group, 10));
        Vector512<uint> m6 = Halves(Of(group, 6), Of(group, 14));
        Vector512<uint> q2 = Quarters(m2, m6);
        Vector512<uint> e0 = Pairs(q0, q2);
        Vector512<uint> m1 = Halves(Of(group, 1), Of(group, 9));
        Vector512<uint> m5 = Halves(Of(group, 5), Of(group, 13));
        Vector512<uint> q1 = Quarters(m1, m5);
        Vector512<uint> m3 = Halves(Of(group, 3), Of(group, 11));
        Vector512<uint> m7 = Halves(Of(group, 7), Of(group, 15));
        Vector512<uint> q3 = Quarters(m3, m7);
        Vector512<uint> e1 = Pairs(q1, q3);
        return Singles(e0, e1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(uint* from)
    {
        Sse.Prefetch0(from + Ahead);
        Sse.Prefetch0(from + Ahead + 16);
        Sse.Prefetch0(from + Ahead + 32);
        Sse.Prefetch0(from + Ahead + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Of(uint* group, int block)
    {
        Vector512<uint> magnitude = Vector512.Create(0x7FFFFFFFu);
        uint* from = group + (block * BlockSize);
        return Vector512.Max(Vector512.Load(from) & magnitude, Vector512.Load(from + 16) & magnitude);
    }

    /// <summary>Folds two vectors' halves: the first vector's maximum into the lower half, the second's into the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Halves(Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<uint> same = Blend(Vector512.Create(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0, 0, 0, 0), a, b);
        return Vector512.Max(same, Avx512F.Shuffle4x128(a, b, 0b01_00_11_10));
    }

    /// <summary>The same by quarters, alternating.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Quarters(Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<uint> same = Blend(Vector512.Create(ulong.MaxValue, ulong.MaxValue, 0, 0, ulong.MaxValue, ulong.MaxValue, 0, 0), a, b);
        Vector512<ulong> swapped = Avx512F.PermuteVar8x64x2(a.AsUInt64(), Vector512.Create(2ul, 3, 8, 9, 6, 7, 12, 13), b.AsUInt64());
        return Vector512.Max(same, swapped.AsUInt32());
    }

    /// <summary>The same by pairs of words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Pairs(Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<uint> same = Blend(Vector512.Create(ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0), a, b);
        Vector512<double> swapped = Avx512F.Shuffle(a.AsDouble(), b.AsDouble(), 0b01010101);
        return Vector512.Max(same, swapped.AsUInt32());
    }

    /// <summary>The same by words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Singles(Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<uint> same = Blend(Vector512.Create(0x00000000FFFFFFFFul), a, b);
        Vector512<uint> swapped = Avx512F.PermuteVar16x32x2(a, Vector512.Create(1u, 16, 3, 18, 5, 20, 7, 22, 9, 24, 11, 26, 13, 28, 15, 30),
            b);
        return Vector512.Max(same, swapped);
    }

    /// <summary>By bits, as one instruction; a comparison's mask would cost a move besides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Blend(Vector512<ulong> mask, Vector512<uint> a, Vector512<uint> b)
        => Avx512F.TernaryLogic(mask.AsUInt32(), a, b, 0xCA);

    /// <summary>x 2^Lift, exactly, or x where nothing is lifted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Lifted(Vector512<uint> x, Vector512<uint> lift)
    {
        Vector512<uint> signs = Vector512.Create(0x80000000u);
        Vector512<uint> subnormal = Vector512.Equals(x & Vector512.Create(0x7F800000u), Vector512<uint>.Zero) & Vector512.GreaterThan(lift,
            Vector512<uint>.Zero);

        // m 2^-149 as (1 + m 2^-23) - 1 at the lifted binade; the difference of floats is exact, but gives +0 for -0.
        Vector512<uint> y = x + lift;
        Vector512<uint> one = (lift + Vector512.Create(1u << 23)) | (x & signs);
        Vector512<float> m = (y + Vector512.Create(1u << 23)).AsSingle() - one.AsSingle();
        return Vector512.ConditionalSelect(subnormal, m.AsUInt32(), y) | (x & signs);
    }

    /// <summary>2^23 q with x's sign, q being x's quantum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Addend<TFormat>(Vector512<uint> x, Vector512<uint> smallest)
        where TFormat : struct, IElementFormat
    {
        // The greater magnitude of x and the block's smallest normal number, with x's sign.
        Vector512<uint> binade = Avx512DQ.Range(x.AsSingle(), smallest.AsSingle(), 0b0011).AsUInt32() & Vector512.Create(0xFF800000u);
        return binade + Vector512.Create((uint)(23 - TFormat.MantissaBits) << 23);
    }

    /// <summary>x + addend, rounded at the quantum in the mode asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Sum<TRounding>(Vector512<uint> x, Vector512<uint> addend, Vector512<uint> random = default)
        where TRounding : struct, IRounding
    {
        Vector512<float> value = x.AsSingle();
        Vector512<float> to = addend.AsSingle();
        if (TRounding.Direction == RoundingDirection.TiesToEven)
        {
            return (value + to).AsUInt32();
        }

        if (TRounding.Direction == RoundingDirection.Stochastic)
        {
            // Variant A: the magnitude plus r 2^-32 q, toward zero. A float cannot hold all of r, so its low eight bits come first;
            // cutting a sum toward zero on a grid finer than what follows never moves it across a multiple of that.
            Vector512<float> unit = (addend - Vector512.Create((23u + 32u) << 23)).AsSingle();
            Vector512<uint> lowBits = Vector512.Create(0xFFu);
            value = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single((random & lowBits).AsInt32()), unit, value,
                FloatRoundingMode.ToZero);
            value = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(Vector512.AndNot(random, lowBits)), unit, value,
                FloatRoundingMode.ToZero);
            return Avx512F.Add(value, to, FloatRoundingMode.ToZero).AsUInt32();
        }

        if (TRounding.Direction == RoundingDirection.TowardPositive)
        {
            return Avx512F.Add(value, to, FloatRoundingMode.ToPositiveInfinity).AsUInt32();
        }

        if (TRounding.Direction == RoundingDirection.TowardNegative)
        {
            return Avx512F.Add(value, to, FloatRoundingMode.ToNegativeInfinity).AsUInt32();
        }

        if (TRounding.Direction is RoundingDirection.TiesToAway or RoundingDirection.TiesToZero)
        {
            // Half a quantum more, then toward zero; for ties to zero, the float just below half a quantum, which lifts all that
            // lies above a tie and not the tie.
            uint half = TRounding.Direction == RoundingDirection.TiesToAway ? 24u << 23 : (24u << 23) + 1;
            value = Avx512F.Add(value, (addend - Vector512.Create(half)).AsSingle(), FloatRoundingMode.ToZero);
        }

        Vector512<float> sum = Avx512F.Add(value, to, FloatRoundingMode.ToZero);
        if (TRounding.Direction == RoundingDirection.ToOdd)
        {
            Vector512<uint> exact = Vector512.Equals(sum - to, value).AsUInt32();
            return sum.AsUInt32() | Vector512.AndNot(Vector512.Create(1u), exact);
        }

        return sum.AsUInt32();
    }

    /// <summary>Where the window begins: a unit of the random bits is 32 binades below a quantum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Lowest<TRounding>()
        where TRounding : struct, IRounding
        => TRounding.Direction == RoundingDirection.Stochastic ? LowestField + 40 : LowestField;

    /// <summary>The random bits of sixteen elements; nothing for a deterministic mode.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Random<TRounding>(uint* words, Vector512<uint> mask)
        where TRounding : struct, IRounding
        => TRounding.Direction == RoundingDirection.Stochastic ? Vector512.Load(words) & mask : default;

    /// <summary>
    /// Two vectors as 16-bit words: the sign on top, the magnitude of the code below it with 7 - man spare bits at the bottom.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<short> Words<TFormat,
        TRounding>(Vector512<uint> lower, Vector512<uint> upper, Vector512<uint> smallestLower, Vector512<uint> smallestUpper,
        Vector512<uint> origin, uint* words = null, Vector512<uint> randomMask = default)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        // The sum's upper half word is sign and exponent field, 7 bits up; its lower half word is the kept significand: one
        // multiply-add brings the two together.
        Vector512<short> join = Vector512.Create((1 << 16) | (1 << (7 - TFormat.MantissaBits))).AsInt16();
        Vector512<int> a = Avx512BW.MultiplyAddAdjacent(Sum<TRounding>(lower, Addend<TFormat>(lower, smallestLower),
            Random<TRounding>(words, randomMask)).AsInt16(), join);
        Vector512<int> b = Avx512BW.MultiplyAddAdjacent(Sum<TRounding>(upper, Addend<TFormat>(upper, smallestUpper),
            Random<TRounding>(words + 16, randomMask)).AsInt16(), join);

        // Counted from the block's smallest normal number.
        return Avx512BW.PackSignedSaturate(a, b) - origin.AsInt16();
    }

    /// <summary>
    /// What a word holds for magnitude zero, in both halves: the exponent field of the smallest normal number's addend, 7 bits up.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Origin<TFormat>(Vector512<uint> smallestField)
        where TFormat : struct, IElementFormat
    {
        Vector512<uint> word = (smallestField + Vector512.Create((uint)(23 - TFormat.MantissaBits))) << 7;
        return word | (word << 16);
    }

    /// <summary>The same for two vectors that pack together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Origins<TFormat>(Vector512<uint> lowerField, Vector512<uint> upperField)
        where TFormat : struct, IElementFormat
    {
        Vector512<uint> above = Vector512.Create((uint)(23 - TFormat.MantissaBits));
        return Avx512BW.PackSignedSaturate(((lowerField + above) << 7).AsInt32(), ((upperField + above) << 7).AsInt32()).AsUInt32();
    }

    /// <summary>The last steps, from words to codes.</summary>
    internal readonly struct Ending
    {
        private readonly Vector512<byte> largest;
        private readonly Vector512<uint> order;
        private readonly Vector512<byte> overflowPositive;
        private readonly Vector512<byte> overflowNegative;
        private readonly Vector512<byte> zeroSign;

        public Ending(in KernelParameters p)
        {
            largest = Vector512.Create((byte)p.LargestMagnitude);
            order = Vector512.Create(0u, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
            overflowPositive = Vector512.Create((byte)p.OverflowPositive);
            overflowNegative = Vector512.Create((byte)(p.OverflowPositive ^ p.OverflowDifference));
            zeroSign = Vector512.Create((byte)p.ZeroKeepsSign);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Codes<TFormat, TResults>(Vector512<short> a, Vector512<short> b)
            where TFormat : struct, IElementFormat
            where TResults : struct, IResults
        {
            int spare = 7 - TFormat.MantissaBits;
            int signShift = 7 - TFormat.ExponentBits - TFormat.MantissaBits;
            Vector512<short> ma = ((a << 1).AsUInt16() >> (spare + 1)).AsInt16();
            Vector512<short> mb = ((b << 1).AsUInt16() >> (spare + 1)).AsInt16();
            Vector512<byte> magnitude = Avx512BW.PackUnsignedSaturate(ma, mb);

            // A negative word is far below -128 and saturates to it: the sign bit alone.
            Vector512<byte> sign = Avx512BW.PackSignedSaturate(a, b).AsByte();
            if (signShift > 0)
            {
                sign = (sign.AsUInt16() >> signShift).AsByte();
            }

            Vector512<byte> signBit = Vector512.Create((byte)(0x80 >> signShift));
            Vector512<byte> codes;
            if (TResults.Plain)
            {
                codes = Avx512F.TernaryLogic(Vector512.Min(magnitude, largest), sign, signBit, 0xF8);
            }
            else
            {
                Vector512<byte> negative = Vector512.Equals(sign & signBit, signBit);
                Vector512<byte> signed = negative & signBit & (zeroSign | ~Vector512.Equals(magnitude, Vector512<byte>.Zero));
                Vector512<byte> overflow = Vector512.ConditionalSelect(negative, overflowNegative, overflowPositive);
                codes = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, largest), overflow, magnitude | signed);
            }

            return Avx512F.PermuteVar16x32(codes.AsUInt32(), order).AsByte();
        }
    }
}
