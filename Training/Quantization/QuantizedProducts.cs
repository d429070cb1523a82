using Mxact.Simulator.Product;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>The three matrix products of a linear layer under a scheme.</summary>
public sealed class QuantizedProducts(QuantizationScheme scheme, Quantizer quantizer)
{
    private readonly MatrixUnit? model = scheme.Accumulation is { } name
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

    /// <summary>A B^T, A and B in blocks along their rows; where one is a transposed view, its blocks run down the columns of what it views.</summary>
    private Tensor Multiply(Tensor a, Tensor b, BlockFormat? format, bool activationsOnly)
    {
        OperandPrecision precisionB = activationsOnly ? Scheme.Activations : Scheme.Weights;
        if (format is not null && model is not null && Scheme.Activations == OperandPrecision.Mx && precisionB == OperandPrecision.Mx)
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
            model!,
            new(format.Element, codesA, format.Scale, format.BlockSize, scalesA),
            new(format.Element, codesB, format.Scale, format.BlockSize, scalesB),
            Quantizer.Words(c),
            m,
            n,
            k,
            options: new ProductOptions { Execution = Quantizer.Execution });
        return c;
    }
}
