using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mxact.Simulator.Conversion;

namespace Mxact.Benchmarks;

/// <summary>
/// NVFP4 under the tensor scale that fits the data, in its several ways, beside MXFP4 on the same data in the same process; on one
/// thread.
/// </summary>
public class Nvfp4Benchmarks : ConversionBenchmarks
{
    private const int MatrixColumns = 4096;

    private static readonly Dictionary<string, Way> Ways = new()
    {
        ["mxfp4"] = new("mxfp4", ConversionPolicy.Ocp),
        ["mxfp4 vector256"] = new("mxfp4", ConversionPolicy.Ocp, Backend.Vector256),
        ["given"] = new("nvfp4", ConversionPolicy.Ocp),
        ["given vector256"] = new("nvfp4", ConversionPolicy.Ocp, Backend.Vector256),
        ["given vector128"] = new("nvfp4", ConversionPolicy.Ocp, Backend.Vector128),
        ["fitted"] = new("nvfp4", ConversionPolicy.Ocp, Fits: true),
        ["columns"] = new("nvfp4", ConversionPolicy.Ocp, Axis: BlockAxis.AlongColumns),
        ["ties-to-away"] = new("nvfp4", ConversionPolicy.Ocp with { Rounding = RoundingMode.TiesToAway }),
        ["to-odd"] = new("nvfp4", ConversionPolicy.Ocp with { Rounding = RoundingMode.ToOdd }),
        ["toward-positive"] = new("nvfp4", ConversionPolicy.Ocp with { Rounding = RoundingMode.TowardPositive }),
        ["stochastic:32"] = new("nvfp4", ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(32) }),
        ["stochastic:16"] = new("nvfp4", ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) }),
        ["four-over-six"] = new("nvfp4", ConversionPolicy.Ocp with { ScaleRule = ScaleRule.FourOverSix }),
    };

    private BlockConverter? converter;
    private Way? way;

    /// <summary>The names of the ways.</summary>
    public static IEnumerable<string> Names => Ways.Keys;

    /// <summary>Which way; "given" has the tensor scale before it begins, "fitted" takes it from the values first.</summary>
    [ParamsSource(nameof(Names))]
    public string Variant { get; set; } = "given";

    /// <inheritdoc/>
    public override void Setup()
    {
        base.Setup();
        way = Ways[Variant];
        converter = Create();
        Quantize();
    }

    /// <summary>Quantising.</summary>
    [Benchmark]
    public void Quantize()
    {
        BlockConverter of = way!.Fits ? Create() : converter!;
        int columns = way.Axis == BlockAxis.AlongRows ? Elements : Math.Min(MatrixColumns, Elements / 32);
        of.Quantize(Values, Elements / columns, columns, Scales, Codes, seed: 1);
    }

    /// <summary>Dequantising.</summary>
    [Benchmark]
    public void Dequantize()
    {
        int columns = way!.Axis == BlockAxis.AlongRows ? Elements : Math.Min(MatrixColumns, Elements / 32);
        converter!.Dequantize(Scales, Codes, Elements / columns, columns, Results);
    }

    private BlockConverter Create()
    {
        BlockFormat format = MxFormats.Find(way!.Format)!;
        float tensorScale = format.Scale.Element is ElementFormat scale
            ? TensorScales.Fit(MemoryMarshal.Cast<uint, float>(Values), format.Element, scale) : 1;
        return BlockConverter.Create(new(format, way.Policy)
        {
            Execution = new(way.Backend ?? Execution.Default.Backend, 1),
            Axis = way.Axis,
            TensorScale = BitConverter.SingleToUInt32Bits(tensorScale),
        });
    }

    private sealed record Way(
        string Format,
        ConversionPolicy Policy,
        Backend? Backend = null,
        BlockAxis Axis = BlockAxis.AlongRows,
        bool Fits = false);
}
