using System.Text.Json.Serialization;
using Mxact.Training.Diagnostics;

namespace Mxact.Training.Runs;

/// <summary>The time to a run's first event.</summary>
/// <param name="Rule">The rule that says what an event is.</param>
/// <param name="At">The step of the first, or null: none in the steps that were watched (censored).</param>
/// <param name="Watched">Steps watched.</param>
internal sealed record RunEvent(string Rule, int? At, int Watched);

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

    /// <summary>The first event, or null where no rule was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunEvent? Event { get; init; }

    /// <summary>What the watched losses of a run came to.</summary>
    /// <param name="watch">Every loss.</param>
    /// <param name="steps">Steps done.</param>
    /// <param name="log">The check of the last row of steps.csv.</param>
    /// <param name="rule">The rule for events, or null.</param>
    public static RunResult Of(LossWatch watch, int steps, string log, string? rule)
    {
        int? diverged = watch.DivergedAtEnd(steps);
        return new(
            diverged is null ? Done : HasDiverged,
            steps,
            double.IsFinite(watch.FinalLoss) ? watch.FinalLoss : null,
            diverged,
            watch.Spikes,
            log)
        {
            Event = rule is null ? null : new(rule, watch.ReferenceEvent, steps),
        };
    }

    /// <summary>What no run can have come to, or null.</summary>
    public string? FindImpossible()
        => Status is not (Done or HasDiverged) ? $"status is {Done} or {HasDiverged}, not '{Status}'"
            : (Status == HasDiverged) != (Diverged is not null)
                ? $"status is {Status}, and diverged {(Diverged is null ? "null" : "a step")}"
            : Steps < 1 ? $"steps is {Steps}"
            : Diverged is < 0 || Diverged > Steps ? $"diverged is {Diverged}, of {Steps} steps"
            : FinalLoss is { } loss && !double.IsFinite(loss) ? "finalLoss is no number that a loss can be"
            : FinalLoss < 0 || (FinalLoss is null && Diverged is null) ? "finalLoss is below zero, or null in a run that did not diverge"
            : Spikes.Any(s => s is null || s.Step < 0 || s.Step >= Steps || s.Recovery < 1 || s.Recovery > Steps)
                ? "spikes holds one that is outside the run"
            : Event is { } happened && (happened.Rule != ReferenceEvent.Rule
                || happened.Watched != Steps
                || happened.At < ReferenceEvent.FirstStep
                || happened.At >= Steps)
                ? "event is of no rule, or outside the run"
            : null;

    /// <summary>Whether two results say the same.</summary>
    public bool SaysTheSameAs(RunResult other) => this with { Spikes = [] } == other with { Spikes = [] }
        && Spikes.SequenceEqual(other.Spikes);
}
