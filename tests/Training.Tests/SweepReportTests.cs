using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mxact.Training.Reports;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Tests;

/// <summary>What a sweep's report says: each number held to the runs it comes from, and each plot to its points.</summary>
public sealed class SweepReportTests
{
    private const string Plan = """
        {
          "control": "c",
          "common": { "depth": 1, "width": 32, "batch": 8, "steps": 12, "lr": 1e-2, "zeta-every": 3 },
          "arms": { "c": { "forward": "fp32" }, "q": { "forward": "mxfp4" } },
          "grid": { "activation": ["relu", "gelu"], "seed": [0, 1, 2] },
        }
        """;

    [Fact]
    public void Every_number_is_that_of_the_runs()
    {
        using TemporaryFolder folder = new();
        SweepFolder sweep = new(folder.In("sweep"));
        sweep.Adopt(folder.Write("plan.json", Plan));
        foreach (PlannedRun run in sweep.Plan.Runs)
        {
            using Trainer trainer = Trainer.Start(run.Options, sweep.FindFolder(run), new(Backend.Scalar));
            Assert.Equal(12, trainer.Run(_ => { }, CancellationToken.None)?.Steps);
        }

        // A folder that is not there yet, as `report --out` may name one.
        string page = File.ReadAllText(SweepReport.Write(sweep, folder.In("new", "report")));
        Dictionary<string, string>[] runs = Table(folder.In("new", "report", "runs.csv"));
        Assert.Equal(12, runs.Length);
        foreach (Dictionary<string, string> run in runs)
        {
            IReadOnlyList<StepRow> rows = StepLog.Read(Path.Combine(sweep.Path, run["arm"], run["point"], "steps.csv")).Rows;
            StepRow[] late = [.. rows.Where(r => r.Step >= 6)];
            Assert.Equal(("12", "", "0", "0"), (run["steps"], run["diverged_at"], run["spikes"], run["unrecovered"]));
            IsMiddle(rows.Select(r => r.Loss), run["final_loss"]);
            IsMiddle([rows[0].Distance], run["gradient_distance_first"]);
            IsMiddle(late.Select(r => r.Distance), run["gradient_distance_late"]);
            IsMiddle(late.Select(r => r.DistanceAlong), run["gradient_distance_along_late"]);
            IsMiddle(late.Select(r => r.Cosine), run["gradient_cosine_late"]);
            IsMiddle(late.Select(r => r.LnLastBin), run["ln_last_bin_late"]);
            IsMiddle(late.Select(r => r.Saturated), run["saturated_late"]);
            IsMiddle(late.Select(r => r.Flushed), run["flushed_late"]);
            IsMiddle(rows.Skip(5).Select(r => r.Seconds), run["seconds_a_step"]);
        }

        Dictionary<string, string>[] arms = Table(folder.In("new", "report", "arms.csv"));
        Assert.Equal(["activation relu c", "activation relu q", "activation gelu c", "activation gelu q"],
            arms.Select(a => $"{a["setting"]} {a["arm"]}"));
        foreach (Dictionary<string, string> arm in arms)
        {
            Dictionary<string, string>[] mine = [.. runs.Where(r => r["arm"] == arm["arm"]
                && r["point"].StartsWith(arm["setting"].Replace(' ', '='), StringComparison.Ordinal))];
            Assert.Equal(("3", "0", "0"), (arm["runs"], arm["diverged"], arm["unrecovered"]));
            foreach (string name in (string[])
            [
                "final_loss", "gradient_distance_first", "gradient_distance_late", "gradient_cosine_late", "flushed_late", "spikes",
            ])
            {
                string[] sorted = [.. mine.Select(r => r[name]).OrderBy(v => double.Parse(v, CultureInfo.InvariantCulture))];
                Assert.Equal([sorted[1], sorted[0], sorted[2]], new[] { "median", "min", "max" }.Select(of => arm[$"{name}_{of}"]));
            }

            // Over the control's at the same point; the control over itself.
            double[] ratios = [.. mine.Select(r => Number(r["final_loss"]) / Number(runs.Single(c => c["arm"] == "c"
                && c["point"] == r["point"])["final_loss"])).Order()];
            Assert.Equal(ratios[1], Number(arm["loss_ratio_median"]), 4);
            Assert.Equal(ratios[2], Number(arm["loss_ratio_max"]), 4);
            Assert.Equal(arm["arm"] == "c", Number(arm["loss_ratio_min"]) == 1 && Number(arm["loss_ratio_max"]) == 1);
            Assert.Contains(
                $"<tr><td>{arm["arm"]}</td><td>3</td><td>0</td><td>0</td><td>0 of 3 <small>0.00..0.71</small></td><td>-</td><td>-</td>"
                    + "<td>0</td><td>",
                page,
                StringComparison.Ordinal);
        }

        // Loss, zeta, ratios and late zeta of each setting; clip paths keep names of their own.
        XElement[] figures = Figures(page);
        Assert.Equal(8, figures.Length);
        string[] names = [.. figures.SelectMany(f => f.Descendants()).Attributes("id").Select(id => id.Value)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains("<p>12 of 12 runs are over.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\uFEFF", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_keeps_its_shape_when_it_has_more_steps_than_points()
    {
        RunSummary Zigzag(int seed) => Summary("b", seed, 700, step => step % 4 < 2 ? 1 : 10 + seed);
        ArmSummary[] arms = [.. ArmSummary.Summarize([Zigzag(0), Zigzag(1)], ["a", "b"], null)];
        XElement svg = Figure(Plots.Curves("title", "loss", arms, ["a", "b"], r => r.Loss, logarithmic: true));
        XElement line = Lines(svg).MaxBy(PointCount)!;

        // A point for every two steps.
        Assert.Equal(350, PointCount(line));
        Assert.Contains("rgb(0,114,178)", line.ToString(), StringComparison.Ordinal); // the second arm's colour
        Assert.InRange(svg.Descendants().Where(e => e.Name.LocalName == "polygon").Max(PointCount), 690, 702); // points may fall together
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value.Trim('\u00A0') == "b");

        // One run has no band, and what is not finite or has no logarithm no point.
        RunSummary torn = Summary("a", 0, 40, step => step < 20 ? 1 + (step % 2) : step == 20 ? 0 : double.NaN);
        arms = [.. ArmSummary.Summarize([torn], ["a"], null)];
        svg = Figure(Plots.Curves("title", "loss", arms, ["a"], r => r.Loss, logarithmic: true));
        Assert.Equal(20, PointCount(Lines(svg).MaxBy(PointCount)!));
        Assert.True(svg.Descendants().Where(e => e.Name.LocalName == "polygon").All(band => PointCount(band) < 20));
    }

    [Fact]
    public void A_row_of_dots_has_one_for_each_finite_number()
    {
        ArmSummary[] arms = [.. ArmSummary.Summarize(
            [.. Enumerable.Range(0, 3).Select(seed => Summary("a", seed, 30, _ => 1 + seed)), Summary("b", 0, 30, _ => double.NaN)],
            ["a", "b"], null)];
        string svg = Plots.Dots("title", "loss", arms, ["a", "b"], a => a.Runs.Select(r => r.FinalLoss), logarithmic: true, mark: 1);
        XElement figure = Figure(svg);
        Assert.Equal(3, figure.Descendants().Count(e => e.Name.LocalName == "ellipse"));
        Assert.Single(figure.Descendants(), e => e.Name.LocalName == "text" && e.Value == "none finite");

        // 1, 2 and 3 on a logarithmic axis.
        double[] at = [.. figure.Descendants().Where(e => e.Name.LocalName == "ellipse")
            .Select(e => Number(e.Attribute("cx")!.Value)).Order()];
        Assert.Equal(Math.Log(2) / Math.Log(3), (at[1] - at[0]) / (at[2] - at[0]), 2);
        Assert.Equal("", Plots.Dots("title", "loss", arms, ["a", "b"], _ => [double.NaN, -1, 0], logarithmic: true));
    }

    private static RunSummary Summary(string arm, int seed, int steps, Func<int, double> loss)
        => new(new(arm, $"seed={seed}", new Dictionary<string, string>(), RunOptions.Parse([])), "", new([], "v", [], "", null),
            [.. Enumerable.Range(0, steps).Select(step => new StepRow { Step = step, Loss = loss(step) })]);

    /// <summary>Without the unseen edges of bands.</summary>
    private static IEnumerable<XElement> Lines(XElement svg) => svg.Descendants().Where(e => e.Name.LocalName == "polyline"
        && !e.Attribute("style")!.Value.Contains("stroke:none", StringComparison.Ordinal));

    private static int PointCount(XElement line)
        => line.Attribute("points")!.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>The pictures of a page.</summary>
    internal static XElement[] Figures(string page) => [.. page.Split("<svg").Skip(1).Select(part => Figure("<svg" + part))];

    private static XElement Figure(string svg)
        => XElement.Parse(svg[svg.IndexOf('<', StringComparison.Ordinal)..(svg.IndexOf("</svg>", StringComparison.Ordinal) + 6)]);

    private static Dictionary<string, string>[] Table(string path)
    {
        string[][] cells = [.. File.ReadLines(path).Select(Cells)];
        return [.. cells.Skip(1).Select(row => cells[0].Zip(row).ToDictionary(c => c.First, c => c.Second))];
    }

    /// <summary>A point of two options is quoted, for it holds a comma.</summary>
    private static string[] Cells(string line)
        => [.. Regex.Matches(line, "(?:^|,)(?:\"([^\"]*)\"|([^,]*))").Select(cell => cell.Groups[1].Value + cell.Groups[2].Value)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The median of what was measured, to six digits; nothing where nothing was.</summary>
    private static void IsMiddle(IEnumerable<double> values, string text)
    {
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        double middle = sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        Assert.Equal(double.IsNaN(middle) ? "" : middle.ToString("g6", CultureInfo.InvariantCulture), text);
    }
}
