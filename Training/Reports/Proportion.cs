namespace Mxact.Training.Reports;

/// <summary>
/// How often something happened, with the exact interval of Clopper and Pearson (Biometrika 26, 1934): the probabilities under which
/// neither as many nor as few has a chance below half of what the level leaves.
/// </summary>
/// <param name="Hits">How often it happened.</param>
/// <param name="Trials">Of how many.</param>
internal readonly record struct Proportion(int Hits, int Trials)
{
    /// <summary>The level of the interval.</summary>
    public const double Level = 0.95;

    private const double Tail = (1 - Level) / 2;

    /// <summary>The lower end: P(at least <see cref="Hits"/>) is the tail there; 0 without hits.</summary>
    public double Low
    {
        get
        {
            (int hits, int trials) = this;
            return hits == 0 ? 0 : Solve(p => 1 - AtMost(hits - 1, trials, p));
        }
    }

    /// <summary>The upper end: P(at most <see cref="Hits"/>) is the tail there; 1 where all are hits.</summary>
    public double High => Hits == Trials ? 1 : 1 - new Proportion(Trials - Hits, Trials).Low;

    /// <summary>P(at most so many of so many trials) under a probability of each.</summary>
    private static double AtMost(int hits, int trials, double p)
    {
        double term = Math.Pow(1 - p, trials);
        double sum = 0;
        for (int i = 0; i <= hits; i++)
        {
            sum += term;
            term *= (trials - i) / (i + 1.0) * (p / (1 - p));
        }

        return sum;
    }

    /// <summary>Where a function that grows from 0 to 1 reaches the tail.</summary>
    private static double Solve(Func<double, double> of)
    {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = of(middle) < Tail ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
