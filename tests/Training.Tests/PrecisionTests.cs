using Mxact.Training.Layers;
using Mxact.Training.Models;
using Mxact.Training.Quantization;
using Mxact.Training.Tests.Plain;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>Which operand of which product is held how, each held to plain loops; and what bfloat16 means for vectors.</summary>
public sealed class PrecisionTests
{
    private const int Batch = 40;
    private const int In = 72;
    private const int Out = 36;

    [Theory]
    [InlineData(OperandPrecision.Mx, OperandPrecision.Mx)]
    [InlineData(OperandPrecision.Mx, OperandPrecision.BFloat16)]
    [InlineData(OperandPrecision.BFloat16, OperandPrecision.Mx)]
    [InlineData(OperandPrecision.BFloat16, OperandPrecision.BFloat16)]
    public void Each_operand_of_each_product_has_its_own_precision(OperandPrecision activations, OperandPrecision weights)
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizationScheme scheme = new()
        {
            Forward = MxFormats.Mxfp4,
            Backward = MxFormats.Mxfp6E3M2,
            Activations = activations,
            Weights = weights,
        };
        using Generator generator = new(11);
        Matrix x = Streams.Normal(generator, Batch, In);
        Matrix w = Streams.Normal(generator, Out, In);
        Matrix g = Streams.Normal(generator, Batch, Out);
        Tensor leafX = ToTensor(x).requires_grad_(true);
        Tensor leafW = ToTensor(w).requires_grad_(true);
        Tensor y = LinearFunction.Apply(leafX, leafW, new QuantizedProducts(scheme, new()));
        y.backward([ToTensor(g)]);
        Matrix X(Matrix m, BlockFormat format) => Operands.Round(m, activations, format);
        Matrix W(Matrix m, BlockFormat format) => Operands.Round(m, weights, format);
        BlockFormat forward = scheme.Forward!;
        BlockFormat backward = scheme.Backward!;
        IsClose(Matrix.Product(X(x, forward), W(w, forward)), y);
        IsClose(Matrix.Product(X(g, backward), W(w.Transposed(), backward)), leafX.grad!);
        IsClose(Matrix.Product(X(g.Transposed(), backward), X(x.Transposed(), backward)), leafW.grad!);
    }

    [Fact]
    public void A_vector_in_bfloat16_has_a_gradient_in_bfloat16()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(12);
        Matrix x = Streams.Normal(generator, 7, 9);
        Matrix g = Streams.Normal(generator, 7, 9);
        Tensor leaf = ToTensor(x).requires_grad_(true);
        QuantizedProducts products = new(new() { VectorsInBFloat16 = true }, new());
        Tensor y = QuantizedOperations.RoundVector(leaf, products);
        y.backward([ToTensor(g)]);
        Assert.Equal(x.Values.Select(v => Operands.ToBFloat16((float)v)), y.data<float>().ToArray());
        Assert.Equal(g.Values.Select(v => Operands.ToBFloat16((float)v)), leaf.grad!.data<float>().ToArray());
        Assert.NotEqual(g.Values.Select(v => (float)v), leaf.grad!.data<float>().ToArray());

        // A scheme that does not say so changes nothing.
        Tensor plain = ToTensor(x).requires_grad_(true);
        QuantizedOperations.RoundVector(plain, new(QuantizationScheme.Binary32, new())).backward([ToTensor(g)]);
        Assert.Equal(g.Values.Select(v => (float)v), plain.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Bfloat16_rounds_to_nearest_and_ties_to_even()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] values = [1, 1.00390625f, 1.01171875f, 1.0039064f, -1.00390625f, 3.3895314e38f, 1e-40f, 0.1f];
        uint[] bits = [0x3F800000, 0x3F800000, 0x3F820000, 0x3F810000, 0xBF800000, 0x7F7F0000, 0x00010000, 0x3DCD0000];
        Assert.Equal(bits, Quantizer.Words(Quantization.BFloat16.Round(tensor(values))).ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Norms_activations_and_sums_are_rounded_where_the_scheme_says_so(bool isNarrow)
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizedProducts products = new(new() { VectorsInBFloat16 = isNarrow }, new());
        Dictionary<string, uint[]> seen = Tap(new Proxy(new(2, 8, 5, 1)), products);
        Dictionary<string, uint[]> bare = Tap(new Proxy(new(2, 8, 5, 1) { LayerNorm = false }), products);
        foreach ((string name, uint[] words) in (IEnumerable<(string, uint[])>)
        [
            ("norm", seen["block0.first.x"]), ("norm", seen["block1.first.x"]), ("activation", seen["block0.second.x"]),
            ("activation", bare["block0.second.x"]), ("sum", bare["block1.first.x"]),
        ])
        {
            Assert.True(isNarrow == words.All(v => (v & 0xFFFF) == 0), name);
        }
    }

    private static Dictionary<string, uint[]> Tap(Proxy proxy, QuantizedProducts products)
    {
        using Proxy model = proxy;
        Dictionary<string, uint[]> seen = [];
        model.ComputeLoss(0, products, (name, values, _) => seen[name] = Quantizer.Words(values.detach().contiguous()).ToArray());
        return seen;
    }

    private static Tensor ToTensor(Matrix m) => tensor(m.Values.Select(v => (float)v).ToArray()).reshape(m.Rows, m.Columns);

    private static void IsClose(Matrix expected, Tensor got)
    {
        float[] values = got.detach().contiguous().data<float>().ToArray();
        double most = expected.Values.Max(Math.Abs);
        Assert.Equal(expected.Values.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(Math.Abs(expected.Values[i] - values[i]) < 1e-5 * most, $"[{i}] is {values[i]}, not {expected.Values[i]}");
        }
    }
}
