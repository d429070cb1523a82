using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>
/// The exact number <c>numerator * 2^exponent</c>. It is not kept in lowest terms, so there is no equality, only order.
/// </summary>
internal readonly struct Dyadic(BigInteger numerator, int exponent)
{
    private readonly BigInteger _numerator = numerator;
    private readonly int _exponent = exponent;

    public static Dyadic Zero => default;

    public static Dyadic One => PowerOfTwo(0);

    public bool IsZero => _numerator.IsZero;

    public bool IsNegative => _numerator.Sign < 0;

    public static Dyadic PowerOfTwo(int exponent) => new(BigInteger.One, exponent);

    public Dyadic TimesPowerOfTwo(int power) => new(_numerator, _exponent + power);

    public Dyadic Abs() => new(BigInteger.Abs(_numerator), _exponent);

    /// <summary>The largest k with 2^k at most this positive number.</summary>
    public int FloorLog2() => (int)_numerator.GetBitLength() - 1 + _exponent;

    /// <summary>This number and another as integers, in units of the smaller of their two powers of two.</summary>
    public (BigInteger This, BigInteger Other) OverCommonDenominator(Dyadic other)
    {
        var unit = Math.Min(_exponent, other._exponent);
        return (_numerator << (_exponent - unit), other._numerator << (other._exponent - unit));
    }

    public static Dyadic operator +(Dyadic a, Dyadic b)
    {
        var (left, right) = a.OverCommonDenominator(b);
        return new(left + right, Math.Min(a._exponent, b._exponent));
    }

    public static Dyadic operator -(Dyadic a) => new(-a._numerator, a._exponent);

    public static Dyadic operator -(Dyadic a, Dyadic b) => a + -b;

    public static Dyadic operator *(Dyadic a, Dyadic b) => new(a._numerator * b._numerator, a._exponent + b._exponent);

    public static Dyadic operator *(Dyadic a, BigInteger b) => new(a._numerator * b, a._exponent);

    public static bool operator <(Dyadic a, Dyadic b) => Compare(a, b) < 0;

    public static bool operator >(Dyadic a, Dyadic b) => Compare(a, b) > 0;

    public static bool operator <=(Dyadic a, Dyadic b) => Compare(a, b) <= 0;

    public static bool operator >=(Dyadic a, Dyadic b) => Compare(a, b) >= 0;

    /// <summary>-1, 0 or +1 as the first number is below, equal to or above the second.</summary>
    public static int Compare(Dyadic a, Dyadic b)
    {
        // Two positive numbers in different binades need no common denominator: a saving, not a rule.
        if (a._numerator.Sign > 0 && b._numerator.Sign > 0)
        {
            var binades = a.FloorLog2().CompareTo(b.FloorLog2());
            if (binades != 0)
            {
                return binades;
            }
        }

        var (left, right) = a.OverCommonDenominator(b);
        return left.CompareTo(right);
    }

    public override string ToString() => $"{_numerator} * 2^{_exponent}";
}
