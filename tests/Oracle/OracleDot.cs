namespace Mxact.Tests.Oracle;

/// <summary>Dot products with no rounding before the last step: one of the behaviours MX 6.1 and 6.2 allow.</summary>
public static class OracleDot
{
    /// <summary>
    /// The sum of all products and of c as binary32 bits, exact and rounded once, ties to even. Scales are E8M0, one for
    /// each run of <c>length / scales.Length</c> elements; null means unscaled. A NaN, Inf * 0 or Inf - Inf gives
    /// 7FC00000. An exact zero is -0 when every product and c are -0, otherwise +0.
    /// </summary>
    public static uint Dot(
        OracleFormat formatA,
        uint[] a,
        OracleFormat formatB,
        uint[] b,
        byte[]? scalesA = null,
        byte[]? scalesB = null,
        uint c = 0)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The lengths {a.Length} and {b.Length} differ.", nameof(b));
        }

        var left = Values(formatA, a, scalesA);
        var right = Values(formatB, b, scalesB);
        var terms = left.Zip(right, OracleValue.Multiply).Append(OracleValue.FromBinary32Bits(c)).ToArray();
        return OracleElement.ToBinary32Bits(Sum(terms));
    }

    private static OracleValue[] Values(OracleFormat format, uint[] codes, byte[]? scales)
    {
        if (scales is null)
        {
            return codes.Select(code => OracleElement.Decode(format, code)).ToArray();
        }

        if (scales.Length == 0 || codes.Length % scales.Length != 0)
        {
            throw new ArgumentException($"{scales.Length} scales do not divide {codes.Length} elements.", nameof(scales));
        }

        var k = codes.Length / scales.Length;
        return codes
            .Select((code, i) =>
                OracleValue.Multiply(OracleScale.DecodeE8M0(scales[i / k]), OracleElement.Decode(format, code)))
            .ToArray();
    }

    private static OracleValue Sum(OracleValue[] terms)
    {
        var plusInfinity = terms.Any(term => term.IsInfinity && !term.IsNegative);
        var minusInfinity = terms.Any(term => term.IsInfinity && term.IsNegative);
        if (terms.Any(term => term.IsNaN) || (plusInfinity && minusInfinity))
        {
            return OracleValue.NaN;
        }

        if (plusInfinity || minusInfinity)
        {
            return OracleValue.Infinity(minusInfinity);
        }

        var sum = terms.Aggregate(Dyadic.Zero, (total, term) => total + term.Signed);
        return sum.IsZero
            ? OracleValue.Zero(terms.All(term => term.IsZero && term.IsNegative))
            : OracleValue.Finite(sum);
    }
}
