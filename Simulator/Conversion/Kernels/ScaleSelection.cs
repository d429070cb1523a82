using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The shared scale from the largest magnitude, integers only; equals <see cref="Reference.ScaleSelection"/> (MX 6.3 and the rules
/// beside it).
/// </summary>
internal static class ScaleSelection
{
    /// <summary>Binades added before the shift so that exponents below zero stay unsigned.</summary>
    private const uint Below = 64;

    /// <summary>
    /// The E8M0 code of each block: floor(log2 amax) - emax + offset + [significand(amax) passes the threshold], clamped. The
    /// threshold is an addition to the significand that carries into the exponent exactly when it passes.
    /// </summary>
    /// <param name="amax">Bits of the largest magnitude of a block; above +Inf's when it holds a NaN that counts.</param>
    /// <param name="p">Rule and latitudes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Select<TLane>(TLane amax, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane zero = TLane.Splat(0);
        TLane one = TLane.Splat(1);
        TLane shift = TLane.Splat(23);

        // Exponent field and mantissa with the exponent of a subnormal counted on below 1.
        TLane field = TLane.ShiftRight(amax, shift);
        TLane mantissa = (amax & TLane.Splat(0x007FFFFF)) | TLane.ShiftLeft(TLane.Min(field, one), shift);
        TLane lead = TLane.LeadingZeroCount(mantissa) - TLane.Splat(8);
        TLane position = TLane.ShiftLeft(TLane.Max(field, one) - lead + TLane.Splat(Below - 1), shift) + TLane.ShiftLeft(mantissa, lead);

        TLane code = TLane.ShiftRight(position + TLane.Splat(p.ThresholdAddend), shift) - TLane.Splat(Below + p.FieldToCode);
        code = TLane.Select(TLane.Greater(code, TLane.Splat(254)), TLane.Splat(p.ScaleOverflow), TLane.Max(code, zero));
        code = TLane.Select(TLane.Greater(TLane.Splat(p.LeastAboveCodeZero), amax), zero, code);
        code = TLane.Select(TLane.Greater(amax + TLane.Splat(p.ThresholdAddend), TLane.Splat(p.CarryLimit)), TLane.Splat(255), code);
        code = TLane.Select(TLane.Greater(amax, zero), code, TLane.Splat(p.ScaleOfZero));
        code = TLane.Select(TLane.Greater(amax, TLane.Splat(ElementCodec.Infinity - 1)), TLane.Splat(p.ScaleOfInfinity), code);
        return TLane.Select(TLane.Greater(amax, TLane.Splat(ElementCodec.Infinity)), TLane.Splat(p.ScaleOfNan), code);
    }
}
