using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Mxact.Simulator.Product;
using Mxact.Simulator.Tests.Product;
using Mxact.Training.Native;
using static TorchSharp.torch;

namespace Mxact.Benchmarks;

/// <summary>
/// Products of the units that sum in chains of binary32, of the size of <see cref="GemmBenchmarks"/>, beside libtorch's product of
/// binary32 in the same process.
/// </summary>
[Config(typeof(Config))]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class ChainProductBenchmarks : IDisposable
{
    private const int Side = 256;
    private const int K = 1024;

    private readonly uint[] c = new uint[Side * Side];
    private (Tensor A, Tensor B)? single;
    private OperandData? a;
    private OperandData? b;

    /// <summary>The unit.</summary>
    [Params("cdna-fp32", "intel-tdpbf16ps", "intel-tdpbf16ps-sdm", "intel-vdpbf16ps", "intel-amx-fp8-pairs", "intel-amx-fp8-lanes")]
    public string Model { get; set; } = "intel-tdpbf16ps-sdm";

    /// <summary>Generates the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ElementFormat format = MatrixUnits.Parse(Model).Elements[0];
        Random random = new(1);
        a = OperandGenerator.Make(random, OperandShape.Ordinary, format, null, 0, Side, K);
        b = OperandGenerator.Make(random, OperandShape.Ordinary, format, null, 0, Side, K);
        LibTorch.Load();
        set_num_threads(1);
        single = (rand(Side, K) - 0.5f, (rand(Side, K) - 0.5f).t());
    }

    /// <summary>Frees the yardstick's operands.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        single?.A.Dispose();
        single?.B.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The yardstick: libtorch's binary32 product.</summary>
    [Benchmark(Baseline = true)]
    public void Binary32() => single!.Value.A.matmul(single.Value.B).Dispose();

    /// <summary>Vectors.</summary>
    [Benchmark]
    public void Vectors()
    {
        Array.Clear(c);
        ModelProduct.Multiply(MatrixUnits.Parse(Model), a!.Operand, b!.Operand, c, Side, Side, K,
            options: new() { Execution = new(Execution.Default.Backend, 1) });
    }

    private sealed class Config : ManualConfig
    {
        public Config()
        {
            AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
            AddColumn(new MultiplyAddRateColumn(), new BinaryRatioColumn());
        }
    }
}
