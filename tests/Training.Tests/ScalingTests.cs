using Mxact.Shell;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;
using Mxact.Training.Diagnostics;
using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using Mxact.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>One power of two a tensor, and matrix units without block scales.</summary>
public sealed class ScalingTests
{
    /// <summary>
    /// By the words of the rule in binary64: the exponent of the largest magnitude less the format's largest, and one element after the
    /// other.
    /// </summary>
    [Theory]
    [InlineData("mxfp8-e4m3", "ties-to-even")]
    [InlineData("mxfp8-e5m2", "toward-negative")]
    [InlineData("mxfp4", "ties-to-even")]
    [InlineData("e4m3fnuz/e8m0/32", "toward-zero")]
    public void A_tensor_shares_one_power_of_two(string name, string rounding)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(8);
        BlockFormat format = MxFormats.Find(name)!;
        ConversionPolicy policy = Latitude.Find("rounding")!.With(ConversionPolicy.Ocp, rounding)!;
        foreach (double factor in (double[])[1, 1.9, 3e-30, 1e35, 0])
        {
            Tensor values = randn(9, 40, generator: generator) * factor;
            float[] plain = values.data<float>().ToArray();
            double largest = plain.Max(Math.Abs);
            int exponent = largest == 0 ? -127 : Math.Clamp((int)Math.Floor(Math.Log2(largest)) - format.Element.EMax, -127, 127);
            Quantizer quantizer = new();
            LargeBlocks scaled = LargeBlocks.Encode(values.reshape(1, -1), format, policy, quantizer);
            Tensor back = scaled.Decode(values.shape, format, policy, quantizer);
            Assert.Equal(exponent, scaled.Exponent);
            for (int i = 0; i < plain.Length; i++)
            {
                float element = (float)(plain[i] * Math.Pow(2, -exponent));
                uint code = ElementCodec.Encode(format.Element, Binary32.Decode(BitConverter.SingleToUInt32Bits(element)), policy);
                Assert.Equal(code, scaled.Codes[i]);
            }

            Assert.Equal(
                scaled.Codes.Select(c => (float)(Value(format.Element, c) * Math.Pow(2, exponent))),
                back.data<float>().ToArray());
        }

        Tensor nan = tensor(new[,] { { 1f, float.NaN } });
        LargeBlocks none = LargeBlocks.Encode(nan, format, policy, new Quantizer());
        Assert.Null(none.Exponent);
        Assert.All(none.Decode(nan.shape, format, policy, new Quantizer()).data<float>(), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData("hopper-wgmma-fp8", "mxfp8-e4m3")]
    [InlineData("cdna3-fp8", "e4m3fnuz/e8m0/32")]
    [InlineData("t-fdpa:L=16,F=25,rho=rd-e8m7", "mxfp8-e5m2")]
    public void A_unit_multiplies_codes_and_the_powers_of_two_come_after(string unit, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3);
        Tensor x = randn(4, 64, generator: generator), w = randn(3, 64, generator: generator) * 1e-3;
        QuantizationScheme scheme = Parse($"accumulation={unit};forward={name};scaling=tensor").BuildScheme();
        Quantizer quantizer = new();
        Tensor y = new QuantizedProducts(scheme, quantizer).Forward(x, w);
        LargeBlocks a = LargeBlocks.Encode(x.reshape(1, -1), scheme.Forward!, scheme.Policy, quantizer);
        LargeBlocks b = LargeBlocks.Encode(w.reshape(1, -1), scheme.Forward!, scheme.Policy, quantizer);
        ElementFormat element = scheme.Forward!.Element;
        Same(y, i => (float)(Math.Pow(2, a.Exponent!.Value + b.Exponent!.Value) * BitConverter.UInt32BitsToSingle(DotProduct.Compute(
            MatrixUnits.Parse(unit), element, Row(a.Codes, i / 3), element, Row(b.Codes, i % 3), [], [], 0, ElementFormats.Binary32))));

        static uint[] Row(byte[] codes, int row) => [.. codes.Skip(64 * row).Take(64).Select(code => (uint)code)];
    }

    [Fact]
    public void A_unit_multiplies_bfloat16()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3);
        Tensor x = randn(4, 64, generator: generator), w = randn(3, 64, generator: generator);
        QuantizationScheme scheme = Parse("accumulation=cdna3-bf16;activations=bf16;weights=bf16").BuildScheme();
        Tensor y = new QuantizedProducts(scheme, new Quantizer()).Forward(x, w);
        Same(y, i => BitConverter.UInt32BitsToSingle(DotProduct.Compute(
            MatrixUnits.Parse("cdna3-bf16"), ElementFormats.BFloat16, Row(x, i / 3), ElementFormats.BFloat16, Row(w, i % 3), [], [], 0,
            ElementFormats.Binary32)));

        static uint[] Row(Tensor matrix, int row) => [.. matrix[row].data<float>().ToArray().Select(v =>
            ElementCodec.Encode(ElementFormats.BFloat16, Binary32.Decode(BitConverter.SingleToUInt32Bits(v)), ConversionPolicy.Ocp))];
    }

    /// <summary>The sum's own error: 1 + 2^-9 floored to seven fraction bits loses 2^-9, and -1 - 2^-9 loses 2^-7 - 2^-9.</summary>
    [Theory]
    [InlineData(1, -0.001953125)]
    [InlineData(-1, -0.005859375)]
    public void What_a_sum_adds_is_told_from_what_its_operands_lost(float sign, double lost)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.03f * sign, sign * 0.001953125f, 0, 0]).reshape(1, 4);
        List<ProductError> errors = [];
        foreach (string unit in (string[])["t-fdpa:L=16,F=25,rho=rd-e8m7", "binary32"])
        {
            QuantizationScheme scheme = Parse($"accumulation={unit};scaling=tensor;forward=mxfp8-e5m2").BuildScheme();
            QuantizedProducts products = new(scheme, new Quantizer())
            {
                Tap = (layer, product, result, a, b) => errors.Add(ProductError.Measure(layer, product, result, a, b)),
            };
            products.Forward(x, ones(1, 4));
        }

        Assert.Equal([lost, 0], errors.Select(e => e.Sum.Mean));
        Assert.Equal(lost / 1.001953125, errors[0].Sum.Drift, 12);
        double meanSquare = ((1.03 * 1.03) + (0.001953125 * 0.001953125)) / 4;
        Assert.All(errors, e => Assert.Equal(-0.03 * sign / 4 / Math.Sqrt(meanSquare), e.DriftX, 6));
        Assert.Equal(-0.03 * sign, errors[1].Error.Mean, 6);
    }

    [Theory]
    [InlineData("scaling=tensor;forward=nvfp4", "--scaling tensor takes formats whose scale is a power of two, and nvfp4 has ue4m3")]
    [InlineData("scaling=tensor;rounding=stochastic:8", "--scaling tensor draws no random bits")]
    [InlineData("accumulation=ada-fp8", "takes no scales, and mxfp8-e4m3 has e8m0/32; --scaling tensor takes one power of two")]
    [InlineData("accumulation=blackwell-mxf8f6f4;scaling=tensor", "takes scales e8m0/32: it needs --scaling block")]
    [InlineData("accumulation=ada-fp8;scaling=tensor;forward=mxfp4", "--accumulation ada-fp8 takes e4m3, e5m2, not e2m1")]
    [InlineData("accumulation=cdna3-bf16;activations=bf16", "operands are both in the MX format, or both in bf16")]
    [InlineData("accumulation=ada-fp8;activations=bf16;weights=bf16", "--accumulation ada-fp8 takes e4m3, e5m2, not bf16")]
    [InlineData("accumulation=ada-fp8;forward=fp32", "operands are both in the MX format, or both in bf16")]
    public void What_a_unit_does_not_take_is_refused_in_one_line(string choices, string message)
        => Assert.Contains(message, Assert.Throws<UsageException>(() => Parse(choices)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_scale_of_nothing_is_refused()
        => Assert.Contains("--scaling tensor does nothing", Assert.Throws<UsageException>(
            () => Parse("scaling=tensor;forward=fp32").RefuseIdle()).Message, StringComparison.Ordinal);

    /// <summary>What options refuse, a program's own scheme meets as well, and nothing is computed otherwise than it says.</summary>
    [Fact]
    public void A_scheme_that_no_kernel_carries_out_is_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2, 64);
        Quantizer quantizer = new();
        quantizer.Begin(1);
        ConversionPolicy stochastic = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(8) };
        QuantizationScheme spread = new()
        {
            Forward = MxFormats.Mxfp4,
            Policy = stochastic,
            RandomBits = RandomWordMap.ReversedBytes(8),
        };
        foreach (QuantizationScheme scheme in (QuantizationScheme[])
        [
            new() { Forward = MxFormats.Nvfp4, Scaling = ScaleExtent.Tensor },
            new() { Forward = MxFormats.Mxfp4, Policy = stochastic, Scaling = ScaleExtent.Tensor },
            new() { Forward = MxFormats.Find("e2m1/e8m0/64"), Policy = stochastic },
            spread with { RandomBits = RandomWordMap.ReversedHalves },
            spread with { Forward = MxFormats.Find("e2m1/e8m0/16") },
            spread with { Accumulation = "blackwell-mxf4" },
        ])
        {
            Assert.Throws<ArgumentException>(() => new QuantizedProducts(scheme, quantizer).Forward(x, x));
        }

        Assert.Equal(64, new QuantizedProducts(spread, quantizer).Forward(x, x)[0, 0].item<float>());
    }

    private static double Value(ElementFormat element, byte code)
        => BitConverter.UInt32BitsToSingle(Binary32.Encode(ElementCodec.Decode(element, code)));

    private static RunOptions Parse(string choices)
        => RunOptions.Parse(choices.Split(';').Select(c => c.Split('=', 2))
            .ToDictionary(c => c[0], c => c[1]));

    private static void Same(Tensor got, Func<int, float> expected)
        => Assert.Equal(Enumerable.Range(0, (int)got.numel()).Select(expected), got.data<float>().ToArray());
}
