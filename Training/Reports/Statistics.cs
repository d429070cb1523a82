namespace Mxact.Training.Reports;

/// <summary>Order statistics over what was measured: NaN stands for what was not, and is left out.</summary>
internal static class Statistics
{
    /// <summary>The median; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values) => Spread(values).Median;

    /// <summary>Least, median and greatest.</summary>
    public static (double Least, double Median, double Greatest) Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        return sorted.Length == 0
            ? (double.NaN, double.NaN, double.NaN)
            : (sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}
