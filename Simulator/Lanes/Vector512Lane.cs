using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Lanes;

/// <summary>Sixteen words in a 512-bit register (AVX-512 F, BW, CD).</summary>
internal readonly unsafe struct Vector512Lane : IVectorLane<Vector512Lane>
{
    private readonly Vector512<uint> words;

    private Vector512Lane(Vector512<uint> words) => this.words = words;

    private Vector512Lane(Vector512<int> words) => this.words = words.AsUInt32();

    /// <summary>The register.</summary>
    public Vector512<uint> Words => words;

    public static int Count => Vector512<uint>.Count;

    /// <summary>A lane of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane From(Vector512<uint> words) => new(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Splat(uint value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator +(Vector512Lane left, Vector512Lane right) => new(left.words + right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator -(Vector512Lane left, Vector512Lane right) => new(left.words - right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator &(Vector512Lane left, Vector512Lane right) => new(left.words & right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator |(Vector512Lane left, Vector512Lane right) => new(left.words | right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator ^(Vector512Lane left, Vector512Lane right) => new(left.words ^ right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane ShiftLeft(Vector512Lane value, Vector512Lane count)
        => new(Avx512F.ShiftLeftLogicalVariable(value.words, count.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane ShiftRight(Vector512Lane value, Vector512Lane count)
        => new(Avx512F.ShiftRightLogicalVariable(value.words, count.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Min(Vector512Lane left, Vector512Lane right)
        => new(Vector512.Min(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Max(Vector512Lane left, Vector512Lane right)
        => new(Vector512.Max(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Greater(Vector512Lane left, Vector512Lane right)
        => new(Vector512.GreaterThan(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Select(Vector512Lane mask, Vector512Lane whereSet, Vector512Lane whereClear)
        => new(Vector512.ConditionalSelect(mask.words, whereSet.words, whereClear.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane LeadingZeroCount(Vector512Lane value) => new(Avx512CD.LeadingZeroCount(value.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Load(uint* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector512Lane value) => value.words.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane LoadBytes(byte* source) => new(Avx512F.ConvertToVector512UInt32(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane LoadHalves(ushort* source) => new(Avx512F.ConvertToVector512UInt32(Vector256.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector512Lane first, Vector512Lane second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512Lane Upper, Vector512Lane Lower) Quotients(Vector512Lane magnitudes, double* divisors, double* reciprocals,
        bool splat)
    {
        int next = splat ? 0 : Vector256Lane.Count;
        (Vector256Lane Upper, Vector256Lane Lower) first = Vector256Lane.Quotients(Vector256Lane.From(magnitudes.words.GetLower()),
            divisors, reciprocals, splat);
        (Vector256Lane Upper, Vector256Lane Lower) second = Vector256Lane.Quotients(Vector256Lane.From(magnitudes.words.GetUpper()),
            divisors + next, reciprocals + next, splat);
        return (new(Vector512.Create(first.Upper.Words, second.Upper.Words)), new(Vector512.Create(first.Lower.Words, second.Lower.Words)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane MaxOfEach(uint* lanes)
    {
        Vector512<int> first = MaxOfEight((int*)lanes);
        Vector512<int> second = MaxOfEight((int*)lanes + (8 * Count));
        return new(Vector512.Max(Avx512F.Shuffle4x128(first, second, 0b10_00_10_00), Avx512F.Shuffle4x128(first, second, 0b11_01_11_01)));
    }

    /// <summary>Of each of eight lanes what is left of its quarters: two of the first four, two of the second four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> MaxOfEight(int* lanes)
    {
        Vector512<int> first = MaxOfFour(lanes);
        Vector512<int> second = MaxOfFour(lanes + (4 * Count));
        return Vector512.Max(Avx512F.Shuffle4x128(first, second, 0b01_00_01_00), Avx512F.Shuffle4x128(first, second, 0b11_10_11_10));
    }

    /// <summary>Of each of four lanes the maxima of its quarters: those of the first quarters, then of the second, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> MaxOfFour(int* lanes)
    {
        Vector512<long> first = MaxOfTwo(lanes).AsInt64();
        Vector512<long> second = MaxOfTwo(lanes + (2 * Count)).AsInt64();
        return Vector512.Max(Avx512F.UnpackLow(first, second).AsInt32(), Avx512F.UnpackHigh(first, second).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> MaxOfTwo(int* lanes)
    {
        Vector512<int> first = Vector512.Load(lanes);
        Vector512<int> second = Vector512.Load(lanes + Count);
        return Vector512.Max(Avx512F.UnpackLow(first, second), Avx512F.UnpackHigh(first, second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane PickOfFour(uint* four, Vector512Lane index)
        => new(Avx512F.PermuteVar4x32(Avx512F.BroadcastVector128ToVector512((float*)four), index.words.AsInt32()).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Pick(uint* sixteen, Vector512Lane index)
        => new(Avx512F.PermuteVar16x32(Vector512.Load(sixteen), index.words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector512Lane value) => Avx512F.ConvertToVector128Byte(value.words).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaxAcross(Vector512Lane value)
    {
        Vector256<int> half = Vector256.Max(value.words.GetLower().AsInt32(), value.words.GetUpper().AsInt32());
        Vector128<int> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Sse2.Shuffle(quarter, 0b01_00_11_10));
        quarter = Vector128.Max(quarter, Sse2.Shuffle(quarter, 0b10_11_00_01));
        return (uint)quarter.ToScalar();
    }
}
