using Mxact.Training.Quantization;
using Mxact.Training.Runs;

namespace Mxact.Training.Tests;

/// <summary>Where a run computes: what is asked for, what is refused, and that what really ran is what is recorded.</summary>
public sealed class ExecutionTests
{
    private const string Unproven = "t-fdpa:L=32,F=9,rho=rz-fp32,ezero=-133,scale=e8m0/32";
    private static readonly string[] Small = ["--depth", "1", "--width", "64", "--batch", "32", "--steps", "2"];

    [Theory]
    [InlineData(Backend.Scalar, 2, "mxfp8-e4m3", null, "scalar x 2", "libtorch")]
    [InlineData(Backend.Scalar, 1, null, null, "none", "libtorch")]
    [InlineData(Backend.Scalar, 1, "mxfp8-e4m3", "blackwell-mxf8f6f4", "scalar", "scalar")]
    [InlineData(Backend.Vector128, 1, "mxfp8-e4m3", "blackwell-mxf8f6f4", "vector128", "scalar")] // products have no 128-bit lanes
    [InlineData(Backend.Vector256, 2, "mxfp8-e4m3", "blackwell-mxf8f6f4", "vector256 x 2", "vector256 x 2")]
    [InlineData(Backend.Vector256, 2, "mxfp8-e4m3", Unproven, "vector256 x 2", "reference")]
    [InlineData(Backend.IlgpuCpu, 1, "mxfp8-e4m3", "blackwell-mxf8f6f4", "ilgpu-cpu", "ilgpu-cpu")]
    public void Conversions_and_products_are_named_apart(
        Backend backend,
        int threads,
        string? format,
        string? accumulation,
        string conversions,
        string products)
    {
        Assert.SkipUnless(Backends.IsAvailable(backend), $"this machine has no {backend}");
        QuantizationScheme scheme = new() { Forward = format is null ? null : MxFormats.Find(format), Accumulation = accumulation };
        Assert.Equal(
            new ExecutionUsed(conversions, products),
            new QuantizedProducts(scheme, new(new(backend, threads))).DescribeExecution());
    }

    [Fact]
    public void Passes_that_differ_are_named_apart()
    {
        QuantizationScheme scheme = new() { Forward = MxFormats.Mxfp8E4M3, Accumulation = "blackwell-mxf8f6f4", ForwardOnly = true };
        Assert.Equal(
            "forward scalar, dX libtorch, dW libtorch",
            new QuantizedProducts(scheme, new(new(Backend.Scalar))).DescribeExecution().Products);
    }

    [Fact]
    public void Operands_in_bfloat16_convert_nothing()
    {
        QuantizationScheme scheme = new()
        {
            Forward = MxFormats.Mxfp4,
            Activations = OperandPrecision.BFloat16,
            Weights = OperandPrecision.BFloat16,
        };
        Assert.Equal("none", new QuantizedProducts(scheme, new(new(Backend.Scalar))).DescribeExecution().Conversions);
        Assert.Equal(
            "scalar",
            new QuantizedProducts(scheme with { QuantizeLayerNorm = true }, new(new(Backend.Scalar))).DescribeExecution().Conversions);
    }

    [Fact]
    public void A_run_that_goes_on_elsewhere_keeps_its_bits_and_records_both()
    {
        using TemporaryFolder folder = new();
        string[] options = [.. Small[..^2], "--steps", "12", "--accumulation", "blackwell-mxf8f6f4"];
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("whole"), "--backend", "scalar", .. options]).ExitCode);
        Assert.Equal([new RanOn(0, "scalar", "scalar")], new RunFolder(folder.In("whole")).Record!.Ran);

        // The run as a kill after its fifth step leaves it.
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("moved"), "--backend", "scalar", "--keep", "5", .. options]).ExitCode);
        File.Move(folder.In("moved", "checkpoint-5.bin"), folder.In("moved", "checkpoint.bin"), overwrite: true);
        File.Delete(folder.In("moved", "result.json"));
        (int code, _, string error) = MxactTrain.Run(
        [
            "run", "--out", folder.In("moved"), "--resume", "--backend", "ilgpu-cpu", "--threads", "2",
        ]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Equal(
            [new RanOn(0, "scalar", "scalar"), new RanOn(5, "ilgpu-cpu x 2", "ilgpu-cpu x 2")],
            new RunFolder(folder.In("moved")).Record!.Ran);
        Assert.Equal(File.ReadAllBytes(folder.In("whole", "checkpoint.bin")), File.ReadAllBytes(folder.In("moved", "checkpoint.bin")));
        MxactTrain.Refuses("--lr cannot be given with --resume", "run", "--out", folder.In("moved"), "--resume", "--lr", "1");
    }

    [Fact]
    public void The_variable_is_the_default_and_an_option_goes_before_it()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, MxactTrain.RunWith("scalar", ["run", "--out", folder.In("a"), .. Small]).ExitCode);
        Assert.Equal("scalar", Assert.Single(new RunFolder(folder.In("a")).Record!.Ran).Conversions);
        Assert.Equal(0, MxactTrain.RunWith("reference", ["run", "--out", folder.In("b"), "--backend", "scalar", .. Small]).ExitCode);
        Assert.Equal("scalar", Assert.Single(new RunFolder(folder.In("b")).Record!.Ran).Conversions);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("sweep")]
    [InlineData("intervene")]
    [InlineData("checks")]
    public void A_backend_that_is_none_or_is_missing_is_one_line_for_every_command(string command)
    {
        using TemporaryFolder folder = new();
        string[] words = command switch
        {
            "run" => ["run", "--out", folder.In("new"), .. Small],
            "sweep" =>
            [
                "sweep", folder.Write("plan.json", """{ "common": { "steps": 1 }, "arms": { "a": {} } }"""), "--out", folder.In("new"),
            ],
            "intervene" => ["intervene", MakeRun(folder.In("run")), "--at", "1", "--into", "a=", "--out", folder.In("new")],
            _ => ["checks"],
        };
        MxactTrain.Refuses("--backend must be auto or reference", [.. words, "--backend", "abacus"]);
        MxactTrain.Refuses("--threads must be a whole number from 0 to 1024, not 'many'", [.. words, "--threads", "many"]);
        MxactTrain.Refuses("--backend needs a value", [.. words, "--backend"]);
        MxactTrain.Refuses("MXACT_BACKEND=abacus names no backend", MxactTrain.RunWith("abacus", words));
        if (Backends.All.FirstOrDefault(b => !Backends.IsAvailable(b)) is var missing && !Backends.IsAvailable(missing))
        {
            string name = Backends.NameOf(missing);
            MxactTrain.Refuses($"backend {name} is not available on this machine", [.. words, "--backend", name]);
            MxactTrain.Refuses($"backend {name} is not available on this machine", MxactTrain.RunWith(name, words));
        }

        Assert.False(Directory.Exists(folder.In("new")), "something was written before the refusal");
    }

    [Fact]
    public void A_sweep_hands_its_backend_to_every_run_and_a_report_needs_none()
    {
        using TemporaryFolder folder = new();
        string plan = folder.Write(
            "plan.json",
            """
            {
              "common": { "depth": 1, "width": 32, "batch": 32, "steps": 2, "backend": "vector512" },
              "arms": { "a": {}, "b": { "forward": "fp32" } }
            }
            """);
        Assert.Equal(0, MxactTrain.Run("sweep", plan, "--out", folder.In("sweep"), "--backend", "scalar", "--threads", "2").ExitCode);
        Assert.Equal("scalar x 2", Assert.Single(new RunFolder(folder.In("sweep", "a", "run")).Record!.Ran).Conversions);
        Assert.Equal("none", Assert.Single(new RunFolder(folder.In("sweep", "b", "run")).Record!.Ran).Conversions);
        (int code, string output, _) = MxactTrain.Run("report", folder.In("sweep"));
        Assert.Equal(0, code);
        Assert.Contains("conversions scalar x 2, products libtorch", File.ReadAllText(output.Trim()), StringComparison.Ordinal);
    }

    private static string MakeRun(string folder)
    {
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder, .. Small, "--keep", "1"]).ExitCode);
        return folder;
    }
}
