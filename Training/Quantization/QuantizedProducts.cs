using System.Globalization;
using Mxact.Simulator.Product;
using Mxact.Training.Layers;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>Is told a product A B^T of a layer; a quantised operand is null where a unit multiplied codes.</summary>
/// <param name="layer">The layer's name.</param>
/// <param name="product">Which of its products.</param>
/// <param name="result">A B^T as the scheme computes it.</param>
/// <param name="a">A before and after quantisation.</param>
/// <param name="b">B before and after quantisation.</param>
internal delegate void ProductTap(
    string layer,
    LayerProduct product,
    Tensor result,
    (Tensor Values, Tensor? Quantized) a,
    (Tensor Values, Tensor? Quantized) b);

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

    private readonly Dictionary<LayerProduct, (OperandConversion First, OperandConversion Second)> conversions
        = Enum.GetValues<LayerProduct>().ToDictionary(product => product, product => Conversions(scheme, product));

    /// <summary>The scheme.</summary>
    public QuantizationScheme Scheme { get; } = scheme;

    /// <summary>True where any operand is quantised.</summary>
    internal bool QuantizesProducts { get; } = scheme.QuantizesProducts;

    /// <summary>What quantises.</summary>
    public Quantizer Quantizer { get; } = quantizer;

    /// <summary>Told each product with its operands before and after quantisation, or null.</summary>
    internal ProductTap? Tap { get; set; }

    /// <summary>Shown the operands of the forward products of layers that are modules, or null.</summary>
    internal TensorTap? OperandTap { get; set; }

    /// <summary>Y = X W^T: X [batch, in] and W [out, in], both in blocks along their rows.</summary>
    public Tensor Forward(Tensor x, Tensor w) => Multiply(LayerProduct.Output, "", x, w);

    /// <summary>dX = G W: G [batch, out] in blocks along its rows, W [out, in] down its columns.</summary>
    public Tensor InputGradient(Tensor g, Tensor w) => Multiply(LayerProduct.InputGradient, "", g, w);

    /// <summary>dW = G^T X: G [batch, out] and X [batch, in], both in blocks down their columns, which are the batch.</summary>
    public Tensor WeightGradient(Tensor g, Tensor x) => Multiply(LayerProduct.WeightGradient, "", g, x);

    /// <summary>What really computes the scheme here and now.</summary>
    public ExecutionUsed DescribeExecution()
    {
        string forward = DescribeProducts(LayerProduct.Output);
        string input = DescribeProducts(LayerProduct.InputGradient);
        string weight = DescribeProducts(LayerProduct.WeightGradient);
        return new(DescribeConversions(), forward == input && input == weight ? forward : $"forward {forward}, dX {input}, dW {weight}");
    }

    /// <summary>One of the three products, of operands as they lie in memory.</summary>
    /// <param name="product">Which.</param>
    /// <param name="layer">The layer's name, for <see cref="Tap"/>.</param>
    /// <param name="first">X of Y, G of the others.</param>
    /// <param name="second">W of Y and dX, X of dW.</param>
    internal Tensor Multiply(LayerProduct product, string layer, Tensor first, Tensor second)
    {
        using Tensor left = product == LayerProduct.WeightGradient ? first.t() : first.alias();
        using Tensor right = product == LayerProduct.Output ? second.alias() : second.t();
        (OperandConversion a, OperandConversion b) = conversions[product];
        if (IsAccumulated(a, b))
        {
            Tensor sum = Accumulate(left, right, a, b);
            Tap?.Invoke(layer, product, sum, (left, null), (right, null));
            return sum;
        }

        using Tensor quantizedLeft = Operand(left, a);
        using Tensor quantizedRight = Operand(right, b);
        using Tensor transposed = quantizedRight.t();
        Tensor result = quantizedLeft.matmul(transposed);
        Tap?.Invoke(layer, product, result, (left, quantizedLeft), (right, quantizedRight));
        return result;
    }

    private static (OperandConversion First, OperandConversion Second) Conversions(QuantizationScheme scheme, LayerProduct product)
    {
        OperandPlace[] places = [.. OperandPlace.All.Where(p => p.Product == product)];
        return (scheme.FindConversion(places[0]), scheme.FindConversion(places[1]));
    }

    private bool IsAccumulated(OperandConversion a, OperandConversion b)
        => unit is not null && a.Format is not null && b.Format is not null;

    /// <summary>A matrix in blocks along its rows; where it is a transposed view, blocks run down the columns of what it views.</summary>
    private Tensor Operand(Tensor values, OperandConversion conversion)
    {
        if (conversion.Precision == OperandPrecision.BFloat16)
        {
            return BFloat16.Round(values);
        }

        if (conversion.Format is not { } format)
        {
            return values.alias();
        }

        if (values.is_contiguous())
        {
            return Quantizer.QuantizeDequantize(values, format, conversion.Policy, tensorScale: conversion.TensorScale);
        }

        using Tensor viewed = values.t();
        using Tensor quantized = Quantizer.QuantizeDequantize(
            viewed, format, conversion.Policy, BlockAxis.AlongColumns, conversion.TensorScale);
        return quantized.t();
    }

    private Tensor Accumulate(Tensor a, Tensor b, OperandConversion first, OperandConversion second)
    {
        (byte[] scalesA, byte[] codesA, float ofA) = Quantizer.Quantize(a, first.Format!, first.Policy, first.TensorScale);
        (byte[] scalesB, byte[] codesB, float ofB) = Quantizer.Quantize(b, second.Format!, second.Policy, second.TensorScale);
        int m = (int)a.shape[0];
        int n = (int)b.shape[0];
        int k = (int)a.shape[1];
        Tensor c = zeros(m, n);
        ModelProduct.Multiply(
            unit!,
            Matrix(first.Format!, codesA, scalesA),
            Matrix(second.Format!, codesB, scalesB),
            Quantizer.Words(c),
            m,
            n,
            k,
            options: new ProductOptions { Execution = Quantizer.Execution });

        // The unit knows blocks alone: what it leaves is times fl(tA tB) in binary32, as the epilogues of NVFP4 products have it.
        return ofA == 1 && ofB == 1 ? c : c.mul_(ofA * ofB);
    }

    private static MatrixOperand Matrix(BlockFormat format, byte[] codes, byte[] scales)
        => new(format.Element, codes, format.Scale, format.BlockSize, scales);

    private string DescribeConversions()
    {
        List<(BlockFormat Format, ConversionPolicy Policy)> used = [];
        if (Scheme is { QuantizeLayerNorm: true, Forward: { } norms })
        {
            used.Add((norms, Scheme.Policy));
        }

        foreach (OperandConversion conversion in OperandPlace.All.Select(Scheme.FindConversion))
        {
            if (conversion.Format is { } format)
            {
                used.Add((format, conversion.Policy));
            }
        }

        string[] backends =
        [
            .. from conversion in used
               from axis in (BlockAxis[])[BlockAxis.AlongRows, BlockAxis.AlongColumns]
               select new Execution(
                   Quantizer.FindBackend(conversion.Format, conversion.Policy, axis),
                   Quantizer.Execution.Threads).ToString(),
        ];
        return backends.Length == 0 ? "none" : string.Join(", ", backends.Distinct());
    }

    private string DescribeProducts(LayerProduct product)
    {
        if (unit is null || !IsAccumulated(conversions[product].First, conversions[product].Second))
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
