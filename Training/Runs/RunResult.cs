using Mxact.Training.Diagnostics;

namespace Mxact.Training.Runs;

/// <summary>What a run came to.</summary>
/// <param name="Status">done or diverged.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="FinalLoss">The median of the last 20 losses; NaN is written as null.</param>
/// <param name="Diverged">The step of divergence, or null.</param>
/// <param name="Spikes">Spikes of the loss.</param>
/// <param name="Log">The check of the last row of steps.csv.</param>
internal sealed record RunResult(
    string Status,
    int Steps,
    double? FinalLoss,
    int? Diverged,
    IReadOnlyList<Spike> Spikes,
    string Log)
{
    private const string Done = "done";
    private const string HasDiverged = "diverged";

    /// <summary>What the watched losses of a run came to.</summary>
    /// <param name="watch">Every loss.</param>
    /// <param name="steps">Steps done.</param>
    /// <param name="log">The check of the last row of steps.csv.</param>
    public static RunResult Of(LossWatch watch, int steps, string log)
    {
        int? diverged = watch.DivergedAtEnd(steps);
        return new(
            diverged is null ? Done : HasDiverged,
            steps,
            double.IsFinite(watch.FinalLoss) ? watch.FinalLoss : null,
            diverged,
            watch.Spikes,
            log);
    }

    /// <summary>What no run can have come to, or null.</summary>
    public string? FindImpossible()
        => Status is not (Done or HasDiverged) ? $"status is {Done} or {HasDiverged}, not '{Status}'"
            : (Status == HasDiverged) != (Diverged is not null) ? $"status is {Status}, and diverged {(Diverged is null ? "null" : "a step")}"
            : Steps < 1 ? $"steps is {Steps}"
            : Diverged is < 0 || Diverged > Steps ? $"diverged is {Diverged}, of {Steps} steps"
            : FinalLoss is { } loss && !double.IsFinite(loss) ? "finalLoss is no number that a loss can be"
            : FinalLoss < 0 || (FinalLoss is null && Diverged is null) ? "finalLoss is below zero, or null in a run that did not diverge"
            : Spikes.Any(s => s is null || s.Step < 0 || s.Step >= Steps || s.Recovery < 1 || s.Recovery > Steps)
                ? "spikes holds one that is outside the run"
            : null;

    /// <summary>Whether two results say the same.</summary>
    public bool SaysTheSameAs(RunResult other) => this with { Spikes = [] } == other with { Spikes = [] } && Spikes.SequenceEqual(other.Spikes);
}
