using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>V_i / X as shipped kernels compute it in binary32, for each <see cref="ScaleApplication"/> but the exact one.</summary>
internal static class ScaleDivision
{
    /// <summary>The number that is then rounded to an element. Inf * 0 and Inf / Inf are NaN.</summary>
    /// <param name="v">V_i.</param>
    /// <param name="divisor">X, times the tensor's scale where there is one, exactly.</param>
    /// <param name="scaleCode">The code of X.</param>
    /// <param name="application">A choice that is not <see cref="ScaleApplication.Exact"/>.</param>
    public static Number Apply(Number v, Dyadic divisor, byte scaleCode, ScaleApplication application) => application switch
    {
        ScaleApplication.ReciprocalZeroAt00 => Times(v, scaleCode == 0 ? Dyadic.Zero : Reciprocal(divisor)),
        ScaleApplication.ReciprocalFlushed
            => Times(v, divisor.IsZero || -divisor.FloorLog2 < ElementFormats.Binary32.EMin ? Dyadic.Zero : Reciprocal(divisor)),
        ScaleApplication.Binary32Divide => By(v, Binary32.Decode(Binary32.Round(divisor))),
        ScaleApplication.Binary32Reciprocal
            => Times(v, Binary32.Decode(Binary32.Round(divisor)) is { IsFinite: true } rounded ? Reciprocal(rounded.Finite) : Dyadic.Zero),
        _ => throw new InvalidOperationException($"no such choice: {application}"),
    };

    /// <summary>fl(1 / divisor); 0 of a zero and where it overflows.</summary>
    private static Dyadic Reciprocal(Dyadic divisor)
        => divisor.IsZero ? Dyadic.Zero : Binary32.Divide(Dyadic.PowerOfTwo(0), divisor).Finite;

    private static Number Times(Number v, Dyadic reciprocal)
        => v.IsFinite ? Binary32.Multiply(v.Finite, reciprocal) : v.IsInfinity && reciprocal.IsZero ? Invalid : v;

    /// <summary>fl(V / d); by a scale of zero every finite element is zero, as in exact arithmetic.</summary>
    private static Number By(Number v, Number divisor)
        => !v.IsFinite ? (v.IsInfinity && divisor.IsInfinity ? Invalid : v)
            : divisor.Finite.IsZero ? Dyadic.Zero with { Negative = v.Negative }
            : Binary32.Divide(v.Finite, divisor.Finite);

    /// <summary>An invalid operation: the default NaN of the processors that ran it is negative.</summary>
    private static Number Invalid => Number.NaN with { Finite = Dyadic.Zero with { Negative = true } };
}
