using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Lanes;

/// <summary>Four lanes, in the runtime's portable operations: SSE, NEON and what comes after them.</summary>
internal readonly unsafe struct GemmLanes128 : IGemmLanes<Vector128<float>, Vector128<int>>
{
    /// <summary>True where the processor has them.</summary>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> value, int* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadCodes(byte* from, int codeBytes) => codeBytes switch
    {
        1 => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)from).AsByte())).AsInt32(),
        2 => Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)from).AsUInt16()).AsInt32(),
        _ => Vector128.Load((int*)from),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AsFloat(Vector128<int> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AsInt(Vector128<float> value) => value.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> x, Vector128<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z)
        => Vector128.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AddTowardZero(Vector128<float> x, Vector128<float> y)
        => TowardZero(Vector128.WidenLower(x) + Vector128.WidenLower(y), Vector128.WidenUpper(x) + Vector128.WidenUpper(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWide(Vector128<float> x, double* sums)
    {
        (Vector128.Load(sums) + Vector128.WidenLower(x)).Store(sums);
        (Vector128.Load(sums + 2) + Vector128.WidenUpper(x)).Store(sums + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> NarrowTowardZero(double* from) => TowardZero(Vector128.Load(from), Vector128.Load(from + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ConvertTruncate(Vector128<float> value) => Vector128.ConvertToInt32Native(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ConvertFloor(Vector128<float> value) => Vector128.ConvertToInt32Native(Vector128.Floor(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Convert(Vector128<int> value) => Vector128.ConvertToSingle(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ConvertTowardZero(Vector128<int> value)
    {
        // Clearing the bits that magnitude >> 24 has set clears the first bit below the 24 kept, so nearest rounds down.
        Vector128<int> magnitude = Vector128.Abs(value);
        Vector128<int> rounded = Vector128.AndNot(magnitude, magnitude >>> 24);
        return (Vector128.ConvertToSingle(rounded).AsInt32() | (value & Vector128.Create(int.MinValue))).AsSingle();
    }

    public static Vector128<float> SumTowardZero(Vector128<int> x, Vector128<int> y, Vector128<int> z)
        => TowardZero(
            Vector128.ConvertToDouble(Vector128.WidenLower(x) + Vector128.WidenLower(y) + Vector128.WidenLower(z)),
            Vector128.ConvertToDouble(Vector128.WidenUpper(x) + Vector128.WidenUpper(y) + Vector128.WidenUpper(z)));

    public static Vector128<float> Cdna3Finish(
        Vector128<int> dot, Vector128<int> dotExponent, Vector128<float> c, int fractionBits, int sumFractionBits)
    {
        Vector128<int> field = c.AsInt32() & Vector128.Create(0x7F800000);
        Vector128<double> lower = Cdna3Finish(
            Vector128.WidenLower(dot), Vector128.WidenLower(dotExponent), Vector128.WidenLower(field), Vector128.WidenLower(c),
            fractionBits, sumFractionBits);
        Vector128<double> upper = Cdna3Finish(
            Vector128.WidenUpper(dot), Vector128.WidenUpper(dotExponent), Vector128.WidenUpper(field), Vector128.WidenUpper(c),
            fractionBits, sumFractionBits);
        return Vector128.Narrow(lower, upper) + Vector128<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> x, Vector128<int> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Subtract(Vector128<int> x, Vector128<int> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> And(Vector128<int> x, Vector128<int> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Or(Vector128<int> x, Vector128<int> y) => x | y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AndNot(Vector128<int> x, Vector128<int> mask) => Vector128.AndNot(x, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Max(Vector128<int> x, Vector128<int> y) => Vector128.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Min(Vector128<int> x, Vector128<int> y) => Vector128.Min(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftLeft(Vector128<int> value, int count) => value << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRight(Vector128<int> value, int count) => value >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftLeft(Vector128<int> value, Vector128<int> count)
        => Vector128Lane.ShiftLeft(Vector128Lane.From(value.AsUInt32()), Vector128Lane.From(count.AsUInt32())).Words.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRight(Vector128<int> value, Vector128<int> count)
        => Vector128Lane.ShiftRight(Vector128Lane.From(value.AsUInt32()), Vector128Lane.From(count.AsUInt32())).Words.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRightFloor(Vector128<int> value, Vector128<int> count)
    {
        // Without such an instruction everywhere, a negative number's bits are turned around a logical shift.
        Vector128<int> sign = value >> 31;
        return ShiftRight(value ^ sign, count) ^ sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Greater(Vector128<int> x, Vector128<int> y) => Vector128.GreaterThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Equal(Vector128<int> x, Vector128<int> y) => Vector128.Equals(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnySet(Vector128<int> value) => value != Vector128<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddBytes(Vector128<int> x, Vector128<int> y) => (x.AsByte() + y.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MaxBytes(Vector128<int> x, Vector128<int> y) => Vector128.Max(x.AsByte(), y.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddBytes(Vector128<int> x, Vector128<int> y)
        => Ssse3.IsSupported
            ? Ssse3.MultiplyAddAdjacent(x.AsByte(), y.AsSByte()).AsInt32()
            : MultiplyAddBytesApart(x.AsInt16(), y.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddShorts(Vector128<int> x, Vector128<int> y) => (x.AsInt16() + y.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddShorts(Vector128<int> x, Vector128<int> y)
        => Sse2.IsSupported ? Sse2.MultiplyAddAdjacent(x.AsInt16(), y.AsInt16()) : MultiplyAddShortsApart(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> SubtractShorts(Vector128<int> x, Vector128<int> y) => (x.AsInt16() - y.AsInt16()).AsInt32();

    public static Vector128<int> BroadcastTable(ReadOnlySpan<byte> table) => Vector128.Create(table).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LookUpBytes(Vector128<int> table, Vector128<int> indices)
        => Vector128.ShuffleNative(table.AsByte(), indices.AsByte()).AsInt32();

    /// <summary>For machines without such an instruction: even and odd bytes apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> MultiplyAddBytesApart(Vector128<short> x, Vector128<short> y)
        => (((x & Vector128.Create((short)0xFF)) * ((y << 8) >> 8)) + ((x >>> 8) * (y >> 8))).AsInt32();

    /// <summary>For machines without such an instruction: even and odd half words apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> MultiplyAddShortsApart(Vector128<int> x, Vector128<int> y)
        => (((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16));

    /// <summary>Toward zero for normal results: the 29 fraction bits that binary32 lacks are cleared first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> TowardZero(Vector128<double> lower, Vector128<double> upper)
    {
        Vector128<long> kept = Vector128.Create(-1L << 29);
        return Vector128.Narrow((lower.AsInt64() & kept).AsDouble(), (upper.AsInt64() & kept).AsDouble());
    }

    /// <summary>As in <see cref="GemmLanes512"/>, two at a time.</summary>
    private static Vector128<double> Cdna3Finish(
        Vector128<long> dot, Vector128<long> edot, Vector128<long> ec, Vector128<double> c, int fractionBits, int sumFractionBits)
    {
        Vector128<long> emax = Vector128.Max(edot, ec);
        Vector128<double> down = Power(Vector128.Create((long)(254 + sumFractionBits + 1) << 23) - emax);
        Vector128<double> scale = Power(edot - Vector128.Create((long)fractionBits << 23)) * down;
        Vector128<double> alignedDot = Vector128.Floor(Vector128.ConvertToDouble(dot) * scale);
        double coarse = 1L << (sumFractionBits + 1 - fractionBits);
        Vector128<double> alignedC = Vector128.Floor(c * down * (1 / coarse)) * coarse;
        long kept = -1L << (52 - sumFractionBits);
        Vector128<long> bits = (alignedDot + alignedC).AsInt64();
        Vector128<long> cleared = bits & Vector128.Create(kept);
        Vector128<long> lostBelowZero = ~Vector128.Equals(bits, cleared) & Vector128.LessThan(bits, Vector128<long>.Zero);
        cleared += lostBelowZero & Vector128.Create(-kept);
        return cleared.AsDouble() * Power(emax - Vector128.Create((long)(sumFractionBits + 1) << 23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Power(Vector128<long> field) => ((field + Vector128.Create(896L << 23)) << 29).AsDouble();
}
