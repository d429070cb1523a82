using System.Diagnostics;
using Mxact.Training.Runs;

namespace Mxact.Training.Tests;

/// <summary>Runs as a user makes them: what they write, that their bits hold still, and what a kill or a mistake costs.</summary>
public sealed class RunTests
{
    private static readonly string[] Small = ["--depth", "2", "--width", "64", "--batch", "64", "--steps", "30", "--lr", "3e-3"];

    /// <summary>Everything after the checkpoint's header: parameters and moments.</summary>
    private static byte[] Final(string folder) => File.ReadAllBytes(Path.Combine(folder, "checkpoint.bin"));

    [Theory]
    [InlineData("mxfp8-e4m3", "ties-to-even", "binary32")]
    [InlineData("mxfp8-e5m2", "stochastic:16", "binary32")]
    [InlineData("mxfp8-e4m3", "ties-to-even", "blackwell-mxf8f6f4")]
    public void A_runs_bits_depend_on_neither_backend_nor_threads(string format, string rounding, string accumulation)
    {
        using TemporaryFolder folder = new();
        List<byte[]> finals = [];
        (string, string)[] executions = [("scalar", "1"), ("auto", "1"), ("auto", "3"), ("vector256", "2"), ("ilgpu-cpu", "1")];
        foreach ((string backend, string threads) in executions)
        {
            if (backend == "vector256" && !Backends.IsAvailable(Backend.Vector256))
            {
                continue;
            }

            string run = folder.In($"{backend}-{threads}");
            (int code, _, string error) = MxactTrain.Run(
                [
                    "run", "--out", run, .. Small[..^4], "--steps", accumulation == "binary32" ? "6" : "2", "--lr", "3e-3", "--forward",
                    format, "--rounding", rounding, "--accumulation", accumulation, "--quantize-ln-affine", "on", "--backend", backend,
                    "--threads", threads,
                ]);
            Assert.Equal("", error);
            Assert.Equal(0, code);
            finals.Add(Final(run));
        }

        Assert.All(finals, f => Assert.Equal(finals[0], f));
    }

    [Theory]
    [InlineData("ties-to-even", "controlled")]
    [InlineData("stochastic:8", "controlled")]
    [InlineData("stochastic:8", "as-published")] // zeta included: the quantised teacher's labels follow from the step alone
    public void A_killed_run_goes_on_to_the_same_bits(string rounding, string setting)
    {
        using TemporaryFolder folder = new();
        string[] options =
        [
            "--depth", "2", "--width", "64", "--batch", "128", "--steps", "400", "--lr", "3e-3", "--rounding", rounding, "--setting",
            setting, "--checkpoint-every", "37",
        ];
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("whole"), .. options]).ExitCode);
        using (Process process = MxactTrain.Start(["run", "--out", folder.In("killed"), .. options]))
        {
            string steps = folder.In("killed", "checkpoint.bin");
            Stopwatch watch = Stopwatch.StartNew();
            while (!File.Exists(steps) && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                Thread.Sleep(2);
            }

            Thread.Sleep(Random.Shared.Next(300));
            process.Kill();
            process.WaitForExit();
        }

        Assert.False(File.Exists(folder.In("killed", "result.json")));
        (int code, string output, _) = MxactTrain.Run("run", "--out", folder.In("killed"), "--resume");
        Assert.Equal(0, code);
        Assert.StartsWith("done: 400 steps", output, StringComparison.Ordinal);
        Assert.Equal(Final(folder.In("whole")), Final(folder.In("killed")));

        // The rows are those of one run, but for the time they took.
        static IEnumerable<StepRow> Rows(string path) => StepLog.Read(path).Rows.Select(r => r with { Seconds = 0 });
        Assert.Equal(Rows(folder.In("whole", "steps.csv")), Rows(folder.In("killed", "steps.csv")));
        Assert.Equal(File.ReadAllText(folder.In("whole", "layers.csv")), File.ReadAllText(folder.In("killed", "layers.csv")));
        Assert.Equal(File.ReadAllText(folder.In("whole", "tensors.csv")), File.ReadAllText(folder.In("killed", "tensors.csv")));

        // A run that is over is reported again, and not run.
        (code, string again, _) = MxactTrain.Run("run", "--out", folder.In("killed"), "--resume");
        Assert.Equal(0, code);
        Assert.Equal(output, again);
    }

    [Fact]
    public void A_run_writes_what_it_promises()
    {
        using TemporaryFolder folder = new();
        string run = folder.In("run");
        Assert.Equal(
            0,
            MxactTrain.Run(["run", "--out", run, .. Small, "--keep", "10,20", "--zeta-every", "5", "--schedule", "cosine"]).ExitCode);
        Assert.Equal(
            "step,loss,shadow_loss,excess_loss,grad_norm,gradient_distance,gradient_distance_along,gradient_distance_across,"
            + "gradient_cosine,ln_last_bin,last_bin,saturated,flushed,backward_error,backward_drift,backward_along,backward_noise,"
            + "decrease_quantised,decrease_exact,lr,seconds,check",
            File.ReadLines(Path.Combine(run, "steps.csv")).First());
        IReadOnlyList<StepRow> rows = StepLog.Read(Path.Combine(run, "steps.csv")).Rows;
        Assert.Equal(Enumerable.Range(0, 30), rows.Select(r => r.Step));
        Assert.All(rows, r => Assert.Equal(r.Step % 5 != 0, double.IsNaN(r.Distance)));
        Assert.All(
            rows.Where(r => r.Step % 5 == 0),
            r => Assert.True(
                r.Distance is > 0 and < 1
                    && r.Cosine is > 0.5 and <= 1
                    && Math.Abs(Math.Sqrt((r.DistanceAlong * r.DistanceAlong) + (r.DistanceAcross * r.DistanceAcross)) - r.Distance)
                        < 1e-9));
        Assert.True(rows[^1].Loss < rows[0].Loss);
        foreach (string file in (string[])
        [
            "run.json", "result.json", "layers.csv", "tensors.csv", "checkpoint.bin", "checkpoint-10.bin", "checkpoint-20.bin",
        ])
        {
            Assert.True(File.Exists(Path.Combine(run, file)), file);
        }

        RunRecord record = new RunFolder(run).Record!;
        Assert.Equal(OptionSpec.All.Select(o => o.Name).Order(StringComparer.Ordinal), record.Options.Keys);
        Assert.Equal("mxfp8-e4m3", record.Options["forward"]);

        // Branches that are there are reported; other options want another name.
        Assert.Equal(0, MxactTrain.Run("intervene", run, "--at", "10", "--into", "x=scale-rule:even", "--steps", "2").ExitCode);
        Assert.Equal(0, MxactTrain.Run("intervene", run, "--at", "10", "--into", "x=scale-rule:even", "--steps", "2").ExitCode);
        MxactTrain.Refuses(
            "contains a branch with other options", "intervene", run, "--at", "10", "--into", "x=scale-rule:round-up", "--steps", "2");
        MxactTrain.Refuses("not seed", "intervene", run, "--at", "10", "--into", "y=seed:3", "--steps", "2");

        // A row a parameter and a tensor at every measured step: two blocks of norm (2), weights (2) and bias; norm, two inputs, two
        // weights.
        Assert.Equal(1 + (6 * 2 * 5), File.ReadLines(Path.Combine(run, "layers.csv")).Count());
        Assert.Equal(1 + (6 * 2 * 5), File.ReadLines(Path.Combine(run, "tensors.csv")).Count());

        // Branches begin from the same state: their first losses are the run's own.
        Assert.Equal(
            0,
            MxactTrain.Run(
                "intervene", run, "--at", "10,20", "--into", "same=", "up=scale-rule:round-up", "none=forward:fp32", "--steps",
                "4").ExitCode);
        foreach (int at in (int[])[10, 20])
        {
            IReadOnlyList<StepRow> same = StepLog.Read(Path.Combine(run, "branches", $"same@{at}", "steps.csv")).Rows;
            Assert.Equal(rows.Skip(at).Take(4).Select(r => (r.Step, r.Loss, r.GradNorm)), same.Select(r => (r.Step, r.Loss, r.GradNorm)));
            StepRow none = StepLog.Read(Path.Combine(run, "branches", $"none@{at}", "steps.csv")).Rows[0];
            Assert.Equal(0, none.Distance);
            StepRow up = StepLog.Read(Path.Combine(run, "branches", $"up@{at}", "steps.csv")).Rows[0];
            Assert.NotEqual(same[0].Distance, up.Distance);
        }
    }

    [Fact]
    public void Two_processes_do_not_train_in_one_folder()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.In("run"));
        using FileStream held = new RunFolder(folder.In("run")).Hold();
        MxactTrain.Refuses("another process is training in this folder", ["run", "--out", folder.In("run"), .. Small]);
    }

    [Fact]
    public void The_control_has_no_zeta()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("run"), .. Small, "--forward", "fp32"]).ExitCode);
        Assert.All(
            StepLog.Read(folder.In("run", "steps.csv")).Rows.Where(r => r.Step % 10 == 0),
            r => Assert.Equal((0, 0, 1), (r.Distance, r.DistanceAlong, Math.Round(r.Cosine, 12))));
    }

    [Theory]
    [InlineData("unknown option", "run", "--out", "x", "--colour", "red")]
    [InlineData("--depth must be a whole number from 1 to 128, not '0'", "run", "--out", "x", "--depth", "0")]
    [InlineData("--lr must be a number above 0", "run", "--out", "x", "--lr", "fast")]
    [InlineData("--forward must be fp32, one of mxfp8-e5m2", "run", "--out", "x", "--forward", "fp9")]
    [InlineData("--accumulation hopper-wgmma-fp8 takes no scales", "run", "--out", "x", "--accumulation", "hopper-wgmma-fp8")]
    [
        InlineData(
            "needs products whose operands are both in the MX format",
            "run",
            "--out",
            "x",
            "--accumulation",
            "blackwell-mxf8f6f4",
            "--activations",
            "bf16")
    ]
    [InlineData("--accumulation blackwell-mxf4 takes e2m1, not e4m3", "run", "--out", "x", "--accumulation", "blackwell-mxf4")]
    [InlineData(
        "--accumulation blackwell-nvfp4 takes scales ue4m3",
        "run", "--out", "x", "--accumulation", "blackwell-nvfp4", "--forward", "nvfp4-16x16")]
    [InlineData("--scale-rule even does nothing", "run", "--out", "x", "--forward", "e2m1/ue5m3/16", "--scale-rule", "even")]
    [InlineData("blocks of 64 draw no random bits", "run", "--out", "x", "--forward", "e2m1/e8m0/64", "--rounding", "stochastic:8")]
    [InlineData("--tensor-scale one does nothing", "run", "--out", "x", "--tensor-scale", "one")]
    [InlineData("--tensor-scale must be fit, power-of-two, one", "run", "--out", "x", "--forward", "nvfp4", "--tensor-scale", "amax")]
    [InlineData("--scale-rule even does nothing to nvfp4", "run", "--out", "x", "--forward", "nvfp4", "--scale-rule", "even")]
    [InlineData("scale-rule=four-over-six is not a threshold", "run", "--out", "x", "--scale-rule", "four-over-six")]
    [InlineData("--accumulation must be binary32 or a model", "run", "--out", "x", "--accumulation", "abacus")]
    [InlineData("scale-rule=mse is not a threshold", "run", "--out", "x", "--scale-rule", "mse")]
    [InlineData("--model decoder needs --text", "run", "--out", "x", "--model", "decoder")]
    [InlineData("nowhere.txt: not found", "run", "--out", "x", "--model", "decoder", "--text", "nowhere.txt")]
    [InlineData("contains no run to resume", "run", "--out", "nowhere", "--resume")]
    [InlineData("nowhere.json: not found", "sweep", "nowhere.json")]
    [InlineData("contains no sweep", "report", "nowhere")]
    [InlineData("contains no run", "intervene", "nowhere", "--at", "1", "--into", "a=")]
    public void Bad_input_is_one_line(string message, params string[] arguments)
    {
        if (message == "unknown option")
        {
            (int code, _, string error) = MxactTrain.Run(arguments);
            Assert.Equal(2, code);
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return;
        }

        MxactTrain.Refuses(message, arguments);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("run"), .. Small]).ExitCode);
        File.Delete(folder.In("run", "result.json"));
        byte[] bytes = File.ReadAllBytes(folder.In("run", "checkpoint.bin"));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(folder.In("run", "checkpoint.bin"), bytes);
        MxactTrain.Refuses("checkpoint.bin: is damaged or incomplete", "run", "--out", folder.In("run"), "--resume");
        MxactTrain.Refuses("already contains a run; use --resume to continue it", ["run", "--out", folder.In("run"), .. Small]);
    }
}
