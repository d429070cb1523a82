using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mxact.Simulator.Product;

/// <summary>
/// The exact sum of a block's products. Each is an integer of few significant bits, exact in binary32. Up to 53 bits one binary64 sum
/// holds them all; above, large and small products go into sums of their own, each of which does.
/// </summary>
internal static unsafe class BlockSum
{
    /// <summary>Bits of a sum that one binary64 number holds.</summary>
    public const int BitsOfOne = 53;

    /// <summary>Bits of a sum that two hold: products from 2^<see cref="SplitAt"/> on have no bits below 2^(SplitAt - 14).</summary>
    public const int MaxBits = SplitAt - 14 + BitsOfOne;

    /// <summary>Below it 64 products still add up to less than 2^53.</summary>
    private const int SplitAt = 40;

    /// <summary>Adds x_i y_i.</summary>
    /// <param name="x">Integers in binary32.</param>
    /// <param name="y">As many.</param>
    /// <param name="count">A multiple of 8, at most 64 where the sum is split.</param>
    /// <param name="isSplit">Whether a sum may have more than 53 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Add(float* x, float* y, int count, bool isSplit) => isSplit ? AddSplit(x, y, count) : (long)AddWhole(x, y, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double AddWhole(float* x, float* y, int count)
    {
        Vector256<double> lower = Vector256<double>.Zero;
        Vector256<double> upper = Vector256<double>.Zero;
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(x + i) * Vector256.Load(y + i));
            lower += low;
            upper += high;
        }

        return Vector256.Sum(lower + upper);
    }

    private static Int128 AddSplit(float* x, float* y, int count)
    {
        Vector256<float> border = Vector256.Create((float)(1L << SplitAt));
        Vector256<double> large = Vector256<double>.Zero;
        Vector256<double> small = Vector256<double>.Zero;
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            Vector256<float> product = Vector256.Load(x + i) * Vector256.Load(y + i);
            Vector256<float> isLarge = Vector256.GreaterThanOrEqual(Vector256.Abs(product), border);
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(product & isLarge);
            large += low + high;
            (low, high) = Vector256.Widen(Vector256.AndNot(product, isLarge));
            small += low + high;
        }

        return (Int128)Vector256.Sum(large) + (long)Vector256.Sum(small);
    }
}
