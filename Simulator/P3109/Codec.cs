using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>What the codes of a P3109 format stand for, and the code of a value that the format holds.</summary>
internal static class Codec
{
    /// <summary>
    /// Specials first; a negative code is minus the code without 2^(K-1). Else, with T the trailing field and E the exponent field,
    /// E = 0: T 2^(1-P) 2^(1-B); otherwise (1 + T 2^(1-P)) 2^(E-B).
    /// </summary>
    public static Number Decode(P3109Format format, uint code)
    {
        code &= format.CodeMask;
        bool negative = (code & format.SignMask) != 0;
        uint magnitude = code & ~format.SignMask;
        if (IsNaN(format, code, magnitude))
        {
            return Number.NaN;
        }

        if (format.IsExtended && magnitude == format.PositiveInfinity)
        {
            return Number.Infinity(negative);
        }

        uint t = magnitude & ((1u << format.TrailingBits) - 1);
        uint e = magnitude >> format.TrailingBits;
        uint significand = e == 0 ? t : (1u << format.TrailingBits) | t;

        // An external format's -0 is 0.
        return new Dyadic(negative && significand != 0, significand, Math.Max((int)e, 1) - format.Bias - format.TrailingBits);
    }

    /// <summary>
    /// With E = max(floor(log2 X), 1-B) and S = X 2^(P-1-E): S when below 2^(P-1), else S mod 2^(P-1) + (E+B) 2^(P-1); a negative value's
    /// code has 2^(K-1) more.
    /// </summary>
    /// <param name="format">The format.</param>
    /// <param name="value">A finite value that the format holds.</param>
    public static uint Encode(P3109Format format, Dyadic value)
    {
        if (value.IsZero)
        {
            return 0;
        }

        int e = Math.Max(value.FloorLog2, 1 - format.Bias);
        int shift = format.TrailingBits - e + value.Exponent;
        BigInteger s = shift >= 0 ? value.Significand << shift : value.Significand >> -shift;
        BigInteger hidden = BigInteger.One << format.TrailingBits;
        BigInteger magnitude = s < hidden ? s : (s - hidden) + ((e + format.Bias) * hidden);
        return (uint)magnitude | (value.Negative ? format.SignMask : 0);
    }

    private static bool IsNaN(P3109Format format, uint code, uint magnitude)
        => format.IsExternal ? magnitude > format.PositiveInfinity : code == format.NaN;
}
