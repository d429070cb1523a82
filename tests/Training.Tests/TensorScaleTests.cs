using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>NVFP4 with a scale for the whole tensor, and blocks shorter than 32, against the reference one block at a time.</summary>
public sealed class TensorScaleTests
{
    [Theory]
    [InlineData("nvfp4", "fit")]
    [InlineData("nvfp4", "power-of-two")]
    [InlineData("nvfp4", "one")]
    [InlineData("nvfp4", "percentile:90")]
    [InlineData("nvfp4", "0.037")]
    [InlineData("e2m1/ue5m3/16", "fit")]
    [InlineData("e2m1/ue5m3/32", "0.037")]
    [InlineData("e2m1/ue4m3/32", "fit")]
    [InlineData("e2m1/e8m0/16", "fit")]
    [InlineData("e4m3/e8m0/8", "fit")]
    [InlineData("e3m2/e8m0/20", "fit")]
    [InlineData("e2m1/e8m0/64", "fit")]
    [InlineData("e4m3/e8m0/40", "fit")]
    [InlineData("e5m2/e8m0/128", "fit")]
    [InlineData("int8/e8m0/64", "fit")]
    [InlineData("mxfp4", "fit")]
    public void Values_are_the_references(string name, string rule)
    {
        using DisposeScope scope = NewDisposeScope();
        BlockFormat format = MxFormats.Find(name)!;
        foreach ((int rows, int columns) in new[] { (5, 64), (48, 40), (33, 17), (1, 100) })
        {
            using Generator generator = new((ulong)(rows * columns));
            Tensor values = randn(rows, columns, generator: generator) * 3e-5;
            Quantizer quantizer = new();
            Tensor along = quantizer.QuantizeDequantize(values, format, ConversionPolicy.Ocp, tensorScale: TensorScaleRule.Find(rule));
            Same($"{name} {rule} rows", Reference(values, format, rule), along);
            Tensor down = quantizer.QuantizeDequantize(
                values, format, ConversionPolicy.Ocp, BlockAxis.AlongColumns, TensorScaleRule.Find(rule));
            Same($"{name} {rule} columns", Reference(values.t().contiguous(), format, rule), down.t());
        }
    }

    /// <summary>Tile by tile the reference's, and those of the transposed matrix transposed; what hangs over an edge is left out.</summary>
    [Theory]
    [InlineData(32, 48, "fit")]
    [InlineData(20, 33, "fit")]
    [InlineData(17, 16, "percentile:90")]
    [InlineData(1, 40, "one")]
    public void Tiles_are_the_references_along_both_axes(int rows, int columns, string rule)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new((ulong)(rows * columns));
        Tensor values = randn(rows, columns, generator: generator) * 3e-2;
        Quantizer quantizer = new();
        TensorScaleRule chosen = TensorScaleRule.Find(rule)!;
        BlockFormat tile = MxFormats.Nvfp4Tile;
        TensorScale t = Binary32.Decode(BitConverter.SingleToUInt32Bits(Scale(Floats(values), rule, 2688))).Finite;
        Tensor got = quantizer.QuantizeDequantize(values, tile, ConversionPolicy.Ocp, tensorScale: chosen);
        Tensor down = quantizer.QuantizeDequantize(values.t(), tile, ConversionPolicy.Ocp, BlockAxis.AlongColumns, chosen);
        Same("transposed", Quantizer.Words(got).ToArray(), down.t());
        uint[] words = Quantizer.Words(values).ToArray();
        uint[] expected = new uint[words.Length];
        for (int top = 0; top < rows; top += 16)
        {
            for (int left = 0; left < columns; left += 16)
            {
                int[] places =
                [
                    .. from r in Enumerable.Range(top, Math.Min(16, rows - top))
                       from c in Enumerable.Range(left, Math.Min(16, columns - left))
                       select (r * columns) + c,
                ];
                uint[] codes = new uint[places.Length];
                byte scale = BlockConversion.Quantize(
                    tile, ElementFormats.Binary32, [.. places.Select(p => words[p])], ConversionPolicy.Ocp, codes, tensorScale: t);
                uint[] back = new uint[places.Length];
                BlockConversion.Dequantize(tile, scale, codes, back, t);
                for (int i = 0; i < places.Length; i++)
                {
                    expected[places[i]] = back[i];
                }
            }
        }

        Same("tiles", expected, got);
    }

    /// <summary>The unit multiplies blocks; its binary32 result is then times the product of both tensors' scales.</summary>
    [Fact]
    public void A_unit_leaves_the_scales_of_tensors_to_an_epilogue()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3);
        Tensor x = randn(4, 64, generator: generator), w = randn(3, 64, generator: generator) * 1e-3;
        QuantizationScheme scheme = new() { Forward = MxFormats.Nvfp4, Accumulation = "blackwell-nvfp4" };
        Tensor y = new QuantizedProducts(scheme, new Quantizer()).Forward(x, w);
        MatrixUnit unit = MatrixUnits.Parse("blackwell-nvfp4");
        float ofX = Scale(Floats(x), "fit", 2688), ofW = Scale(Floats(w), "fit", 2688);
        uint[] expected =
        [
            .. from left in Floats(x).Chunk(64) from right in Floats(w).Chunk(64)
               let a = Codes(left, ofX) let b = Codes(right, ofW)
               let element = MxFormats.Nvfp4.Element
               select BitConverter.SingleToUInt32Bits(ofX * ofW * BitConverter.UInt32BitsToSingle(DotProduct.Compute(
                   unit, element, a.Codes, element, b.Codes, a.Scales, b.Scales, 0, ElementFormats.Binary32))),
        ];
        Same("Y", expected, y);
    }

    /// <summary>Gains of norms are tensors too.</summary>
    [Fact]
    public void A_whole_run_in_NVFP4()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = MxactTrain.Run("run", "--out", folder.In("r"), "--forward", "nvfp4", "--scale-rule", "four-over-six",
            "--quantize-ln-affine", "on", "--width", "64", "--batch", "64", "--steps", "6", "--zeta-every", "2", "--backward-error", "on",
            "--rounding", "stochastic:16");
        Assert.True(code == 0, error);
        Assert.Contains("\"tensor-scale\": \"fit\"", File.ReadAllText(folder.In("r", "run.json")), StringComparison.Ordinal);
    }

    private static uint[] Reference(Tensor matrix, BlockFormat format, string rule)
    {
        float[] values = Floats(matrix);
        TensorScale? t = format.Scale.Element is null ? null
            : Binary32.Decode(BitConverter.SingleToUInt32Bits(Scale(values, rule, format.Scale == ScaleFormat.Ue5M3 ? 6 * 114688 : 2688)))
                .Finite;
        return
        [
            .. values.Chunk((int)matrix.shape[1]).SelectMany(row => row.Chunk(format.BlockSize)).SelectMany(block =>
            {
                uint[] codes = new uint[block.Length], back = new uint[block.Length];
                byte scale = BlockConversion.Quantize(format, ElementFormats.Binary32,
                    Array.ConvertAll(block, BitConverter.SingleToUInt32Bits), ConversionPolicy.Ocp, codes, default, t);
                BlockConversion.Dequantize(format, scale, codes, back, t);
                return back;
            }),
        ];
    }

    private static (uint[] Codes, byte[] Scales) Codes(float[] row, float t)
    {
        List<uint> all = [];
        List<byte> scales = [];
        foreach (float[] block in row.Chunk(16))
        {
            uint[] codes = new uint[16];
            scales.Add(BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32,
                Array.ConvertAll(block, BitConverter.SingleToUInt32Bits), ConversionPolicy.Ocp, codes, default,
                Binary32.Decode(BitConverter.SingleToUInt32Bits(t)).Finite));
            all.AddRange(codes);
        }

        return ([.. all], [.. scales]);
    }

    /// <summary>By the words of the rule, in binary64.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="full">The greatest element times the greatest scale.</param>
    private static float Scale(float[] values, string rule, double full)
    {
        float[] magnitudes = [.. values.Select(MathF.Abs).Order()];
        double largest = rule == "percentile:90" ? magnitudes[((9 * values.Length) + 9) / 10 - 1] : magnitudes[^1];
        return rule switch
        {
            "one" => 1,
            "0.037" => 0.037f,
            "power-of-two" => (float)Math.Pow(2, Math.Ceiling(Math.Log2(largest / full))),
            _ => (float)(largest / full),
        };
    }

    private static float[] Floats(Tensor values)
        => [.. Quantizer.Words(values.contiguous()).ToArray().Select(BitConverter.UInt32BitsToSingle)];

    private static void Same(string what, uint[] expected, Tensor got)
    {
        using Tensor contiguous = got.contiguous();
        Assert.True(expected.AsSpan().SequenceEqual(Quantizer.Words(contiguous)), what);
    }
}
