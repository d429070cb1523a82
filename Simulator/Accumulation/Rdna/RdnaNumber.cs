namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>An operand as the unit unpacks it: (-1)^Negative * Significand * 2^Exponent, never normalised, or no number.</summary>
/// <param name="Negative">The sign.</param>
/// <param name="Significand">With its hidden bit; 0 for a zero.</param>
/// <param name="Field">The field's exponent without bias, that of a subnormal being the least normal one's.</param>
/// <param name="Exponent">The exponent of the significand's last bit.</param>
/// <param name="IsInfinite">Whether it is an infinity.</param>
/// <param name="IsNaN">Whether it is a NaN.</param>
internal readonly record struct RdnaNumber(bool Negative, Int128 Significand, int Field, int Exponent, bool IsInfinite, bool IsNaN)
{
    /// <summary>True for a finite zero.</summary>
    public bool IsZero => Significand == 0 && !IsInfinite && !IsNaN;

    /// <summary>The exponent of the leading bit of a number that is not zero.</summary>
    public int Lead => (int)Int128.Log2(Significand) + Exponent;

    /// <summary>Unpacks a code of binary16, bfloat16 or binary32.</summary>
    /// <param name="format">The format.</param>
    /// <param name="code">The code.</param>
    /// <param name="flush">Whether a subnormal is taken as zero.</param>
    public static RdnaNumber Of(ElementFormat format, uint code, bool flush)
    {
        int mantissa = format.MantissaBits;
        uint fraction = code & ((1u << mantissa) - 1), magnitude = code & ~format.SignMask, top = (format.MaxMagnitude >> mantissa) + 1;
        uint exponent = magnitude >> mantissa;
        bool special = exponent == top;
        int field = Math.Max((int)exponent, 1) - (int)(top >> 1);
        uint significand = exponent == 0 ? flush ? 0 : fraction : fraction | (1u << mantissa);
        return new((code & format.SignMask) != 0, special ? 0 : significand, field, field - mantissa, special && fraction == 0,
            special && fraction != 0);
    }

    /// <summary>The exact product, not renormalised: its field exponent is the sum of both.</summary>
    public static RdnaNumber operator *(RdnaNumber a, RdnaNumber b) => new(a.Negative ^ b.Negative, a.Significand * b.Significand,
        a.Field + b.Field, a.Exponent + b.Exponent, (a.IsInfinite && !b.IsZero) || (b.IsInfinite && !a.IsZero),
        a.IsNaN || b.IsNaN || (a.IsInfinite && b.IsZero) || (b.IsInfinite && a.IsZero));

    /// <summary>The magnitude in units of 2^<paramref name="grid"/>, cut off.</summary>
    public Int128 Cut(int grid) => Shifted(Significand, Exponent - grid);

    /// <summary>The value in units of 2^<paramref name="grid"/>, floored.</summary>
    public Int128 Floor(int grid) => Shifted(Negative ? -Significand : Significand, Exponent - grid);

    /// <summary>value * 2^count, floored.</summary>
    public static Int128 Shifted(Int128 value, int count) => count >= 0 ? value << count : value >> Math.Min(-count, 127);

    /// <summary>
    /// The bits of (-1)^negative * magnitude * 2^grid with one rounding, ties to even; a zero is +0. Where <paramref name="flush"/>,
    /// it is rounded as if the exponent had no lower bound, and what is still below the normal numbers is +0.
    /// </summary>
    public static uint Rounded(ElementFormat format, bool negative, Int128 magnitude, int grid, bool flush)
    {
        if (magnitude == 0)
        {
            return 0;
        }

        int mantissa = format.MantissaBits, bias = (int)(((format.MaxMagnitude >> mantissa) + 1) >> 1);
        int unit = (int)Int128.Log2(magnitude) + grid - mantissa;
        unit = flush ? unit : Math.Max(unit, 1 - bias - mantissa);
        int cut = unit - grid;
        Int128 kept = Shifted(magnitude, -cut);
        if (cut > 0)
        {
            Int128 rest = magnitude - (cut > 120 ? 0 : kept << cut), half = Int128.One << Math.Min(cut - 1, 120);
            kept += rest > half || (rest == half && !Int128.IsEvenInteger(kept)) ? 1 : 0;
        }

        uint sign = negative ? format.SignMask : 0;
        if (kept >> mantissa == 0)
        {
            return flush || kept == 0 ? 0 : sign | (uint)kept;
        }

        if (kept >> (mantissa + 1) != 0)
        {
            kept >>= 1;
            unit++;
        }

        int exponent = unit + mantissa;
        return exponent < 1 - bias ? 0 : exponent > bias ? sign | (format.MaxMagnitude + 1)
            : sign | ((uint)(exponent + bias) << mantissa) | ((uint)kept & ((1u << mantissa) - 1));
    }

    /// <summary>
    /// The answer where a term is no number, else null. A NaN factor comes before an invalid product or opposite infinities, those
    /// before a NaN addend, which is quieted.
    /// </summary>
    public static uint? Special(ElementFormat output, ReadOnlySpan<RdnaNumber> a, ReadOnlySpan<RdnaNumber> b, RdnaNumber c, uint bits)
    {
        uint infinity = output.MaxMagnitude + 1, quiet = 1u << (output.MantissaBits - 1);
        uint invalid = output.SignMask | infinity | quiet;
        bool nan = false, wrong = false, plus = false, minus = false;
        for (int k = 0; k < a.Length; k++)
        {
            RdnaNumber product = a[k] * b[k];
            bool factor = a[k].IsNaN || b[k].IsNaN;
            nan |= factor;
            wrong |= product.IsNaN && !factor;
            plus |= product.IsInfinite && !product.Negative;
            minus |= product.IsInfinite && product.Negative;
        }

        if (nan)
        {
            // The payload is the unit's own, in binary32 only.
            return output.Bits == 32 ? 0xFFC0_0A3D : invalid;
        }

        if (wrong || (plus && minus))
        {
            return invalid;
        }

        if (c.IsNaN)
        {
            return bits | quiet;
        }

        plus |= c.IsInfinite && !c.Negative;
        minus |= c.IsInfinite && c.Negative;
        return plus && minus ? invalid : plus ? infinity : minus ? output.SignMask | infinity : null;
    }
}
