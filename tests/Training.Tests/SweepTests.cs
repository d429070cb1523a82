using System.Diagnostics;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Tests;

/// <summary>Plans, sweeps of them, and the page that comes of it.</summary>
public sealed class SweepTests
{
    private const string Plan = """
        {
          // comments are allowed
          "title": "a <small> sweep",
          "control": "binary32",
          "common": { "depth": 1, "width": 32, "batch": 32, "steps": 40, "lr": 1e-2, "teacher": "rescaled" },
          "arms": { "binary32": { "forward": "fp32" }, "floor": {}, "round-up": { "scale-rule": "round-up", "quantize-ln-affine": true } },
          "grid": { "activation": ["gelu", "relu"], "seed": [0, 1] },
        }
        """;

    [Fact]
    public void A_sweep_runs_every_arm_at_every_point_and_reports()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write("plan.json", Plan);
        string sweep = folder.In("sweep");
        (int code, string output, string error) = MxactTrain.Run("sweep", plan, "--out", sweep);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.StartsWith("12 runs: 12 done, 0 diverged, 0 failed, 0 unfinished, 0 to do", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(sweep, "round-up", "activation=relu,seed=1", "result.json")));

        // A lost run is done again, the others are left alone.
        DateTime kept = File.GetLastWriteTimeUtc(Path.Combine(sweep, "floor", "activation=gelu,seed=0", "result.json"));
        Directory.Delete(Path.Combine(sweep, "floor", "activation=gelu,seed=1"), recursive: true);
        Assert.Contains(
            "11 done, 0 diverged, 0 failed, 0 unfinished, 1 to do",
            MxactTrain.Run("sweep", sweep, "--status").Output,
            StringComparison.Ordinal);
        Assert.Equal(0, MxactTrain.Run("sweep", plan, "--out", sweep, "--task", "4").ExitCode);
        Assert.Equal(0, MxactTrain.Run("sweep", plan, "--out", sweep).ExitCode);
        Assert.Equal(kept, File.GetLastWriteTimeUtc(Path.Combine(sweep, "floor", "activation=gelu,seed=0", "result.json")));

        (code, output, _) = MxactTrain.Run("report", sweep);
        Assert.Equal(0, code);
        string page = File.ReadAllText(output.Trim());
        Assert.Contains("<h2>activation relu</h2>", page, StringComparison.Ordinal);
        Assert.Contains("a &lt;small&gt; sweep", page, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "http",
            page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal)
                .Replace("http://www.w3.org/1999/xlink", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.True(page.Split("<svg").Length > 6);
        Assert.Equal(13, File.ReadLines(Path.Combine(sweep, "runs.csv")).Count());
        Assert.Equal(7, File.ReadLines(Path.Combine(sweep, "arms.csv")).Count());
    }

    [Fact]
    public void A_failed_run_stops_no_other_and_is_named()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write(
            "plan.json",
            Plan.Replace(
                "\"floor\": {}",
                "\"floor\": { \"model\": \"decoder\", \"width\": 64, \"text\": \"nowhere.txt\" }",
                StringComparison.Ordinal));
        (int code, string output, _) = MxactTrain.Run("sweep", plan, "--out", folder.In("sweep"));
        Assert.Equal(1, code);
        Assert.Contains("12 runs: 8 done, 0 diverged, 4 failed", output, StringComparison.Ordinal);
        Assert.Contains("nowhere.txt: not found", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_sweep_loses_no_finished_run()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write("plan.json", Plan);
        string sweep = folder.In("sweep");
        using (Process process = MxactTrain.Start("sweep", plan, "--out", sweep, "--processes", "2"))
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!process.HasExited
                && watch.Elapsed < TimeSpan.FromMinutes(1)
                && !(Directory.Exists(sweep) && Directory.EnumerateFiles(sweep, "result.json", SearchOption.AllDirectories).Count() >= 2))
            {
                Thread.Sleep(10);
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        string[] finished = Directory.GetFiles(sweep, "result.json", SearchOption.AllDirectories);
        Assert.NotEmpty(finished);
        (int code, string output, _) = MxactTrain.Run("sweep", plan, "--out", sweep);
        Assert.Equal(0, code);
        Assert.StartsWith("12 runs: 12 done", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1: is not valid JSON")]
    [InlineData("{ \"arms\": { \"a\": {}, \"a\": {} } }", "repeats a member")]
    [InlineData("[]", "a plan must be an object")]
    [InlineData("{ \"arm\": {} }", "unknown member 'arm'; a plan has title, control, common, arms, grid")]
    [InlineData("{ \"arms\": {} }", "the plan has no arms")]
    [InlineData("{ \"arms\": { \"../a\": {} } }", "the arm '../a' is no folder name")]
    [InlineData("{ \"arms\": { \"a\": { \"colour\": 1 } } }", "arm 'a': unknown option 'colour'")]
    [InlineData("{ \"arms\": { \"a\": {} }, \"control\": \"b\" }", "the control 'b' is not an arm")]
    [InlineData("{ \"arms\": { \"a\": {} }, \"grid\": { \"seed\": [0, 0] } }", "grid.seed is empty or repeats a value")]
    [InlineData("{ \"arms\": { \"a\": {} }, \"grid\": { \"seed\": 0 } }", "grid.seed must be a list of values")]
    public void A_bad_plan_is_one_line(string text, string message)
    {
        using TemporaryFolder folder = new();
        MxactTrain.Refuses(message, "sweep", folder.Write("plan.json", text));
    }

    [Fact]
    public void Another_plan_wants_another_folder()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.In("sweep"));
        folder.Write("sweep/plan.json", Plan);
        MxactTrain.Refuses(
            "contains a sweep of a different plan",
            "sweep",
            folder.Write("plan.json", Plan.Replace("40", "50", StringComparison.Ordinal)),
            "--out",
            folder.In("sweep"));
    }

    [Fact]
    public void A_slurm_script_asks_for_a_task_a_run()
    {
        string script = SlurmArray.Write(
            ["/usr/bin/dotnet", "/a b/mxact-train.dll"],
            "/plans/p.json",
            "/sweeps/s",
            12,
            4,
            2,
            ["--backend", "scalar"]);
        Assert.Contains("#SBATCH --array=0-11%4\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --output=\"/sweeps/s/slurm-%A_%a.txt\"\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --requeue\n", script, StringComparison.Ordinal);
        string command = "/usr/bin/dotnet '/a b/mxact-train.dll' sweep /plans/p.json --out /sweeps/s --backend scalar --task";
        Assert.Contains(command + " \"$SLURM_ARRAY_TASK_ID\" &\n", script, StringComparison.Ordinal);
    }
}
