using System.Numerics;

namespace Mxact.Simulator.Accelerated.Lanes;

/// <summary>One word: the scalar backend, and a thread of a GPU kernel.</summary>
internal readonly unsafe struct ScalarLane : IVectorLane<ScalarLane>
{
    private ScalarLane(uint word) => Word = word;

    /// <summary>The word.</summary>
    public readonly uint Word;

    public static int Count => 1;

    public static ScalarLane Splat(uint value) => new(value);

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left.Word + right.Word);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left.Word - right.Word);

    public static ScalarLane operator &(ScalarLane left, ScalarLane right) => new(left.Word & right.Word);

    public static ScalarLane operator |(ScalarLane left, ScalarLane right) => new(left.Word | right.Word);

    public static ScalarLane operator ^(ScalarLane left, ScalarLane right) => new(left.Word ^ right.Word);

    public static ScalarLane ShiftLeft(ScalarLane value, ScalarLane count) => new(count.Word > 31 ? 0 : value.Word << (int)(count.Word & 31));

    public static ScalarLane ShiftRight(ScalarLane value, ScalarLane count) => new(count.Word > 31 ? 0 : value.Word >> (int)(count.Word & 31));

    public static ScalarLane Min(ScalarLane left, ScalarLane right) => (int)left.Word < (int)right.Word ? left : right;

    public static ScalarLane Max(ScalarLane left, ScalarLane right) => (int)left.Word > (int)right.Word ? left : right;

    public static ScalarLane Greater(ScalarLane left, ScalarLane right) => new((int)left.Word > (int)right.Word ? uint.MaxValue : 0);

    public static ScalarLane Select(ScalarLane mask, ScalarLane whereSet, ScalarLane whereClear) => mask.Word != 0 ? whereSet : whereClear;

    public static ScalarLane LeadingZeroCount(ScalarLane value) => new((uint)BitOperations.LeadingZeroCount(value.Word));

    public static ScalarLane Load(uint* source) => new(*source);

    public static void Store(uint* destination, ScalarLane value) => *destination = value.Word;

    public static ScalarLane LoadBytes(byte* source) => new(*source);

    public static ScalarLane LoadHalves(ushort* source) => new(*source);

    public static void StoreBytes(byte* destination, ScalarLane value) => *destination = (byte)value.Word;

    public static uint MaxAcross(ScalarLane value) => value.Word;
}
