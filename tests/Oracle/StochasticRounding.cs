using System.Globalization;
using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>
/// The four variants of stochastic rounding that IEEE P3109 and gfloat name. With delta the position of the value
/// between its neighbours, 0 at the lower and 1 at the upper, and r an n-bit random integer, the value goes up when
/// <c>A: floor(delta 2^n) + r >= 2^n</c>; <c>B: floor(delta 2^(n+1)) + 2r + 1 >= 2^(n+1)</c>;
/// C and odd are A with delta 2^n rounded to nearest, ties to even or to odd, in place of the floor.
/// </summary>
internal static class StochasticRounding
{
    public static bool RoundsUp(string rounding, Dyadic fromLower, Dyadic toUpper, ulong randomBits)
    {
        var (variant, n) = Parse(rounding);
        var full = BigInteger.One << n;
        if (randomBits >= full)
        {
            throw new ArgumentOutOfRangeException(nameof(randomBits), $"{randomBits} has more than {n} bits.");
        }

        // delta = part / whole
        var (part, whole) = fromLower.OverCommonDenominator(fromLower + toUpper);
        return variant switch
        {
            "stochastic" => (part * full / whole) + randomBits >= full,
            "stochastic-b" => (part * full * 2 / whole) + (2 * (BigInteger)randomBits) + 1 >= 2 * full,
            "stochastic-c" => Nearest(part * full, whole, tiesToOdd: false) + randomBits >= full,
            "stochastic-odd" => Nearest(part * full, whole, tiesToOdd: true) + randomBits >= full,
            _ => throw new ArgumentException($"No rounding is called '{rounding}'.", nameof(rounding)),
        };
    }

    private static (string Variant, int RandomBitCount) Parse(string rounding)
    {
        var colon = rounding.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && int.TryParse(rounding.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n <= 64
            ? (rounding[..colon], n)
            : throw new ArgumentException($"No rounding is called '{rounding}'.", nameof(rounding));
    }

    private static BigInteger Nearest(BigInteger dividend, BigInteger divisor, bool tiesToOdd)
    {
        var floor = BigInteger.DivRem(dividend, divisor, out var remainder);
        var toHalf = (2 * remainder).CompareTo(divisor);
        var up = toHalf > 0 || (toHalf == 0 && floor.IsEven == tiesToOdd);
        return up ? floor + 1 : floor;
    }
}
