using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mxact.Simulator.Lanes;

/// <summary>One word: the scalar backend, and a thread of a GPU kernel.</summary>
internal readonly unsafe struct ScalarLane : IVectorLane<ScalarLane>
{
    private ScalarLane(uint word) => Word = word;

    /// <summary>The word.</summary>
    public readonly uint Word;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Splat(uint value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left.Word + right.Word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left.Word - right.Word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator &(ScalarLane left, ScalarLane right) => new(left.Word & right.Word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator |(ScalarLane left, ScalarLane right) => new(left.Word | right.Word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator ^(ScalarLane left, ScalarLane right) => new(left.Word ^ right.Word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane ShiftLeft(ScalarLane value, ScalarLane count) => new((uint)((ulong)value.Word << (int)(count.Word & 63)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane ShiftRight(ScalarLane value, ScalarLane count) => new((uint)((ulong)value.Word >> (int)(count.Word & 63)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Min(ScalarLane left, ScalarLane right) => new((uint)Math.Min((int)left.Word, (int)right.Word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Max(ScalarLane left, ScalarLane right) => new((uint)Math.Max((int)left.Word, (int)right.Word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Greater(ScalarLane left, ScalarLane right) => new(Below(right, left));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Select(ScalarLane mask, ScalarLane whereSet, ScalarLane whereClear)
        => new(whereClear.Word ^ (mask.Word & (whereSet.Word ^ whereClear.Word)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane LeadingZeroCount(ScalarLane value) => new((uint)BitOperations.LeadingZeroCount(value.Word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Load(uint* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, ScalarLane value) => *destination = value.Word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane LoadBytes(byte* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane LoadHalves(ushort* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane MaxOfEach(uint* lanes) => new(*lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane PickOfFour(uint* four, ScalarLane index) => new(four[index.Word & 3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Pick(uint* sixteen, ScalarLane index) => new(sixteen[index.Word & 15]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, ScalarLane value) => *destination = (byte)value.Word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, ScalarLane first, ScalarLane second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ScalarLane Upper, ScalarLane Lower) Quotients(ScalarLane magnitudes, double* divisors, double* reciprocals, bool splat)
    {
        double value = BitConverter.UInt32BitsToSingle(magnitudes.Word);
        ulong quotient = FixedQuotient.Of(value, *divisors, *reciprocals);
        return (new((uint)(quotient >> 32)), new((uint)quotient));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaxAcross(ScalarLane value) => value.Word;

    /// <summary>All ones where left is less, from the sign of a difference that cannot overflow: no branch to mispredict.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Below(ScalarLane left, ScalarLane right) => (uint)(((long)(int)left.Word - (int)right.Word) >> 63);
}
