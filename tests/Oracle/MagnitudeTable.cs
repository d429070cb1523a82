namespace Mxact.Tests.Oracle;

/// <summary>
/// A format's magnitudes in increasing order: entry i is the value of the code whose bits below the sign are i, by the
/// formula of OFP8 Table 1 and MX 5.3. It goes on past the last finite entry as if the exponent field were wider.
/// Entries are computed when asked for, since a stored table of binary32 would not fit in memory.
/// </summary>
internal static class MagnitudeTable
{
    public static Dyadic Entry(OracleFormat format, long index)
    {
        if (format.Specials == OracleSpecials.TwosComplement)
        {
            return new(index, -format.MantissaBits);
        }

        var one = 1L << format.MantissaBits;
        var (exponentField, mantissa) = Math.DivRem(index, one);
        return exponentField == 0
            ? new(mantissa, 1 - format.Bias - format.MantissaBits)
            : new(one + mantissa, (int)exponentField - format.Bias - format.MantissaBits);
    }

    /// <summary>The index of the largest finite magnitude of the given sign.</summary>
    public static long Last(OracleFormat format, bool negative)
    {
        var magnitudes = 1L << (format.ExponentBits + format.MantissaBits);
        return format.Specials switch
        {
            OracleSpecials.Ieee => magnitudes - (1L << format.MantissaBits) - 1,
            OracleSpecials.NanOnly => magnitudes - 2,
            OracleSpecials.TwosComplement when negative && format.MinusTwo => magnitudes,
            _ => magnitudes - 1,
        };
    }

    public static Dyadic MaxNormal(OracleFormat format) => Entry(format, Last(format, negative: false));

    /// <summary>
    /// The last entry times the unit that is not above the magnitude, by binary search. The entry after the last finite
    /// one stands for everything from there on: no rounding brings such a magnitude back into the format.
    /// </summary>
    public static long AtOrBelow(OracleFormat format, Dyadic unit, Dyadic magnitude, long last)
    {
        if (magnitude >= Entry(format, last + 1) * unit)
        {
            return last + 1;
        }

        long below = 0;
        var above = last + 1;
        while (above - below > 1)
        {
            var middle = (below + above) / 2;
            if (Entry(format, middle) * unit <= magnitude)
            {
                below = middle;
            }
            else
            {
                above = middle;
            }
        }

        return below;
    }
}
