namespace Mxact.Training.Reports;

/// <summary>An arm at a setting, over its seeds.</summary>
/// <param name="Setting">The point of the grid without the seed.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Runs">Its runs.</param>
/// <param name="Ratios">Final loss over the control's at the same seed, a run each; NaN where the control has none.</param>
/// <param name="ExtraSpikes">Spikes beyond the control's at the same seed, a run each; NaN likewise.</param>
/// <param name="Twins">The control's run at the same point, a run each; null where there is none.</param>
internal sealed record ArmSummary(
    string Setting,
    string Arm,
    IReadOnlyList<RunSummary> Runs,
    IReadOnlyList<double> Ratios,
    IReadOnlyList<double> ExtraSpikes,
    IReadOnlyList<RunSummary?> Twins)
{
    /// <summary>How many runs have an event by the reference rule.</summary>
    public Proportion Events => new(Runs.Count(r => r.EventAt is not null), Runs.Count);

    /// <summary>Where a rule first warned, a run each; null where it never did.</summary>
    public IEnumerable<int?> FindWarnings(WarningRule rule) => Runs.Zip(Twins, (run, twin) => rule.Find(run.Rows, twin?.Rows));

    public int Diverged => Runs.Count(r => r.Diverged is not null);

    /// <summary>Groups runs by setting and arm, in the plan's order, and pairs each with its control.</summary>
    public static IReadOnlyList<ArmSummary> Summarize(IReadOnlyList<RunSummary> runs, IReadOnlyList<string> arms, string? control)
    {
        Dictionary<string, RunSummary> controls = runs.Where(r => r.Run.Arm == control).ToDictionary(r => r.Run.Point);
        double Paired(RunSummary run, Func<RunSummary, RunSummary, double> compare)
            => controls.TryGetValue(run.Run.Point, out RunSummary? twin) ? compare(run, twin) : double.NaN;
        return
        [
            .. from setting in runs.Select(r => r.Setting).Distinct()
               from arm in arms
               let those = runs.Where(r => r.Setting == setting && r.Run.Arm == arm).ToList()
               where those.Count > 0
               select new ArmSummary(
                   setting,
                   arm,
                   those,
                   [.. those.Select(r => Paired(r, (a, b) => a.FinalLoss / b.FinalLoss))],
                   [.. those.Select(r => Paired(r, (a, b) => a.Spikes - b.Spikes))],
                   [.. those.Select(r => controls.GetValueOrDefault(r.Run.Point))]),
        ];
    }
}
