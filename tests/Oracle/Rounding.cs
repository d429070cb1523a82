namespace Mxact.Tests.Oracle;

/// <summary>The choice between two neighbours, from the exact distances to them.</summary>
internal static class Rounding
{
    /// <summary>
    /// The table index the magnitude of x / unit rounds to, by comparing x with the unit times the entries; one past the
    /// last finite index means overflow.
    /// </summary>
    public static long ToIndex(
        OracleFormat format, OracleValue x, Dyadic unit, string rounding, ulong randomBits = 0)
    {
        var last = MagnitudeTable.Last(format, x.IsNegative);
        var lower = MagnitudeTable.AtOrBelow(format, unit, x.Magnitude, last);
        if (lower > last)
        {
            return lower;
        }

        var fromLower = x.Magnitude - (MagnitudeTable.Entry(format, lower) * unit);
        var toUpper = (MagnitudeTable.Entry(format, lower + 1) * unit) - x.Magnitude;
        return !fromLower.IsZero && RoundsUp(rounding, x.IsNegative, lower, fromLower, toUpper, randomBits)
            ? lower + 1
            : lower;
    }

    /// <summary>Whether overflow of a finite value stops at max normal although infinities are wanted (IEEE 754 7.4).</summary>
    public static bool PointsTowardZero(string rounding, bool negative) => rounding switch
    {
        "toward-zero" => true,
        "toward-positive" => negative,
        "toward-negative" => !negative,
        _ => false,
    };

    /// <summary>Whether a value that is not at its lower neighbour goes to the upper one.</summary>
    public static bool RoundsUp(
        string rounding, bool negative, long lower, Dyadic fromLower, Dyadic toUpper, ulong randomBits)
    {
        var lowerIsOdd = lower % 2 != 0;
        return rounding switch
        {
            "ties-to-even" => lowerIsOdd ? fromLower >= toUpper : fromLower > toUpper,
            "ties-to-away" => fromLower >= toUpper,
            "ties-to-zero" => fromLower > toUpper,
            "ties-to-positive" => negative ? fromLower > toUpper : fromLower >= toUpper,
            "toward-zero" => false,
            "toward-positive" => !negative,
            "toward-negative" => negative,
            "to-odd" => !lowerIsOdd,
            _ => StochasticRounding.RoundsUp(rounding, fromLower, toUpper, randomBits),
        };
    }
}
