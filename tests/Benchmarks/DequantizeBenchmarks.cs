using BenchmarkDotNet.Attributes;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary>Scales and codes to binary32, on one thread, beside copies of one byte to four.</summary>
public unsafe class DequantizeBenchmarks : ConversionBenchmarks
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
        converter.Quantize(Values, Scales, Codes);
    }

    /// <summary>A copy.</summary>
    [Benchmark]
    public void CopyThroughCaches() => Copies.OneToFour(CodesPointer, ResultsPointer, Elements, pastCaches: false);

    /// <summary>A copy past the caches.</summary>
    [Benchmark]
    public void CopyPastCaches() => Copies.OneToFour(CodesPointer, ResultsPointer, Elements, pastCaches: true);

    /// <summary>Dequantising.</summary>
    [Benchmark]
    public void Dequantize() => converter!.Dequantize(Scales, Codes, 1, Elements, Results);
}
