using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned form of <see cref="BlockConversion"/> on AVX2 for every mode without random bits: the method of
/// <see cref="BlockConversionVector512"/> with eight blocks at once. AVX2 adds to nearest even alone; what another mode makes of it is one
/// quantum more or less, which the sum's own error tells. Removing it changes no result.
/// </summary>
internal static unsafe class BlockConversionVector256
{
    /// <summary>Blocks of a group: one a lane.</summary>
    public const int Group = 8;

    private const int BlockSize = MxFormats.BlockSize;
    private const uint LowestField = BlockConversionVector512.LowestField;
    private const uint HighestField = BlockConversionVector512.HighestField;
    private const int Ahead = 2048;

    /// <summary>From X's exponent field to that of 2^23 q in MXINT8, q = X 2^-6 (MX 5.3.4).</summary>
    private const uint Int8FieldOfAddend = 23 - 6;

    /// <summary>Quantises groups to a minifloat until one is outside the window; returns how many blocks are done.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Quantize<TFormat, TRounding, TResults>(
        uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        uint* smallest = stackalloc uint[Group];
        uint* origins = stackalloc uint[Group];
        Ending ending = new(p);
        nint block = 0;
        Vector256<uint> next = blocks >= Group ? Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            uint* group = values + (block * BlockSize);
            Vector256<uint> amax = next;
            if (!Select(amax, p, scales + block, out Vector256<uint> code))
            {
                break;
            }

            Vector256<uint> field = code + Vector256.Create(p.EMin);
            (field << 23).Store(smallest);
            Vector256<uint> word = (field + Vector256.Create((uint)(23 - TFormat.MantissaBits))) << 7;
            (word | (word << 16)).Store(origins);
            if (block + (2 * Group) <= blocks)
            {
                next = Maxima(group + (Group * BlockSize));
            }

            byte* to = codes + (block * BlockSize);
            for (int i = 0; i < Group; i++)
            {
                uint* from = group + (i * BlockSize);
                if (stream)
                {
                    Sse.Prefetch0(from + Ahead);
                    Sse.Prefetch0(from + Ahead + 16);
                }

                Vector256<uint> least = Vector256.Create(smallest[i]);
                Vector256<short> origin = Vector256.Create(origins[i]).AsInt16();
                Vector256<short> a = Words<TFormat, TRounding>(from, least, least, origin);
                Vector256<short> b = Words<TFormat, TRounding>(from + 16, least, least, origin);
                Put(to + (i * BlockSize), ending.Codes<TFormat, TResults>(a, b), stream);
            }
        }

        return block;
    }

    /// <summary>
    /// Quantises and dequantises groups until one is outside the window; returns how many blocks are done. The rounded value is the sum
    /// less its addend, exactly; saturation is a minimum of magnitudes.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint RoundTrip<TFormat, TRounding>(uint* values, nint blocks, uint* result, in KernelParameters p, bool stream)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        uint* smallest = stackalloc uint[Group];
        byte* scales = stackalloc byte[Group];
        uint largest = LargestOffset<TFormat>(p);
        nint block = 0;
        Vector256<uint> next = blocks >= Group ? Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            uint* group = values + (block * BlockSize);
            Vector256<uint> amax = next;
            if (!Select(amax, p, scales, out Vector256<uint> code))
            {
                break;
            }

            ((code + Vector256.Create(p.EMin)) << 23).Store(smallest);
            if (block + (2 * Group) <= blocks)
            {
                next = Maxima(group + (Group * BlockSize));
            }

            for (int i = 0; i < Group * BlockSize; i += Vector256<uint>.Count)
            {
                uint least = smallest[i / BlockSize];
                Vector256<uint> value = Rounded<TFormat, TRounding>(
                    Vector256.Load(group + i), Vector256.Create(least), Vector256.Create(least + largest));
                if (stream)
                {
                    value.StoreAlignedNonTemporal(result + (block * BlockSize) + i);
                }
                else
                {
                    value.Store(result + (block * BlockSize) + i);
                }
            }
        }

        return block;
    }

    /// <summary>
    /// Encodes single elements at scale 1, 32 at a time, until some are above the window; returns how many are done. It is the rounding of
    /// the block kernels under a scale of its own, so that all 2^32 inputs can be put through it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Encode<TFormat, TRounding, TResults>(uint* values, nint count, byte* codes, in KernelParameters p)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        Vector256<uint> field = Vector256.Create(ScaleFormat.E8M0Bias + p.EMin);
        Vector256<uint> smallest = field << 23;
        Vector256<short> origin = Origins<TFormat>(field, field);
        Vector256<int> limit = Vector256.Create((int)(((HighestField + 1) << 23) - 1));
        Ending ending = new(p);
        nint i = 0;
        for (; i + 32 <= count; i += 32)
        {
            if (Vector256.GreaterThanAny(Of(values + i, 0).AsInt32(), limit))
            {
                break;
            }

            Vector256<short> a = Words<TFormat, TRounding>(values + i, smallest, smallest, origin);
            Vector256<short> b = Words<TFormat, TRounding>(values + i + 16, smallest, smallest, origin);
            ending.Codes<TFormat, TResults>(a, b).Store(codes + i);
        }

        return i;
    }

    /// <summary>From a block's smallest normal number to its largest, in bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint LargestOffset<TFormat>(in KernelParameters p)
        where TFormat : struct, IElementFormat
        => (p.LargestMagnitude << (23 - TFormat.MantissaBits)) - (1u << 23);

    /// <summary>Quantises groups to INT8 until one is outside the window; returns how many blocks are done.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint QuantizeInt8(uint* values, nint blocks, byte* scales, byte* codes, in KernelParameters p, bool stream)
    {
        uint* addends = stackalloc uint[Group];
        Vector256<sbyte> least = Vector256.Create((sbyte)(-127 - (int)p.NegativeExtra));
        nint block = 0;
        Vector256<uint> next = blocks >= Group ? Maxima(values) : default;
        for (; block + Group <= blocks; block += Group)
        {
            uint* group = values + (block * BlockSize);
            Vector256<uint> amax = next;
            if (!Select(amax, p, scales + block, out Vector256<uint> code))
            {
                break;
            }

            // 1.5 * 2^23 q: the code is what the sum has more than it.
            (((code + Vector256.Create(Int8FieldOfAddend)) << 23) | Vector256.Create(0x00400000u)).Store(addends);
            if (block + (2 * Group) <= blocks)
            {
                next = Maxima(group + (Group * BlockSize));
            }

            byte* to = codes + (block * BlockSize);
            for (int i = 0; i < Group; i++)
            {
                uint* from = group + (i * BlockSize);
                if (stream)
                {
                    Sse.Prefetch0(from + Ahead);
                    Sse.Prefetch0(from + Ahead + 16);
                }

                Vector256<uint> addend = Vector256.Create(addends[i]);
                Vector256<short> a = Avx2.PackSignedSaturate(Integer(from, addend), Integer(from + 8, addend));
                Vector256<short> b = Avx2.PackSignedSaturate(Integer(from + 16, addend), Integer(from + 24, addend));
                Vector256<sbyte> packed = Vector256.Max(Avx2.PackSignedSaturate(a, b), least);
                Put(to + (i * BlockSize), Ordered(packed.AsByte()), stream);
            }
        }

        return block;
    }

    /// <summary>Scales of eight blocks; false when one is outside the window. A block of zeros works under any scale, here 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Select(Vector256<uint> amax, in KernelParameters p, byte* scales, out Vector256<uint> code)
    {
        Vector256<uint> zero = Vector256.Equals(amax, Vector256<uint>.Zero);
        Vector256<int> position = ((amax >> 23) - Vector256.Create(LowestField)).AsInt32();
        Vector256<int> outside = Vector256.GreaterThan(position,
            Vector256.Create((int)(HighestField - LowestField))) | Vector256.LessThan(position, Vector256<int>.Zero);
        code = ((amax + Vector256.Create(p.ThresholdAddend)) >> 23) - Vector256.Create(p.FieldToCode);
        code = Vector256.ConditionalSelect(zero, Vector256.Create(127u), code);
        Vector256<int> shown = Vector256.ConditionalSelect(zero, Vector256.Create(p.ScaleOfZero), code).AsInt32();
        Vector128<short> halves = Sse41.PackUnsignedSaturate(shown.GetLower(), shown.GetUpper()).AsInt16();
        *(ulong*)scales = Sse2.PackUnsignedSaturate(halves, halves).AsUInt64().ToScalar();
        return Vector256.AndNot(outside.AsUInt32(), zero) == Vector256<uint>.Zero;
    }

    /// <summary>The largest magnitude of each of eight blocks, block i in lane i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Maxima(uint* group)
    {
        Vector256<uint> q0 = Pairs(Halves(Of(group, 0), Of(group, 4)), Halves(Of(group, 2), Of(group, 6)));
        Vector256<uint> q1 = Pairs(Halves(Of(group, 1), Of(group, 5)), Halves(Of(group, 3), Of(group, 7)));
        Vector256<uint> same = Avx2.Blend(q0, q1, 0b10101010);
        Vector256<uint> other = Avx2.Shuffle(Avx2.Blend(q0, q1, 0b01010101), 0b10_11_00_01);
        return Vector256.Max(same, other);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Of(uint* group, int block)
    {
        Vector256<uint> magnitude = Vector256.Create(0x7FFFFFFFu);
        uint* from = group + (block * BlockSize);
        return Vector256.Max(
            Vector256.Max(Vector256.Load(from) & magnitude, Vector256.Load(from + 8) & magnitude),
            Vector256.Max(Vector256.Load(from + 16) & magnitude, Vector256.Load(from + 24) & magnitude));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Halves(Vector256<uint> a, Vector256<uint> b)
        => Vector256.Max(Avx2.Blend(a, b, 0b11110000), Avx2.Permute2x128(a, b, 0b0010_0001));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Pairs(Vector256<uint> a, Vector256<uint> b)
        => Vector256.Max(Avx2.Blend(a, b, 0b11001100), Avx.Shuffle(a.AsDouble(), b.AsDouble(), 0b0101).AsUInt32());

    /// <summary>
    /// Sixteen values as words: the sign on top, the magnitude of the code below it with 7 - man spare bits at the bottom.
    /// </summary>
    /// <param name="from">The values.</param>
    /// <param name="smallestLower">The smallest normal numbers of the blocks of the first eight.</param>
    /// <param name="smallestUpper">Of the other eight.</param>
    /// <param name="origins">What a word holds for magnitude zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<short> Words<TFormat, TRounding>(
        uint* from, Vector256<uint> smallestLower, Vector256<uint> smallestUpper, Vector256<short> origins)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        Vector256<short> join = Vector256.Create((1 << 16) | (1 << (7 - TFormat.MantissaBits))).AsInt16();
        Vector256<uint> lower = Vector256.Load(from);
        Vector256<uint> upper = Vector256.Load(from + 8);
        Vector256<short> first = Sum<TRounding>(lower, Addend<TFormat>(lower, smallestLower)).AsInt16();
        Vector256<short> second = Sum<TRounding>(upper, Addend<TFormat>(upper, smallestUpper)).AsInt16();
        return Avx2.PackSignedSaturate(Avx2.MultiplyAddAdjacent(first, join), Avx2.MultiplyAddAdjacent(second, join)) - origins;
    }

    /// <summary>What the words of two vectors of columns hold for magnitude zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<short> Origins<TFormat>(Vector256<uint> lowerField, Vector256<uint> upperField)
        where TFormat : struct, IElementFormat
    {
        Vector256<uint> above = Vector256.Create((uint)(23 - TFormat.MantissaBits));
        return Avx2.PackSignedSaturate(((lowerField + above) << 7).AsInt32(), ((upperField + above) << 7).AsInt32());
    }

    /// <summary>Values rounded to what their codes stand for.</summary>
    /// <param name="x">The values.</param>
    /// <param name="smallest">The block's smallest normal number.</param>
    /// <param name="largest">Its largest number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<uint> Rounded<TFormat, TRounding>(Vector256<uint> x, Vector256<uint> smallest, Vector256<uint> largest)
        where TFormat : struct, IElementFormat
        where TRounding : struct, IRounding
    {
        Vector256<uint> signs = Vector256.Create(0x80000000u);
        Vector256<uint> addend = Addend<TFormat>(x, smallest);
        Vector256<uint> rounded = (Sum<TRounding>(x, addend).AsSingle() - addend.AsSingle()).AsUInt32();
        Vector256<int> magnitude = Vector256.Min(Vector256.AndNot(rounded, signs).AsInt32(), largest.AsInt32());
        return magnitude.AsUInt32() | (x & signs);
    }

    /// <summary>2^23 q with x's sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Addend<TFormat>(Vector256<uint> x, Vector256<uint> smallest)
        where TFormat : struct, IElementFormat
    {
        Vector256<uint> binade = Vector256.Max((x & Vector256.Create(0x7F800000u)).AsInt32(), smallest.AsInt32()).AsUInt32();
        return (binade + Vector256.Create((uint)(23 - TFormat.MantissaBits) << 23)) | (x & Vector256.Create(0x80000000u));
    }

    /// <summary>x + addend, rounded at the quantum in the mode asked for; a quantum is the sum's unit in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Sum<TRounding>(Vector256<uint> x, Vector256<uint> addend)
        where TRounding : struct, IRounding
    {
        Vector256<uint> sum = (x.AsSingle() + addend.AsSingle()).AsUInt32();
        if (TRounding.Direction == RoundingDirection.TiesToEven)
        {
            return sum;
        }

        // Exact, as is what it leaves of x.
        Vector256<float> rounded = sum.AsSingle() - addend.AsSingle();
        if (TRounding.Direction is RoundingDirection.TiesToAway or RoundingDirection.TiesToZero or RoundingDirection.TiesToPositive)
        {
            // Half a quantum with x's sign; what is left at a tie is that or its opposite. Masks are -1.
            Vector256<uint> half = addend - Vector256.Create(24u << 23);
            Vector256<float> left = x.AsSingle() - rounded;
            if (TRounding.Direction == RoundingDirection.TiesToAway)
            {
                return sum - Vector256.Equals(left, half.AsSingle()).AsUInt32();
            }

            Vector256<uint> signs = Vector256.Create(0x80000000u);
            return TRounding.Direction == RoundingDirection.TiesToZero
                ? sum + Vector256.Equals(left, (half ^ signs).AsSingle()).AsUInt32()
                : sum + (Vector256.Equals(left, Vector256.AndNot(half, signs).AsSingle()).AsUInt32() & Outward(x));
        }

        if (TRounding.Direction == RoundingDirection.TowardPositive)
        {
            return sum + (Vector256.LessThan(rounded, x.AsSingle()).AsUInt32() & Outward(x));
        }

        if (TRounding.Direction == RoundingDirection.TowardNegative)
        {
            return sum - (Vector256.GreaterThan(rounded, x.AsSingle()).AsUInt32() & Outward(x));
        }

        Vector256<float> magnitude = Vector256.Abs(x.AsSingle());
        Vector256<float> roundedMagnitude = Vector256.Abs(rounded);
        Vector256<uint> cut = sum + Vector256.GreaterThan(roundedMagnitude, magnitude).AsUInt32();
        return TRounding.Direction == RoundingDirection.ToOdd
            ? cut | Vector256.AndNot(Vector256.Create(1u), Vector256.Equals(roundedMagnitude, magnitude).AsUInt32()) : cut;
    }

    /// <summary>What a step toward positive adds to the bits of a sum: 1, or -1 where it is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Outward(Vector256<uint> x) => (x.AsInt32() >> 31).AsUInt32() | Vector256.Create(1u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Integer(uint* from, Vector256<uint> addend)
        => (Vector256.Load(from).AsSingle() + addend.AsSingle()).AsInt32() - addend.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Ordered(Vector256<byte> packed)
        => Avx2.PermuteVar8x32(packed.AsUInt32(), Vector256.Create(0u, 4, 1, 5, 2, 6, 3, 7)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(byte* to, Vector256<byte> codes, bool stream)
    {
        if (stream)
        {
            codes.StoreAlignedNonTemporal(to);
        }
        else
        {
            codes.Store(to);
        }
    }

    /// <summary>The last steps, from words to codes.</summary>
    internal readonly struct Ending
    {
        private readonly Vector256<byte> largest;
        private readonly Vector256<byte> overflowPositive;
        private readonly Vector256<byte> overflowNegative;
        private readonly Vector256<byte> zeroSign;

        public Ending(in KernelParameters p)
        {
            largest = Vector256.Create((byte)p.LargestMagnitude);
            overflowPositive = Vector256.Create((byte)p.OverflowPositive);
            overflowNegative = Vector256.Create((byte)(p.OverflowPositive ^ p.OverflowDifference));
            zeroSign = Vector256.Create((byte)p.ZeroKeepsSign);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<byte> Codes<TFormat, TResults>(Vector256<short> a, Vector256<short> b)
            where TFormat : struct, IElementFormat
            where TResults : struct, IResults
        {
            int spare = 7 - TFormat.MantissaBits;
            int signShift = 7 - TFormat.ExponentBits - TFormat.MantissaBits;
            Vector256<short> ma = ((a << 1).AsUInt16() >> (spare + 1)).AsInt16();
            Vector256<short> mb = ((b << 1).AsUInt16() >> (spare + 1)).AsInt16();
            Vector256<byte> magnitude = Avx2.PackUnsignedSaturate(ma, mb);
            Vector256<byte> kept = Vector256.Min(magnitude, largest);

            // A negative word is far below -128 and saturates to it: the sign bit alone.
            Vector256<byte> sign = Avx2.PackSignedSaturate(a, b).AsByte();
            if (TResults.Plain)
            {
                sign = signShift > 0 ? (sign.AsUInt16() >> signShift).AsByte() : sign;
                return Ordered(kept | (sign & Vector256.Create((byte)(0x80 >> signShift))));
            }

            Vector256<byte> negative = Vector256.LessThan(sign.AsSByte(), Vector256<sbyte>.Zero).AsByte();
            Vector256<byte> unsigned = Vector256.AndNot(Vector256.Equals(magnitude, Vector256<byte>.Zero), zeroSign);
            Vector256<byte> signed = Vector256.AndNot(negative, unsigned) & Vector256.Create((byte)(0x80 >> signShift));
            Vector256<byte> overflow = Avx2.BlendVariable(overflowPositive, overflowNegative, negative);
            return Ordered(Avx2.BlendVariable(overflow, magnitude | signed, Vector256.Equals(kept, magnitude)));
        }
    }
}
