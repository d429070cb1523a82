using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary><c>MxTensor</c> beside the internal path it stands on: into the caller's memory, and into memory of its own.</summary>
public class FrontDoorBenchmarks : ConversionBenchmarks
{
    private const int Columns = 4096;

    private BlockConverter? converter;
    private MxTensor? tensor;

    private ReadOnlySpan<float> Floats => MemoryMarshal.Cast<uint, float>(Values);

    private int Rows => Elements / Columns;

    private Span<byte> ExactScales => Scales[..(Elements / 32)];

    /// <inheritdoc/>
    public override void Setup()
    {
        base.Setup();
        converter = Converter("mxfp8-e4m3", ConversionPolicy.Ocp);
        tensor = MxTensor.Quantize(Floats, Rows, Columns, MxFormats.Mxfp8E4M3);
    }

    /// <summary>The internal path.</summary>
    [Benchmark]
    public void Internal() => converter!.Quantize(Values, Rows, Columns, Scales, Codes);

    /// <summary>The front door, into the caller's memory.</summary>
    [Benchmark]
    public void QuantizeInto() => MxTensor.QuantizeInto(Floats, Rows, Columns, MxFormats.Mxfp8E4M3, Codes, ExactScales);

    /// <summary>The front door, with memory of its own.</summary>
    [Benchmark]
    public MxTensor Quantize() => MxTensor.Quantize(Floats, Rows, Columns, MxFormats.Mxfp8E4M3);

    /// <summary>The internal path back.</summary>
    [Benchmark]
    public void InternalBack() => converter!.Dequantize(tensor!.Scales, tensor.Codes, Rows, Columns, Results);

    /// <summary>The front door back, into the caller's memory.</summary>
    [Benchmark]
    public void DequantizeInto() => tensor!.DequantizeInto(MemoryMarshal.Cast<uint, float>(Results));

    /// <summary>The front door back, with memory of its own.</summary>
    [Benchmark]
    public float[] Dequantize() => tensor!.Dequantize();
}
