using BenchmarkDotNet.Attributes;
using Mxact.Training.Models;
using Mxact.Training.Native;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Benchmarks;

/// <summary>
/// A training step of the study's size, depth 4, width 64, batch 64, on one thread, of one seed and of sixteen at once, beside the same
/// matrix products alone: those of libtorch in binary32, forward, backward and of the teacher, on operands that lie still.
/// </summary>
[Config(typeof(InProcessConfig))]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class SeedBenchmarks : IDisposable
{
    private const int Depth = 4;
    private const int Width = 64;
    private const int Batch = 64;
    private const double Rate = 1e-4;
    private static readonly QuantizationScheme Mx = new() { Forward = MxFormats.Mxfp8E4M3, QuantizeLayerNorm = true };
    private Proxy[] models = [];
    private FusedAdam[] optimizers = [];
    private QuantizedProducts[] binary32 = [];
    private QuantizedProducts[] quantized = [];
    private QuantizedProducts[] stochastic = [];
    private (Tensor A, Tensor B)[] operands = [];
    private ProxyCohort? cohort;
    private int step;

    /// <summary>Seeds that are trained at once.</summary>
    [Params(1, 16)]
    public int Seeds { get; set; }

    /// <summary>Loads libtorch and makes the models.</summary>
    [GlobalSetup]
    public void Setup()
    {
        LibTorch.Load();
        Heap.KeepFreedMemory();
        Prepare();
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        cohort?.Dispose();
        Array.ForEach(models, m => m.Dispose());
        foreach ((Tensor a, Tensor b) in operands)
        {
            a.Dispose();
            b.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The products of a step alone.</summary>
    [Benchmark(Baseline = true)]
    public void Products()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach ((Tensor a, Tensor b) in operands)
        {
            for (int i = 0; i < Depth; i++)
            {
                _ = a.matmul(b);
            }
        }
    }

    /// <summary>A step in binary32.</summary>
    [Benchmark]
    public void Binary32() => Step(binary32);

    /// <summary>A step in MXFP8 E4M3, floor, forward and backward.</summary>
    [Benchmark]
    public void Quantized() => Step(quantized);

    /// <summary>The same, rounded stochastically.</summary>
    [Benchmark]
    public void Stochastic() => Step(stochastic);

    private void Prepare()
    {
        set_num_threads(1);
        models = [.. Enumerable.Range(0, Seeds).Select(s => new Proxy(new(Depth, Width, Batch, (ulong)s)))];
        optimizers = [.. models.Select(m => new FusedAdam([.. m.Parameters.Select(p => p.Value)], m.Published))];
        cohort = ProxyCohort.TryCreate(models);
        binary32 = Under(QuantizationScheme.Binary32);
        quantized = Under(Mx);
        stochastic = Under(Mx with { Policy = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) } });
        Tensor x = Draw(Batch, Width);
        Tensor hidden = Draw(Batch, 4 * Width);
        Tensor first = Draw(4 * Width, Width);
        Tensor second = Draw(Width, 4 * Width);
        Tensor teacher = Draw(Width, Width);
        operands =
        [
            (x, first.transpose(-2, -1)), (hidden, first), (hidden.transpose(-2, -1), x),
            (hidden, second.transpose(-2, -1)), (x, second), (x.transpose(-2, -1), hidden),
            (x, teacher.transpose(-2, -1)), (x, teacher.transpose(-2, -1)),
        ];
    }

    private Tensor Draw(int rows, int columns) => Seeds == 1 ? randn(rows, columns) : randn(Seeds, rows, columns);

    private QuantizedProducts[] Under(QuantizationScheme scheme) => [.. models.Select(_ => new QuantizedProducts(scheme, new()))];

    private void Step(QuantizedProducts[] products)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach ((QuantizedProducts own, int seed) in products.Select((p, i) => (p, i)))
        {
            own.Quantizer.Begin(((ulong)step << 32) + (ulong)seed);
        }

        IReadOnlyList<LossAndGradients> gradients = cohort?.Compute(step, products, new TensorTap?[Seeds])
            ?? [LossAndGradients.Of(models[0], step, products[0], null)];
        step++;
        for (int seed = 0; seed < Seeds; seed++)
        {
            optimizers[seed].Step(gradients[seed].Gradients, Rate);
        }
    }
}
