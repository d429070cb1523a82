using System.ComponentModel;
using System.Diagnostics;
using Mxact.Common;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Tests;

/// <summary>The instability study's results belong to plans that came first.</summary>
public sealed class InstabilityStudyTests
{
    private static string Study => Repository.At("Training", "Studies", "instability");

    /// <summary>Every plan that has been run.</summary>
    public static TheoryData<string> Plans() =>
    [
        "core", "cause", "controls", "warning", "phase", "finer", "cures", "dose", "lengths", "floors", "decoder", "edge-cures", "units",
        "horizon", "hadamard", "coarser", "bits", "wide", "reduced",
    ];

    [Theory]
    [MemberData(nameof(Plans))]
    public void Every_run_of_the_plan_has_its_row_and_no_other(string name)
    {
        SweepPlan plan = SweepPlan.Read(Path.Combine(Study, "plans", name + ".json"));
        IReadOnlyList<PlannedRun> done = plan.Runs;

        // A point of more than one axis has a comma, and so stands in quotes.
        string[] rows = [.. File.ReadLines(Path.Combine(Study, "results", name, "runs.csv")).Skip(1)
            .Select(row => row.Replace("\"", "", StringComparison.Ordinal))];
        Assert.Equal(done.Count, rows.Length);
        Assert.All(done, run => Assert.Single(rows,
            row => row.StartsWith($"{run.Arm},{run.Point},{run.Options.Steps},", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void The_plan_was_committed_before_its_results_and_has_not_changed(string name)
    {
        string[] results = Log("--reverse", "--", $"results/{name}");
        string[] plans = Log("--", $"plans/{name}.json");
        Assert.SkipWhen(results.Length == 0 || plans.Length == 0, "the history is not here: an archive or a shallow clone");

        // The newest change of the plan is another commit than the oldest of its results, and an ancestor of it.
        Assert.NotEqual(results[0], plans[0]);
        Assert.Contains(plans[0], Log(results[0], "--", $"plans/{name}.json"));
    }

    private static string[] Log(params string[] arguments)
    {
        try
        {
            using Process git = Process.Start(
                new ProcessStartInfo("git", ["-C", Study, "log", "--format=%H", .. arguments])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (Win32Exception)
        {
            return [];
        }
    }
}
