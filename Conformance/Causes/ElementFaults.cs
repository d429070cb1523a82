using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Conformance.Causes;

/// <summary>What goes wrong between an element's exact value and its code.</summary>
internal static class ElementFaults
{
    private static readonly ConversionPolicy Even = new();

    /// <summary>Every one: those of the value first, then those of the code.</summary>
    public static IEnumerable<Fault> All { get; } = [.. Values(), .. Codes()];

    private static IEnumerable<Fault> Values()
    {
        yield return new("subnormal results a binade too small", "below the least normal number the code is that of half the value")
        {
            Element = (format, y) => IsSubnormal(format, y) ? Scaled(y, -1) : y,
        };
        yield return new("subnormal results a binade too large", "below the least normal number the code is that of twice the value")
        {
            Element = (format, y) => IsSubnormal(format, y) ? Scaled(y, 1) : y,
        };
        yield return new("subnormal results rounded twice",
            "a subnormal result is rounded to the normal numbers' precision first, and to the subnormals' grid after")
        {
            Element = (format, y) => IsSubnormal(format, y)
                ? new Dyadic(y.Negative, Rounding.ToQuantum(y, y.FloorLog2 - format.MantissaBits, RoundingMode.TiesToEven),
                    y.FloorLog2 - format.MantissaBits)
                : y,
        };
        yield return new("subnormal results cut", "subnormal results are truncated, not rounded")
        {
            Element = (format, y) => IsSubnormal(format, y) ? Kept(y, format.EMin - format.MantissaBits) : y,
        };
        yield return new("subnormal results flushed to zero", "what is below the least normal number becomes zero")
        {
            Element = (format, y) => IsSubnormal(format, y) ? Dyadic.Zero with { Negative = y.Negative } : y,
        };
        foreach (int bits in new[] { 3, 2, 1 })
        {
            yield return new($"sticky bit dropped, {Count(bits)} kept",
                $"of what lies below the last place only {Count(bits)} {(bits > 1 ? "are" : "is")} seen: what is a little above a tie is "
                    + $"a tie")
            {
                Element = (format, y) => Kept(y, Quantum(format, y) - bits),
            };
            yield return new($"sticky bit dropped in subnormal results, {Count(bits)} kept",
                $"where the result is subnormal, only {Count(bits)} below the last place "
                    + $"{(bits > 1 ? "are" : "is")} seen: what is a little above a tie is a tie")
            {
                Element = (format, y) => IsSubnormal(format, y) ? Kept(y, Quantum(format, y) - bits) : y,
            };
        }

        yield return new("quotient rounded to bfloat16 first", "V / X is a bfloat16 number before it is rounded to an element")
        {
            Element = (_, y) => Rounded(ElementFormats.BFloat16, y),
        };
        yield return new("quotient rounded to binary16 first", "V / X is a binary16 number before it is rounded to an element")
        {
            Element = (_, y) => Rounded(ElementFormats.Binary16, y),
        };
        yield return new("clamped before rounding", "the value is clamped to max normal before it is rounded, so nothing overflows")
        {
            Element = (format, y) => Exceeds(y, ScaleSelection.MaxNormal(format))
                ? ScaleSelection.MaxNormal(format) with { Negative = y.Negative } : y,
        };
    }

    private static IEnumerable<Fault> Codes()
    {
        yield return new("carry out of the significand lost",
            "where rounding carries into the exponent, the exponent stays: the answer is a binade too low")
        {
            Code = (format, y, code) => Carried(format, y, code) ? code - (1u << format.MantissaBits) : code,
        };
        yield return new("carry out of the significand held",
            "where rounding would carry into the exponent, the significand stays at all ones")
        {
            Code = (format, y, code) => Carried(format, y, code) ? code - 1 : code,
        };
        yield return new("subnormal codes flushed to zero", "a result that rounds to a subnormal number becomes zero")
        {
            Code = (format, _, code) => format.Encoding != ElementEncoding.TwosComplement
                && (code & (format.SignMask - 1)) < 1u << format.MantissaBits ? code & format.SignMask & format.CodeMask : code,
        };
        yield return new("never rounds to zero", "what rounds to zero becomes the least subnormal number")
        {
            Code = (format, y, code) => !y.IsZero && (code & (format.SignMask - 1)) == 0 ? code | 1 : code,
        };
        yield return new("saturates at the last power of two",
            "from the last power of two on the answer is max normal: the threshold of saturation is a binade early")
        {
            Code = (format, y, code) => !y.IsZero && y.FloorLog2 >= format.EMax ? format.MaxMagnitude | (code & format.SignMask) : code,
        };
        yield return new("max normal overflows", "what rounds to max normal counts as overflow: the comparison takes it in")
        {
            Code = (format, y, code) => (code & (format.SignMask - 1)) == format.MaxMagnitude
                && Exceeds(y, ScaleSelection.MaxNormal(format)) is false && format.HasNaN
                ? ElementCodec.Encode(format, Number.Infinity(y.Negative), Even with { Overflow = OverflowPolicy.NonFinite }) : code,
        };
        yield return new("overflow is judged before rounding",
            "a value above max normal overflows even where it would round to it")
        {
            Code = (format, y, code) => (code & (format.SignMask - 1)) == format.MaxMagnitude && format.HasNaN
                && Exceeds(y, ScaleSelection.MaxNormal(format))
                ? ElementCodec.Encode(format, Number.Infinity(y.Negative), Even with { Overflow = OverflowPolicy.NonFinite }) : code,
        };
        yield return new("beyond max normal the codes go on", "no overflow is noticed: the next codes are written as if they were numbers")
        {
            Code = (format, y, code) => Exceeds(y, ScaleSelection.MaxNormal(format)) ? Unbounded(format, y) : code,
        };
        yield return new("max normal keeps an even significand", "saturation gives the code below max normal's")
        {
            Code = (format, y, code) => Exceeds(y, ScaleSelection.MaxNormal(format))
                && (code & (format.SignMask - 1)) == format.MaxMagnitude
                ? code - 1 : code,
        };
        yield return new("sign lost where a result rounds to zero", "a negative number that rounds to zero becomes +0; -0 stays as it is")
        {
            Code = (format, y, code) => !y.IsZero && (code & ~format.SignMask & format.CodeMask) == 0 ? 0 : code,
        };
        yield return new("sign of the result lost", "finite results are never negative")
        {
            Code = (format, _, code) => format.Encoding == ElementEncoding.SignMagnitude ? code & ~format.SignMask : code,
        };
        yield return new("negative numbers as sign and magnitude", "INT8 is two's complement; this writes a sign and a magnitude")
        {
            Code = (format, _, code) => format.Encoding == ElementEncoding.TwosComplement && (code & format.SignMask) != 0
                ? format.SignMask | ((uint)-(int)code & (format.SignMask - 1)) : code,
        };
    }

    private static string Count(int bits) => bits == 1 ? "1 bit" : $"{bits} bits";

    private static bool IsSubnormal(ElementFormat format, Quotient y)
        => format.Encoding != ElementEncoding.TwosComplement && y.FloorLog2 < format.EMin;

    private static Quotient Scaled(Quotient y, int exponent) => y with { Numerator = y.Numerator.Scale(exponent) };

    private static int Quantum(ElementFormat format, Quotient y)
        => (format.Encoding == ElementEncoding.TwosComplement ? format.EMin : Math.Max(y.FloorLog2, format.EMin)) - format.MantissaBits;

    /// <summary>The value without what lies below a place.</summary>
    private static Dyadic Kept(Quotient y, int place) => new(y.Negative, Rounding.Split(y, place).Kept, place);

    private static Quotient Rounded(ElementFormat format, Quotient y)
        => ElementCodec.Decode(format, ElementCodec.EncodeFinite(format, y, Even)).Finite;

    private static bool Exceeds(Quotient y, Dyadic limit)
        => Dyadic.CompareMagnitude(y.Numerator, limit * new Dyadic(false, y.Divisor, 0)) > 0;

    /// <summary>Whether rounding left the binade upward.</summary>
    private static bool Carried(ElementFormat format, Quotient y, uint code)
    {
        uint magnitude = code & (format.SignMask - 1);
        return format.Encoding != ElementEncoding.TwosComplement && !y.IsZero && magnitude >= 1u << format.MantissaBits
            && magnitude < format.MaxMagnitude && (magnitude & ((1u << format.MantissaBits) - 1)) == 0
            && y.FloorLog2 < (int)(magnitude >> format.MantissaBits) - format.Bias;
    }

    /// <summary>The code as if the grid went on for ever, cut to its bits.</summary>
    private static uint Unbounded(ElementFormat format, Quotient y)
    {
        int e = Math.Max(y.FloorLog2, format.EMin);
        BigInteger magnitude = Rounding.ToQuantum(y, e - format.MantissaBits, RoundingMode.TiesToEven)
            + ((BigInteger)(e - format.EMin) << format.MantissaBits);
        return (uint)(magnitude & (format.SignMask - 1)) | (y.Negative && format.IsSigned ? format.SignMask : 0);
    }
}
