using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Lanes;

/// <summary>Eight words in a 256-bit register (AVX2).</summary>
internal readonly unsafe struct Vector256Lane : IVectorLane<Vector256Lane>
{
    private readonly Vector256<uint> words;

    private Vector256Lane(Vector256<uint> words) => this.words = words;

    private Vector256Lane(Vector256<int> words) => this.words = words.AsUInt32();

    /// <summary>The register.</summary>
    public Vector256<uint> Words => words;

    public static int Count => Vector256<uint>.Count;

    /// <summary>A lane of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane From(Vector256<uint> words) => new(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Splat(uint value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator +(Vector256Lane left, Vector256Lane right) => new(left.words + right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator -(Vector256Lane left, Vector256Lane right) => new(left.words - right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator &(Vector256Lane left, Vector256Lane right) => new(left.words & right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator |(Vector256Lane left, Vector256Lane right) => new(left.words | right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator ^(Vector256Lane left, Vector256Lane right) => new(left.words ^ right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane ShiftLeft(Vector256Lane value, Vector256Lane count)
        => new(Avx2.ShiftLeftLogicalVariable(value.words, count.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane ShiftRight(Vector256Lane value, Vector256Lane count)
        => new(Avx2.ShiftRightLogicalVariable(value.words, count.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Min(Vector256Lane left, Vector256Lane right)
        => new(Vector256.Min(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Max(Vector256Lane left, Vector256Lane right)
        => new(Vector256.Max(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Greater(Vector256Lane left, Vector256Lane right)
        => new(Vector256.GreaterThan(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Select(Vector256Lane mask, Vector256Lane whereSet, Vector256Lane whereClear)
        => new(Avx2.BlendVariable(whereClear.words, whereSet.words, mask.words));

    /// <summary>
    /// AVX2 has no count of leading zeros; a word below 2^24 converts to binary32 exactly, and the exponent field is its logarithm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane LeadingZeroCount(Vector256Lane value)
    {
        Vector256<uint> field = Avx.ConvertToVector256Single(value.words.AsInt32()).AsUInt32() >> 23;
        return new(Vector256.Min((Vector256.Create(31u + 127u) - field).AsInt32(), Vector256.Create(32)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Load(uint* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector256Lane value) => value.words.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane LoadBytes(byte* source)
        => new(Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(*(ulong*)source).AsByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane LoadHalves(ushort* source) => new(Avx2.ConvertToVector256Int32(Vector128.Load(source)));

    /// <summary>A tree of blend, swap and maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane MaxOfEach(uint* lanes)
    {
        Vector256<int> q0 = Pairs(Halves(lanes, 0, 4), Halves(lanes, 2, 6));
        Vector256<int> q1 = Pairs(Halves(lanes, 1, 5), Halves(lanes, 3, 7));
        Vector256<int> same = Avx2.Blend(q0, q1, 0b10101010);
        Vector256<int> other = Avx2.Shuffle(Avx2.Blend(q0, q1, 0b01010101), 0b10_11_00_01);
        return new(Vector256.Max(same, other));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane PickOfFour(uint* four, Vector256Lane index)
        => new(Avx.PermuteVar(Avx.BroadcastVector128ToVector256((float*)four), index.words.AsInt32()).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Pick(uint* sixteen, Vector256Lane index)
    {
        // A permutation reads the low three bits, a blend the sign.
        Vector256<float> lower = Avx2.PermuteVar8x32(Vector256.Load(sixteen), index.words).AsSingle();
        Vector256<float> upper = Avx2.PermuteVar8x32(Vector256.Load(sixteen + 8), index.words).AsSingle();
        return new(Avx.BlendVariable(lower, upper, (index.words << 28).AsSingle()).AsUInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector256Lane value)
    {
        Vector128<short> halves = Sse2.PackSignedSaturate(value.words.GetLower().AsInt32(), value.words.GetUpper().AsInt32());
        *(ulong*)destination = Sse2.PackUnsignedSaturate(halves, halves).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector256Lane first, Vector256Lane second)
    {
        // Packing goes by halves of the registers: the words come out as first, second, first, second.
        Vector256<short> halves = Avx2.PackSignedSaturate(first.words.AsInt32(), second.words.AsInt32());
        Vector256<uint> bytes = Avx2.PackUnsignedSaturate(halves, halves).AsUInt32();
        Avx2.PermuteVar8x32(bytes, Vector256.Create(0u, 4, 1, 5, 0, 4, 1, 5)).GetLower().AsByte().Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256Lane Upper, Vector256Lane Lower) Quotients(Vector256Lane magnitudes, double* divisors, double* reciprocals,
        bool splat)
    {
        // In the order 0, 1, 4, 5, 2, 3, 6, 7, from which a shuffle by halves of two registers makes the order of the words.
        Vector256<float> values = Avx2.Permute4x64(magnitudes.words.AsUInt64(), 0b11_01_10_00).AsSingle();
        Vector256<ulong> a = FixedQuotient.Of(Avx.ConvertToVector256Double(values.GetLower()),
            splat ? Vector256.Create(*divisors) : Apart(divisors), splat ? Vector256.Create(*reciprocals) : Apart(reciprocals));
        Vector256<ulong> b = FixedQuotient.Of(Avx.ConvertToVector256Double(values.GetUpper()),
            splat ? Vector256.Create(*divisors) : Apart(divisors + 2), splat ? Vector256.Create(*reciprocals) : Apart(reciprocals + 2));
        Vector256<float> upper = Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b11_01_11_01);
        Vector256<float> lower = Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00);
        return (new(upper.AsUInt32()), new(lower.AsUInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaxAcross(Vector256Lane value)
    {
        Vector128<int> half = Vector128.Max(value.words.GetLower().AsInt32(), value.words.GetUpper().AsInt32());
        half = Vector128.Max(half, Sse2.Shuffle(half, 0b01_00_11_10));
        half = Vector128.Max(half, Sse2.Shuffle(half, 0b10_11_00_01));
        return (uint)half.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Halves(uint* lanes, int a, int b)
    {
        Vector256<int> first = Vector256.Load((int*)lanes + (a * Count));
        Vector256<int> second = Vector256.Load((int*)lanes + (b * Count));
        return Vector256.Max(Avx2.Blend(first, second, 0b11110000), Avx2.Permute2x128(first, second, 0b0010_0001));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<int> a, Vector256<int> b)
        => Vector256.Max(Avx2.Blend(a, b, 0b11001100), Avx.Shuffle(a.AsDouble(), b.AsDouble(), 0b0101).AsInt32());

    /// <summary>Two numbers and the two four places on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Apart(double* numbers)
        => Vector256.Create(Vector128.Load(numbers), Vector128.Load(numbers + 4));
}
