using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>Which values a kernel has to expect.</summary>
internal interface IRange
{
    /// <summary>True when values may be infinite, NaN, or subnormal in binary32 and not below the smallest normal result.</summary>
    static abstract bool Full { get; }
}

/// <summary>Every binary32 number.</summary>
internal readonly struct FullRange : IRange
{
    public static bool Full => true;
}

/// <summary>
/// Finite numbers, the smallest normal result being normal in binary32 too: then a subnormal's unnormalised significand meets the
/// same quantum that its normalised one would.
/// </summary>
internal readonly struct OrdinaryRange : IRange
{
    public static bool Full => false;
}

/// <summary>Encodes and decodes elements, integers only; equals <see cref="Reference.ElementCodec"/> (OFP8 5.1, 5.2.1; MX 5.3).</summary>
internal static class ElementCodec
{
    /// <summary>Binary32's +Inf.</summary>
    public const uint Infinity = 0x7F800000;

    private const uint MagnitudeMask = 0x7FFFFFFF;
    private const uint MantissaMask = 0x007FFFFF;
    private const uint QuietNan = 0x7FC00000;

    /// <summary>
    /// The code of V / X, V in binary32 and X a power of two: rounded on the grid of its binade, never finer than the
    /// subnormals', then checked for range.
    /// </summary>
    /// <param name="bits">V.</param>
    /// <param name="origin">The binary32 exponent field of X times the element's smallest normal number: log2 X + 127 + emin.</param>
    /// <param name="live">All ones, or zero where the scale is NaN and the code is zero by convention.</param>
    /// <param name="random">Random bits, see <see cref="Rounding"/>.</param>
    /// <param name="p">Format and policy.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Encode<TLane, TRounding, TRange,
        TResults>(TLane bits, TLane origin, TLane live, TLane random, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TRange : struct, IRange
        where TResults : struct, IResults
    {
        TLane zero = TLane.Splat(0);
        TLane magnitudeBits = bits & TLane.Splat(MagnitudeMask);
        TLane negative = TLane.Greater(zero, bits);

        // |V| = significand 2^(field - 150), in the full range with the significand in [2^23, 2^24) or 0.
        TLane field = TLane.ShiftRight(magnitudeBits, TLane.Splat(23));
        TLane normal = TLane.Min(field, TLane.Splat(1));
        TLane significand = (magnitudeBits & TLane.Splat(MantissaMask)) | TLane.ShiftLeft(normal, TLane.Splat(23));
        field = TLane.Max(field, TLane.Splat(1));
        if (TRange.Full)
        {
            TLane lead = TLane.LeadingZeroCount(significand) - TLane.Splat(8);
            significand = TLane.ShiftLeft(significand, lead);
            field -= lead;
        }

        // Binades above the smallest normal number: those above zero count in the code, those below widen the shift. INT8 has
        // one quantum throughout, so there all of them move the shift.
        TLane binades = field - origin;
        TLane inShift = TLane.Min(binades, TLane.Splat(p.FixedPointBinades));
        TLane shift = TLane.Splat(p.ShiftOfSmallest) - inShift;
        TLane kept = Rounding.ToQuantum<TLane, TRounding>(significand, shift, negative, random, p.RandomBits);

        // Counting codes from zero: the hidden bit adds one to the exponent field, and a carry walks into it.
        TLane magnitude = kept + TLane.ShiftLeft(binades - inShift, TLane.Splat(p.MantissaBits));

        TLane code;
        if (TResults.Plain)
        {
            code = TLane.Min(magnitude, TLane.Splat(p.LargestMagnitude)) | (negative & TLane.Splat(p.SignBit));
        }
        else
        {
            code = Checked(magnitude, negative, p);
        }

        if (!TRange.Full)
        {
            return code;
        }

        code = TLane.Select(TLane.Greater(magnitudeBits, TLane.Splat(Infinity - 1)),
            Signed(negative, TLane.Splat(p.InfinityPositive), TLane.Splat(p.InfinityDifference)), code);
        code = TLane.Select(TLane.Greater(magnitudeBits, TLane.Splat(Infinity)),
            Signed(negative, TLane.Splat(p.NanPositive), TLane.Splat(p.NanDifference)), code);
        return code & live;
    }

    /// <summary>
    /// X P in binary32 (MX 5.1). Every element format here has few enough bits for the product to be exact, so nothing rounds;
    /// beyond binary32 it is infinite.
    /// </summary>
    /// <param name="code">The element's code; bits above its width are ignored.</param>
    /// <param name="scale">The E8M0 code.</param>
    /// <param name="p">Format.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Decode<TLane>(TLane code, TLane scale, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane zero = TLane.Splat(0);
        TLane one = TLane.Splat(1);
        TLane mantissaBits = TLane.Splat(p.MantissaBits);
        code &= TLane.Splat(p.CodeMask);
        TLane negative = TLane.Greater(code & TLane.Splat((p.CodeMask >> 1) + 1), zero);
        TLane complement = negative & TLane.Splat(p.TwosComplement);
        TLane magnitude = ((code ^ complement) - complement) & (TLane.Splat(p.CodeMask >> 1) | complement) & TLane.Splat(p.CodeMask);

        // A minifloat's significand and exponent field; INT8 is all significand.
        TLane field = TLane.ShiftRight(magnitude, mantissaBits) & TLane.Splat(~p.TwosComplement);
        TLane hidden = TLane.ShiftLeft(TLane.Min(field, one), mantissaBits);
        TLane fraction = magnitude & TLane.Splat(((1u << (int)p.MantissaBits) - 1) | p.TwosComplement);
        TLane significand = fraction | hidden;
        TLane lead = TLane.LeadingZeroCount(significand) - TLane.Splat(8);
        significand = TLane.ShiftLeft(significand, lead);

        // The product's binary32 exponent field, which may lie beyond either end.
        TLane exponent = TLane.Max(field, one) - one + scale - lead + TLane.Splat(p.EMin + 23 - p.MantissaBits);
        TLane subnormal = TLane.Max(one - exponent, zero);
        TLane bits = TLane.ShiftRight(significand, subnormal) + TLane.ShiftLeft(TLane.Max(exponent - one, zero), TLane.Splat(23));
        bits = TLane.Select(TLane.Greater(exponent, TLane.Splat(254)), TLane.Splat(Infinity), bits);
        bits = TLane.Select(TLane.Greater(significand, zero), bits, zero);
        bits = TLane.Select(TLane.Greater(magnitude, TLane.Splat(p.InfinityMagnitude - 1)), TLane.Splat(Infinity), bits);
        bits = TLane.Select(TLane.Greater(magnitude, TLane.Splat(p.LargestNotNan)), TLane.Splat(QuietNan), bits);
        bits = TLane.Select(TLane.Greater(code, TLane.Splat(p.NanCode - 1)) & TLane.Greater(TLane.Splat(p.NanCode + 1), code),
            TLane.Splat(QuietNan), bits);
        bits |= negative & TLane.Splat(~MagnitudeMask);
        return TLane.Select(TLane.Greater(scale, TLane.Splat(254)), TLane.Splat(QuietNan), bits);
    }

    /// <summary>Binary32 bits of a bfloat16 value: the same bits, higher up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FromBFloat16<TLane>(TLane half)
        where TLane : unmanaged, ILane<TLane>
        => TLane.ShiftLeft(half, TLane.Splat(16));

    /// <summary>Binary32 bits of a binary16 value, exact; a NaN keeps sign and payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FromBinary16<TLane>(TLane half)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane magnitude = half & TLane.Splat(0x7FFF);
        TLane sign = TLane.ShiftLeft(half ^ magnitude, TLane.Splat(16));

        // Normal numbers move by the difference of the biases, 112; infinities and NaNs by as much again.
        TLane special = TLane.Greater(magnitude, TLane.Splat(0x7BFF)) & TLane.Splat(112u << 23);
        TLane normal = TLane.ShiftLeft(magnitude, TLane.Splat(13)) + TLane.Splat(112u << 23) + special;

        // A subnormal m 2^-24 is normal in binary32: its leading bit, at 2^(31 - lead), has exponent 7 - lead.
        TLane lead = TLane.LeadingZeroCount(magnitude);
        TLane shifted = TLane.ShiftLeft(magnitude, lead - TLane.Splat(8));
        TLane subnormal = shifted + TLane.ShiftLeft(TLane.Splat(133) - lead, TLane.Splat(23));
        subnormal = TLane.Select(TLane.Greater(magnitude, TLane.Splat(0)), subnormal, magnitude);
        return sign | TLane.Select(TLane.Greater(magnitude, TLane.Splat(0x3FF)), normal, subnormal);
    }

    /// <summary>Sign and range check of a magnitude counted in codes from zero (OFP8 5.2.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Checked<TLane>(TLane magnitude, TLane negative, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane complement = negative & TLane.Splat(p.TwosComplement);
        TLane sign = negative & TLane.Splat(p.SignBit) & (TLane.Splat(p.ZeroKeepsSign) | TLane.Greater(magnitude, TLane.Splat(0)));
        TLane code = (((magnitude ^ complement) - complement) & TLane.Splat(p.CodeMask)) | sign;

        TLane largest = TLane.Splat(p.LargestMagnitude) + (negative & TLane.Splat(p.NegativeExtra));
        return TLane.Select(TLane.Greater(magnitude, largest),
            Signed(negative, TLane.Splat(p.OverflowPositive), TLane.Splat(p.OverflowDifference)), code);
    }

    /// <summary>
    /// A code, or the one that differs from it in these bits where negative. Lanes, so that each is loaded as one broadcast.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Signed<TLane>(TLane negative, TLane positiveCode, TLane difference)
        where TLane : unmanaged, ILane<TLane>
        => positiveCode ^ (negative & difference);
}
