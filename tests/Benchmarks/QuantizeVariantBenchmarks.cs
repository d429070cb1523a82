using BenchmarkDotNet.Attributes;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary>MXFP8 E4M3 in every other way: modes, profiles, backends, axes, packings, threads, and data with subnormal numbers.</summary>
public unsafe class QuantizeVariantBenchmarks : ConversionBenchmarks
{
    private const int MatrixColumns = 4096;

    private static readonly Dictionary<string, Func<BlockConverter>> Variants = new()
    {
        ["ocp"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp),
        ["subnormal-tail"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp),
        ["half-subnormal"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp),
        ["non-finite"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp with { Overflow = OverflowPolicy.NonFinite }),
        ["non-finite vector256"] = () => Converter(
            "mxfp8-e4m3",
            ConversionPolicy.Ocp with { Overflow = OverflowPolicy.NonFinite },
            Backend.Vector256),
        ["transformer-engine"] = () => Converter("mxfp8-e4m3", Profile.Find("transformer-engine")!.Policy),
        ["torchao-rceil"] = () => Converter("mxfp8-e4m3", Profile.Find("torchao-rceil")!.Policy),
        ["ties-to-away"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp with { Rounding = RoundingMode.TiesToAway }),
        ["toward-zero"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp with { Rounding = RoundingMode.TowardZero }),
        ["to-odd"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp with { Rounding = RoundingMode.ToOdd }),
        ["ties-to-away vector256"] = () => Converter(
            "mxfp8-e4m3",
            ConversionPolicy.Ocp with { Rounding = RoundingMode.TiesToAway },
            Backend.Vector256),
        ["to-odd vector256"] = () => Converter(
            "mxfp8-e4m3",
            ConversionPolicy.Ocp with { Rounding = RoundingMode.ToOdd },
            Backend.Vector256),
        ["stochastic:32"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(32) }),
        ["stochastic-c:32"] = () => Converter(
            "mxfp8-e4m3",
            ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(32, StochasticVariant.C) }),
        ["columns"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp, axis: BlockAxis.AlongColumns),
        ["mxfp4 packed"] = () => Converter("mxfp4", ConversionPolicy.Ocp, packing: CodeLayout.Packed),
        ["mxfp6 packed"] = () => Converter("mxfp6-e3m2", ConversionPolicy.Ocp, packing: CodeLayout.Packed),
        ["nvfp4"] = () => Converter("nvfp4", ConversionPolicy.Ocp),
        ["nvfp4 stochastic:32"] = () => Converter("nvfp4", ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(32) }),
        ["scalar"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp, Backend.Scalar),
        ["two threads"] = () => Converter("mxfp8-e4m3", ConversionPolicy.Ocp, threads: 2),
    };

    private BlockConverter? converter;

    /// <summary>The names of the variants.</summary>
    public static IEnumerable<string> Names => Variants.Keys;

    /// <summary>Which way.</summary>
    [ParamsSource(nameof(Names))]
    public string Variant { get; set; } = "ocp";

    /// <inheritdoc/>
    public override void Setup()
    {
        base.Setup();
        converter = Variants[Variant]();
    }

    /// <summary>A copy.</summary>
    [Benchmark]
    public void CopyThroughCaches() => Copies.FourToOne(ValuesPointer, CodesPointer, Elements, pastCaches: false);

    /// <summary>A copy past the caches.</summary>
    [Benchmark]
    public void CopyPastCaches() => Copies.FourToOne(ValuesPointer, CodesPointer, Elements, pastCaches: true);

    /// <summary>Quantising; along columns as a matrix of 4096 columns, or 1024 where that leaves fewer than a block of rows.</summary>
    [Benchmark]
    public void Quantize()
    {
        int columns = converter!.Settings.Axis == BlockAxis.AlongRows ? Elements : Math.Min(MatrixColumns, Elements / 32);
        converter.Quantize(Values, Elements / columns, columns, Scales, Codes, seed: 1);
    }

    private protected override uint Change(int index, uint normal, Random random) => Variant switch
    {
        // A quarter of all elements; or all elements of every other block.
        "subnormal-tail" when index % 32 != 5 && random.Next(4) == 0 => (uint)random.Next(1 << 23),
        "half-subnormal" when index / 32 % 2 == 0 => (normal & 0x80000000) | (uint)random.Next(1 << 23),
        _ => normal,
    };
}
