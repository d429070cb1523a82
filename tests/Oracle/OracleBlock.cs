namespace Mxact.Tests.Oracle;

/// <summary>Blocks of elements under one E8M0 scale (MX 5.1, 6.3).</summary>
public static class OracleBlock
{
    /// <summary>
    /// The scale by the rule, then each element of value / scale, the division exact. A NaN or an Inf anywhere makes the
    /// scale FF (a choice: MX leaves it open); the codes then mean nothing and are 0.
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
            return (0xFF, Enumerable.Repeat(new OracleCode(0), values.Length).ToArray());
        }

        var amax = OracleValue.Zero();
        foreach (var value in values)
        {
            amax = value.Magnitude > amax.Magnitude ? value.Abs() : amax;
        }

        var scale = OracleScale.ScaleE8M0(format, amax, rule);
        var codes = values.Select((value, i) => OracleElement.Encode(
            format, value.TimesPowerOfTwo(127 - scale), rounding, overflow, randomBits?[i] ?? 0));
        return (scale, codes.ToArray());
    }

    /// <summary>
    /// scale * element as binary32 bits, the exact product rounded once, ties to even (MX 5.1: a NaN scale makes every
    /// value NaN, otherwise an element Inf or NaN stays). Overflow is Inf, one of the results MX allows.
    /// </summary>
    public static uint[] DequantizeBlock(OracleFormat format, byte scale, uint[] codes)
    {
        var x = OracleScale.DecodeE8M0(scale);
        return codes
            .Select(code => OracleElement.ToBinary32Bits(OracleValue.Multiply(x, OracleElement.Decode(format, code))))
            .ToArray();
    }
}
