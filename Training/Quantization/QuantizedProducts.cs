using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Simulator.Product;
using Mxact.Training.Layers;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>Is told a product A B^T of a layer.</summary>
/// <param name="layer">The layer's name.</param>
/// <param name="product">Which of its products.</param>
/// <param name="result">A B^T as the scheme computes it.</param>
/// <param name="a">A before and after quantisation.</param>
/// <param name="b">B before and after quantisation.</param>
internal delegate void ProductTap(
    string layer,
    LayerProduct product,
    Tensor result,
    (Tensor Values, Tensor Quantized) a,
    (Tensor Values, Tensor Quantized) b);

/// <summary>The three matrix products of a linear layer under a scheme.</summary>
/// <param name="scheme">What is quantised, and how.</param>
/// <param name="quantizer">What converts; layers that share it share its random streams.</param>
/// <exception cref="ArgumentException">The scheme names an accumulation model that there is not.</exception>
public sealed class QuantizedProducts(QuantizationScheme scheme, Quantizer quantizer) : ILinearProducts
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

    Tensor ILinearProducts.Multiply(LayerProduct product, string layer, Tensor first, Tensor second)
        => Multiply(product, layer, first, second);

    /// <inheritdoc cref="ILinearProducts.Multiply"/>
    internal Tensor Multiply(LayerProduct product, string layer, Tensor first, Tensor second)
    {
        using Tensor left = Oriented(product, first, IsTransposed(product, 0));
        using Tensor right = Oriented(product, second, IsTransposed(product, 1));
        (OperandConversion a, OperandConversion b) = conversions[product];
        if (IsAccumulated(a, b))
        {
            Coded codedLeft = Encode(left, a);
            Coded codedRight = Encode(right, b);
            Tensor sum = Accumulate(codedLeft, codedRight, (int)left.shape[1]);
            if (Tap is not null)
            {
                using Tensor decodedLeft = Decode(codedLeft, left, a);
                using Tensor decodedRight = Decode(codedRight, right, b);
                Tap(layer, product, sum, (left, decodedLeft), (right, decodedRight));
            }

            return sum;
        }

        using Tensor quantizedLeft = Operand(left, a);
        using Tensor quantizedRight = Operand(right, b);
        using Tensor transposed = quantizedRight.t();
        Tensor result = quantizedLeft.matmul(transposed);
        Tap?.Invoke(layer, product, result, (left, quantizedLeft), (right, quantizedRight));
        return result;
    }

    /// <summary>Whether the operand of a product (0 the first, 1 the second) is summed over its rows as it lies in memory.</summary>
    internal static bool IsTransposed(LayerProduct product, int index)
        => index == 0 ? product == LayerProduct.WeightGradient : product != LayerProduct.Output;

    /// <summary>Whether kernels convert the matrix as it is, each element by random bits of its own.</summary>
    internal static bool IsPlain(OperandConversion conversion)
        => conversion is { Precision: not OperandPrecision.BFloat16, Format: { } format, Scaling: ScaleExtent.Block }
            && Quantizer.HasKernelBlocks(format) && !(conversion.RandomBits is not null && conversion.Policy.Rounding.IsStochastic);

    /// <summary>How an operand of a product (0 the first, 1 the second) enters it.</summary>
    internal OperandConversion FindConversion(LayerProduct product, int index)
        => index == 0 ? conversions[product].First : conversions[product].Second;

    /// <summary>Whether a matrix unit computes a product.</summary>
    internal bool IsAccumulated(LayerProduct product) => IsAccumulated(conversions[product].First, conversions[product].Second);

    /// <summary>An operand as libtorch multiplies it, with the axis that the product sums over last.</summary>
    internal Tensor PrepareOperand(LayerProduct product, int index, Tensor values)
    {
        using Tensor oriented = Oriented(product, values, IsTransposed(product, index));
        return Operand(oriented, FindConversion(product, index));
    }

    private static (OperandConversion First, OperandConversion Second) Conversions(QuantizationScheme scheme, LayerProduct product)
    {
        OperandPlace[] places = [.. OperandPlace.All.Where(p => p.Product == product)];
        return (scheme.FindConversion(places[0]), scheme.FindConversion(places[1]));
    }

    /// <summary>An operand with the axis that the product sums over last, rotated where the scheme says so.</summary>
    private Tensor Oriented(LayerProduct product, Tensor operand, bool isTransposed)
    {
        Tensor oriented = isTransposed ? operand.t() : operand.alias();
        if (Scheme.FindRotation(product) is not { } rotation)
        {
            return oriented;
        }

        using (oriented)
        {
            return rotation.Apply(oriented);
        }
    }

    private bool IsAccumulated(OperandConversion a, OperandConversion b)
        => unit is not null && IsCoded(a) && IsCoded(b);

    private static bool IsCoded(OperandConversion operand)
        => operand.Format is not null || operand.Precision == OperandPrecision.BFloat16;

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

        if (conversion.Scaling == ScaleExtent.Tensor)
        {
            return Whole(values, format, conversion.Policy).Decode(values.shape, format, conversion.Policy, Quantizer);
        }

        if (values.is_contiguous())
        {
            return Quantizer.QuantizeDequantize(
                values, format, conversion.Policy, tensorScale: conversion.TensorScale, randomBits: conversion.RandomBits);
        }

        using Tensor viewed = values.t();
        using Tensor quantized = Quantizer.QuantizeDequantize(
            viewed, format, conversion.Policy, BlockAxis.AlongColumns, conversion.TensorScale, conversion.RandomBits);
        return quantized.t();
    }

    private Tensor Accumulate(in Coded left, in Coded right, int k)
    {
        Tensor c = zeros(left.Rows, right.Rows);
        ModelProduct.Multiply(
            unit!,
            left.Matrix,
            right.Matrix,
            Quantizer.Words(c),
            left.Rows,
            right.Rows,
            k,
            options: new ProductOptions { Execution = Quantizer.Execution });

        // The unit knows blocks alone: what it leaves is times the scales of whole tensors in binary32, fl(tA tB) in NVFP4 as the
        // epilogues of its products have it; powers of two come one after the other, for their product may leave binary32's range.
        foreach (LargeBlocks whole in new[] { left.Whole, right.Whole }.OfType<LargeBlocks>())
        {
            LargeBlocks.Scale(c, whole.Exponent);
        }

        return left.Factor == 1 && right.Factor == 1 ? c : c.mul_(left.Factor * right.Factor);
    }

    /// <summary>An operand as one block.</summary>
    private LargeBlocks Whole(Tensor values, BlockFormat format, ConversionPolicy policy)
    {
        using Tensor whole = values.reshape(1, -1).contiguous();
        return LargeBlocks.Encode(whole, format, policy, Quantizer);
    }

    private Coded Encode(Tensor values, OperandConversion conversion)
    {
        if (conversion.Format is not { } format)
        {
            using Tensor narrow = BFloat16.Round(values).contiguous();
            return new() { Rows = (int)values.shape[0], Halves = BFloat16.ToCodes(Quantizer.Words(narrow)) };
        }

        if (conversion.Scaling == ScaleExtent.Tensor)
        {
            LargeBlocks scaled = Whole(values, format, conversion.Policy);
            return new() { Rows = (int)values.shape[0], Format = format, Codes = scaled.Codes, Whole = scaled };
        }

        if (conversion is { RandomBits: not null, Policy.Rounding.IsStochastic: true })
        {
            throw new ArgumentException($"{conversion.RandomBits}: units take operands whose elements have random bits of their own");
        }

        (byte[] scales, byte[] codes, float factor) = Quantizer.Quantize(values, format, conversion.Policy, conversion.TensorScale);
        return new() { Rows = (int)values.shape[0], Format = format, Codes = codes, Scales = scales, Factor = factor };
    }

    /// <summary>The values that a unit took for an operand.</summary>
    private Tensor Decode(in Coded coded, Tensor values, OperandConversion conversion)
        => coded.Halves is not null ? BFloat16.Round(values)
            : coded.Scales is null
                ? coded.Whole!.Decode(values.shape, coded.Format!, conversion.Policy, Quantizer)
            : tensor(
                MemoryMarshal.Cast<uint, float>(Quantizer.Dequantize(
                    coded.Scales, coded.Codes!, values, coded.Format!, conversion.Policy, coded.Factor)).ToArray(),
                values.shape);

    /// <summary>An operand as a unit takes it.</summary>
    private readonly record struct Coded()
    {
        public int Rows { get; init; }

        public ushort[]? Halves { get; init; }

        public BlockFormat? Format { get; init; }

        public byte[]? Codes { get; init; }

        public byte[]? Scales { get; init; }

        /// <summary>NVFP4's scale of the whole tensor.</summary>
        public float Factor { get; init; } = 1;

        /// <summary>The whole tensor as one block, where it is.</summary>
        public LargeBlocks? Whole { get; init; }

        public MatrixOperand Matrix => Halves is not null ? new(ElementFormats.BFloat16, Halves)
            : Scales is null ? new(Format!.Element, Codes)
            : new(Format!.Element, Codes, Format.Scale, Format.BlockSize, Scales);
    }

    private string DescribeConversions()
    {
        List<(BlockFormat Format, ConversionPolicy Policy)> used = [];
        if (Scheme.LayerNormFormat is { } norms)
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
        if (!IsAccumulated(product))
        {
            return get_num_threads() == 1
                ? LibTorchProducts
                : string.Create(CultureInfo.InvariantCulture, $"{LibTorchProducts} x {get_num_threads()}");
        }

        return ModelProduct.IsAccelerated(unit!, backend: Quantizer.Execution.Backend)
            ? new Execution(FindProductBackend(Quantizer.Execution.Backend), Quantizer.Execution.Threads).ToString()
            : Execution.Reference.ToString();
    }

    /// <summary>
    /// Products have kernels for two widths of vectors and for devices; on every other backend they run one product at a time.
    /// </summary>
    private static Backend FindProductBackend(Backend asked)
        => asked is Backend.Vector256 or Backend.Vector512 || Backends.IsDevice(asked) ? asked : Backend.Scalar;
}
