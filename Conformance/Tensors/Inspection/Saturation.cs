namespace Mxact.Tensors.Inspection;

/// <summary>
/// Whether more elements are at the maximum than the elements below it lead on to. A scale rule bounds a block's largest element: by twice
/// max normal where it clips most (trunc-quotient). Values whose density falls ever faster, as that of uniform, Gaussian and Laplace
/// values does, have no more between max normal and that bound than the two bins below max normal, continued, give.
/// </summary>
internal static class Saturation
{
    /// <summary>Of fewer at the maximum, chance says as much.</summary>
    private const int LeastAtMax = 1000;

    /// <summary>
    /// The least share of the elements that are not zero: heavy tails, which fall ever slower, reach no such share.
    /// </summary>
    private const double LeastShare = 0.25;

    /// <summary>From here on the maximum is all there is.</summary>
    private const double MostShare = 0.9;

    /// <summary>What edges of bins that a rounding moves, and chance, may add to what is expected.</summary>
    private const double Margin = 1.25;

    /// <summary>Whether so many are.</summary>
    public static bool IsSuspicious(InspectedTensor tensor)
    {
        ElementCounts counts = tensor.Elements;
        if (counts.AtMax < LeastAtMax || counts.AtMax < LeastShare * counts.NonZero)
        {
            return false;
        }

        // A rule puts one element of a block at the maximum, whatever the density.
        return counts.AtMax > MostShare * counts.NonZero
            || counts.AtMax - tensor.Fill.AtMax > Margin * Expected(counts, new(tensor.Tensor.Format));
    }

    /// <summary>Elements expected from the edge of the last bin to twice max normal.</summary>
    private static double Expected(ElementCounts counts, ElementClasses classes)
    {
        double edge = Edge(classes, classes.Max), upper = Edge(classes, classes.Upper), lower = Edge(classes, classes.Lower);
        double near = counts.Upper / (edge - upper);
        double far = counts.Lower / (upper - lower);
        double length = (2 * classes.ValueOf(classes.Max)) - edge;
        double slope = near <= 0 ? 0 : Math.Max(Math.Log(far / near) / ((edge - lower) / 2), 0);
        double atEdge = near * Math.Exp(-slope * (edge - upper) / 2);
        return slope * length < 1e-6 ? atEdge * length : atEdge * (1 - Math.Exp(-slope * length)) / slope;
    }

    /// <summary>Halfway to the number below.</summary>
    private static double Edge(ElementClasses classes, int magnitude) => (classes.ValueOf(magnitude) + classes.ValueOf(magnitude - 1)) / 2;
}
