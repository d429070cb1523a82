namespace Mxact.Tests.Oracle;

/// <summary>Blocks of elements under one scale: E8M0 (MX 5.1, 6.3), or NVFP4's.</summary>
public static class OracleBlock
{
    private static readonly OracleFormat E2M1 = OracleFormat.Of("e2m1");

    /// <summary>
    /// The scale by the rule, then each element of value / scale, the division exact. A NaN or an Inf anywhere makes the
    /// scale FF (a choice: MX leaves it open); the codes then mean nothing and are 0. The rules are those of
    /// <see cref="OracleScale.ScaleE8M0"/> and <c>mse</c>: floor or one above it, each within the range, whichever has
    /// the smaller sum of squared errors, all exact, floor when they are equal; an element that overflows to NaN or Inf
    /// is infinitely wrong. A partial block stands for one filled up with zeros, whose codes are left out: zeros change
    /// neither the maximum nor the sum.
    /// </summary>
    public static (byte Scale, OracleCode[] Codes) QuantizeBlock(
        OracleFormat format,
        OracleValue[] values,
        string rule,
        string rounding,
        string overflow,
        ulong[]? randomBits = null)
    {
        if (values.Any(value => !value.IsFinite))
        {
            return (0xFF, NoCodes(values));
        }

        var amax = MaxMagnitude(values);
        if (rule != "mse")
        {
            return WithScale(OracleScale.ScaleE8M0(format, amax, rule));
        }

        // One more than floor is the floor of twice the value, and clamps last.
        var floor = WithScale(OracleScale.ScaleE8M0(format, amax, "floor"));
        var above = WithScale(OracleScale.ScaleE8M0(format, amax.TimesPowerOfTwo(1), "floor"));
        return SquaredError.IsLess(Error(above), Error(floor)) ? above : floor;

        (byte Scale, OracleCode[] Codes) WithScale(byte scale) =>
            (scale, values.Select((value, i) => OracleElement.Encode(
                format, value.TimesPowerOfTwo(127 - scale), rounding, overflow, randomBits?[i] ?? 0)).ToArray());

        Dyadic? Error((byte Scale, OracleCode[] Codes) block) =>
            SquaredError.Of(values, block.Codes.Select(code => Product(format, block.Scale, code)).ToArray());
    }

    /// <summary>
    /// scale * element as binary32 bits, the exact product rounded once, ties to even (MX 5.1: a NaN scale makes every
    /// value NaN, otherwise an element Inf or NaN stays). Overflow is Inf, one of the results MX allows.
    /// </summary>
    public static uint[] DequantizeBlock(OracleFormat format, byte scale, uint[] codes) =>
        codes
            .Select(code => OracleElement.ToBinary32Bits(Product(format, scale, new(code))))
            .ToArray();

    /// <summary>
    /// An NVFP4 block, outside MX: the scale (UE4M3, or UE5M3) nearest to amax / (6 * tensorScale), ties to even,
    /// at most its greatest, then the E2M1 elements of value / (tensorScale * scale); nothing is divided, see
    /// <see cref="OracleElement.EncodeQuotient"/>. Under scale 00 every element is a zero with the value's sign. A NaN or
    /// an Inf anywhere makes the scale NaN; the codes then mean nothing and are 0. E2M1 saturates whatever the overflow.
    /// Under the rule <c>four-over-six</c> the maximum becomes 6 or 4, whichever has the smaller exact sum of squared errors; 6
    /// when they are equal.
    /// </summary>
    public static (byte Scale, OracleCode[] Codes) QuantizeNvfp4(
        OracleValue[] values,
        string rounding,
        string overflow,
        OracleValue tensorScale,
        ulong[]? randomBits = null,
        string rule = "quotient",
        string scaleFormat = "ue4m3",
        OracleValue? divisor = null)
    {
        // Over 1 / d is times d, exactly.
        values = divisor is { } d ? values.Select(value => OracleValue.Multiply(value, d)).ToArray() : values;
        var scales = OracleFormat.Of(scaleFormat);
        if (!tensorScale.IsFinite || tensorScale.IsZero || tensorScale.IsNegative)
        {
            throw new ArgumentException($"{tensorScale} is not a positive number.", nameof(tensorScale));
        }

        if (values.Any(value => !value.IsFinite))
        {
            return (scaleFormat == "ue5m3" ? (byte)0xFF : (byte)0x7F, NoCodes(values));
        }

        var six = WithMaximum(MagnitudeTable.MaxNormal(E2M1));
        if (rule != "four-over-six")
        {
            return six;
        }

        var four = WithMaximum(OracleValue.Of(4).Magnitude);
        return SquaredError.IsLess(Error(four), Error(six)) ? four : six;

        (byte Scale, OracleCode[] Codes) WithMaximum(Dyadic max)
        {
            var scale = OracleElement.EncodeQuotient(
                scales, MaxMagnitude(values), tensorScale.Magnitude * max, "ties-to-even", "saturate", 0).Code;
            var unit = tensorScale.Magnitude * OracleElement.Decode(scales, scale).Magnitude;
            var codes = values.Select((value, i) => unit.IsZero
                ? OracleElement.Encode(E2M1, OracleValue.Zero(value.IsNegative), rounding, overflow)
                : OracleElement.EncodeQuotient(E2M1, value, unit, rounding, overflow, randomBits?[i] ?? 0));
            return ((byte)scale, codes.ToArray());
        }

        Dyadic? Error((byte Scale, OracleCode[] Codes) block)
        {
            var unit = OracleValue.Multiply(tensorScale, OracleElement.Decode(scales, block.Scale));
            return SquaredError.Of(values, block.Codes.Select(code
                => OracleValue.Multiply(unit, OracleElement.Decode(E2M1, code.Code))).ToArray());
        }
    }

    /// <summary>
    /// tensorScale * scale * element as binary32 bits, the exact product rounded once, ties to even, overflow to Inf. The
    /// sign bit of a UE4M3 scale is ignored; its 7F and FF, and UE5M3's FF, make every value NaN. Over a divisor nothing is divided
    /// either: binary32's own table is multiplied by it.
    /// </summary>
    public static uint[] DequantizeNvfp4(
        byte scale, uint[] codes, OracleValue tensorScale, string scaleFormat = "ue4m3", OracleValue? divisor = null)
    {
        var unit = OracleValue.Multiply(tensorScale, OracleElement.Decode(OracleFormat.Of(scaleFormat), scale));
        return codes
            .Select(code => OracleValue.Multiply(unit, OracleElement.Decode(E2M1, code)))
            .Select(value => value.IsFinite && divisor is { } d
                ? OracleElement.EncodeQuotient(OracleFormat.Binary32, value, d.Magnitude, "ties-to-even", "non-finite", 0).Code
                : OracleElement.ToBinary32Bits(value))
            .ToArray();
    }

    private static OracleCode[] NoCodes(OracleValue[] values) =>
        Enumerable.Repeat(new OracleCode(0), values.Length).ToArray();

    private static OracleValue MaxMagnitude(OracleValue[] values)
    {
        var amax = OracleValue.Zero();
        foreach (var value in values)
        {
            amax = value.Magnitude > amax.Magnitude ? value.Abs() : amax;
        }

        return amax;
    }

    /// <summary>scale * element, exactly; a marker is a NaN.</summary>
    private static OracleValue Product(OracleFormat format, byte scale, OracleCode code) =>
        code.IsCode
            ? OracleValue.Multiply(OracleScale.DecodeE8M0(scale), OracleElement.Decode(format, code.Code))
            : OracleValue.NaN;
}
