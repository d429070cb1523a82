using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Lanes;

/// <summary>Four words in a 128-bit register, in the runtime's portable operations: SSE, NEON and what comes after them.</summary>
internal readonly unsafe struct Vector128Lane : IVectorLane<Vector128Lane>
{
    private readonly Vector128<uint> words;

    private Vector128Lane(Vector128<uint> words) => this.words = words;

    private Vector128Lane(Vector128<int> words) => this.words = words.AsUInt32();

    /// <summary>The register.</summary>
    public Vector128<uint> Words => words;

    public static int Count => Vector128<uint>.Count;

    /// <summary>A lane of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane From(Vector128<uint> words) => new(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Splat(uint value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane operator +(Vector128Lane left, Vector128Lane right) => new(left.words + right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane operator -(Vector128Lane left, Vector128Lane right) => new(left.words - right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane operator &(Vector128Lane left, Vector128Lane right) => new(left.words & right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane operator |(Vector128Lane left, Vector128Lane right) => new(left.words | right.words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane operator ^(Vector128Lane left, Vector128Lane right) => new(left.words ^ right.words);

    /// <summary>Without a machine shift by a count a lane, one shift for each bit of the count: counts of 32 and more leave zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane ShiftLeft(Vector128Lane value, Vector128Lane count)
    {
        if (Avx2.IsSupported)
        {
            return new(Avx2.ShiftLeftLogicalVariable(value.words, count.words));
        }

        Vector128<uint> within = Vector128.LessThan(count.words, Vector128.Create(32u));
        return AdvSimd.IsSupported
            ? new(AdvSimd.ShiftLogical(value.words, count.words.AsInt32()) & within)
            : new(Halvings(value.words, count.words, left: true) & within);
    }

    /// <summary>Without a machine shift by a count a lane, one shift for each bit of the count: counts of 32 and more leave zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane ShiftRight(Vector128Lane value, Vector128Lane count)
    {
        if (Avx2.IsSupported)
        {
            return new(Avx2.ShiftRightLogicalVariable(value.words, count.words));
        }

        Vector128<uint> within = Vector128.LessThan(count.words, Vector128.Create(32u));
        return AdvSimd.IsSupported
            ? new(AdvSimd.ShiftLogical(value.words, -count.words.AsInt32()) & within)
            : new(Halvings(value.words, count.words, left: false) & within);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Min(Vector128Lane left, Vector128Lane right)
        => new(Vector128.Min(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Max(Vector128Lane left, Vector128Lane right)
        => new(Vector128.Max(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Greater(Vector128Lane left, Vector128Lane right)
        => new(Vector128.GreaterThan(left.words.AsInt32(), right.words.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Select(Vector128Lane mask, Vector128Lane whereSet, Vector128Lane whereClear)
        => new(Vector128.ConditionalSelect(mask.words, whereSet.words, whereClear.words));

    /// <summary>A word below 2^24 converts to binary32 exactly, and the exponent field is its logarithm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane LeadingZeroCount(Vector128Lane value)
    {
        Vector128<uint> field = Vector128.ConvertToSingle(value.words.AsInt32()).AsUInt32() >> 23;
        return new(Vector128.Min((Vector128.Create(31u + 127u) - field).AsInt32(), Vector128.Create(32)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Load(uint* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector128Lane value) => value.words.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane LoadBytes(byte* source)
        => new(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)source).AsByte())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane LoadHalves(ushort* source) => new(Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)source).AsUInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector128Lane first, Vector128Lane second)
    {
        StoreBytes(destination, first);
        StoreBytes(destination + Count, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128Lane Upper, Vector128Lane Lower) Quotients(Vector128Lane magnitudes, double* divisors, double* reciprocals,
        bool splat)
    {
        Vector128<float> values = magnitudes.words.AsSingle();
        Vector128<ulong> a = FixedQuotient.Of(Vector128.WidenLower(values), splat ? Vector128.Create(*divisors) : Vector128.Load(divisors),
            splat ? Vector128.Create(*reciprocals) : Vector128.Load(reciprocals));
        Vector128<ulong> b = FixedQuotient.Of(Vector128.WidenUpper(values),
            splat ? Vector128.Create(*divisors) : Vector128.Load(divisors + 2),
            splat ? Vector128.Create(*reciprocals) : Vector128.Load(reciprocals + 2));
        return (new(Vector128.Narrow(a >> 32, b >> 32)), new(Vector128.Narrow(a, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane MaxOfEach(uint* lanes)
        => new(Vector128.Create(MaxAcross(Load(lanes)), MaxAcross(Load(lanes + 4)), MaxAcross(Load(lanes + 8)),
            MaxAcross(Load(lanes + 12))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane PickOfFour(uint* four, Vector128Lane index)
    {
        if (Avx.IsSupported)
        {
            return new(Avx.PermuteVar(Vector128.Load((float*)four), index.words.AsInt32()).AsUInt32());
        }

        // All ones where a bit is set: its place brought to the sign.
        Vector128<uint> odd = (index.words.AsInt32() << 31 >> 31).AsUInt32();
        Vector128<uint> upper = (index.words.AsInt32() << 30 >> 31).AsUInt32();
        Vector128<uint> low = Vector128.ConditionalSelect(odd, Vector128.Create(four[1]), Vector128.Create(four[0]));
        Vector128<uint> high = Vector128.ConditionalSelect(odd, Vector128.Create(four[3]), Vector128.Create(four[2]));
        return new(Vector128.ConditionalSelect(upper, high, low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lane Pick(uint* sixteen, Vector128Lane index)
    {
        Vector128<uint> at = index.words & Vector128.Create(15u);
        return new(Vector128.Create(sixteen[at.GetElement(0)], sixteen[at.GetElement(1)], sixteen[at.GetElement(2)],
            sixteen[at.GetElement(3)]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector128Lane value)
    {
        Vector128<ushort> halves = Vector128.Narrow(value.words, value.words);
        *(uint*)destination = Vector128.Narrow(halves, halves).AsUInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaxAcross(Vector128Lane value)
    {
        Vector128<int> most = value.words.AsInt32();
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create(2, 3, 0, 1)));
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create(1, 0, 3, 2)));
        return (uint)most.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Halvings(Vector128<uint> value, Vector128<uint> count, bool left)
    {
        for (int bit = 0; bit < 5; bit++)
        {
            Vector128<uint> wanted = Vector128.Equals(count & Vector128.Create(1u << bit), Vector128.Create(1u << bit));
            value = Vector128.ConditionalSelect(wanted, left ? value << (1 << bit) : value >> (1 << bit), value);
        }

        return value;
    }
}
