using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>The ten minima and maxima. They differ in what a NaN or an infinity gives way to.</summary>
internal static class Extrema
{
    /// <summary>The lesser; NaN of a NaN.</summary>
    public static Number Minimum(Number x, Number y) => x.IsNaN || y.IsNaN ? Number.NaN : Scalar.Compare(x, y) <= 0 ? x : y;

    /// <summary>The greater; NaN of a NaN.</summary>
    public static Number Maximum(Number x, Number y) => x.IsNaN || y.IsNaN ? Number.NaN : Scalar.Compare(x, y) >= 0 ? x : y;

    /// <summary>The lesser; one NaN is ignored.</summary>
    public static Number MinimumNumber(Number x, Number y) => x.IsNaN ? y : y.IsNaN ? x : Minimum(x, y);

    /// <summary>The greater; one NaN is ignored.</summary>
    public static Number MaximumNumber(Number x, Number y) => x.IsNaN ? y : y.IsNaN ? x : Maximum(x, y);

    /// <summary>The one of lesser magnitude, of equal magnitudes the lesser; NaN of a NaN.</summary>
    public static Number MinimumMagnitude(Number x, Number y) => x.IsNaN || y.IsNaN ? Number.NaN
        : Scalar.CompareMagnitudes(x, y) switch { < 0 => x, > 0 => y, _ => Minimum(x, y) };

    /// <summary>The one of greater magnitude, of equal magnitudes the greater; NaN of a NaN.</summary>
    public static Number MaximumMagnitude(Number x, Number y) => x.IsNaN || y.IsNaN ? Number.NaN
        : Scalar.CompareMagnitudes(x, y) switch { > 0 => x, < 0 => y, _ => Maximum(x, y) };

    /// <summary>As <see cref="MinimumMagnitude"/>; one NaN is ignored.</summary>
    public static Number MinimumMagnitudeNumber(Number x, Number y) => x.IsNaN ? y : y.IsNaN ? x : MinimumMagnitude(x, y);

    /// <summary>As <see cref="MaximumMagnitude"/>; one NaN is ignored.</summary>
    public static Number MaximumMagnitudeNumber(Number x, Number y) => x.IsNaN ? y : y.IsNaN ? x : MaximumMagnitude(x, y);

    /// <summary>The lesser; NaN gives way to anything, an infinity to a finite number; of two infinities the lesser.</summary>
    public static Number MinimumFinite(Number x, Number y) => x.IsInfinity && y.IsFinite ? y : x.IsFinite && y.IsInfinity ? x
        : MinimumNumber(x, y);

    /// <summary>The greater; NaN gives way to anything, an infinity to a finite number; of two infinities the greater.</summary>
    public static Number MaximumFinite(Number x, Number y) => x.IsInfinity && y.IsFinite ? y : x.IsFinite && y.IsInfinity ? x
        : MaximumNumber(x, y);
}
