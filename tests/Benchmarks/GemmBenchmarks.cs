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
/// The bit-exact matrix product of every unit at 256 x 256 x 1024 on one thread, packing included, beside libtorch's products of
/// binary32 and bfloat16 of the same size in the same process.
/// </summary>
[Config(typeof(Config))]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class GemmBenchmarks : IDisposable
{
    private const int M = 256;
    private const int N = 256;
    private const int K = 1024;

    private static readonly Dictionary<string, (StepUnit Unit, ElementFormat Format, ScaleFormat? Scale, int BlockSize)> Units = new()
    {
        ["blackwell-mxf8f6f4 e4m3"] = (Simulator.Tests.Product.Units.BlackwellF8, ElementFormat.Of<E4M3>(), ScaleFormat.E8M0, 32),
        ["blackwell-mxf8f6f4 e5m2"] = (Simulator.Tests.Product.Units.BlackwellF8, ElementFormat.Of<E5M2>(), ScaleFormat.E8M0, 32),
        ["blackwell-nvfp4"] = (Simulator.Tests.Product.Units.BlackwellFp4, ElementFormat.Of<E2M1>(), ScaleFormat.Ue4M3, 16),
        ["blackwell-mxf4"] = (Simulator.Tests.Product.Units.BlackwellFp4, ElementFormat.Of<E2M1>(), ScaleFormat.E8M0, 32),
        ["hopper-wgmma-fp8"] = (Simulator.Tests.Product.Units.HopperFp8, ElementFormat.Of<E4M3>(), null, 0),
        ["ada-fp8"] = (Simulator.Tests.Product.Units.AdaFp8, ElementFormat.Of<E4M3>(), null, 0),
        ["hopper-fp16"] = (Simulator.Tests.Product.Units.Hopper, ElementFormats.Binary16, null, 0),
        ["hopper-bf16"] = (Simulator.Tests.Product.Units.Hopper, ElementFormats.BFloat16, null, 0),
        ["hopper-tf32"] = (Simulator.Tests.Product.Units.HopperTf32, ElementFormats.Tf32, null, 0),
        ["ampere-fp16"] = (Simulator.Tests.Product.Units.Ampere, ElementFormats.Binary16, null, 0),
        ["ampere-bf16"] = (Simulator.Tests.Product.Units.Ampere, ElementFormats.BFloat16, null, 0),
        ["ampere-tf32"] = (Simulator.Tests.Product.Units.AmpereTf32, ElementFormats.Tf32, null, 0),
        ["cdna3-fp16"] = (Simulator.Tests.Product.Units.Cdna3, ElementFormats.Binary16, null, 0),
        ["cdna3-bf16"] = (Simulator.Tests.Product.Units.Cdna3, ElementFormats.BFloat16, null, 0),
        ["cdna3-tf32"] = (Simulator.Tests.Product.Units.Cdna3Tf32, ElementFormats.Tf32, null, 0),
        ["cdna3-fp8"] = (Simulator.Tests.Product.Units.Cdna3Fp8, ElementFormats.E4M3Fnuz, null, 0),
    };

    private readonly uint[] c = new uint[M * N];
    private (Tensor A, Tensor B)? single;
    private (Tensor A, Tensor B)? half;
    private OperandData? a;
    private OperandData? b;
    private uint[] initial = [];

    /// <summary>Multiply-adds of one product.</summary>
    public static double MultiplyAdds => (double)M * N * K;

    /// <summary>The names of the units.</summary>
    public static IEnumerable<string> Models => Units.Keys;

    /// <summary>The unit.</summary>
    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "blackwell-mxf8f6f4 e4m3";

    /// <summary>What the operands look like.</summary>
    [Params("Ordinary", "HeavyTails")]
    public string Data { get; set; } = "Ordinary";

    /// <summary>Generates the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (_, ElementFormat format, ScaleFormat? scale, int blockSize) = Units[Model];
        Random random = new(1);
        OperandShape shape = Enum.Parse<OperandShape>(Data);
        a = OperandGenerator.Make(random, shape, format, scale, blockSize, M, K);
        b = OperandGenerator.Make(random, shape, format, scale, blockSize, N, K);
        initial = OperandGenerator.Accumulators(random, M * N, 1);
        LibTorch.Load();
        set_num_threads(1);
        single = (rand(M, K) - 0.5f, (rand(N, K) - 0.5f).t());
        half = (single.Value.A.bfloat16(), single.Value.B.bfloat16());
    }

    /// <summary>Frees the yardsticks' operands.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        foreach ((Tensor x, Tensor y) in new[] { single, half }.OfType<(Tensor, Tensor)>())
        {
            x.Dispose();
            y.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The yardstick: libtorch's binary32 product.</summary>
    [Benchmark(Baseline = true)]
    public void Binary32() => single!.Value.A.matmul(single.Value.B).Dispose();

    /// <summary>libtorch's bfloat16 product.</summary>
    [Benchmark]
    public void BFloat16() => half!.Value.A.matmul(half.Value.B).Dispose();

    /// <summary>The widest vectors.</summary>
    [Benchmark]
    public void Widest() => Product(Execution.Default.Backend, 1);

    /// <summary>AVX2 alone.</summary>
    [Benchmark]
    public void Vector256() => Product(Backend.Vector256, 1);

    /// <summary>One thread for every processor.</summary>
    [Benchmark]
    public void AllProcessors() => Product(Execution.Default.Backend, 0);

    private void Product(Backend backend, int degree)
    {
        initial.CopyTo(c, 0);
        MatrixProduct.Multiply(Units[Model].Unit, a!.Operand, b!.Operand, c, M, N, K, new() { Execution = new(backend, degree) });
    }

    private sealed class Config : ManualConfig
    {
        public Config()
        {
            // In one process, so that the yardstick and the products see the same machine.
            AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
            AddColumn(new MultiplyAddRateColumn(), new BinaryRatioColumn());
        }
    }
}
