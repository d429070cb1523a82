using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>
/// RDNA's dot products a second time, from their description alone: every number is an integer in units of 2^-600, and aligning one at 2^g
/// takes what is left over 2^g away.
/// </summary>
public static class OracleRdna
{
    private const int Unit = -600;

    /// <summary>A format with an implied leading bit, infinities and NaNs.</summary>
    /// <param name="Exponent">Bits of its exponent.</param>
    /// <param name="Fraction">Bits of its fraction.</param>
    public readonly record struct Layout(int Exponent, int Fraction)
    {
        /// <summary>binary16.</summary>
        public static Layout Half => new(5, 10);

        /// <summary>bfloat16.</summary>
        public static Layout Brain => new(8, 7);

        /// <summary>E4M3, whose highest exponent holds numbers too.</summary>
        public static Layout Fp8 => new(4, 3);

        /// <summary>E5M2.</summary>
        public static Layout Bf8 => new(5, 2);

        /// <summary>binary32.</summary>
        public static Layout Single => new(8, 23);

        /// <summary>The least exponent.</summary>
        public int Least => 2 - (1 << (Exponent - 1));
    }

    /// <summary>RDNA3: a step of two products.</summary>
    /// <param name="factors">The factors' format.</param>
    /// <param name="a">Two codes, finite.</param>
    /// <param name="b">Two codes, finite.</param>
    /// <param name="c">The addend, finite.</param>
    /// <param name="result">Its format and the result's.</param>
    public static uint Rdna3(Layout factors, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint c, Layout result)
    {
        if (result == Layout.Brain)
        {
            return Rdna3(factors, a, b, c << 16, Layout.Single) >> 16;
        }

        bool wide = result == Layout.Single, frame = IsNegative(result, c);
        (BigInteger addend, int field) = Magnitude(result, c);
        bool addendIsSmall = addend.IsZero || Log(addend) < result.Least;
        addend = wide && addendIsSmall ? 0 : addend;
        int? g = wide ? addend.IsZero ? null : Log(addend) - 26 : (addendIsSmall ? result.Least : Log(addend)) - 26;
        bool any = !addend.IsZero;
        (BigInteger Size, bool Against)[] products = new (BigInteger, bool)[2];
        for (int i = 0; i < 2; i++)
        {
            (BigInteger x, int ex) = Factor(factors, a[i]);
            (BigInteger y, int ey) = Factor(factors, b[i]);
            products[i] = ((x * y) >> -Unit, IsNegative(factors, a[i]) ^ IsNegative(factors, b[i]) ^ frame);
            if (!products[i].Size.IsZero)
            {
                any = true;
                g = Math.Max(g ?? int.MinValue, Math.Max(ex + ey - 24, Log(products[i].Size) - 26));
            }
        }

        if (!any)
        {
            return 0;
        }

        int cut = g!.Value - Unit;
        BigInteger sum = addend >> cut;
        foreach ((BigInteger size, bool against) in products)
        {
            sum += against ? ~(size >> cut) : size >> cut;
        }

        return Nearest(result, sum << cut, frame, wide);
    }

    /// <summary>RDNA4: a step of two or four products; those of eight-bit factors share a grid.</summary>
    /// <param name="first">Format of A.</param>
    /// <param name="a">Codes, finite.</param>
    /// <param name="second">Format of B.</param>
    /// <param name="b">As many, finite.</param>
    /// <param name="c">The addend, finite.</param>
    /// <param name="result">Its format and the result's.</param>
    public static uint Rdna4(Layout first, ReadOnlySpan<uint> a, Layout second, ReadOnlySpan<uint> b, uint c, Layout result)
    {
        if (result == Layout.Brain)
        {
            return Rdna4(first, a, second, b, c << 16, Layout.Single) >> 16;
        }

        (BigInteger addend, _) = Magnitude(result, c);
        int g = (addend.IsZero ? result.Least : Math.Max(result.Least, Log(addend))) - 26;
        bool bytes = first.Exponent + first.Fraction < 8;
        List<BigInteger> sums = [];
        for (int i = 0; i < a.Length; i += bytes ? 4 : 2)
        {
            List<(BigInteger Value, int Field)> products = [];
            for (int j = i; j < i + (bytes ? 4 : 2); j++)
            {
                (BigInteger x, int ex) = Magnitude(first, a[j]);
                (BigInteger y, int ey) = Magnitude(second, b[j]);
                BigInteger size = (x * y) >> -Unit;
                if (!size.IsZero)
                {
                    products.Add((IsNegative(first, a[j]) ^ IsNegative(second, b[j]) ? -size : size, ex + ey - 24));
                }
            }

            if (products.Count > 0)
            {
                int own = products.Max(product => product.Field);
                sums.Add(products.Aggregate(BigInteger.Zero, (sum, product) => sum + Floored(product.Value, own)));
                g = Math.Max(g, own);
            }
        }

        bool negative = IsNegative(result, c);
        bool vanishes = negative && (addend >> (g - Unit)).IsZero && g > result.Least;
        BigInteger total = vanishes ? 0 : Floored(negative ? -addend : addend, g);
        foreach (BigInteger sum in sums)
        {
            total += Floored(sum, g);
        }

        return Nearest(result, total, false, false);
    }

    private static BigInteger Floored(BigInteger value, int g) => (value >> (g - Unit)) << (g - Unit);

    private static int Log(BigInteger size) => (int)size.GetBitLength() - 1 + Unit;

    private static bool IsNegative(Layout layout, uint code) => (code >> (layout.Exponent + layout.Fraction) & 1) != 0;

    private static (BigInteger Size, int Field) Factor(Layout layout, uint code)
        => layout == Layout.Brain && (code & 0x7F80) == 0 ? (0, layout.Least) : Magnitude(layout, code);

    private static (BigInteger Size, int Field) Magnitude(Layout layout, uint code)
    {
        int exponent = (int)(code >> layout.Fraction) & ((1 << layout.Exponent) - 1);
        BigInteger significand = (code & ((1u << layout.Fraction) - 1)) + (exponent > 0 ? 1u << layout.Fraction : 0);
        int field = layout.Least + Math.Max(exponent, 1) - 1;
        return (significand << (field - layout.Fraction - Unit), field);
    }

    /// <summary>The nearest code: counted up from below, a tie to the even one.</summary>
    private static uint Nearest(Layout layout, BigInteger value, bool turned, bool flushes)
    {
        BigInteger size = BigInteger.Abs(value);
        if (size.IsZero)
        {
            return 0;
        }

        int binade = flushes ? Log(size) : Math.Max(Log(size), layout.Least);
        BigInteger step = BigInteger.One << (binade - layout.Fraction - Unit);
        (BigInteger below, BigInteger rest) = BigInteger.DivRem(size, step);
        int half = (rest * 2).CompareTo(step);
        below += half > 0 || (half == 0 && !below.IsEven) ? 1 : 0;
        if (flushes && below * step < BigInteger.One << (layout.Least - Unit))
        {
            return 0;
        }

        // The codes of one sign are consecutive: a significand that has become two goes to the next binade by itself.
        BigInteger code = below.IsZero ? 0 : below + ((BigInteger)(binade - layout.Least) << layout.Fraction);
        BigInteger infinity = ((BigInteger.One << layout.Exponent) - 1) << layout.Fraction;
        uint sign = value.Sign < 0 != turned && !below.IsZero ? 1u << (layout.Exponent + layout.Fraction) : 0;
        return sign | (uint)BigInteger.Min(code, infinity);
    }
}
