using BenchmarkDotNet.Attributes;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary>Binary32 to what its codes stand for, in one pass, on one thread, beside copies of four bytes to four.</summary>
public unsafe class RoundTripBenchmarks : ConversionBenchmarks
{
    private BlockConverter? converter;

    /// <summary>The block format.</summary>
    [Params("mxfp8-e4m3", "mxfp4", "mxint8")]
    public string Format { get; set; } = "mxfp8-e4m3";

    /// <inheritdoc/>
    public override void Setup()
    {
        base.Setup();
        converter = Converter(Format, ConversionPolicy.Ocp);
    }

    /// <summary>A copy.</summary>
    [Benchmark]
    public void CopyThroughCaches() => Copies.FourToFour(ValuesPointer, ResultsPointer, Elements, pastCaches: false);

    /// <summary>A copy past the caches.</summary>
    [Benchmark]
    public void CopyPastCaches() => Copies.FourToFour(ValuesPointer, ResultsPointer, Elements, pastCaches: true);

    /// <summary>Quantising and dequantising.</summary>
    [Benchmark]
    public void QuantizeDequantize() => converter!.QuantizeDequantize(Values, 1, Elements, Results);
}
