using BenchmarkDotNet.Attributes;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary>Binary32 to scales and codes, ties to even, on one thread, beside copies of four bytes to one.</summary>
public unsafe class QuantizeBenchmarks : ConversionBenchmarks
{
    private BlockConverter? floor;
    private BlockConverter? roundUp;
    private BlockConverter? narrow;

    /// <summary>The block format.</summary>
    [Params("mxfp8-e5m2", "mxfp8-e4m3", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8")]
    public string Format { get; set; } = "mxfp8-e4m3";

    /// <inheritdoc/>
    public override void Setup()
    {
        base.Setup();
        floor = Converter(Format, ConversionPolicy.Ocp);
        roundUp = Converter(Format, ConversionPolicy.Ocp with { ScaleRule = ScaleRule.RoundUp });
        narrow = Converter(Format, ConversionPolicy.Ocp, Backend.Vector256);
    }

    /// <summary>A copy.</summary>
    [Benchmark]
    public void CopyThroughCaches() => Copies.FourToOne(ValuesPointer, CodesPointer, Elements, pastCaches: false);

    /// <summary>A copy past the caches.</summary>
    [Benchmark]
    public void CopyPastCaches() => Copies.FourToOne(ValuesPointer, CodesPointer, Elements, pastCaches: true);

    /// <summary>MX 6.3.</summary>
    [Benchmark]
    public void Floor() => floor!.Quantize(Values, Scales, Codes);

    /// <summary>Round-up scales.</summary>
    [Benchmark]
    public void RoundUp() => roundUp!.Quantize(Values, Scales, Codes);

    /// <summary>MX 6.3 on AVX2.</summary>
    [Benchmark]
    public void FloorVector256() => narrow!.Quantize(Values, Scales, Codes);
}
