using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// A product or an addend as a matrix unit holds it: (-1)^Negative * Significand * 2^(Exponent - FractionBits), never normalised.
/// <paramref name="Exponent"/> is the exponent that alignment looks at: the sum of the operands' <em>field</em> exponents, so that
/// 12 * 24 and 18 * 16 align differently although both are 288.
/// </summary>
/// <param name="Kind">Finite, infinity or NaN.</param>
/// <param name="Negative">The sign.</param>
/// <param name="Significand">A non-negative integer.</param>
/// <param name="Exponent">The alignment exponent.</param>
/// <param name="FractionBits">Bits of the significand after the binary point.</param>
internal readonly record struct Term(NumberKind Kind, bool Negative, UInt128 Significand, int Exponent, int FractionBits)
{
    /// <summary>+0.</summary>
    public static Term Zero => new(NumberKind.Finite, false, 0, 0, 0);

    /// <summary>NaN.</summary>
    public static Term NaN => new(NumberKind.NaN, false, 0, 0, 0);

    /// <summary>True for a finite zero.</summary>
    public bool IsZero => Kind == NumberKind.Finite && Significand == 0;

    /// <summary>A code's significand and field exponent; a subnormal keeps emin and is not normalised.</summary>
    public static Term Of(ElementFormat format, uint code)
    {
        // The codec's dyadic numbers are not normalised either: exponent = field exponent - man.
        Number value = ElementCodec.Decode(format, code);
        return new(value.Kind, value.Negative, (UInt128)value.Finite.Significand, value.Finite.Exponent + format.MantissaBits,
            format.MantissaBits);
    }

    /// <summary>The exact product; 0 * Inf is NaN.</summary>
    public static Term operator *(Term a, Term b)
    {
        bool negative = a.Negative ^ b.Negative;
        if (a.Kind == NumberKind.NaN || b.Kind == NumberKind.NaN)
        {
            return NaN;
        }

        if (a.Kind == NumberKind.Infinity || b.Kind == NumberKind.Infinity)
        {
            return a.IsZero || b.IsZero ? NaN : new(NumberKind.Infinity, negative, 0, 0, 0);
        }

        return new(NumberKind.Finite, negative, a.Significand * b.Significand, a.Exponent + b.Exponent, a.FractionBits + b.FractionBits);
    }

    /// <summary>The value.</summary>
    public Number Value => Kind switch
    {
        NumberKind.NaN => Number.NaN,
        NumberKind.Infinity => Number.Infinity(Negative),
        _ => new Dyadic(Negative, Significand, Exponent - FractionBits),
    };

    /// <summary>The term, a zero aligned at e_zero.</summary>
    public Term WithZeroAt(int eZero) => IsZero ? this with { Exponent = eZero } : this;

    /// <summary>The value in units of 2^<paramref name="quantum"/>, truncated toward zero.</summary>
    public Int128 TruncatedAt(int quantum)
    {
        Int128 magnitude = (Int128)Integers.Shift(Significand, Exponent - FractionBits - quantum);
        return Negative ? -magnitude : magnitude;
    }

    /// <summary>The same, the last bit set where anything is lost.</summary>
    public Int128 JammedAt(int quantum)
    {
        int shift = Exponent - FractionBits - quantum;
        UInt128 kept = Integers.Shift(Significand, shift);
        bool loses = shift < 0 && Integers.Shift(kept, -shift) != Significand;
        Int128 magnitude = (Int128)(loses ? kept | UInt128.One : kept);
        return Negative ? -magnitude : magnitude;
    }

    /// <summary>The value in units of 2^<paramref name="quantum"/>, floored toward minus infinity.</summary>
    public Int128 FlooredAt(int quantum)
        => Integers.Shift(Negative ? -(Int128)Significand : (Int128)Significand, Exponent - FractionBits - quantum);

    /// <summary>NaN, or the infinity of a sum with infinite terms, or null when every term is finite; Inf - Inf is NaN.</summary>
    public static Number? SpecialSum(ReadOnlySpan<Term> terms, Term c)
    {
        bool nan = c.Kind == NumberKind.NaN;
        bool plus = c.Kind == NumberKind.Infinity && !c.Negative;
        bool minus = c.Kind == NumberKind.Infinity && c.Negative;
        foreach (Term term in terms)
        {
            nan |= term.Kind == NumberKind.NaN;
            plus |= term.Kind == NumberKind.Infinity && !term.Negative;
            minus |= term.Kind == NumberKind.Infinity && term.Negative;
        }

        return nan || (plus && minus) ? Number.NaN : plus || minus ? Number.Infinity(minus) : null;
    }
}
