using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>Decodes and encodes one element (OFP8 5.1, 5.2.1; MX 5.3). Codes are the low bits of a <see cref="uint"/>.</summary>
internal static class ElementCodec
{
    /// <summary>
    /// The value of a code. Normal: (-1)^S 2^(E - bias) 1.M; subnormal: (-1)^S 2^emin 0.M (OFP8 5.1).
    /// Bits above the format's width are ignored, as hardware ignores them.
    /// </summary>
    public static Number Decode(ElementFormat format, uint code)
    {
        ArgumentNullException.ThrowIfNull(format);
        code &= format.CodeMask;
        if (format.Encoding == ElementEncoding.TwosComplement)
        {
            // MX 5.3.4: an integer with an implied 2^-6.
            int value = (int)(code << (32 - format.Bits)) >> (32 - format.Bits);
            return new Dyadic(value < 0, Math.Abs(value), -format.MantissaBits);
        }

        bool negative = format.IsSigned && (code & format.SignMask) != 0;
        uint magnitude = code & (format.SignMask - 1);
        if (IsNaN(format, code, magnitude))
        {
            return Number.NaN with { Finite = Dyadic.Zero with { Negative = negative } };
        }

        if (magnitude > format.MaxMagnitude)
        {
            return Number.Infinity(negative);
        }

        uint exponentField = magnitude >> format.MantissaBits;
        uint mantissa = magnitude & ((1u << format.MantissaBits) - 1);
        uint significand = exponentField == 0 ? mantissa : (1u << format.MantissaBits) | mantissa;
        int exponent = Math.Max((int)exponentField, 1) - format.Bias;
        return new Dyadic(negative, significand, exponent - format.MantissaBits);
    }

    /// <summary>
    /// The code of a value: rounded on the grid of its binade (never finer than the subnormals'), then checked for range
    /// (OFP8 5.2.1, MX 5.3).
    /// </summary>
    /// <param name="format">The destination.</param>
    /// <param name="value">The exact value.</param>
    /// <param name="policy">Rounding, overflow and the latitudes on special values.</param>
    /// <param name="random">The random bits of a stochastic mode.</param>
    public static uint Encode(ElementFormat format, Number value, ConversionPolicy policy, uint random = 0)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(policy);
        return value.Kind switch
        {
            NumberKind.NaN => EncodeNaN(format, value.Negative, policy),
            NumberKind.Infinity => EncodeInfinity(format, value.Negative, policy),
            _ => EncodeFinite(format, value.Finite, policy, random),
        };
    }

    /// <summary>The code of a finite value; see <see cref="Encode"/>.</summary>
    public static uint EncodeFinite(ElementFormat format, Quotient value, ConversionPolicy policy, uint random = 0)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(policy);
        if (value.IsZero)
        {
            return Zero(format, value.Negative && policy.NegativeZero == NegativeZero.Kept);
        }

        // The quantum of the value's binade, or the subnormals' below emin; INT8 is a fixed-point grid throughout.
        int e = format.Encoding == ElementEncoding.TwosComplement ? format.EMin : Math.Max(value.FloorLog2, format.EMin);
        (BigInteger kept, Discarded discarded) = Rounding.Split(value, e - format.MantissaBits);

        // Odd and even are the code's: the significand's last bit, or the exponent's where there is no mantissa.
        BigInteger magnitude = Magnitude(format, kept, e);
        return FromMagnitude(format, value.Negative,
            Rounding.RoundsAway(policy.Rounding, value.Negative, !magnitude.IsEven, discarded, random) ? magnitude + 1 : magnitude, policy);
    }

    /// <summary>
    /// The code of a magnitude counted in codes from zero, on the grid continued beyond max normal: range check and assembly, after
    /// rounding.
    /// </summary>
    internal static uint FromMagnitude(ElementFormat format, bool negative, BigInteger magnitude, ConversionPolicy policy)
    {
        if (negative && !format.IsSigned)
        {
            return 0;
        }

        if (magnitude > LargestMagnitude(format, negative, policy))
        {
            return Overflow(format, negative, policy);
        }

        return magnitude.IsZero ? Zero(format, negative && policy.NegativeZero != NegativeZero.Lost)
            : Assemble(format, negative, (uint)magnitude);
    }

    /// <summary>
    /// kept * 2^(e - man) counted in codes from zero: the hidden bit of a normal number adds one to the exponent field, and a carry
    /// walks into it.
    /// </summary>
    private static BigInteger Magnitude(ElementFormat format, BigInteger kept, int e)
        => kept + ((BigInteger)(e - format.EMin) << format.MantissaBits);

    private static bool IsNaN(ElementFormat format, uint code, uint magnitude) => format.Specials switch
    {
        SpecialValues.Ieee => magnitude > format.MaxMagnitude + 1,
        SpecialValues.NanOnly => magnitude > format.MaxMagnitude,
        SpecialValues.NanAtNegativeZero => code == format.SignMask,
        _ => false,
    };

    private static uint LargestMagnitude(ElementFormat format, bool negative, ConversionPolicy policy)
        => format.Encoding == ElementEncoding.TwosComplement && negative && policy.Int8MinusTwo == Int8MinusTwo.Used
            ? format.MaxMagnitude + 1 : format.MaxMagnitude;

    /// <summary>OFP8 Table 3: +-max normal when saturating; otherwise infinity, NaN, or max normal where the format has neither.</summary>
    private static uint Overflow(ElementFormat format, bool negative, ConversionPolicy policy)
    {
        bool pointsTowardZero = policy.Rounding.Direction == RoundingDirection.TowardZero
            || policy.Rounding.Direction == (negative ? RoundingDirection.TowardPositive : RoundingDirection.TowardNegative);
        return policy.Overflow == OverflowPolicy.Saturate || (pointsTowardZero && policy.DirectedOverflow == DirectedOverflow.MaxNormal)
            ? Max(format, negative, policy)
            : NonFinite(format, negative, policy);
    }

    private static uint EncodeInfinity(ElementFormat format, bool negative, ConversionPolicy policy)
        => policy.Overflow == OverflowPolicy.NonFinite ? NonFinite(format, negative, policy) : policy.InfElement switch
        {
            InfElement.MaxNormal => Max(format, negative, policy),
            InfElement.Kept => NonFinite(format, negative, policy),
            InfElement.Zero => Zero(format, negative: false),
            _ => throw new InvalidOperationException($"no such choice: {policy.InfElement}"),
        };

    private static uint NonFinite(ElementFormat format, bool negative, ConversionPolicy policy)
    {
        if (negative && !format.IsSigned)
        {
            return 0;
        }

        return format.HasInfinity ? Assemble(format, negative, format.MaxMagnitude + 1)
            : format.HasNaN ? EncodeNaN(format, negative, policy)
            : Max(format, negative, policy);
    }

    private static uint EncodeNaN(ElementFormat format, bool negative, ConversionPolicy policy)
    {
        if (format.Specials == SpecialValues.NanAtNegativeZero)
        {
            return format.CanonicalNaN;
        }

        if (!format.HasNaN)
        {
            return policy.NanWithoutCode switch
            {
                NanWithoutCode.PositiveMax => Max(format, negative: false, policy),
                NanWithoutCode.SignedMax => Max(format, negative, policy),
                NanWithoutCode.NegativeZero => Zero(format, negative: true),
                NanWithoutCode.Zero => Zero(format, negative: false),
                _ => throw new InvalidOperationException($"no such choice: {policy.NanWithoutCode}"),
            };
        }

        return policy.NanCode switch
        {
            NanCode.QuietSigned => Assemble(format, negative && format.IsSigned, format.CanonicalNaN),
            NanCode.Quiet => format.CanonicalNaN,
            NanCode.AllOnes => format.SignMask - 1,
            NanCode.AllOnesSigned => Assemble(format, negative && format.IsSigned, format.SignMask - 1),
            NanCode.NegativeAllOnes => format.IsSigned ? format.CodeMask : format.SignMask - 1,
            _ => throw new InvalidOperationException($"no such choice: {policy.NanCode}"),
        };
    }

    private static uint Max(ElementFormat format, bool negative, ConversionPolicy policy)
        => negative && !format.IsSigned ? 0 : Assemble(format, negative, LargestMagnitude(format, negative, policy));

    private static uint Zero(ElementFormat format, bool negative) => negative && format.HasNegativeZero ? format.SignMask : 0;

    private static uint Assemble(ElementFormat format, bool negative, uint magnitude)
        => format.Encoding == ElementEncoding.TwosComplement
            ? (negative ? (uint)-(int)magnitude : magnitude) & format.CodeMask
            : negative ? format.SignMask | magnitude : magnitude;
}
