using BenchmarkDotNet.Attributes;
using Mxact.Training.Models;
using Mxact.Training.Native;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Benchmarks;

/// <summary>
/// A training step of the proxy, forward, backward and Adam, on one thread: six quantisations a layer, and bit-exact products, beside
/// binary32.
/// </summary>
[Config(typeof(InProcessConfig))]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class TrainingStepBenchmarks : IDisposable
{
    private static readonly QuantizationScheme Mx = new() { Forward = MxFormats.Mxfp8E4M3, QuantizeLayerNorm = true };
    private readonly QuantizedProducts binary32 = new(QuantizationScheme.Binary32, new());
    private readonly QuantizedProducts quantized = new(Mx, new());
    private readonly QuantizedProducts stochastic = new(
        Mx with { Policy = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) } },
        new());
    private readonly QuantizedProducts blackwell = new(Mx with { Accumulation = "blackwell-mxf8f6f4" }, new());
    private Proxy? model;
    private FusedAdam? optimizer;
    private int step;

    /// <summary>Depth 4; width and batch of the CPU-size proxy and of the published one.</summary>
    [Params("128 x 256", "512 x 2048")]
    public string WidthAndBatch { get; set; } = "128 x 256";

    /// <summary>Loads libtorch and makes the model.</summary>
    [GlobalSetup]
    public void Setup()
    {
        LibTorch.Load();
        Heap.KeepFreedMemory();
        Prepare();
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        model?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Nothing is quantised.</summary>
    [Benchmark(Baseline = true)]
    public void Binary32() => Step(binary32);

    /// <summary>MXFP8 E4M3, floor, forward and backward.</summary>
    [Benchmark]
    public void Quantized() => Step(quantized);

    /// <summary>The same, rounded stochastically.</summary>
    [Benchmark]
    public void Stochastic() => Step(stochastic);

    /// <summary>The same as <see cref="Quantized"/>, all three products bit for bit as Blackwell's unit accumulates.</summary>
    [Benchmark]
    public void Blackwell() => Step(blackwell);

    private void Prepare()
    {
        set_num_threads(1);
        int[] sizes = [.. WidthAndBatch.Split(" x ").Select(int.Parse)];
        model = new Proxy(new(4, sizes[0], sizes[1], 0));
        optimizer = new([.. model.Parameters.Select(p => p.Value)], model.Published);
    }

    private void Step(QuantizedProducts products)
    {
        using DisposeScope scope = NewDisposeScope();
        products.Quantizer.Begin((ulong)step << 32);
        optimizer!.Step(LossAndGradients.Of(model!, step++, products, null).Gradients, 1e-4);
    }
}
