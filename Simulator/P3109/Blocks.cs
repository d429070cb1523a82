using Mxact.Simulator.Exact;

namespace Mxact.Simulator.P3109;

/// <summary>Blocks: a scale and its elements, exact until the projection.</summary>
internal static class Blocks
{
    /// <summary>Z_i = Multiply(S, X_i): 0 times an infinity is NaN.</summary>
    public static Number[] Decode(Number scale, ReadOnlySpan<Number> elements)
    {
        Number[] values = new Number[elements.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Scalar.Multiply(scale, elements[i]);
        }

        return values;
    }

    /// <summary>
    /// What is projected of an element under a scale: NaN where either is; 0 where S = 0; sgn(X) sgn(S) where S is infinite; else X / S.
    /// </summary>
    public static ClosedReal Element(Number scale, Number element)
    {
        if (scale.IsNaN || element.IsNaN)
        {
            return ClosedReal.NaN;
        }

        if (Scalar.IsZero(scale))
        {
            return (Number)Dyadic.Zero;
        }

        return scale.IsFinite ? Scalar.Divide(element, scale)
            : Scalar.IsZero(element) ? (Number)Dyadic.Zero
            : (Number)(Dyadic.PowerOfTwo(0) with { Negative = element.Negative ^ scale.Negative });
    }

    /// <summary>reduce(MaximumFinite, [NaN, |X_1|, ..]): the largest finite magnitude, the scale before its projection.</summary>
    public static Number MaxAbsFinite(ReadOnlySpan<Number> elements)
    {
        Number largest = Number.NaN;
        foreach (Number element in elements)
        {
            largest = Extrema.MaximumFinite(largest, Scalar.Abs(element));
        }

        return largest;
    }

    /// <summary>reduce(Add, [0, X_1 Y_1, ..]), the elements decoded with their scales.</summary>
    public static Number DotProduct(ReadOnlySpan<Number> x, ReadOnlySpan<Number> y)
    {
        Number sum = Dyadic.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            sum = Scalar.Add(sum, Scalar.Multiply(x[i], y[i]));
        }

        return sum;
    }

    /// <summary>reduce(Add, [0, X_1, ..]).</summary>
    public static Number Sum(ReadOnlySpan<Number> x)
    {
        Number sum = Dyadic.Zero;
        foreach (Number element in x)
        {
            sum = Scalar.Add(sum, element);
        }

        return sum;
    }
}
