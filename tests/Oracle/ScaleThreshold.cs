using System.Globalization;
using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>The free threshold of the rule <c>threshold:T</c>: a decimal fraction, rounded down to a multiple of 2^-23.</summary>
internal readonly struct ScaleThreshold
{
    private const int FractionBits = 23;

    private readonly Dyadic _value;

    private ScaleThreshold(Dyadic value) => _value = value;

    public static ScaleThreshold Parse(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : text.Length - point - 1;
        var digits = point < 0 ? text : text.Remove(point, 1);
        var powerOfTen = BigInteger.Pow(10, decimals);
        return BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= powerOfTen
            && value < 2 * powerOfTen
            ? new(new((value << FractionBits) / powerOfTen, -FractionBits))
            : throw new ArgumentException($"'{text}' is not a decimal fraction from 1 to below 2.", nameof(text));
    }

    /// <summary>Whether the value, as a significand in [1, 2), is above the threshold.</summary>
    public bool IsBelowSignificandOf(Dyadic value) => value > _value.TimesPowerOfTwo(value.FloorLog2());
}
