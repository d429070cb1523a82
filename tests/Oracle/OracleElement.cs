namespace Mxact.Tests.Oracle;

/// <summary>Codes to values and back, for one element.</summary>
public static class OracleElement
{
    /// <summary>The value of a code (OFP8 5.1 and Table 2, MX 5.3). Bits above the format's width are ignored.</summary>
    public static OracleValue Decode(OracleFormat format, uint code)
    {
        var magnitudes = 1L << (format.ExponentBits + format.MantissaBits);
        var (signs, index) = Math.DivRem(code, magnitudes);
        var negative = format.HasSign && signs % 2 != 0;

        if (format.Specials == OracleSpecials.TwosComplement && negative)
        {
            return OracleValue.Finite(negative, MagnitudeTable.Entry(format, magnitudes - index));
        }

        if (format.Specials == OracleSpecials.Fnuz && negative && index == 0)
        {
            return OracleValue.NaN;
        }

        var last = MagnitudeTable.Last(format, negative);
        if (index <= last)
        {
            return OracleValue.Finite(negative, MagnitudeTable.Entry(format, index));
        }

        return format.HasInfinity && index == last + 1 ? OracleValue.Infinity(negative) : OracleValue.NaN;
    }

    /// <summary>The binary32 bits of a code's value; a NaN is 7FC00000.</summary>
    public static uint DecodeToBinary32Bits(OracleFormat format, uint code) => ToBinary32Bits(Decode(format, code));

    /// <summary>A value rounded once to binary32, ties to even, overflow to Inf, subnormals kept; a NaN is 7FC00000.</summary>
    public static uint ToBinary32Bits(OracleValue value)
    {
        var result = Encode(OracleFormat.Binary32, value, "ties-to-even", "non-finite");
        return result.IsCode ? result.Code : 0x7FC00000;
    }

    /// <summary>
    /// The code for a value. The range is checked after rounding (OFP8 5.2.1), on the grid as it would go on beyond
    /// max normal. Rounding: <c>ties-to-even</c>, <c>ties-to-away</c>, <c>ties-to-zero</c>, <c>toward-zero</c>,
    /// <c>toward-positive</c>, <c>toward-negative</c>, <c>to-odd</c>, <c>stochastic:N</c>, <c>stochastic-b:N</c>,
    /// <c>stochastic-c:N</c>, <c>stochastic-odd:N</c>. Overflow: <c>saturate</c> or <c>non-finite</c>.
    /// </summary>
    public static OracleCode Encode(
        OracleFormat format, OracleValue x, string rounding, string overflow, ulong randomBits = 0) =>
        EncodeQuotient(format, x, Dyadic.One, rounding, overflow, randomBits);

    /// <summary>The code for x / unit, the unit positive. Nothing is divided: the table is multiplied instead.</summary>
    internal static OracleCode EncodeQuotient(
        OracleFormat format, OracleValue x, Dyadic unit, string rounding, string overflow, ulong randomBits)
    {
        if (x.IsNaN)
        {
            return format.HasNaN ? OracleCode.AnyNaN : OracleCode.Unrepresentable;
        }

        if (x.IsNegative && !format.HasSign)
        {
            return new(0);
        }

        if (x.IsInfinity)
        {
            return Overflowed(format, x, rounding, overflow);
        }

        var index = Rounding.ToIndex(format, x, unit, rounding, randomBits);
        return index > MagnitudeTable.Last(format, x.IsNegative)
            ? Overflowed(format, x, rounding, overflow)
            : Code(format, index, x.IsNegative);
    }

    /// <summary>OFP8 Table 3; a format with neither Inf nor NaN can only saturate.</summary>
    private static OracleCode Overflowed(OracleFormat format, OracleValue x, string rounding, string overflow)
    {
        var last = MagnitudeTable.Last(format, x.IsNegative);
        var stopsAtMax = overflow switch
        {
            "saturate" => true,
            "non-finite" => x.IsFinite && Rounding.PointsTowardZero(rounding, x.IsNegative),
            _ => throw new ArgumentException($"No overflow policy is called '{overflow}'.", nameof(overflow)),
        };

        return (stopsAtMax, format.HasInfinity, format.HasNaN) switch
        {
            (false, true, _) => Code(format, last + 1, x.IsNegative),
            (false, false, true) => OracleCode.AnyNaN,
            _ => Code(format, last, x.IsNegative),
        };
    }

    private static OracleCode Code(OracleFormat format, long index, bool negative)
    {
        var magnitudes = 1L << (format.ExponentBits + format.MantissaBits);
        if (!negative || (index == 0 && !format.HasNegativeZero))
        {
            return new((uint)index);
        }

        return format.Specials == OracleSpecials.TwosComplement
            ? new((uint)((2 * magnitudes) - index))
            : new((uint)(magnitudes + index));
    }
}
