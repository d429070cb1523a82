using System.Globalization;
using System.Net;
using System.Text;
using CsvHelper;
using Mxact.Shell;
using Mxact.Training.Diagnostics;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Reports;

/// <summary>A sweep as one page that needs nothing else, with the CSV files behind it.</summary>
internal static class SweepReport
{
    private static readonly (string Name, Func<ArmSummary, IEnumerable<double>> Of)[] Metrics =
    [
        ("final_loss", a => a.Runs.Select(r => r.FinalLoss)),
        ("loss_ratio", a => a.Ratios),
        ("excess_loss_late", a => a.Runs.Select(r => r.LateExcess)),
        ("gradient_distance_first", a => a.Runs.Select(r => r.FirstDistance)),
        ("gradient_distance_late", a => a.Runs.Select(r => r.LateDistance)),
        ("gradient_distance_along_late", a => a.Runs.Select(r => r.LateAlong)),
        ("gradient_cosine_late", a => a.Runs.Select(r => r.LateCosine)),
        ("ln_last_bin_late", a => a.Runs.Select(r => r.LateLnLastBin)),
        ("saturated_late", a => a.Runs.Select(r => r.LateSaturated)),
        ("flushed_late", a => a.Runs.Select(r => r.LateFlushed)),
        ("event_at", a => a.Runs.Select(r => r.EventAt ?? double.NaN)),
        ("warning_at", a => a.FindWarnings(WarningRule.Twin).Select(w => w ?? double.NaN)),
        ("own_warning_at", a => a.FindWarnings(WarningRule.Own).Select(w => w ?? double.NaN)),
        ("spikes", a => a.Runs.Select(r => (double)r.Spikes)),
        ("extra_spikes", a => a.ExtraSpikes),
        ("seconds_a_step", a => a.Runs.Select(r => r.SecondsAStep)),
    ];

    private static readonly (string Title, Func<ArmSummary, string> Cell)[] Columns =
    [
        ("arm", a => Text(a.Arm)),
        ("runs", a => Cell(a.Runs.Count)),
        ("diverged", a => Cell(a.Diverged)),
        ("did not recover", a => Cell(a.Runs.Count(r => r.Unrecovered > 0))),
        ("events", a => Cell(a.Events)),
        ("first event at", a => Cell(a.Runs.Select(r => r.EventAt ?? double.NaN))),
        ("warned at", a => Cell(a.FindWarnings(WarningRule.Twin).Select(w => w ?? double.NaN))),
        ("spikes", a => Cell(a.Runs.Select(r => (double)r.Spikes))),
        ("final loss", a => Cell(a.Runs.Select(r => r.FinalLoss))),
        ("over control", a => Cell(a.Ratios)),
        ("first gradient distance", a => Cell(a.Runs.Select(r => r.FirstDistance))),
        ("late gradient distance", a => Cell(a.Runs.Select(r => r.LateDistance))),
        ("of it along", a => Cell(a.Runs.Select(r => r.LateAlong))),
        ("late cosine", a => Cell(a.Runs.Select(r => r.LateCosine))),
        ("LN in last bin", a => Cell(a.Runs.Select(r => r.LateLnLastBin))),
        ("ms a step", a => Cell(a.Runs.Select(r => 1000 * r.SecondsAStep))),
    ];

    /// <summary>Writes report.html, arms.csv and runs.csv into a folder; returns the page's path.</summary>
    public static string Write(SweepFolder sweep, string folder)
    {
        SweepPlan plan = sweep.Plan;
        IReadOnlyList<RunSummary> runs = RunSummary.ReadAll(sweep);
        if (runs.Count == 0)
        {
            throw new UsageException($"{sweep.Path}: no run has finished yet");
        }

        IReadOnlyList<ArmSummary> arms = ArmSummary.Summarize(runs, plan.Arms, plan.Control);
        Directory.CreateDirectory(folder);
        Csv(
            Path.Combine(folder, "runs.csv"),
            [
                "arm", "point", "steps", "diverged_at", "event_at", "warning_at", "own_warning_at", "excess_loss_late", "spikes",
                "unrecovered", "final_loss", "gradient_distance_first", "gradient_distance_late", "gradient_distance_along_late",
                "gradient_cosine_late", "ln_last_bin_late", "saturated_late", "flushed_late", "seconds_a_step",
            ],
            arms.SelectMany(a => a.Runs.Zip(a.Twins)).OrderBy(r => runs.Index().First(other => other.Item == r.First).Index)
                .Select(r => Fields(r.First, r.Second)));
        Csv(
            Path.Combine(folder, "arms.csv"),
            [
                "setting", "arm", "runs", "diverged", "unrecovered", "events", "events_low", "events_high",
                .. Metrics.SelectMany(m => new[] { m.Name + "_median", m.Name + "_min", m.Name + "_max" }),
            ],
            arms.Select(Fields));
        Csv(
            Path.Combine(folder, "warnings.csv"),
            [
                "setting", "arm", "rule", "events", "hits", "hits_low", "hits_high", "lead_median", "lead_min", "lead_max",
                "without_event", "false_alarms", "false_alarms_low", "false_alarms_high",
            ],
            WarningRule.All.SelectMany(rule => Warnings(arms, rule)));
        List<ProductDrift> products = [.. arms.SelectMany(ProductDrift.Of)];
        if (products.Count > 0)
        {
            Csv(
                Path.Combine(folder, "products.csv"),
                ["setting", "arm", "product", .. ProductDrift.Names.SelectMany(n => new[] { n + "_median", n + "_min", n + "_max" })],
                products.Select(Fields));
        }

        string page = Path.Combine(folder, "report.html");
        AtomicFile.Write(page, stream => stream.Write(Encoding.UTF8.GetBytes(Page(plan, runs, arms))));
        return page;
    }

    private static string Page(SweepPlan plan, IReadOnlyList<RunSummary> runs, IReadOnlyList<ArmSummary> arms)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(plan.Title)}</title>
            <style>
            body {"{"} font: 15px/1.5 system-ui, sans-serif; color: #333; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; {"}"}
            table {"{"} border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 12px;
              display: block; overflow-x: auto; {"}"}
            th, td {"{"} padding: .2rem .45rem; text-align: right; border-bottom: 1px solid #e4e4e4; white-space: nowrap; {"}"}
            th:first-child, td:first-child {"{"} text-align: left; {"}"}
            svg {"{"} max-width: 100%; height: auto; {"}"}
            small {"{"} color: #777; {"}"}
            </style></head><body>
            <h1>{Text(plan.Title)}</h1>
            <p>{runs.Count} of {plan.Runs.Count} runs are over. A number is the median over seeds, then least and greatest.
            "Late" is the median over a run's second half.
            The gradient distance is |g~ - g| / |g|: the arm's gradient against the binary32 gradient at the same weights and batch,
            the gradients of two losses; part of it lies along g.
            An event is a loss above {ReferenceEvent.Factor} times the least median of {ReferenceEvent.Window} losses so far, from step
            {ReferenceEvent.FirstStep} on; how many runs have one stands with its exact 95% interval (Clopper and Pearson), and runs
            without one are censored at their last step. "Warned at" is where the gradient's norm first was
            {WarningRule.Factor} times the control's.
            A spike is a loss above {LossWatch.SpikeFactor} times the median of the {LossWatch.Window} before it, which stands still
            until the loss is back. A run has diverged when its loss is not finite, stayed above its first for
            {LossWatch.Patience} steps, or ended above it; plots leave out what is not finite.
            {(plan.Control is null ? "" : $"Ratios and extra spikes are against {Text(plan.Control)} at the same seed.")}</p>

            """);
        AppendEvents(page, arms);
        foreach (string setting in arms.Select(a => a.Setting).Distinct())
        {
            IReadOnlyList<ArmSummary> here = [.. arms.Where(a => a.Setting == setting)];
            if (setting.Length > 0)
            {
                page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(setting)}</h2>\n");
            }

            AppendTable(page, here);
            AppendFigure(page, Plots.Curves("loss", "loss", here, plan.Arms, r => r.Loss, logarithmic: true));
            AppendFigure(
                page,
                Plots.Curves(
                    "distance between the gradients of two losses",
                    "|g~ - g| / |g|",
                    [.. here.Where(a => a.Runs.Any(r => r.LateDistance > 0 || r.FirstDistance > 0))],
                    plan.Arms,
                    r => r.Distance,
                    logarithmic: true));
            if (plan.Control is not null)
            {
                AppendFigure(
                    page,
                    Plots.Dots("final loss over the control's", "ratio", here, plan.Arms, a => a.Ratios, logarithmic: true, mark: 1));
            }

            AppendFigure(
                page,
                Plots.Dots(
                    "late gradient distance",
                    "|g~ - g| / |g|",
                    [.. here.Where(a => a.Runs.Any(r => r.LateDistance > 0))],
                    plan.Arms,
                    a => a.Runs.Select(r => r.LateDistance),
                    logarithmic: true));
        }

        string made = string.Join("; ", runs.Select(r => $"{r.Record.Version}, {DescribeExecution(r.Record)}").Distinct());
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p><small>{Text(made)}. Every number is in arms.csv and runs.csv beside this page.</small></p></body></html>\n");
        return page.ToString();
    }

    private static string DescribeExecution(RunRecord record)
        => string.Join(", then ", (record.Ran ?? []).Select(ran => $"conversions {ran.Conversions}, products {ran.Products}"));

    private static void AppendFigure(StringBuilder page, string svg)
        => page.Append(Plots.Named(svg, string.Create(CultureInfo.InvariantCulture, $"at{page.Length}-"))).Append('\n');

    /// <summary>Where more than one setting has runs: how many have an event, arm by setting, the darker the more.</summary>
    private static void AppendEvents(StringBuilder page, IReadOnlyList<ArmSummary> arms)
    {
        string[] settings = [.. arms.Select(a => a.Setting).Distinct()];
        if (settings.Length < 2)
        {
            return;
        }

        page.Append("<h2>Events, arm by setting</h2>\n<table><tr><th></th>")
            .AppendJoin("", settings.Select(setting => $"<th>{Text(setting)}</th>")).Append("</tr>\n");
        foreach (IGrouping<string, ArmSummary> arm in arms.GroupBy(a => a.Arm))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(arm.Key)}</td>").AppendJoin("", settings.Select(setting =>
                arm.FirstOrDefault(a => a.Setting == setting) is not { Events: var events } ? "<td></td>" : string.Create(
                    CultureInfo.InvariantCulture,
                    $"<td style=\"{Shade((double)events.Hits / events.Trials)}\">{events.Hits} of {events.Trials}</td>")))
                .Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    /// <summary>From white to dark blue, which every eye tells apart by lightness alone; printed as it is shown.</summary>
    private static string Shade(double share) => string.Create(CultureInfo.InvariantCulture,
        $"background: hsl(213 60% {100 - (65 * share):f0}%); color: {(share > 0.5 ? "#fff" : "#333")}; print-color-adjust: exact");

    private static void AppendTable(StringBuilder page, IReadOnlyList<ArmSummary> arms)
    {
        page.Append("<table><tr>").AppendJoin("", Columns.Select(c => $"<th>{c.Title}</th>")).Append("</tr>\n");
        foreach (ArmSummary arm in arms)
        {
            page.Append("<tr>").AppendJoin("", Columns.Select(c => $"<td>{c.Cell(arm)}</td>")).Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static string Cell(Proportion events) => string.Create(
        CultureInfo.InvariantCulture,
        $"{events.Hits} of {events.Trials} <small>{events.Low:f2}..{events.High:f2}</small>");

    private static string Cell(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Cell(IEnumerable<double> values)
    {
        (double least, double median, double greatest) = Statistics.Spread(values);
        return double.IsNaN(median)
            ? "-"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Short(median)}{(least == greatest ? "" : $" <small>{Short(least)}..{Short(greatest)}</small>")}");
    }

    private static string Short(double value) => double.IsInfinity(value) ? "inf" : value.ToString("g3", CultureInfo.InvariantCulture);

    private static string[] Fields(RunSummary run, RunSummary? twin) =>
    [
        run.Run.Arm, run.Run.Point, run.Rows.Count.ToString(CultureInfo.InvariantCulture),
        Number(run.Diverged ?? double.NaN), Number(run.EventAt ?? double.NaN),
        Number(WarningRule.Twin.Find(run.Rows, twin?.Rows) ?? double.NaN), Number(WarningRule.Own.Find(run.Rows, null) ?? double.NaN),
        Number(run.LateExcess),
        run.Spikes.ToString(CultureInfo.InvariantCulture),
        run.Unrecovered.ToString(CultureInfo.InvariantCulture),
        .. new[]
        {
            run.FinalLoss, run.FirstDistance, run.LateDistance, run.LateAlong, run.LateCosine, run.LateLnLastBin, run.LateSaturated,
            run.LateFlushed,
            run.SecondsAStep,
        }.Select(Number),
    ];

    private static string[] Fields(ArmSummary arm) =>
    [
        arm.Setting, arm.Arm, arm.Runs.Count.ToString(CultureInfo.InvariantCulture), arm.Diverged.ToString(CultureInfo.InvariantCulture),
        arm.Runs.Count(r => r.Unrecovered > 0).ToString(CultureInfo.InvariantCulture),
        arm.Events.Hits.ToString(CultureInfo.InvariantCulture), Number(arm.Events.Low), Number(arm.Events.High),
        .. Metrics.SelectMany(m =>
        {
            (double least, double median, double greatest) = Statistics.Spread(m.Of(arm));
            return new[] { Number(median), Number(least), Number(greatest) };
        }),
    ];

    private static string[] Fields(ProductDrift product) =>
    [
        product.Arm.Setting, product.Arm.Arm, product.Product,
        .. Enumerable.Range(0, ProductDrift.Names.Count).SelectMany(i =>
        {
            (double least, double median, double greatest) = Statistics.Spread(product.Runs.Select(r => r[i]));
            return new[] { Number(median), Number(least), Number(greatest) };
        }),
    ];

    /// <summary>A row an arm, and one of all of them.</summary>
    private static IEnumerable<string[]> Warnings(IReadOnlyList<ArmSummary> arms, WarningRule rule)
    {
        IEnumerable<(int?, int?)> Pairs(ArmSummary arm) => arm.Runs.Select(r => r.EventAt).Zip(arm.FindWarnings(rule));
        foreach (ArmSummary arm in arms)
        {
            yield return Fields(arm.Setting, arm.Arm, rule, WarningCount.Of([.. Pairs(arm)]));
        }

        yield return Fields("", "all", rule, WarningCount.Of([.. arms.SelectMany(Pairs)]));
    }

    private static string[] Fields(string setting, string arm, WarningRule rule, WarningCount count)
    {
        (double least, double median, double greatest) = Statistics.Spread(count.Leads);
        return
        [
            setting, arm, rule.Name, Cell(count.Hits.Trials), Cell(count.Hits.Hits), Number(Low(count.Hits)), Number(High(count.Hits)),
            Number(median), Number(least), Number(greatest),
            Cell(count.FalseAlarms.Trials), Cell(count.FalseAlarms.Hits), Number(Low(count.FalseAlarms)), Number(High(count.FalseAlarms)),
        ];

        static double Low(Proportion p) => p.Trials == 0 ? double.NaN : p.Low;
        static double High(Proportion p) => p.Trials == 0 ? double.NaN : p.High;
    }

    private static string Number(double value)
        => double.IsNaN(value) ? "" : double.IsInfinity(value) ? "inf" : value.ToString("g6", CultureInfo.InvariantCulture);

    private static void Csv(string path, string[] header, IEnumerable<string[]> rows) => AtomicFile.Write(path, stream =>
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(header);
        foreach (string[] row in rows)
        {
            csv.WriteRecord(row);
        }
    });

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
