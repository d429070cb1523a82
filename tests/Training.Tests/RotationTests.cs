using Mxact.Training.Quantization;
using Mxact.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>Hadamard rotations of the operands of chosen products.</summary>
public sealed class RotationTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0b1)]
    [InlineData(0xA5C3)]
    public void The_matrix_is_Sylvesters_with_its_rows_signs_and_orthogonal(int signs)
    {
        using DisposeScope scope = NewDisposeScope();
        float[,] sylvester = { { 1 } };
        for (int size = 1; size < HadamardRotation.Size; size *= 2)
        {
            float[,] doubled = new float[2 * size, 2 * size];
            for (int i = 0; i < 4 * size * size; i++)
            {
                (int row, int column) = (i / (2 * size), i % (2 * size));
                doubled[row, column] = sylvester[row % size, column % size] * (row >= size && column >= size ? -1 : 1);
            }

            sylvester = doubled;
        }

        Tensor matrix = new HadamardRotation((ushort)signs).BuildMatrix();
        for (int i = 0; i < 256; i++)
        {
            float sign = (signs >> (i / 16)) % 2 == 0 ? 1 : -1;
            Assert.Equal(sign * sylvester[i / 16, i % 16] / 4, matrix[i / 16, i % 16].item<float>());
        }

        Assert.True(matrix.matmul(matrix.t()).equal(eye(16)).all().item<bool>());
    }

    /// <summary>Of whole numbers every sum is exact, so that no bit may differ; sums of 20 are filled to 32.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(48)]
    public void A_product_of_rotated_operands_is_the_product(int k)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(9);
        Tensor a = randint(-50, 50, [5, k], generator: generator).to(ScalarType.Float32);
        Tensor b = randint(-50, 50, [7, k], generator: generator).to(ScalarType.Float32);
        HadamardRotation rotation = new(0x1234);
        Assert.False(rotation.Apply(a).narrow(1, 0, 16).equal(a.narrow(1, 0, 16)).all().item<bool>());
        Assert.True(rotation.Apply(a).matmul(rotation.Apply(b).t()).equal(a.matmul(b.t())).all().item<bool>());
    }

    [Fact]
    public void The_product_that_is_named_is_of_rotated_operands_and_no_other()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        Tensor x = randn(32, 32, generator: generator);
        Tensor w = randn(32, 32, generator: generator);
        Tensor g = randn(32, 32, generator: generator);
        Quantizer quantizer = new();
        Tensor Rounded(Tensor t, HadamardRotation r) => quantizer.QuantizeDequantize(r.Apply(t), MxFormats.Mxfp4, ConversionPolicy.Ocp);
        QuantizedProducts plain = new(Parse("").BuildScheme(), quantizer);
        foreach (LayerProduct product in Enum.GetValues<LayerProduct>())
        {
            string symbol = OperandPlace.SymbolOf(product).ToLowerInvariant();
            QuantizationScheme scheme = Parse($"rotate-{symbol}=random").BuildScheme();
            HadamardRotation rotation = scheme.FindRotation(product)!.Value;
            Assert.NotEqual(0, rotation.Signs);
            QuantizedProducts rotated = new(scheme, quantizer);
            Tensor expected = product switch
            {
                LayerProduct.Output => Rounded(x, rotation).matmul(Rounded(w, rotation).t()),
                LayerProduct.InputGradient => Rounded(g, rotation).matmul(Rounded(w.t(), rotation).t()),
                _ => Rounded(g.t(), rotation).matmul(Rounded(x.t(), rotation).t()),
            };
            foreach (LayerProduct other in Enum.GetValues<LayerProduct>())
            {
                (Tensor first, Tensor second) = other == LayerProduct.Output ? (x, w) : (g, other == LayerProduct.InputGradient ? w : x);
                Assert.True(rotated.Multiply(other, "", first, second)
                    .equal(other == product ? expected : plain.Multiply(other, "", first, second)).all().item<bool>());
            }
        }

        // Signs follow from seed and product, and a fixed rotation has none.
        Assert.Equal(0, Parse("rotate-dw=fixed").BuildScheme().FindRotation(LayerProduct.WeightGradient)!.Value.Signs);
        QuantizationScheme all = Parse("rotate-y=random;rotate-dx=random;rotate-dw=random").BuildScheme();
        Assert.Equal(3, all.Rotations.Values.Distinct().Count());
        Assert.NotEqual(
            all.FindRotation(LayerProduct.Output),
            Parse("rotate-y=random;seed=1").BuildScheme().FindRotation(LayerProduct.Output));
        Assert.Empty(all.WithExactBackward().Rotations.Keys.Except([LayerProduct.Output]));
    }

    [Theory]
    [InlineData("rotate-y=fixed;forward=fp32", "--rotate-y does nothing: no operand of Y is quantised")]
    [InlineData("rotate-dw=random;forward-only=on", "--rotate-dw does nothing: no operand of dW is quantised")]
    public void A_rotation_of_what_is_not_quantised_is_refused(string choices, string message)
        => Assert.Equal(message, Assert.Throws<Mxact.Shell.UsageException>(() => Parse(choices).RefuseIdle()).Message);

    private static RunOptions Parse(string choices)
        => RunOptions.Parse("depth=1;width=32;batch=8;forward=mxfp4".Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Concat(choices.Split(';', StringSplitOptions.RemoveEmptyEntries))
            .Select(c => c.Split('=', 2)).GroupBy(c => c[0]).ToDictionary(c => c.Key, c => c.Last()[1]));
}
