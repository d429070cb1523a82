using System.Globalization;
using System.Numerics;

namespace Mxact.Simulator.Exact;

/// <summary>
/// An exact number (-1)^Negative * Significand * 2^Exponent. The significand is never negative; a zero keeps its sign,
/// because formats do. Representations are not normalised: compare with <see cref="CompareMagnitude"/>.
/// </summary>
/// <param name="Negative">The sign.</param>
/// <param name="Significand">A non-negative integer.</param>
/// <param name="Exponent">The power of two of the significand's last bit.</param>
internal readonly record struct Dyadic(bool Negative, BigInteger Significand, int Exponent)
{
    /// <summary>+0.</summary>
    public static Dyadic Zero => new(false, BigInteger.Zero, 0);

    /// <summary>True for either zero.</summary>
    public bool IsZero => Significand.IsZero;

    /// <summary>floor(log2 |value|); the value must not be zero.</summary>
    public int FloorLog2 => Exponent + (int)Significand.GetBitLength() - 1;

    /// <summary>2^<paramref name="exponent"/>.</summary>
    public static Dyadic PowerOfTwo(int exponent) => new(false, BigInteger.One, exponent);

    /// <summary>The power of two of the last bit that is set; the value must not be zero.</summary>
    public int LastBit => Exponent + (int)BigInteger.TrailingZeroCount(Significand);

    /// <summary>Whether the bit 2^<paramref name="exponent"/> of the magnitude is set.</summary>
    public bool HasBit(int exponent) => exponent >= Exponent && !((Significand >> (exponent - Exponent)) & BigInteger.One).IsZero;

    /// <summary>The value without its sign.</summary>
    public Dyadic Abs() => this with { Negative = false };

    /// <summary>The value times 2^<paramref name="exponent"/>.</summary>
    public Dyadic Scale(int exponent) => this with { Exponent = Exponent + exponent };

    /// <summary>The exact sum. An exact zero sum is +0 unless both terms are -0 (IEEE 754 6.3, ties to even).</summary>
    public static Dyadic operator +(Dyadic a, Dyadic b)
    {
        int exponent = Math.Min(a.Exponent, b.Exponent);
        BigInteger sum = a.SignedAt(exponent) + b.SignedAt(exponent);
        bool negative = sum.IsZero ? a.Negative && b.Negative && a.IsZero && b.IsZero : sum.Sign < 0;
        return new(negative, BigInteger.Abs(sum), exponent);
    }

    /// <summary>The exact difference.</summary>
    public static Dyadic operator -(Dyadic a, Dyadic b) => a + (b with { Negative = !b.Negative });

    /// <summary>The exact product; the sign is the exclusive or of the signs, zeros included.</summary>
    public static Dyadic operator *(Dyadic a, Dyadic b)
        => new(a.Negative ^ b.Negative, a.Significand * b.Significand, a.Exponent + b.Exponent);

    /// <summary>Compares |a| with |b|.</summary>
    public static int CompareMagnitude(Dyadic a, Dyadic b)
    {
        if (a.IsZero || b.IsZero)
        {
            return a.IsZero ? (b.IsZero ? 0 : -1) : 1;
        }

        int byBinade = a.FloorLog2.CompareTo(b.FloorLog2);
        int exponent = Math.Min(a.Exponent, b.Exponent);
        return byBinade != 0 ? byBinade : (a.Significand << (a.Exponent - exponent)).CompareTo(b.Significand << (b.Exponent - exponent));
    }

    /// <summary>
    /// The signed integer this value is in units of 2^<paramref name="exponent"/>, which must not exceed its own exponent.
    /// </summary>
    public BigInteger SignedAt(int exponent)
    {
        BigInteger magnitude = Significand << (Exponent - exponent);
        return Negative ? -magnitude : magnitude;
    }

    /// <summary>
    /// The exact decimal expansion where it is short, otherwise significand and power of two with a cut-off decimal: <c>13421773 * 2^-27
    /// (0.10000000149..)</c>.
    /// </summary>
    public override string ToString()
    {
        string sign = Negative ? "-" : "";
        if (IsZero)
        {
            return sign + "0";
        }

        int trailing = (int)BigInteger.TrailingZeroCount(Significand);
        BigInteger odd = Significand >> trailing;
        int exponent = Exponent + trailing;
        string power = odd.IsOne
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}2^{exponent}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{odd} * 2^{exponent}");
        if (exponent is < -40 or > 40)
        {
            return power;
        }

        string digits = Decimal(odd, exponent);
        return digits.Length <= ShortDecimal ? sign + digits
            : exponent < 0 && digits.IndexOf('.', StringComparison.Ordinal) < ShortDecimal
                ? $"{power} ({sign}{digits[..(ShortDecimal + 1)]}..)"
            : power;
    }

    private const int ShortDecimal = 12;

    private static string Decimal(BigInteger odd, int exponent)
    {
        if (exponent >= 0)
        {
            return (odd << exponent).ToString(CultureInfo.InvariantCulture);
        }

        // n / 2^p = n 5^p / 10^p, so p decimal places are exact.
        string digits = (odd * BigInteger.Pow(5, -exponent)).ToString(CultureInfo.InvariantCulture).PadLeft(1 - exponent, '0');
        return digits[..^-exponent] + "." + digits[^-exponent..];
    }
}
