using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned form of <see cref="BlockConversion"/> for MXINT8 on AVX-512; see <see cref="BlockConversionVector512"/>. One quantum
/// q holds for a whole block: adding 1.5 * 2^23 q leaves the two's complement code in the low bits of the sum.
/// </summary>
internal static unsafe class Int8ConversionVector512
{
    private const int Group = BlockConversionVector512.Group;
    private const int BlockSize = MxFormats.BlockSize;

    /// <summary>From X's exponent field to that of 2^23 q, q = X 2^-6 (MX 5.3.4).</summary>
    internal const uint FieldOfAddend = 23 - 6;

    /// <summary>Quantises groups until one is above the window or has special values; returns how many blocks are done.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Quantize<TRounding>(uint* values, uint* words, nint blocks, byte* scales, byte* codes, in KernelParameters p,
        bool stream)
        where TRounding : struct, IRounding
    {
        uint* addends = stackalloc uint[Group];
        uint* lifts = stackalloc uint[Group];
        Vector512<sbyte> least = Vector512.Create((sbyte)(-127 - (int)p.NegativeExtra));
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        nint block = 0;
        Vector512<uint> next = blocks >= Group ? BlockConversionVector512.Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            uint* group = values + (block * BlockSize);
            Vector512<uint> amax = next;
            Vector512<uint> field = amax >> 23;
            if (Vector512.GreaterThanAny(field, Vector512.Create(BlockConversionVector512.HighestField)))
            {
                break;
            }

            // A block below the window is lifted into it; one of zeros stays where it is.
            Vector512<uint> code = ScaleSelection.Select(Vector512Lane.From(amax), p).Words;
            Vector512<uint> low = Vector512.LessThan(field, Vector512.Create(BlockConversionVector512.Lowest<TRounding>()));
            Vector512<uint> zero = Vector512.Equals(amax, Vector512<uint>.Zero);
            Vector512<uint> lift = low & Vector512.Create(BlockConversionVector512.Lift);
            ((Vector512.ConditionalSelect(zero, Vector512.Create(127u),
                code + lift) + Vector512.Create(FieldOfAddend)) << 23).Store(addends);
            (lift << 23).Store(lifts);
            bool lifted = Vector512.AndNot(low, zero) != Vector512<uint>.Zero;
            Avx512F.ConvertToVector128Byte(code).Store(scales + block);

            if (block + (2 * Group) <= blocks)
            {
                next = BlockConversionVector512.Maxima(group + (Group * BlockSize));
            }

            byte* to = codes + (block * BlockSize);
            for (int pair = 0; pair < Group; pair += 2)
            {
                uint* from = group + (pair * BlockSize);
                Vector512<uint> x0 = Vector512.Load(from);
                Vector512<uint> x1 = Vector512.Load(from + 16);
                Vector512<uint> x2 = Vector512.Load(from + 32);
                Vector512<uint> x3 = Vector512.Load(from + 48);
                if (stream)
                {
                    BlockConversionVector512.Prefetch(from);
                }

                if (lifted)
                {
                    Vector512<uint> liftA = Vector512.Create(lifts[pair]);
                    Vector512<uint> liftB = Vector512.Create(lifts[pair + 1]);
                    x0 = BlockConversionVector512.Lifted(x0, liftA);
                    x1 = BlockConversionVector512.Lifted(x1, liftA);
                    x2 = BlockConversionVector512.Lifted(x2, liftB);
                    x3 = BlockConversionVector512.Lifted(x3, liftB);
                }

                Vector512<uint> a = Vector512.Create(addends[pair]);
                Vector512<uint> b = Vector512.Create(addends[pair + 1]);
                Vector512<byte> result = Codes<TRounding>(x0, x1, x2, x3, a, a, b, b, least, words + ((block + pair) * BlockSize),
                    randomMask);
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

    /// <summary>Quantises and dequantises groups until one is outside the window; returns how many blocks are done.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint RoundTrip<TRounding>(uint* values, uint* words, nint blocks, uint* result, in KernelParameters p, bool stream)
        where TRounding : struct, IRounding
    {
        uint* scaleFields = stackalloc uint[Group];
        Vector512<uint> randomMask = Vector512.Create(RowConversion.RandomMask(p));
        nint block = 0;
        Vector512<uint> next = blocks >= Group ? BlockConversionVector512.Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            uint* group = values + (block * BlockSize);
            Vector512<uint> amax = next;
            Vector512<uint> zero = Vector512.Equals(amax, Vector512<uint>.Zero);
            Vector512<uint> position = (amax >> 23) - Vector512.Create(BlockConversionVector512.Lowest<TRounding>());
            Vector512<uint> outside = Vector512.GreaterThan(position,
                Vector512.Create(BlockConversionVector512.HighestField - BlockConversionVector512.Lowest<TRounding>()));
            if (Vector512.AndNot(outside, zero) != Vector512<uint>.Zero)
            {
                break;
            }

            Vector512<uint> code = ((amax + Vector512.Create(p.ThresholdAddend)) >> 23) - Vector512.Create(p.FieldToCode);
            (Vector512.ConditionalSelect(zero, Vector512.Create(127u), code) << 23).Store(scaleFields);
            if (block + (2 * Group) <= blocks)
            {
                next = BlockConversionVector512.Maxima(group + (Group * BlockSize));
            }

            uint* to = result + (block * BlockSize);
            for (int i = 0; i < Group; i++)
            {
                Vector512<uint> scale = Vector512.Create(scaleFields[i]);
                Vector512<uint> addend = scale + Vector512.Create(FieldOfAddend << 23);
                Vector512<float> middle = Middle(addend);

                // 127 q and -128 q, or -127 q where -2 is left unused.
                Vector512<float> most = (scale + Vector512.Create(0x007E0000u)).AsSingle();
                Vector512<float> least = (scale + Vector512.Create(p.NegativeExtra == 0 ? 0x807E0000u : 0x80800000u)).AsSingle();
                if (stream && (i & 1) == 0)
                {
                    BlockConversionVector512.Prefetch(group + (i * BlockSize));
                }

                for (int half = 0; half < BlockSize; half += 16)
                {
                    Vector512<float> rounded = Sum<TRounding>(Vector512.Load(group + (i * BlockSize) + half), addend,
                        words + ((block + i) * BlockSize) + half, randomMask).AsSingle() - middle;
                    Vector512<uint> value = Avx512F.Max(Avx512F.Min(rounded, most), least).AsUInt32();
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

    /// <summary>
    /// Encodes single elements at scale 1; see <see cref="BlockConversionVector512.Encode"/>. Sums hold 16 bits of integer, so the limit
    /// is lower.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Encode<TRounding>(uint* values, nint count, byte* codes, in KernelParameters p)
        where TRounding : struct, IRounding
    {
        Vector512<uint> addend = Vector512.Create((ScaleFormat.E8M0Bias + FieldOfAddend) << 23);
        Vector512<uint> magnitude = Vector512.Create(0x7FFFFFFFu);
        Vector512<uint> limit = Vector512.Create((ScaleFormat.E8M0Bias + 8u) << 23);
        Vector512<sbyte> least = Vector512.Create((sbyte)(-127 - (int)p.NegativeExtra));
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

            Codes<TRounding>(x0, x1, x2, x3, addend, addend, addend, addend, least).Store(codes + i);
        }

        return i;
    }

    /// <summary>The codes of 64 values from the addends 2^23 q of each vector. Packing saturates to -128 and 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> Codes<TRounding>(Vector512<uint> x0, Vector512<uint> x1, Vector512<uint> x2, Vector512<uint> x3,
        Vector512<uint> a0, Vector512<uint> a1, Vector512<uint> a2, Vector512<uint> a3, Vector512<sbyte> least, uint* words = null,
        Vector512<uint> randomMask = default)
        where TRounding : struct, IRounding
    {
        Vector512<short> lower = LowHalves(Sum<TRounding>(x0, a0, words, randomMask), Sum<TRounding>(x1, a1, words + 16, randomMask));
        Vector512<short> upper = LowHalves(Sum<TRounding>(x2, a2, words + 32, randomMask), Sum<TRounding>(x3, a3, words + 48, randomMask));
        Vector512<sbyte> packed = Vector512.Max(Avx512BW.PackSignedSaturate(lower, upper), least);
        return Avx512F.PermuteVar16x32(packed.AsUInt32(), Vector512.Create(0u, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsByte();
    }

    /// <summary>1.5 * 2^23 q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Middle(Vector512<uint> addend) => (addend | Vector512.Create(0x00400000u)).AsSingle();

    /// <summary>x rounded to a multiple of q, plus 1.5 * 2^23 q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Sum<TRounding>(Vector512<uint> x, Vector512<uint> addend, uint* words, Vector512<uint> randomMask)
        where TRounding : struct, IRounding
    {
        if (TRounding.Direction == RoundingDirection.TiesToEven)
        {
            return (x.AsSingle() + Middle(addend)).AsUInt32();
        }

        // Other modes round by magnitude first; what follows is exact.
        Vector512<uint> signed = addend | (x & Vector512.Create(0x80000000u));
        Vector512<float> rounded = BlockConversionVector512.Sum<TRounding>(x, signed,
            BlockConversionVector512.Random<TRounding>(words, randomMask)).AsSingle() - signed.AsSingle();
        return (rounded + Middle(addend)).AsUInt32();
    }

    /// <summary>
    /// The low half words of two vectors in the order in which packing leaves them: four of the first, four of the second.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> LowHalves(Vector512<uint> a, Vector512<uint> b)
        => Avx512BW.PermuteVar32x16x2(
            a.AsInt16(),
            Vector512.Create((short)0, 2, 4, 6, 32, 34, 36, 38, 8, 10, 12, 14, 40, 42, 44, 46, 16, 18, 20, 22, 48, 50, 52, 54, 24, 26, 28,
                30, 56, 58, 60, 62),
            b.AsInt16());
}
