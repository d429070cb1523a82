using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Lanes;

/// <summary>Sixteen lanes: AVX-512 F, BW and DQ.</summary>
internal readonly unsafe struct GemmLanes512 : IGemmLanes<Vector512<float>, Vector512<int>>
{
    /// <summary>True where the processor has them.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported && Avx512DQ.IsSupported;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> value, int* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadCodes(byte* from, int codeBytes) => codeBytes switch
    {
        1 => Avx512F.ConvertToVector512Int32(Vector128.Load(from)),
        2 => Avx512F.ConvertToVector512Int32(Vector256.Load((ushort*)from)),
        _ => Vector512.Load((int*)from),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AsFloat(Vector512<int> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AsInt(Vector512<float> value) => value.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> x, Vector512<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> z)
        => Avx512F.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddTowardZero(Vector512<float> x, Vector512<float> y) => Avx512F.Add(x, y, FloatRoundingMode.ToZero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWide(Vector512<float> x, double* sums)
    {
        (Vector512.Load(sums) + Avx512F.ConvertToVector512Double(x.GetLower())).Store(sums);
        (Vector512.Load(sums + 8) + Avx512F.ConvertToVector512Double(x.GetUpper())).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> NarrowTowardZero(double* from)
        => Vector512.Create(
            Avx512F.ConvertToVector256Single(Vector512.Load(from), FloatRoundingMode.ToZero),
            Avx512F.ConvertToVector256Single(Vector512.Load(from + 8), FloatRoundingMode.ToZero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ConvertTruncate(Vector512<float> value) => Avx512F.ConvertToVector512Int32WithTruncation(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ConvertFloor(Vector512<float> value)
        => Avx512F.ConvertToVector512Int32(value, FloatRoundingMode.ToNegativeInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Convert(Vector512<int> value) => Avx512F.ConvertToVector512Single(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ConvertTowardZero(Vector512<int> value)
        => Avx512F.ConvertToVector512Single(value, FloatRoundingMode.ToZero);

    public static Vector512<float> SumTowardZero(Vector512<int> x, Vector512<int> y, Vector512<int> z)
        => Vector512.Create(SumTowardZero(x.GetLower(), y.GetLower(), z.GetLower()),
            SumTowardZero(x.GetUpper(), y.GetUpper(), z.GetUpper()));

    public static Vector512<float> Cdna3Finish(Vector512<int> dot, Vector512<int> dotExponent, Vector512<float> c, int fractionBits,
        int sumFractionBits)
        => Vector512.Create(
            Cdna3Finish(dot.GetLower(), dotExponent.GetLower(), c.GetLower(), fractionBits, sumFractionBits),
            Cdna3Finish(dot.GetUpper(), dotExponent.GetUpper(), c.GetUpper(), fractionBits, sumFractionBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> x, Vector512<int> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract(Vector512<int> x, Vector512<int> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> And(Vector512<int> x, Vector512<int> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Or(Vector512<int> x, Vector512<int> y) => x | y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AndNot(Vector512<int> x, Vector512<int> mask) => Vector512.AndNot(x, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Max(Vector512<int> x, Vector512<int> y) => Avx512F.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Min(Vector512<int> x, Vector512<int> y) => Avx512F.Min(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftLeft(Vector512<int> value, int count) => value << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRight(Vector512<int> value, int count) => value >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftLeft(Vector512<int> value, Vector512<int> count)
        => Avx512F.ShiftLeftLogicalVariable(value, count.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRight(Vector512<int> value, Vector512<int> count)
        => Avx512F.ShiftRightLogicalVariable(value, count.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRightFloor(Vector512<int> value, Vector512<int> count)
        => Avx512F.ShiftRightArithmeticVariable(value, count.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Greater(Vector512<int> x, Vector512<int> y) => Vector512.GreaterThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Equal(Vector512<int> x, Vector512<int> y) => Vector512.Equals(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnySet(Vector512<int> value) => value != Vector512<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddBytes(Vector512<int> x, Vector512<int> y) => (x.AsByte() + y.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MaxBytes(Vector512<int> x, Vector512<int> y) => Avx512BW.Max(x.AsByte(), y.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddBytes(Vector512<int> x, Vector512<int> y)
        => Avx512BW.MultiplyAddAdjacent(x.AsByte(), y.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddShorts(Vector512<int> x, Vector512<int> y) => (x.AsInt16() + y.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddShorts(Vector512<int> x, Vector512<int> y)
        => Avx512BW.MultiplyAddAdjacent(x.AsInt16(), y.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SubtractShorts(Vector512<int> x, Vector512<int> y) => (x.AsInt16() - y.AsInt16()).AsInt32();

    public static Vector512<int> BroadcastTable(ReadOnlySpan<byte> table)
    {
        Vector256<byte> half = Vector256.Create(Vector128.Create(table), Vector128.Create(table));
        return Vector512.Create(half, half).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LookUpBytes(Vector512<int> table, Vector512<int> indices)
        => Avx512BW.Shuffle(table.AsByte(), indices.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SumTowardZero(Vector256<int> x, Vector256<int> y, Vector256<int> z)
        => Avx512F.ConvertToVector256Single(
            Avx512F.ConvertToVector512Double(x) + Avx512F.ConvertToVector512Double(y) + Avx512F.ConvertToVector512Double(z),
            FloatRoundingMode.ToZero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Cdna3Finish(Vector256<int> dot, Vector256<int> dotExponent, Vector256<float> c, int fractionBits,
        int sumFractionBits)
    {
        // Exponents are biased binary32 fields in place; as binary64 the same power has 896 more.
        Vector512<long> edot = Avx512F.ConvertToVector512Int64(dotExponent);
        Vector512<long> ec = Avx512F.ConvertToVector512Int64(c.AsInt32() & Vector256.Create(0x7F800000));
        Vector512<long> emax = Vector512.Max(edot, ec);
        Vector512<double> down = Power(Vector512.Create((long)(254 + sumFractionBits + 1) << 23) - emax);
        Vector512<double> scale = Power(edot - Vector512.Create((long)fractionBits << 23)) * down;
        Vector512<double> alignedDot = Vector512.Floor(Avx512F.ConvertToVector512Double(dot) * scale);

        // c is floored at F, 2^(F2 + 1 - F) times coarser than the dot.
        double coarse = 1L << (sumFractionBits + 1 - fractionBits);
        Vector512<double> alignedC = Vector512.Floor(Avx512F.ConvertToVector512Double(c) * down * (1 / coarse)) * coarse;
        Vector512<double> sum = alignedDot + alignedC;

        // Floor to F2 fraction bits: clear the low bits of the magnitude, one step more where a negative sum lost any.
        long kept = -1L << (52 - sumFractionBits);
        Vector512<long> bits = sum.AsInt64();
        Vector512<long> cleared = bits & Vector512.Create(kept);
        Vector512<long> lostBelowZero = ~Vector512.Equals(bits, cleared) & Vector512.LessThan(bits, Vector512<long>.Zero);
        cleared += lostBelowZero & Vector512.Create(-kept);
        Vector512<double> up = Power(emax - Vector512.Create((long)(sumFractionBits + 1) << 23));
        return Avx512F.ConvertToVector256Single(cleared.AsDouble() * up) + Vector256<float>.Zero;
    }

    /// <summary>2^e of a biased binary32 exponent field in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Power(Vector512<long> field) => ((field + Vector512.Create(896L << 23)) << 29).AsDouble();
}
