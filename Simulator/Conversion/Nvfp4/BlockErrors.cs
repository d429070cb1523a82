using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// Whether one quantisation of a block has a smaller sum of squared errors than another: in binary64 where that is far enough from a tie,
/// else in integers.
/// </summary>
internal static unsafe class BlockErrors
{
    private const int BlockSize = Nvfp4Conversion.BlockSize;

    /// <summary>
    /// Relative error of a computed sum, and room: an error is rounded once (|V| - 2P X t / 2, the product having 32 bits at most), its
    /// square again, and so is each of fifteen sums of what is never negative; (1 + 2^-53)^19 - 1 is below 2^-48.
    /// </summary>
    private const double Margin = 1.0 / (1L << 46);

    /// <summary>2P of each magnitude code: integers.</summary>
    private static readonly Vector128<byte> Doubled = Vector128.Create((byte)0, 1, 2, 3, 4, 6, 8, 12, 0, 1, 2, 3, 4, 6, 8, 12);

    /// <summary>
    /// Whether the first has the smaller sum. A value that is no number has no error; where it is in a block's scale, both have the same.
    /// </summary>
    /// <param name="values">Binary32 bits of the block.</param>
    /// <param name="codes">Codes of the first.</param>
    /// <param name="scale">Its scale.</param>
    /// <param name="otherCodes">Codes of the second.</param>
    /// <param name="otherScale">Its scale.</param>
    /// <param name="p">Tensor scale.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLess(uint* values, byte* codes, byte scale, byte* otherCodes, byte otherScale, in KernelParameters p)
    {
        // Both scales alike, and so both blocks: zeros, and what an infinity or a NaN decides.
        if (scale == otherScale)
        {
            return false;
        }

        (double first, double second) = Sums(values, codes, HalfUnit(scale, p), otherCodes, HalfUnit(otherScale, p));

        // Nothing is less than no error at all; what is not a number is settled by the numbers beside it.
        return first < second * (1 - Margin) || (second != 0 && !(first > second * (1 + Margin))
            && IsLessExactly(values, codes, scale, otherCodes, otherScale, p));
    }

    /// <summary>X t / 2: at most 28 bits, and so exact.</summary>
    private static double HalfUnit(byte scale, in KernelParameters p)
        => Nvfp4Scales.Whole(scale) * (double)p.TensorSignificand * PowerOfTwo((int)p.TensorExponent + Nvfp4Scales.WholeUnit - 1);

    /// <summary>2^exponent, a normal number of binary64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double First, double Second) Sums(uint* values, byte* codes, double unit, byte* otherCodes, double otherUnit)
    {
        Vector128<byte> magnitudes = Vector128.Shuffle(Doubled, Vector128.Load(codes) & Vector128.Create((byte)7));
        Vector128<byte> others = Vector128.Shuffle(Doubled, Vector128.Load(otherCodes) & Vector128.Create((byte)7));
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> v = Vector512.Abs(Vector512.Load((float*)values));
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(v);
            return (Sum512(low, high, magnitudes, unit), Sum512(low, high, others, otherUnit));
        }

        Vector256<double> first = Vector256<double>.Zero, second = first;
        for (int i = 0; i < BlockSize; i += Vector128<float>.Count)
        {
            Vector128<float> v = Vector128.Abs(Vector128.Load((float*)values + i));
            Vector256<double> wide = Vector256.Create(Vector128.WidenLower(v), Vector128.WidenUpper(v));
            Vector256<double> error = wide - (FourOf(magnitudes, i) * Vector256.Create(unit));
            Vector256<double> other = wide - (FourOf(others, i) * Vector256.Create(otherUnit));
            first += error * error;
            second += other * other;
        }

        return (Vector256.Sum(first), Vector256.Sum(second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum512(Vector512<double> low, Vector512<double> high, Vector128<byte> magnitudes, double unit)
    {
        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(magnitudes);
        Vector512<double> ofUnit = Vector512.Create(unit);
        Vector512<double> first = low - (Eight(lower) * ofUnit);
        Vector512<double> second = high - (Eight(upper) * ofUnit);
        return Vector512.Sum((first * first) + (second * second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Eight(Vector128<ushort> integers)
    {
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(integers);
        Vector256<float> singles = Vector256.ConvertToSingle(Vector256.Create(lower, upper).AsInt32());
        return Vector512.Create(Vector256.WidenLower(singles), Vector256.WidenUpper(singles));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> FourOf(Vector128<byte> integers, int first)
    {
        Vector128<byte> spread = Vector128.Shuffle(integers, Vector128.Create(0x80808000u, 0x80808001u, 0x80808002u, 0x80808003u).AsByte()
            + Vector128.Create((uint)first).AsByte());
        Vector128<float> singles = Vector128.ConvertToSingle(spread.AsInt32());
        return Vector256.Create(Vector128.WidenLower(singles), Vector128.WidenUpper(singles));
    }

    /// <summary>The same in integers: squares of |V| 2^149 and of X t 2^149 P, both brought to one unit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsLessExactly(uint* values, byte* codes, byte scale, byte* otherCodes, byte otherScale, in KernelParameters p)
        => Sum(values, codes, scale, p) < Sum(values, otherCodes, otherScale, p);

    private static BigInteger Sum(uint* values, byte* codes, byte scale, in KernelParameters p)
    {
        // X t / 2 in units of 2^unit, which is never above 2^-149 / 2^11: a value is a whole number of them.
        const int Unit = -149 + Nvfp4Scales.WholeUnit - 1;
        int exponent = (int)p.TensorExponent + Nvfp4Scales.WholeUnit - 1;
        BigInteger half = new BigInteger(Nvfp4Scales.Whole(scale) * p.TensorSignificand) << (exponent - Unit);
        BigInteger sum = BigInteger.Zero;
        for (int i = 0; i < BlockSize; i++)
        {
            uint magnitude = values[i] & 0x7FFFFFFF;
            if (magnitude >= ElementCodec.Infinity)
            {
                continue;
            }

            int field = Math.Max((int)(magnitude >> 23), 1);
            uint significand = (magnitude & 0x007FFFFF) | (magnitude >> 23 == 0 ? 0 : 0x00800000u);
            BigInteger error = (new BigInteger(significand) << (field - 150 - Unit)) - (half * Doubled[codes[i] & 7]);
            sum += error * error;
        }

        return sum;
    }
}
