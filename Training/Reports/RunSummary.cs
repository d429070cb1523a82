using Mxact.Training.Diagnostics;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Reports;

/// <summary>What a report says of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Setting">Its point of the grid without the seed; runs of one setting and arm differ by seed alone.</param>
/// <param name="Record">How it was made.</param>
/// <param name="Rows">Its steps.</param>
internal sealed record RunSummary(PlannedRun Run, string Setting, RunRecord Record, IReadOnlyList<StepRow> Rows)
{
    private readonly LossWatch watch = Watch(Rows);

    /// <summary>Its products at the first step that was measured; empty where none was.</summary>
    public IReadOnlyList<ProductRow> FirstProducts { get; init; } = [];

    /// <summary>The median of the last 20 losses; infinite for a loss that is not finite.</summary>
    public double FinalLoss => watch.FinalLoss;

    /// <summary>Where it diverged, or null.</summary>
    public int? Diverged => watch.DivergedAtEnd(Rows.Count);

    /// <summary>The step of the first event by the reference rule, or null: none in the steps there are.</summary>
    public int? EventAt => watch.ReferenceEvent;

    /// <summary>The median over the second half of the loss without its irreducible part.</summary>
    public double LateExcess => LateMedian(r => r.ExcessLoss);

    public int Spikes => watch.Spikes.Count;

    /// <summary>Spikes from which the loss did not come back.</summary>
    public int Unrecovered => watch.Spikes.Count(s => s.Recovery is null);

    /// <summary>the distance of gradients at the first step: at equal weights in every arm.</summary>
    public double FirstDistance => Rows.Select(r => r.Distance).FirstOrDefault(z => !double.IsNaN(z), double.NaN);

    /// <summary>The median of it over the second half of the run.</summary>
    public double LateDistance => LateMedian(r => r.Distance);

    /// <summary>The median of its part along the gradient over the second half.</summary>
    public double LateAlong => LateMedian(r => r.DistanceAlong);

    public double LateCosine => LateMedian(r => r.Cosine);

    public double LateLnLastBin => LateMedian(r => r.LnLastBin);

    public double LateSaturated => LateMedian(r => r.Saturated);

    public double LateFlushed => LateMedian(r => r.Flushed);

    public double SecondsAStep => Statistics.Median(Rows.Skip(Math.Min(5, Rows.Count / 2)).Select(r => r.Seconds));

    /// <summary>The runs of a sweep that are over.</summary>
    public static IReadOnlyList<RunSummary> ReadAll(SweepFolder sweep)
    {
        List<RunSummary> runs = [];
        foreach (PlannedRun run in sweep.Plan.Runs)
        {
            if (sweep.FindFolder(run) is var folder && folder.Result is not null)
            {
                (RunRecord record, _, IReadOnlyList<StepRow> rows) = folder.ProveResult();
                runs.Add(
                    new(run, string.Join(", ", run.Grid.Where(p => p.Key != "seed").Select(p => $"{p.Key} {p.Value}")), record, rows)
                    {
                        FirstProducts = StepLog.ReadFirstProducts(folder.Products),
                    });
            }
        }

        return runs;
    }

    private static LossWatch Watch(IReadOnlyList<StepRow> rows)
    {
        LossWatch watch = new();
        foreach (StepRow row in rows)
        {
            watch.Add(row.Step, row.Loss);
        }

        return watch;
    }

    private double LateMedian(Func<StepRow, double> read) => Statistics.Median(Rows.Where(r => r.Step >= Rows.Count / 2).Select(read));
}
