using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>
/// RISC-V's bulk normalised dot products a second time, from their description alone: integers in units of the largest product's last
/// place, where a bit that is lost sets the last one that is kept.
/// </summary>
public static class OracleRiscv
{
    private const int Bias = 127;

    /// <summary>The dot product of all the elements that a vector register holds, and the addend.</summary>
    /// <param name="formatA">e4m3, e5m2 or bf16.</param>
    /// <param name="a">Its codes; elements behind the last are zeros.</param>
    /// <param name="formatB">The other factors' format.</param>
    /// <param name="b">As many codes.</param>
    /// <param name="c">The addend's binary32 bits.</param>
    /// <param name="n">How many elements the register holds, a power of two.</param>
    public static uint Dot(OracleFormat formatA, uint[] a, OracleFormat formatB, uint[] b, uint c, int n)
    {
        OracleValue[] products =
            [.. a.Zip(b, (x, y) => OracleValue.Multiply(OracleElement.Decode(formatA, x), OracleElement.Decode(formatB, y)))];
        return Sum(Binary32(Special(products) ?? Bulk(products, formatA, a, formatB, b, n)), Binary32(c));
    }

    private static OracleValue Binary32(uint bits) => OracleValue.FromBinary32Bits(bits);

    /// <summary>The NaN or the infinity that these numbers give, if one of them is no finite one.</summary>
    private static uint? Special(params OracleValue[] terms)
    {
        bool up = terms.Any(t => t.IsInfinity && !t.IsNegative), down = terms.Any(t => t.IsInfinity && t.IsNegative);
        return terms.Any(t => t.IsNaN) || (up && down) ? 0x7FC0_0000 : up ? 0x7F80_0000 : down ? 0xFF80_0000 : null;
    }

    private static uint Sum(OracleValue dot, OracleValue c)
        => Special(dot, c) ?? ToOdd(dot.Signed + c.Signed, dot.IsNegative && c.IsNegative ? 0x8000_0000 : 0);

    private static uint Bulk(OracleValue[] products, OracleFormat formatA, uint[] a, OracleFormat formatB, uint[] b, int n)
    {
        // The exponent field that binary32 would have, were every product normal; of a zero, that of no exponents at all.
        int none = Bias - formatA.Bias - formatB.Bias;
        int[] fields = [.. a.Zip(b, (x, y) => Field(formatA, x) + Field(formatB, y) + none)];
        int top = none;
        for (int i = 0; i < products.Length; i++)
        {
            fields[i] = products[i].IsZero ? none : fields[i];
            top = Math.Max(top, fields[i]);
        }

        int guard = 0;
        while (1 << guard < n)
        {
            guard++;
        }

        BigInteger sum = 0;
        for (int i = 0; i < products.Length; i++)
        {
            BigInteger term = Jammed(products[i].Magnitude, top - Bias - 23 - guard);
            sum += products[i].IsNegative ? -term : term;
        }

        return ToOdd(Dyadic.PowerOfTwo(top - Bias - 23 - guard) * sum, 0);
    }

    private static int Field(OracleFormat format, uint code)
        => Math.Max(1, (int)(code >> format.MantissaBits) & ((1 << format.ExponentBits) - 1));

    /// <summary>A magnitude in units of 2^<paramref name="unit"/>, its last bit set where something is lost.</summary>
    private static BigInteger Jammed(Dyadic magnitude, int unit)
    {
        (BigInteger value, BigInteger step) = magnitude.OverCommonDenominator(Dyadic.PowerOfTwo(unit));
        BigInteger kept = BigInteger.DivRem(value, step, out BigInteger lost);
        return lost.IsZero ? kept : kept | 1;
    }

    /// <summary>binary32 bits, rounded to odd; what would be beyond the largest number is infinite.</summary>
    private static uint ToOdd(Dyadic value, uint signOfZero)
    {
        if (value.IsZero)
        {
            return signOfZero;
        }

        int binade = Math.Max(value.Abs().FloorLog2(), -126);
        uint sign = value.IsNegative ? 0x8000_0000 : 0;
        return binade > 127
            ? sign | 0x7F80_0000
            : sign | ((uint)Jammed(value.Abs(), binade - 23) + ((uint)(binade + 126) << 23));
    }
}
