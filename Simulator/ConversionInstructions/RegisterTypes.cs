using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>How a number lies in a register or in a field of one: the bits that an instruction reads or writes.</summary>
/// <param name="Name">As the instruction's manual calls it.</param>
/// <param name="Bits">The field's width.</param>
internal abstract record RegisterType(string Name, int Bits)
{
    /// <summary>All bits of the field.</summary>
    public ulong Mask => ulong.MaxValue >> (64 - Bits);

    /// <summary>The exact value of a field.</summary>
    public abstract Number Decode(ulong bits);

    /// <summary>The field of a value that is no NaN, rounded once; of a NaN, what the policy says.</summary>
    public abstract ulong Encode(Number value, ConversionPolicy policy, uint random);

    /// <summary>Whether a finite value is below the least normal number and not zero.</summary>
    public abstract bool IsSubnormal(Number value);

    /// <summary>The fraction field of a NaN, its first bit at the top of the word; zero where the type has none.</summary>
    public virtual ulong FractionOf(ulong bits) => 0;

    /// <summary>The quiet NaN with a sign and as much of a fraction as the type holds.</summary>
    public virtual ulong NanOf(bool negative, ulong fraction) => throw new InvalidOperationException($"{Name} has no NaN with a fraction");
}

/// <summary>An element format, at the top of a field that may be wider: TF32 is the upper 19 bits of a 32-bit register.</summary>
internal sealed record FloatType(string Name, ElementFormat Format, int Bits) : RegisterType(Name, Bits)
{
    private const ulong QuietBit = 1UL << 63;

    /// <summary>A format whose field is as wide as its codes.</summary>
    public FloatType(string name, ElementFormat format)
        : this(name, format, format.Bits)
    {
    }

    /// <summary>FP6 lies in the lower six bits of a byte, TF32 in the upper 19 of a word.</summary>
    private int Below => Bits > 8 ? Bits - Format.Bits : 0;

    public override Number Decode(ulong bits) => ElementCodec.Decode(Format, (uint)(bits >> Below));

    public override ulong Encode(Number value, ConversionPolicy policy, uint random)
        => (ulong)ElementCodec.Encode(Format, value, policy, random) << Below;

    public override bool IsSubnormal(Number value) => value.IsFinite && !value.Finite.IsZero && value.Finite.FloorLog2 < Format.EMin;

    public override ulong FractionOf(ulong bits) => (bits >> Below) << (64 - Format.MantissaBits);

    public override ulong NanOf(bool negative, ulong fraction)
    {
        ulong code = Format.MaxMagnitude + 1 + ((fraction | QuietBit) >> (64 - Format.MantissaBits));
        return (negative ? Format.SignMask | code : code) << Below;
    }
}

/// <summary>binary64, which no element format is wide enough for.</summary>
internal sealed record Binary64Type() : RegisterType("f64", 64)
{
    private const int MantissaBits = 52, EMin = -1022;
    private const ulong Sign = 1UL << 63, Infinity = 0x7FFUL << MantissaBits, Fraction = (1UL << MantissaBits) - 1;

    public override Number Decode(ulong bits)
    {
        bool negative = (bits & Sign) != 0;
        ulong magnitude = bits & ~Sign;
        if (magnitude >= Infinity)
        {
            return magnitude == Infinity ? Number.Infinity(negative)
                : Number.NaN with { Finite = Dyadic.Zero with { Negative = negative } };
        }

        int field = (int)(magnitude >> MantissaBits);
        ulong significand = (magnitude & Fraction) | (field == 0 ? 0 : Fraction + 1);
        return new Dyadic(negative, significand, Math.Max(field, 1) - 1 + EMin - MantissaBits);
    }

    /// <summary>IEEE 754 4.3; beyond the range, which no source reaches but by rounding, infinity.</summary>
    public override ulong Encode(Number value, ConversionPolicy policy, uint random)
    {
        ulong sign = value.Negative ? Sign : 0;
        if (value.IsNaN)
        {
            return NanOf(value.Negative, 0);
        }

        if (value.IsInfinity || value.Finite.IsZero)
        {
            return sign | (value.IsInfinity ? Infinity : 0);
        }

        int e = Math.Max(value.Finite.FloorLog2, EMin);
        BigInteger kept = Rounding.ToQuantum(value.Finite, e - MantissaBits, policy.Rounding, random);
        return sign | (ulong)BigInteger.Min(kept + ((BigInteger)(e - EMin) << MantissaBits), Infinity);
    }

    public override bool IsSubnormal(Number value) => value.IsFinite && !value.Finite.IsZero && value.Finite.FloorLog2 < EMin;

    public override ulong FractionOf(ulong bits) => bits << (64 - MantissaBits);

    public override ulong NanOf(bool negative, ulong fraction)
        => (negative ? Sign : 0) | Infinity | (1UL << (MantissaBits - 1)) | (fraction >> (64 - MantissaBits));
}

/// <summary>E8M0, a power of two.</summary>
internal sealed record PowerType() : RegisterType("ue8m0", 8)
{
    public override Number Decode(ulong bits) => ScaleCodec.Decode(ScaleFormat.E8M0, (byte)bits);

    public override ulong Encode(Number value, ConversionPolicy policy, uint random) => ScaleCodec.EncodeE8M0(value, policy, random);

    public override bool IsSubnormal(Number value) => false;
}

/// <summary>An integer, in two's complement where it is signed.</summary>
internal sealed record IntegerType(string Name, int Bits, bool Signed) : RegisterType(Name, Bits)
{
    /// <summary>The least value.</summary>
    public BigInteger Least => Signed ? -(BigInteger.One << (Bits - 1)) : 0;

    /// <summary>The greatest.</summary>
    public BigInteger Greatest => (BigInteger.One << (Signed ? Bits - 1 : Bits)) - 1;

    public override Number Decode(ulong bits)
    {
        bits &= Mask;
        BigInteger value = Signed && (bits >> (Bits - 1)) != 0 ? (BigInteger)bits - (BigInteger.One << Bits) : bits;
        return new Dyadic(value.Sign < 0, BigInteger.Abs(value), 0);
    }

    /// <summary>The nearest integer in the policy's direction, clamped to the range; a NaN is its caller's.</summary>
    public override ulong Encode(Number value, ConversionPolicy policy, uint random)
    {
        BigInteger magnitude = value.IsInfinity ? BigInteger.One << 64 : Rounding.ToQuantum(value.Finite, 0, policy.Rounding, random);
        return Code(BigInteger.Clamp(value.Negative ? -magnitude : magnitude, Least, Greatest));
    }

    /// <summary>The low bits of an integer.</summary>
    public ulong Code(BigInteger value) => (ulong)(value & Mask);

    public override bool IsSubnormal(Number value) => false;
}
