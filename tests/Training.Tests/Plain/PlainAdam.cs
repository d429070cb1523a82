namespace Mxact.Training.Tests.Plain;

/// <summary>Adam (arXiv 1412.6980, algorithm 1) in binary64, without weight decay.</summary>
/// <param name="beta1">Of the mean.</param>
/// <param name="beta2">Of the mean square.</param>
/// <param name="eps">Added to the root.</param>
/// <param name="count">Numbers.</param>
internal sealed class PlainAdam(double beta1, double beta2, double eps, int count)
{
    private readonly double[] mean = new double[count];
    private readonly double[] square = new double[count];
    private int steps;

    /// <summary>What is added to each parameter.</summary>
    public double[] Step(double[] gradient, double rate)
    {
        steps++;
        return
        [
            .. gradient.Select((g, i) =>
            {
                mean[i] = (beta1 * mean[i]) + ((1 - beta1) * g);
                square[i] = (beta2 * square[i]) + ((1 - beta2) * g * g);
                double m = mean[i] / (1 - Math.Pow(beta1, steps));
                double v = square[i] / (1 - Math.Pow(beta2, steps));
                return -rate * m / (Math.Sqrt(v) + eps);
            })
        ];
    }
}
