using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>The layers as somebody calls them who writes TorchSharp: modules with parameters, an optimiser, a loss.</summary>
public sealed class LayerTests
{
    private static readonly QuantizationScheme Stochastic = new()
    {
        Forward = MxFormats.Mxfp8E4M3,
        Policy = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) },
    };

    [Fact]
    public void A_layer_has_the_bits_of_its_function()
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizedProducts products = new(new() { Forward = MxFormats.Mxfp4 }, new());
        using Generator generator = new(3);
        using MxLinear layer = new(96, 40, products, generator: generator);
        Tensor x = randn([2, 5, 96], generator: generator);
        Tensor y = layer.call(x);
        Assert.Equal([2L, 5, 40], y.shape);
        Tensor expected = LinearFunction.Apply(x.reshape(10, 96), layer.Weight, products) + layer.Bias!;
        Assert.Equal(Quantizer.Words(expected).ToArray(), Quantizer.Words(y.contiguous()).ToArray());
        Assert.NotEqual(
            Quantizer.Words((x.reshape(10, 96).matmul(layer.Weight.t()) + layer.Bias!).contiguous()).ToArray(),
            Quantizer.Words(expected).ToArray());
    }

    [Fact]
    public void Layers_train_in_a_sequence_with_an_optimiser()
    {
        using DisposeScope scope = NewDisposeScope();
        Quantizer quantizer = new();
        QuantizedProducts products = new(Stochastic with { QuantizeLayerNorm = true }, quantizer);
        using Generator generator = new(5);
        using Sequential model = nn.Sequential(
            ("norm", new MxLayerNorm(32, products)),
            ("first", new MxLinear(32, 64, products, generator: generator)),
            ("gelu", nn.GELU()),
            ("second", new MxLinear(64, 1, products, hasBias: false, generator)));
        Assert.Equal(
            ["norm.weight", "norm.bias", "first.weight", "first.bias", "second.weight"],
            model.named_parameters().Select(p => p.name));
        using optim.Optimizer optimizer = optim.Adam(model.parameters(), 1e-2);
        Tensor x = randn([64, 32], generator: generator);
        Tensor target = x.sum(1, keepdim: true);
        double first = double.NaN;
        double last = double.NaN;
        for (int step = 0; step < 60; step++)
        {
            quantizer.Begin((ulong)step * 1000);
            optimizer.zero_grad();
            Tensor loss = nn.functional.mse_loss(model.call(x), target);
            loss.backward();
            optimizer.step();
            last = loss.item<float>();
            first = step == 0 ? last : first;
        }

        Assert.True(last < first / 4, $"the loss went from {first} to {last}");
    }

    [Fact]
    public void Stochastic_rounding_without_a_seed_is_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        Quantizer quantizer = new();
        using MxLinear layer = new(32, 8, new(Stochastic, quantizer));
        Assert.Contains(
            "call Quantizer.Begin",
            Assert.Throws<InvalidOperationException>(() => layer.call(ones(4, 32))).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => quantizer.Quantize(ones(4, 32), MxFormats.Mxfp4, Stochastic.Policy));
        quantizer.Begin(7);
        uint[] first = Quantizer.Words(layer.call(ones(4, 32)).contiguous()).ToArray();
        quantizer.Begin(7);
        Assert.Equal(first, Quantizer.Words(layer.call(ones(4, 32)).contiguous()).ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizedProducts products = new(QuantizationScheme.Binary32, new());
        Assert.Equal(
            "weight",
            Assert.Throws<ArgumentException>(() => new MxLinear(new Parameter(ones(4)), null, products)).ParamName);
        Assert.Contains(
            "the bias is [4], not [5]",
            Assert.Throws<ArgumentException>(() =>
                new MxLinear(new Parameter(ones(4, 3)), new Parameter(ones(5)), products)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MxLinear(0, 4, products));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MxLayerNorm(0, products));
    }
}
