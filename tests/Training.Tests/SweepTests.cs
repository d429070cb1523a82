using System.Diagnostics;
using Mxact.Shell;
using Mxact.Training.Runs;
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
    public void Seeds_that_a_sweep_trains_together_are_those_that_are_trained_alone()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write("plan.json", Plan.Replace("[\"gelu\", \"relu\"]", "[\"relu\"]", StringComparison.Ordinal));
        SweepFolder sweep = new(folder.In("sweep"));
        (int code, string output, string error) = MxactTrain.Run("sweep", plan, "--out", sweep.Path, "--together", "2");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("6 runs: 6 done", output, StringComparison.Ordinal);
        foreach (PlannedRun run in sweep.Plan.Runs)
        {
            (RunFolder together, RunFolder alone) = (sweep.FindFolder(run), new(folder.In("alone", run.Folder)));
            using (Trainer trainer = Trainer.Start(run.Options, alone, run.Options.Execution))
            {
                trainer.Run(_ => { }, CancellationToken.None);
            }

            Assert.Equal(alone.Record!.Options, together.Record!.Options);
            Assert.Equal(File.ReadAllBytes(alone.Latest), File.ReadAllBytes(together.Latest));
            Assert.Equal(alone.ProveResult().Rows.Select(r => r.Loss), together.ProveResult().Rows.Select(r => r.Loss));
        }
    }

    [Fact]
    public void A_seed_that_cannot_be_trained_with_the_others_leaves_them_alone()
    {
        // A file stands where the folder of one seed should be.
        using TemporaryFolder folder = new();
        string plan = folder.Write(
            "plan.json",
            Plan.Replace("[\"gelu\", \"relu\"], \"seed\": [0, 1]", "[\"gelu\"], \"seed\": \"0..2\"", StringComparison.Ordinal));
        Directory.CreateDirectory(folder.In("sweep", "floor"));
        File.WriteAllText(folder.In("sweep", "floor", "activation=gelu,seed=1"), "");
        (int code, string output, string error) = MxactTrain.Run("sweep", plan, "--out", folder.In("sweep"), "--together", "3");
        Assert.Equal(1, code);
        Assert.Contains("8 done, 0 diverged, 0 failed", output, StringComparison.Ordinal);
        Assert.Contains("activation=gelu,seed=1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_seeds_have_folders_of_their_own()
    {
        using TemporaryFolder folder = new();
        string[] small = ["--depth", "1", "--width", "32", "--batch", "32", "--steps", "3", "--forward", "mxfp4"];
        string[] two = ["--out", folder.In("a"), "--out", folder.In("b")];
        (int code, string output, string error) = MxactTrain.Run(["run", .. two, "--seed", "4,9", .. small]);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal("9", new RunFolder(folder.In("b")).Record!.Options["seed"]);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        // What is there is reported again, whatever computed it.
        Assert.Equal((0, output, ""), MxactTrain.Run(["run", .. two, "--seed", "4,9", .. small, "--backend", "scalar"]));
        MxactTrain.Refuses("--out names 2 folders for 1 seed", ["run", .. two, "--seed", "4", .. small]);
        MxactTrain.Refuses("--out names 2 folders for 3 seed", ["run", .. two, "--seed", "1..3", .. small]);
        MxactTrain.Refuses("or several, each once, as 0..19 or 3,5, not '1,1'", "run", "--out", folder.In("c"), "--seed", "1,1");
        MxactTrain.Refuses("--together must be 1 to 256, not 0", ["run", "--out", folder.In("c"), "--together", "0", .. small]);
        MxactTrain.Refuses("--together must be 1 to 256", "sweep", folder.Write("plan.json", Plan), "--together", "257");
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
    [InlineData("{ \"arms\": { \"plan.json\": {} } }", "the arm 'plan.json' is no folder name")]
    [InlineData("{ \"arms\": { \"-1+1\": {} } }", "the arm '-1+1' is no folder name")]
    [InlineData("{ \"arms\": { \"a\": { \"steps\": 1, \"steps\": 2 } } }", "repeats a member")]
    [InlineData("{ \"arms\": { \"\\ud800\": {} } }", "holds half of a surrogate pair")]
    [InlineData("{ \"arms\": { \"a\": {} }, \"title\": \"\\udc00\" }", "holds half of a surrogate pair")]
    [InlineData("{ \"arms\": { \"a\": {} }, \"grid\": { \"../x\": [1] } }", "grid: unknown option '../x'")]
    [InlineData("{ \"arms\": { \"a\": {} }, \"grid\": { \"text\": [\"a\\nb\"] } }", "--text must be a path without control characters")]
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
    public void A_plan_that_is_no_text_or_nests_too_deep_is_one_line()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.In("plan.json"), [.. "{\n\"arms\": {\""u8, 0xFF, .. "\": {}}}"u8]);
        MxactTrain.Refuses("plan.json: line 2: is not UTF-8", "sweep", folder.In("plan.json"));
        string deep = new string('[', 10_000) + new string(']', 10_000);
        MxactTrain.Refuses("nests deeper than 64", "sweep", folder.Write("deep.json", $"{{ \"arms\": {deep} }}"));
        MxactTrain.Refuses("is a folder", "sweep", folder.Path);
        Assert.Throws<UsageException>(() => SweepPlan.Read(folder.Write("long.json", "{}" + new string(' ', 17 << 20))));
    }

    [Fact]
    public void Empty_paths_are_one_line()
    {
        MxactTrain.Refuses("the plan's path is empty", "sweep", "");
        MxactTrain.Refuses("the run's folder has an empty name", "run", "--out", "");
        Assert.Throws<UsageException>(() => new SweepFolder(""));
        Assert.Throws<UsageException>(() => new RunFolder("a\0b"));
    }

    [Fact]
    public void A_value_of_the_grid_names_a_folder_inside_the_sweep()
    {
        using TemporaryFolder folder = new();
        string[] values = ["x/../../../e", "..", ".", "/etc", "a,b", "a%2Cb", "~", " ", "=1+1", "\u00e9", "a\\b", new('y', 5000),
            new('y', 5001)];
        string json = System.Text.Json.JsonSerializer.Serialize(values);
        SweepPlan plan = SweepPlan.Read(folder.Write("plan.json", $$"""{ "arms": { "a": {} }, "grid": { "text": {{json}} } }"""));
        Assert.Equal(values.Length, plan.Runs.Select(r => r.Folder).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        SweepFolder sweep = new(folder.In("sweep"));
        foreach (PlannedRun run in plan.Runs)
        {
            string path = Path.GetFullPath(sweep.FindFolder(run).Path);
            Assert.Equal(folder.In("sweep", "a"), Path.GetDirectoryName(path));
            Assert.Matches("^text=[A-Za-z0-9_.+:;=%~-]{1,195}$", Path.GetFileName(path));
            Directory.CreateDirectory(path);
        }

        Assert.Equal("text=x%2F..%2F..%2F..%2Fe", plan.Runs[0].Point);
        Assert.Equal(["sweep"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName));

        // What was plain before is as it was.
        Assert.Equal(
            "lr=1e-3,seed=0", FolderName.OfPoint(new Dictionary<string, string> { ["lr"] = "1e-3", ["seed"] = "0" }));
    }

    [Fact]
    public void A_sweep_whose_runs_folder_cannot_be_made_fails()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write(
            "plan.json",
            """{ "common": { "depth": 1, "width": 32, "batch": 32, "steps": 2 }, "arms": { "a": {}, "b": {} } }""");
        Directory.CreateDirectory(folder.In("sweep"));
        folder.Write("sweep/a", "a file where the arm's folder goes");
        (int code, string output, string error) = MxactTrain.Run("sweep", plan, "--out", folder.In("sweep"));
        Assert.Equal(1, code);
        Assert.StartsWith("mxact-train: a/run: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.StartsWith("2 runs: 1 done, 0 diverged, 0 failed, 0 unfinished, 1 to do", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_ends_with_the_sweep_that_was_killed_and_is_gone_on_with()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write(
            "plan.json",
            """{ "common": { "depth": 1, "width": 32, "batch": 32, "steps": 1000000, "checkpoint-every": 20 }, "arms": { "a": {} } }""");
        RunFolder run = new(folder.In("sweep", "a", "run"));
        Stopwatch watch = Stopwatch.StartNew();
        using (Process process = MxactTrain.Start("sweep", plan, "--out", folder.In("sweep")))
        {
            while (!File.Exists(run.Latest) && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                Thread.Sleep(10);
            }

            process.Kill(); // and not its children
            process.WaitForExit();
        }

        Assert.True(File.Exists(run.Latest));
        watch.Restart();
        while (run.IsHeld && watch.Elapsed < TimeSpan.FromMinutes(1))
        {
            Thread.Sleep(20);
        }

        Assert.True(watch.Elapsed < ParentWatch.Grace, $"the run went on for {watch.Elapsed}");
        Assert.Null(run.Result);
        Assert.Equal(RunState.Begun, new SweepFolder(folder.In("sweep")).ReadState(SweepPlan.Read(plan).Runs[0]));
        Assert.NotEmpty(StepLog.Read(run.Steps).Rows);
    }

    [Fact]
    public void A_run_that_still_ends_is_waited_for_and_not_failed()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write(
            "plan.json",
            """{ "common": { "depth": 1, "width": 32, "batch": 32, "steps": 2 }, "arms": { "a": {} } }""");
        Directory.CreateDirectory(folder.In("sweep", "a", "run"));
        FileStream held = new RunFolder(folder.In("sweep", "a", "run")).Hold();
        using Process process = MxactTrain.Start("sweep", plan, "--out", folder.In("sweep"));
        Thread.Sleep(2000);
        Assert.False(process.HasExited);
        held.Dispose();
        Assert.Equal(
            "1 runs: 1 done, 0 diverged, 0 failed, 0 unfinished, 0 to do; " + folder.In("sweep") + "\n",
                process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
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

    [Theory]
    [InlineData("/sweeps/a\n#SBATCH --account=other")]
    [InlineData("/sweeps/a\"")]
    [InlineData("/sweeps/a'")]
    [InlineData("/sweeps/a\\b")]
    [InlineData("/sweeps/a\r")]
    public void A_slurm_script_refuses_names_that_it_cannot_carry(string name)
    {
        foreach ((string program, string plan, string sweep) in
            ((string, string, string)[])[(name, "/p.json", "/s"), ("/m", name, "/s"), ("/m", "/p.json", name)])
        {
            Assert.Contains(
                "which a Slurm job script cannot carry",
                Assert.Throws<UsageException>(() => SlurmArray.Write([program], plan, sweep, 1, 0, 1, [])).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_slurm_script_quotes_what_the_shell_would_read()
    {
        string script = SlurmArray.Write(["/a $(b)/m"], "/p;q.json", "/s `d` %j", 2, 0, 1, ["--threads", "2;3"]);
        Assert.Contains("'/a $(b)/m' sweep '/p;q.json' --out '/s `d` %j' --threads '2;3' --task", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --output=\"/s `d` %%j/slurm-%A_%a.txt\"\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --array=0-1\n", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slurm_script_that_is_refused_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write("plan.json", """{ "arms": { "a": {} } }""");
        MxactTrain.Refuses("which a Slurm job script cannot carry", "sweep", plan, "--out", folder.In("a\n#SBATCH -A x"), "--slurm");
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }
}
