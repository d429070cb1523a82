using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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
    /// <param name="halves">See <see cref="HalfUnits"/>.</param>
    /// <param name="p">Tensor scale.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLess(uint* values, byte* codes, byte scale, byte* otherCodes, byte otherScale, double* halves,
        in KernelParameters p)
    {
        (double first, double second) = Sums(values, codes, halves[scale], otherCodes, halves[otherScale]);
        bool isLess = first < second * (1 - Margin);
        if (isLess | (first > second * (1 + Margin)))
        {
            return isLess;
        }

        // Nothing is less than no error at all; what is not a number is settled by the numbers beside it. Where both scales are alike, so
        // are both blocks: zeros, and what an infinity or a NaN decides.
        return second != 0 && scale != otherScale && IsLessExactly(values, codes, scale, otherCodes, otherScale, p);
    }

    /// <summary>X t / 2 of each scale: at most 28 bits, and so exact.</summary>
    /// <param name="p">Tensor scale.</param>
    public static double[] HalfUnits(in KernelParameters p)
    {
        double[] halves = new double[Nvfp4Scales.Count];
        for (uint scale = 0; scale < Nvfp4Scales.Count; scale++)
        {
            halves[scale] = Nvfp4Scales.Whole(scale) * (double)p.TensorSignificand
                * PowerOfTwo((int)p.TensorExponent + Nvfp4Scales.WholeUnit - 1);
        }

        return halves;
    }

    /// <summary>2^exponent, a normal number of binary64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double First, double Second) Sums(uint* values, byte* codes, double unit, byte* otherCodes, double otherUnit)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> v = Vector512.Abs(Vector512.Load((float*)values));
            Vector512<double> low = Avx512F.ConvertToVector512Double(v.GetLower());
            Vector512<double> high = Avx512F.ConvertToVector512Double(v.GetUpper());
            return Across(Squares(low, high, codes, unit), Squares(low, high, otherCodes, otherUnit));
        }

        Vector128<byte> magnitudes = Vector128.Shuffle(Doubled, Vector128.Load(codes) & Vector128.Create((byte)7));
        Vector128<byte> others = Vector128.Shuffle(Doubled, Vector128.Load(otherCodes) & Vector128.Create((byte)7));
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
    private static Vector512<double> Squares(Vector512<double> low, Vector512<double> high, byte* codes, double unit)
    {
        Vector512<double> ofUnit = Vector512.Create(unit);
        Vector512<double> first = Avx512F.FusedMultiplyAddNegated(Eight(codes), ofUnit, low);
        Vector512<double> second = Avx512F.FusedMultiplyAddNegated(Eight(codes + 8), ofUnit, high);
        return Avx512F.FusedMultiplyAdd(second, second, first * first);
    }

    /// <summary>2P of eight codes: a permutation reads their low three bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Eight(byte* codes)
        => Avx512F.PermuteVar8x64(Vector512.Create(0.0, 1, 2, 3, 4, 6, 8, 12),
            Avx512F.ConvertToVector512Int64(Vector128.CreateScalarUnsafe(*(ulong*)codes).AsByte()));

    /// <summary>Both sums at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double First, double Second) Across(Vector512<double> first, Vector512<double> second)
    {
        Vector512<double> both = Avx512F.UnpackLow(first, second) + Avx512F.UnpackHigh(first, second);
        Vector256<double> half = both.GetLower() + both.GetUpper();
        Vector128<double> quarter = half.GetLower() + half.GetUpper();
        return (quarter.ToScalar(), quarter[1]);
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
