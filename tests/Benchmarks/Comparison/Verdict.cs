namespace Mxact.Benchmarks.Comparison;

/// <summary>A benchmark that both commits have.</summary>
/// <param name="Name">Class, method and parameters.</param>
/// <param name="Base">The median over the runs of the base, in nanoseconds.</param>
/// <param name="Head">That of the other commit.</param>
internal sealed record Ratio(string Name, double Base, double Head)
{
    /// <summary>Code that is the same in every commit: what it differs by is the machine's noise.</summary>
    private static readonly string[] Yardsticks = [".CopyThroughCaches(", ".CopyPastCaches(", ".Binary32(", ".BFloat16("];

    /// <summary>Speed over that of the base: above 1 is faster.</summary>
    public double Speed => Base / Head;

    /// <summary>Whether it measures the machine and not this project's code; yardsticks are shown, not judged.</summary>
    public bool IsYardstick => Yardsticks.Any(y => Name.Contains(y, StringComparison.Ordinal));
}

/// <summary>Two commits compared.</summary>
/// <param name="Ratios">Benchmarks of both, by name.</param>
/// <param name="OnlyInBase">Names that the other commit lacks.</param>
/// <param name="OnlyInHead">Names that the base lacks.</param>
internal sealed record Verdict(IReadOnlyList<Ratio> Ratios, IReadOnlyList<string> OnlyInBase, IReadOnlyList<string> OnlyInHead)
{
    /// <summary>No figure may fall below this share of the base's speed.</summary>
    public const double LeastRatio = 0.95;

    /// <summary>Nor the geometric mean of all below this one.</summary>
    public const double LeastMean = 0.99;

    /// <summary>What is judged.</summary>
    public IEnumerable<Ratio> Judged => Ratios.Where(r => !r.IsYardstick);

    /// <summary>What is shown beside it.</summary>
    public IEnumerable<Ratio> Yardsticks => Ratios.Where(r => r.IsYardstick);

    /// <summary>Figures that lost too much.</summary>
    public IEnumerable<Ratio> Slower => Judged.Where(r => !(r.Speed >= LeastRatio));

    /// <summary>The geometric mean of the judged ratios; NaN of none.</summary>
    public double Mean => Judged.Any() ? Math.Exp(Judged.Average(r => Math.Log(r.Speed))) : double.NaN;

    /// <summary>Whether nothing lost too much; false where nothing was judged.</summary>
    public bool Passes => Mean >= LeastMean && !Slower.Any();

    /// <summary>Compares the medians of both commits' runs.</summary>
    /// <param name="baseRuns">Figures of each run of the base, by benchmark.</param>
    /// <param name="headRuns">Those of the other commit.</param>
    public static Verdict Compare(IReadOnlyList<Dictionary<string, double>> baseRuns, IReadOnlyList<Dictionary<string, double>> headRuns)
    {
        Dictionary<string, double> left = Medians(baseRuns);
        Dictionary<string, double> right = Medians(headRuns);
        return new(
            [
                .. left.Where(b => right.ContainsKey(b.Key))
                    .Select(b => new Ratio(b.Key, b.Value, right[b.Key]))
                    .OrderBy(r => r.Name, StringComparer.Ordinal)
            ],
            [.. left.Keys.Except(right.Keys).Order(StringComparer.Ordinal)],
            [.. right.Keys.Except(left.Keys).Order(StringComparer.Ordinal)]);
    }

    /// <summary>A benchmark that one run lacks is judged by the others'.</summary>
    private static Dictionary<string, double> Medians(IReadOnlyList<Dictionary<string, double>> runs)
        => runs.SelectMany(r => r).GroupBy(f => f.Key, f => f.Value).ToDictionary(g => g.Key, g => Median([.. g.Order()]));

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
