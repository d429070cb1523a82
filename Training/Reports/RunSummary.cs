using Mxact.Training.Runs;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Reports;

/// <summary>What a report says of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Setting">Its point of the grid without the seed; runs of one setting and arm differ by seed alone.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Rows">Its steps.</param>
internal sealed record RunSummary(PlannedRun Run, string Setting, RunResult Result, IReadOnlyList<StepRow> Rows)
{
    /// <summary>The median of the last 20 losses; infinite for a loss that is not finite.</summary>
    public double FinalLoss => Result.FinalLoss ?? double.PositiveInfinity;

    /// <summary>zeta at the first step: at equal weights in every arm.</summary>
    public double FirstZeta => Rows.Select(r => r.Zeta).FirstOrDefault(z => !double.IsNaN(z), double.NaN);

    /// <summary>The median of zeta over the second half of the run.</summary>
    public double LateZeta => LateMedian(r => r.Zeta);

    /// <summary>The median of zeta's part along the gradient over the second half.</summary>
    public double LateBias => LateMedian(r => r.ZetaBias);

    public double LateCosine => LateMedian(r => r.Cosine);

    public double LateLnLastBin => LateMedian(r => r.LnLastBin);

    public double LateSaturated => LateMedian(r => r.Saturated);

    public double LateFlushed => LateMedian(r => r.Flushed);

    public double SecondsAStep => Statistics.Median(Rows.Skip(Math.Min(5, Rows.Count / 2)).Select(r => r.Seconds));

    /// <summary>The runs of a sweep that are over.</summary>
    public static IReadOnlyList<RunSummary> Of(SweepFolder sweep)
    {
        List<RunSummary> runs = [];
        foreach (PlannedRun run in sweep.Plan.Runs)
        {
            if (sweep.Of(run) is var folder && folder.Result is { } result && File.Exists(folder.Steps))
            {
                runs.Add(new(run, string.Join(", ", run.Grid.Where(p => p.Key != "seed").Select(p => $"{p.Key} {p.Value}")), result, StepLog.Read(folder.Steps)));
            }
        }

        return runs;
    }

    private double LateMedian(Func<StepRow, double> of) => Statistics.Median(Rows.Where(r => r.Step >= Result.Steps / 2).Select(of));
}
