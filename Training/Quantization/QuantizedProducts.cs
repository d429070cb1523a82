using System.Globalization;
using Mxact.Simulator.Product;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>The three matrix products of a linear layer under a scheme.</summary>
/// <param name="scheme">What is quantised, and how.</param>
/// <param name="quantizer">What converts; layers that share it share its random streams.</param>
/// <exception cref="ArgumentException">The scheme names an accumulation model that there is not.</exception>
public sealed class QuantizedProducts(QuantizationScheme scheme, Quantizer quantizer)
{
    private const string LibTorchProducts = "libtorch";
    private readonly MatrixUnit? unit = scheme.Accumulation is { } name
        ? MatrixUnits.Find(name) ?? throw new ArgumentException(MatrixUnits.Missing(name), nameof(scheme))
        : null;

    /// <summary>The scheme.</summary>
    public QuantizationScheme Scheme { get; } = scheme;

    /// <summary>What quantises.</summary>
    public Quantizer Quantizer { get; } = quantizer;

    /// <summary>Y = X W^T: X [batch, in] and W [out, in], both in blocks along their rows.</summary>
    public Tensor Forward(Tensor x, Tensor w) => Multiply(x, w, Scheme.Forward, activationsOnly: false);

    /// <summary>dX = G W: G [batch, out] in blocks along its rows, W [out, in] down its columns.</summary>
    public Tensor InputGradient(Tensor g, Tensor w)
    {
        using Tensor transposed = w.t();
        return Multiply(g, transposed, Scheme.BackwardFormat, activationsOnly: false);
    }

    /// <summary>dW = G^T X: G [batch, out] and X [batch, in], both in blocks down their columns, which are the batch.</summary>
    public Tensor WeightGradient(Tensor g, Tensor x)
    {
        using Tensor left = g.t();
        using Tensor right = x.t();
        return Multiply(left, right, Scheme.BackwardFormat, activationsOnly: true);
    }

    /// <summary>What really computes the scheme here and now.</summary>
    public ExecutionUsed DescribeExecution()
    {
        string forward = DescribeProducts(Scheme.Forward, Scheme.Weights);
        string input = DescribeProducts(Scheme.BackwardFormat, Scheme.Weights);
        string weight = DescribeProducts(Scheme.BackwardFormat, Scheme.Activations);
        return new(DescribeConversions(), forward == input && input == weight ? forward : $"forward {forward}, dX {input}, dW {weight}");
    }

    /// <summary>
    /// A B^T, A and B in blocks along their rows; where one is a transposed view, its blocks run down the columns of what it views.
    /// </summary>
    private Tensor Multiply(Tensor a, Tensor b, BlockFormat? format, bool activationsOnly)
    {
        OperandPrecision precisionB = activationsOnly ? Scheme.Activations : Scheme.Weights;
        if (format is not null && unit is not null && Scheme.Activations == OperandPrecision.Mx && precisionB == OperandPrecision.Mx)
        {
            return Accumulate(a, b, format);
        }

        using Tensor left = Operand(a, format, Scheme.Activations);
        using Tensor right = Operand(b, format, precisionB);
        using Tensor transposed = right.t();
        return left.matmul(transposed);
    }

    private Tensor Operand(Tensor values, BlockFormat? format, OperandPrecision precision)
    {
        if (format is null)
        {
            return values.alias();
        }

        if (precision == OperandPrecision.BFloat16)
        {
            return BFloat16.Round(values);
        }

        if (values.is_contiguous())
        {
            return Quantizer.QuantizeDequantize(values, format, Scheme.Policy);
        }

        using Tensor viewed = values.t();
        using Tensor quantized = Quantizer.QuantizeDequantize(viewed, format, Scheme.Policy, BlockAxis.AlongColumns);
        return quantized.t();
    }

    private Tensor Accumulate(Tensor a, Tensor b, BlockFormat format)
    {
        (byte[] scalesA, byte[] codesA) = Quantizer.Quantize(a, format, Scheme.Policy);
        (byte[] scalesB, byte[] codesB) = Quantizer.Quantize(b, format, Scheme.Policy);
        int m = (int)a.shape[0];
        int n = (int)b.shape[0];
        int k = (int)a.shape[1];
        Tensor c = zeros(m, n);
        ModelProduct.Multiply(
            unit!,
            new(format.Element, codesA, format.Scale, format.BlockSize, scalesA),
            new(format.Element, codesB, format.Scale, format.BlockSize, scalesB),
            Quantizer.Words(c),
            m,
            n,
            k,
            options: new ProductOptions { Execution = Quantizer.Execution });
        return c;
    }

    private string DescribeConversions()
    {
        List<BlockFormat> formats = [];
        if (Scheme.Forward is { } forward
            && (Scheme.QuantizeLayerNorm || Scheme.Activations == OperandPrecision.Mx || Scheme.Weights == OperandPrecision.Mx))
        {
            formats.Add(forward);
        }

        if (Scheme.BackwardFormat is { } backward && (Scheme.Activations == OperandPrecision.Mx || Scheme.Weights == OperandPrecision.Mx))
        {
            formats.Add(backward);
        }

        string[] used =
        [
            .. from format in formats
               from axis in (BlockAxis[])[BlockAxis.AlongRows, BlockAxis.AlongColumns]
               select new Execution(Quantizer.FindBackend(format, Scheme.Policy, axis), Quantizer.Execution.Threads).ToString(),
        ];
        return used.Length == 0 ? "none" : string.Join(", ", used.Distinct());
    }

    private string DescribeProducts(BlockFormat? format, OperandPrecision precisionB)
    {
        if (format is null || unit is null || Scheme.Activations != OperandPrecision.Mx || precisionB != OperandPrecision.Mx)
        {
            return get_num_threads() == 1
                ? LibTorchProducts
                : string.Create(CultureInfo.InvariantCulture, $"{LibTorchProducts} x {get_num_threads()}");
        }

        return ModelProduct.IsAccelerated(unit)
            ? new Execution(FindProductBackend(Quantizer.Execution.Backend), Quantizer.Execution.Threads).ToString()
            : Execution.Reference.ToString();
    }

    /// <summary>
    /// Products have kernels for two widths of vectors and for devices; on every other backend they run one product at a time.
    /// </summary>
    private static Backend FindProductBackend(Backend asked)
        => asked is Backend.Vector256 or Backend.Vector512 || Backends.IsDevice(asked) ? asked : Backend.Scalar;
}
