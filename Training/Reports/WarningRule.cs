using Mxact.Training.Diagnostics;
using Mxact.Training.Runs;

namespace Mxact.Training.Reports;

/// <summary>What may say of a run that an event is to come, and at which step it says so first.</summary>
/// <param name="Name">As the table has it.</param>
/// <param name="Find">The step in the rows of a run, given those of its twin where there is one; null where it says nothing.</param>
internal sealed record WarningRule(string Name, Func<IReadOnlyList<StepRow>, IReadOnlyList<StepRow>?, int?> Find)
{
    /// <summary>How many times its twin's, or its own least median, a gradient's norm is when it warns.</summary>
    public const double Factor = 10;

    /// <summary>A gradient distance that would warn.</summary>
    public const double Distance = 0.9;

    /// <summary>The norm of the gradient above ten times that of the control's run of the same point at the same step.</summary>
    public static WarningRule Twin { get; } = new("norm-of-twin", (rows, twin) =>
    {
        Dictionary<int, double> norms = twin?.ToDictionary(r => r.Step, r => r.GradNorm) ?? [];
        return First(rows, r => norms.TryGetValue(r.Step, out double norm) && !(r.GradNorm <= Factor * norm));
    });

    /// <summary>The norm above ten times the least median of twenty so far: the rule for events, of norms instead of losses.</summary>
    public static WarningRule Own { get; } = new("norm-of-itself", (rows, _) =>
    {
        ReferenceEvent rule = new();
        foreach (StepRow row in rows)
        {
            rule.Add(row.Step, row.GradNorm);
        }

        return rule.At;
    });

    /// <summary>All of them; the last two look at measured steps alone.</summary>
    public static IReadOnlyList<WarningRule> All { get; } =
    [
        Twin, Own,
        new("gradient-distance", (rows, _) => First(rows, r => r.Distance > Distance)),
        new("gains-in-last-bin", (rows, _) => First(rows, r => r.LnLastBin > 0)),
    ];

    private static int? First(IReadOnlyList<StepRow> rows, Func<StepRow, bool> holds)
        => rows.Where(r => r.Step >= ReferenceEvent.FirstStep && holds(r)).Select(r => (int?)r.Step).FirstOrDefault();
}

/// <summary>How well a rule foretells the events of some runs.</summary>
/// <param name="Hits">Runs with an event that it warned of before, among those with one.</param>
/// <param name="FalseAlarms">Runs without an event in which it warned, among those without one.</param>
/// <param name="Leads">Steps from the warning to the event, a hit each.</param>
internal sealed record WarningCount(Proportion Hits, Proportion FalseAlarms, IReadOnlyList<double> Leads)
{
    /// <summary>Counts pairs of an event's step and a warning's, null where there is none.</summary>
    public static WarningCount Of(IReadOnlyList<(int? Event, int? Warning)> runs)
    {
        double[] leads = [.. runs.Where(r => r.Event is not null && r.Warning < r.Event).Select(r => (double)(r.Event - r.Warning)!)];
        int events = runs.Count(r => r.Event is not null);
        return new(
            new(leads.Length, events),
            new(runs.Count(r => r.Event is null && r.Warning is not null), runs.Count - events),
            leads);
    }
}
