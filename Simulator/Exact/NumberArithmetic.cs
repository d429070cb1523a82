namespace Mxact.Simulator.Exact;

/// <summary>
/// Exact sums and products of numbers with the special cases of IEEE 754 (6.1, 6.2, 6.3): what comes before any rounding.
/// </summary>
internal static class NumberArithmetic
{
    /// <summary>The exact product: NaN for a NaN or 0 * Inf, otherwise the signs' exclusive or.</summary>
    public static Number Multiply(Number a, Number b)
    {
        if (a.IsNaN || b.IsNaN)
        {
            return Number.NaN;
        }

        bool zero = (a.IsFinite && a.Finite.IsZero) || (b.IsFinite && b.Finite.IsZero);
        return (a.IsInfinity || b.IsInfinity, zero) switch
        {
            (true, true) => Number.NaN,
            (true, false) => Number.Infinity(a.Negative ^ b.Negative),
            _ => a.Finite * b.Finite,
        };
    }

    /// <summary>The exact sum: NaN for a NaN or Inf - Inf; an exact zero is +0 unless both terms are -0.</summary>
    public static Number Add(Number a, Number b)
    {
        if (a.IsNaN || b.IsNaN || (a.IsInfinity && b.IsInfinity && a.Negative != b.Negative))
        {
            return Number.NaN;
        }

        return a.IsInfinity ? a : b.IsInfinity ? b : a.Finite + b.Finite;
    }

    /// <summary>The number with its sign turned; NaN stays NaN.</summary>
    public static Number Negate(Number a) => a with { Finite = a.Finite with { Negative = !a.Negative } };
}
