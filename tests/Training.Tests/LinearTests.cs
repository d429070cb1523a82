using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Reference;
using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Tests;

/// <summary>
/// The quantised linear layer against a slow and obvious one on the reference path: six quantisations, three products, bit for bit.
/// </summary>
public sealed class LinearTests
{
    private const int Batch = 48;
    private const int In = 80;
    private const int Out = 40;

    /// <summary>
    /// Formats whose quantised values have so few bits that every sum is exact in binary32: then libtorch's order of summation does not
    /// matter, and bits can be compared.
    /// </summary>
    [Theory]
    [InlineData("mxfp4", "mxfp4", "floor")]
    [InlineData("mxfp4", "mxfp6-e2m3", "round-up")]
    [InlineData("mxfp6-e2m3", "mxfp4", "even")]
    public void Products_of_quantised_values_equal_exact_sums(string forward, string backward, string rule)
    {
        QuantizationScheme scheme = new() { Forward = MxFormats.Find(forward), Backward = MxFormats.Find(backward), Policy = Policy(rule) };
        Check(scheme, (a, b, format, policy) => ExactSum(a, b, format, policy));
    }

    [Theory]
    [InlineData("mxfp8-e4m3", "mxfp8-e5m2", "floor", "blackwell-mxf8f6f4")]
    [InlineData("mxfp8-e4m3", "mxfp8-e4m3", "round-up", "blackwell-mxf8f6f4")]
    [InlineData("mxfp4", "mxfp4", "floor", "blackwell-mxf4")]
    [InlineData("nvfp4", "nvfp4", "floor", "blackwell-nvfp4")]
    public void Bit_exact_products_equal_the_model_one_dot_product_at_a_time(string forward, string backward, string rule, string model)
    {
        QuantizationScheme scheme = new()
        {
            Forward = MxFormats.Find(forward),
            Backward = MxFormats.Find(backward),
            Policy = Policy(rule),
            Accumulation = model,
            TensorScale = TensorScaleRule.One,
        };
        Check(scheme, (a, b, format, policy) => ByModel(MatrixUnits.Parse(model), a, b, format, policy));
    }

    [Fact]
    public void Forward_only_leaves_the_gradients_of_binary32()
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizationScheme scheme = new() { Forward = MxFormats.Mxfp4, ForwardOnly = true };
        (Tensor x, Tensor w, Tensor g) = Data();
        (_, Tensor dx, Tensor dw) = Run(scheme, x, w, g);
        Same("dX", Quantizer.Words(g.matmul(w)), dx);
        Same("dW", Quantizer.Words(g.t().matmul(x).contiguous()), dw);
    }

    [Fact]
    public void Bfloat16_operands_round_to_nearest_even()
    {
        using DisposeScope scope = NewDisposeScope();
        QuantizationScheme scheme = new() { Forward = MxFormats.Mxfp4, Activations = OperandPrecision.BFloat16 };
        (Tensor x, Tensor w, Tensor g) = Data();
        (Tensor y, _, _) = Run(scheme, x, w, g);
        uint[] narrow =
        [
            .. Quantizer.Words(x).ToArray().Select(v =>
                ElementCodec.Encode(ElementFormats.BFloat16, Binary32.Decode(v), ConversionPolicy.Ocp) << 16)
        ];
        Tensor rounded = empty_like(x);
        narrow.CopyTo(Quantizer.Words(rounded));
        Tensor weights = empty_like(w);
        Values(Matrix(w), In, MxFormats.Mxfp4, scheme.Policy).CopyTo(Quantizer.Words(weights));
        Same("Y", Quantizer.Words(rounded.matmul(weights.t())), y);
    }

    [Fact]
    public void Layer_norm_parameters_are_quantised_and_their_gradients_go_straight_through()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gain = (ones(64) * 0.997f).requires_grad_(true);
        QuantizedProducts products = new(new() { Forward = MxFormats.Mxfp8E4M3, QuantizeLayerNorm = true }, new Quantizer());
        Tensor affine = QuantizedOperations.QuantizeAffine(gain, products);
        Assert.All(affine.data<float>().ToArray(), v => Assert.Equal(0.875f, v));
        (affine * arange(64, ScalarType.Float32)).sum().backward();
        Assert.Equal([.. Enumerable.Range(0, 64).Select(i => (float)i)], gain.grad!.data<float>().ToArray());
    }

    private static void Check(QuantizationScheme scheme, Func<uint[][], uint[][], BlockFormat, ConversionPolicy, uint[]> product)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor w, Tensor g) = Data();
        (Tensor y, Tensor dx, Tensor dw) = Run(scheme, x, w, g);
        uint[][] rowsX = Matrix(x);
        uint[][] rowsW = Matrix(w);
        uint[][] rowsG = Matrix(g);
        Same("Y", product(rowsX, rowsW, scheme.Forward!, scheme.Policy), y);
        Same("dX", product(rowsG, Transposed(rowsW), scheme.BackwardFormat!, scheme.Policy), dx);
        Same("dW", product(Transposed(rowsG), Transposed(rowsX), scheme.BackwardFormat!, scheme.Policy), dw);
    }

    private static (Tensor Y, Tensor Dx, Tensor Dw) Run(QuantizationScheme scheme, Tensor x, Tensor w, Tensor g)
    {
        Tensor leafX = x.clone().requires_grad_(true);
        Tensor leafW = w.clone().requires_grad_(true);
        Tensor y = LinearFunction.Apply(leafX, leafW, new QuantizedProducts(scheme, new Quantizer()));
        y.backward([g]);
        return (y.detach(), leafX.grad!, leafW.grad!);
    }

    private static (Tensor X, Tensor W, Tensor G) Data()
    {
        using Generator generator = new(7);
        return (randn(Batch, In, generator: generator), randn(Out, In, generator: generator), randn(Batch, Out, generator: generator));
    }

    private static ConversionPolicy Policy(string rule) => Latitude.Find("scale-rule")!.With(ConversionPolicy.Ocp, rule)!;

    private static uint[][] Matrix(Tensor values) => [.. Quantizer.Words(values).ToArray().Chunk((int)values.shape[1])];

    private static uint[][] Transposed(uint[][] rows)
        => [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Select(row => row[column]).ToArray())];

    private static uint[] Values(uint[][] rows, int columns, BlockFormat format, ConversionPolicy policy)
        => [.. rows.SelectMany(row => row.Chunk(format.BlockSize).SelectMany(block =>
        {
            uint[] codes = new uint[block.Length];
            byte scale = BlockConversion.Quantize(format, ElementFormats.Binary32, block, policy, codes);
            uint[] values = new uint[block.Length];
            BlockConversion.Dequantize(format, scale, codes, values);
            return values;
        })).Take(rows.Length * columns)];

    /// <summary>Sums in binary64, which are exact here, and in binary32 too.</summary>
    private static uint[] ExactSum(uint[][] a, uint[][] b, BlockFormat format, ConversionPolicy policy)
    {
        int k = a[0].Length;
        float[] x = [.. Values(a, k, format, policy).Select(BitConverter.UInt32BitsToSingle)];
        float[] y = [.. Values(b, k, format, policy).Select(BitConverter.UInt32BitsToSingle)];
        uint[] sums = new uint[a.Length * b.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < k; j++)
            {
                sum += (double)x[(i / b.Length * k) + j] * y[(i % b.Length * k) + j];
            }

            Assert.Equal(sum, (double)(float)sum);
            sums[i] = BitConverter.SingleToUInt32Bits((float)sum);
        }

        return sums;
    }

    private static uint[] ByModel(MatrixUnit model, uint[][] a, uint[][] b, BlockFormat format, ConversionPolicy policy)
    {
        (uint[] Codes, byte[] Scales)[] x = [.. a.Select(row => Codes(row, format, policy))];
        (uint[] Codes, byte[] Scales)[] y = [.. b.Select(row => Codes(row, format, policy))];
        return
        [
            .. from left in x from right in y select DotProduct.Compute(
                model,
                format.Element,
                left.Codes,
                format.Element,
                right.Codes,
                left.Scales,
                right.Scales,
                0,
                ElementFormats.Binary32)
        ];
    }

    /// <summary>A row's codes, its last block filled up with zeros as a kernel pads it.</summary>
    private static (uint[] Codes, byte[] Scales) Codes(uint[] row, BlockFormat format, ConversionPolicy policy)
    {
        List<uint> all = [];
        List<byte> scales = [];
        foreach (uint[] block in row.Chunk(format.BlockSize))
        {
            uint[] codes = new uint[block.Length];
            scales.Add(BlockConversion.Quantize(format, ElementFormats.Binary32, block, policy, codes));
            all.AddRange(codes);
            all.AddRange(new uint[format.BlockSize - block.Length]);
        }

        return ([.. all], [.. scales]);
    }

    private static void Same(string what, ReadOnlySpan<uint> expected, Tensor got)
    {
        using Tensor contiguous = got.contiguous();
        ReadOnlySpan<uint> words = Quantizer.Words(contiguous);
        Assert.Equal(expected.Length, words.Length);
        for (int i = 0; i < words.Length; i++)
        {
            Assert.True(expected[i] == words[i], $"{what}[{i}] is {words[i]:x8}, not {expected[i]:x8}");
        }
    }
}
