using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>
/// The scalar operations on closed reals, before their projection: exact, NaN in is NaN out but for the extrema that say otherwise.
/// </summary>
internal static class Scalar
{
    /// <summary>1 / x; NaN of 0, 0 of an infinity.</summary>
    public static ClosedReal Recip(Number x) => Divide(Dyadic.PowerOfTwo(0), x);

    /// <summary>x / y; NaN where y = 0 and of two infinities.</summary>
    public static ClosedReal Divide(Number x, Number y)
    {
        if (x.IsNaN || y.IsNaN || IsZero(y) || (x.IsInfinity && y.IsInfinity))
        {
            return ClosedReal.NaN;
        }

        return x.IsInfinity ? Number.Infinity(x.Negative ^ y.Negative)
            : y.IsInfinity ? (Number)Dyadic.Zero
            : ClosedReal.Of((Quotient)x.Finite / y.Finite);
    }

    /// <summary>-x.</summary>
    public static Number Negate(Number x) => NumberArithmetic.Negate(x);

    /// <summary>|x|.</summary>
    public static Number Abs(Number x) => x with { Finite = x.Finite.Abs() };

    /// <summary>x + y; NaN of opposite infinities.</summary>
    public static Number Add(Number x, Number y) => NumberArithmetic.Add(x, y);

    /// <summary>x - y; NaN of like infinities.</summary>
    public static Number Subtract(Number x, Number y) => Add(x, Negate(y));

    /// <summary>x y; NaN of 0 and an infinity.</summary>
    public static Number Multiply(Number x, Number y) => NumberArithmetic.Multiply(x, y);

    /// <summary>x y + z.</summary>
    public static Number FusedMultiplyAdd(Number x, Number y, Number z) => Add(Multiply(x, y), z);

    /// <summary>x + y + z.</summary>
    public static Number FusedAddAdd(Number x, Number y, Number z) => Add(Add(x, y), z);

    /// <summary>x = 0.</summary>
    public static bool IsZero(Number x) => x.IsFinite && x.Finite.IsZero;

    /// <summary>x = 1.</summary>
    public static bool IsOne(Number x) => x.IsFinite && Compare(x, Dyadic.PowerOfTwo(0)) == 0;

    /// <summary>x &lt; 0; false of NaN.</summary>
    public static bool IsSignMinus(Number x) => !x.IsNaN && !IsZero(x) && x.Negative;

    /// <summary>The order of x and y, neither being NaN: below 0, 0 or above 0 as x is less, equal or greater.</summary>
    public static int Compare(Number x, Number y)
    {
        int signs = Sign(x).CompareTo(Sign(y));
        if (signs != 0 || Sign(x) == 0)
        {
            return signs;
        }

        int magnitudes = CompareMagnitudes(x, y);
        return x.Negative ? -magnitudes : magnitudes;
    }

    /// <summary>The order of |x| and |y|, neither being NaN.</summary>
    public static int CompareMagnitudes(Number x, Number y)
        => x.IsInfinity || y.IsInfinity ? x.IsInfinity.CompareTo(y.IsInfinity) : Dyadic.CompareMagnitude(x.Finite, y.Finite);

    private static int Sign(Number x) => IsZero(x) ? 0 : x.Negative ? -1 : 1;
}
