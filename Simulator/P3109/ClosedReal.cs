using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>
/// A value before its projection: a rational number, an infinity or NaN. There is one zero, and only a quotient is no
/// <see cref="Number"/>.
/// </summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Finite">The number when finite; for an infinity only its sign counts.</param>
internal readonly record struct ClosedReal(NumberKind Kind, Quotient Finite)
{
    /// <summary>NaN.</summary>
    public static ClosedReal NaN => Number.NaN;

    /// <summary>True for NaN.</summary>
    public bool IsNaN => Kind == NumberKind.NaN;

    /// <summary>A number is a quotient by one.</summary>
    public static implicit operator ClosedReal(Number value) => new(value.Kind, value.Finite);

    /// <summary>The same conversion by name.</summary>
    public static ClosedReal FromNumber(Number value) => value;

    /// <summary>A quotient.</summary>
    public static ClosedReal Of(Quotient value) => new(NumberKind.Finite, value);
}
