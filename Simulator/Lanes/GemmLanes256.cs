using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Lanes;

/// <summary>Eight lanes: AVX2 and FMA, which have no embedded rounding.</summary>
internal readonly unsafe struct GemmLanes256 : IGemmLanes<Vector256<float>, Vector256<int>>
{
    /// <summary>True where the processor has them.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> value, int* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadCodes(byte* from, int codeBytes) => codeBytes switch
    {
        1 => Avx2.ConvertToVector256Int32(from),
        2 => Avx2.ConvertToVector256Int32((ushort*)from),
        _ => Vector256.Load((int*)from),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AsFloat(Vector256<int> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AsInt(Vector256<float> value) => value.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> x, Vector256<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> z) => Fma.MultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddTowardZero(Vector256<float> x, Vector256<float> y)
        => Vector256.Create(
            TowardZero(Avx.ConvertToVector256Double(x.GetLower()) + Avx.ConvertToVector256Double(y.GetLower())),
            TowardZero(Avx.ConvertToVector256Double(x.GetUpper()) + Avx.ConvertToVector256Double(y.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWide(Vector256<float> x, double* sums)
    {
        (Vector256.Load(sums) + Avx.ConvertToVector256Double(x.GetLower())).Store(sums);
        (Vector256.Load(sums + 4) + Avx.ConvertToVector256Double(x.GetUpper())).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NarrowTowardZero(double* from)
        => Vector256.Create(TowardZero(Vector256.Load(from)), TowardZero(Vector256.Load(from + 4)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ConvertTruncate(Vector256<float> value) => Avx.ConvertToVector256Int32WithTruncation(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ConvertFloor(Vector256<float> value) => Avx.ConvertToVector256Int32WithTruncation(Avx.Floor(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Convert(Vector256<int> value) => Avx.ConvertToVector256Single(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ConvertTowardZero(Vector256<int> value)
    {
        // Clearing the bits that magnitude >> 24 has set clears the first bit below the 24 kept, so nearest rounds down.
        Vector256<int> magnitude = Avx2.Abs(value).AsInt32();
        Vector256<int> rounded = Vector256.AndNot(magnitude, magnitude >>> 24);
        return (Avx.ConvertToVector256Single(rounded).AsInt32() | (value & Vector256.Create(int.MinValue))).AsSingle();
    }

    public static Vector256<float> SumTowardZero(Vector256<int> x, Vector256<int> y, Vector256<int> z)
        => Vector256.Create(TowardZero(Sum(x.GetLower(), y.GetLower(), z.GetLower())),
            TowardZero(Sum(x.GetUpper(), y.GetUpper(), z.GetUpper())));

    public static Vector256<float> Cdna3Finish(Vector256<int> dot, Vector256<int> dotExponent, Vector256<float> c, int fractionBits,
        int sumFractionBits)
        => Vector256.Create(
            Cdna3Finish(dot.GetLower(), dotExponent.GetLower(), c.GetLower(), fractionBits, sumFractionBits),
            Cdna3Finish(dot.GetUpper(), dotExponent.GetUpper(), c.GetUpper(), fractionBits, sumFractionBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> x, Vector256<int> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract(Vector256<int> x, Vector256<int> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> And(Vector256<int> x, Vector256<int> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Or(Vector256<int> x, Vector256<int> y) => x | y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AndNot(Vector256<int> x, Vector256<int> mask) => Vector256.AndNot(x, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Max(Vector256<int> x, Vector256<int> y) => Avx2.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Min(Vector256<int> x, Vector256<int> y) => Avx2.Min(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftLeft(Vector256<int> value, int count) => value << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> value, int count) => value >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftLeft(Vector256<int> value, Vector256<int> count)
        => Avx2.ShiftLeftLogicalVariable(value, count.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> value, Vector256<int> count)
        => Avx2.ShiftRightLogicalVariable(value, count.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRightFloor(Vector256<int> value, Vector256<int> count)
        => Avx2.ShiftRightArithmeticVariable(value, count.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Greater(Vector256<int> x, Vector256<int> y) => Avx2.CompareGreaterThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Equal(Vector256<int> x, Vector256<int> y) => Avx2.CompareEqual(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnySet(Vector256<int> value) => value != Vector256<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddBytes(Vector256<int> x, Vector256<int> y) => (x.AsByte() + y.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MaxBytes(Vector256<int> x, Vector256<int> y) => Avx2.Max(x.AsByte(), y.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddBytes(Vector256<int> x, Vector256<int> y)
        => Avx2.MultiplyAddAdjacent(x.AsByte(), y.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddShorts(Vector256<int> x, Vector256<int> y) => (x.AsInt16() + y.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddShorts(Vector256<int> x, Vector256<int> y)
        => Avx2.MultiplyAddAdjacent(x.AsInt16(), y.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SubtractShorts(Vector256<int> x, Vector256<int> y) => (x.AsInt16() - y.AsInt16()).AsInt32();

    public static Vector256<int> BroadcastTable(ReadOnlySpan<byte> table)
        => Vector256.Create(Vector128.Create(table), Vector128.Create(table)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LookUpBytes(Vector256<int> table, Vector256<int> indices)
        => Avx2.Shuffle(table.AsByte(), indices.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Sum(Vector128<int> x, Vector128<int> y, Vector128<int> z)
        => Avx.ConvertToVector256Double(x) + Avx.ConvertToVector256Double(y) + Avx.ConvertToVector256Double(z);

    /// <summary>Toward zero for normal results: the 29 fraction bits that binary32 lacks are cleared first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> TowardZero(Vector256<double> value)
        => Avx.ConvertToVector128Single((value.AsInt64() & Vector256.Create(-1L << 29)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Cdna3Finish(Vector128<int> dot, Vector128<int> dotExponent, Vector128<float> c, int fractionBits,
        int sumFractionBits)
    {
        // As in GemmLanes512, four at a time.
        Vector256<long> edot = Avx2.ConvertToVector256Int64(dotExponent);
        Vector256<long> ec = Avx2.ConvertToVector256Int64(c.AsInt32() & Vector128.Create(0x7F800000));
        Vector256<long> emax = Vector256.Max(edot, ec);
        Vector256<double> down = Power(Vector256.Create((long)(254 + sumFractionBits + 1) << 23) - emax);
        Vector256<double> scale = Power(edot - Vector256.Create((long)fractionBits << 23)) * down;
        Vector256<double> alignedDot = Vector256.Floor(Avx.ConvertToVector256Double(dot) * scale);
        double coarse = 1L << (sumFractionBits + 1 - fractionBits);
        Vector256<double> alignedC = Vector256.Floor(Avx.ConvertToVector256Double(c) * down * (1 / coarse)) * coarse;
        Vector256<double> sum = alignedDot + alignedC;
        long kept = -1L << (52 - sumFractionBits);
        Vector256<long> bits = sum.AsInt64();
        Vector256<long> cleared = bits & Vector256.Create(kept);
        Vector256<long> lostBelowZero = ~Vector256.Equals(bits, cleared) & Vector256.LessThan(bits, Vector256<long>.Zero);
        cleared += lostBelowZero & Vector256.Create(-kept);
        Vector256<double> up = Power(emax - Vector256.Create((long)(sumFractionBits + 1) << 23));
        return Avx.ConvertToVector128Single(cleared.AsDouble() * up) + Vector128<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Power(Vector256<long> field) => ((field + Vector256.Create(896L << 23)) << 29).AsDouble();
}
