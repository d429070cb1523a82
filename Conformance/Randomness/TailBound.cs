namespace Mxact.Conformance.Randomness;

/// <summary>
/// How likely a count as far out as the one that was seen is at most, on that side: Chernoff's bound, which holds for every sample size.
/// Nothing here is an approximation, so the false-alarm rate that is made of it is never exceeded. All are natural logarithms.
/// </summary>
internal static class TailBound
{
    /// <summary>A count of <paramref name="draws"/> independent draws that are each up with the same probability.</summary>
    public static double Binomial(long draws, long ups, double probability) => -draws * Divergence((double)ups / draws, probability);

    /// <summary>
    /// The sum, over batches of independent draws of probability one half, of the squared distance of each batch's count from its mean.
    /// </summary>
    /// <param name="batches">How many batches.</param>
    /// <param name="size">Draws in each.</param>
    /// <param name="sum">What was seen.</param>
    public static double Dispersion(long batches, int size, double sum)
    {
        // P(S >= s) <= E(e^(t S)) e^(-t s) for every t > 0, and P(S <= s) for every t < 0; the exponent is convex in t.
        double[] squares = [.. Enumerable.Range(0, size + 1).Select(count => (count - (size / 2.0)) * (count - (size / 2.0)))];
        double[] weights = LogWeights(size);
        double Exponent(double t) => (batches * LogMean(weights, squares, t)) - (t * sum);
        bool isHigh = sum > batches * size / 4.0;
        (double low, double high) = isHigh ? (0.0, Steepest) : (-Steepest, 0.0);
        for (int i = 0; i < Steps; i++)
        {
            double a = low + ((high - low) / 3);
            double b = high - ((high - low) / 3);
            (low, high) = Exponent(a) < Exponent(b) ? (low, b) : (a, high);
        }

        return Math.Min(0, Exponent((low + high) / 2));
    }

    /// <summary>
    /// The smallest distance from one half that is found with a given certainty: a count of a kernel that is off by so much is beyond the
    /// limit but for that probability.
    /// </summary>
    /// <param name="draws">How many draws.</param>
    /// <param name="limit">The logarithm that a count's bound must stay above.</param>
    /// <param name="miss">How often it may be missed.</param>
    public static double Detectable(long draws, double limit, double miss)
    {
        double threshold = Least(distance => draws * Divergence(0.5 + distance, 0.5) >= -limit);
        return Least(distance => distance > threshold && draws * Divergence(0.5 + threshold, 0.5 + distance) >= -Math.Log(miss));
    }

    private const double Steepest = 8;
    private const int Steps = 200;

    /// <summary>KL(a || b) of two coins.</summary>
    private static double Divergence(double a, double b) => Term(a, b) + Term(1 - a, 1 - b);

    private static double Term(double a, double b) => a == 0 ? 0 : b == 0 ? double.PositiveInfinity : a * Math.Log(a / b);

    /// <summary>The logarithms of a fair binomial's probabilities.</summary>
    private static double[] LogWeights(int size)
    {
        double[] weights = new double[size + 1];
        weights[0] = -size * Math.Log(2);
        for (int i = 1; i <= size; i++)
        {
            weights[i] = weights[i - 1] + Math.Log((double)(size - i + 1) / i);
        }

        return weights;
    }

    private static double LogMean(double[] weights, double[] squares, double t)
    {
        double greatest = weights.Zip(squares, (weight, square) => weight + (t * square)).Max();
        return greatest + Math.Log(weights.Zip(squares, (weight, square) => Math.Exp(weight + (t * square) - greatest)).Sum());
    }

    /// <summary>The least distance below one half at which something holds that goes on holding; one half where it never does.</summary>
    private static double Least(Func<double, bool> holds)
    {
        (double low, double high) = (0, 0.5);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}
