using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Diagnostics;

/// <summary>
/// The error of one product of one layer against the binary32 product of its unquantised operands, with the signed rounding drift of
/// both operands; and of it what the summation adds, against the binary64 product of the quantised operands.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="Product">Which of its products.</param>
/// <param name="Error">The product's error, split.</param>
/// <param name="DriftX">Mean of what quantisation adds to X over its root mean square; NaN where X is no operand.</param>
/// <param name="DriftW">Of W.</param>
/// <param name="DriftG">Of G.</param>
/// <param name="Sum">What the summation adds, split.</param>
internal readonly record struct ProductError(
    string Layer,
    LayerProduct Product,
    ErrorParts Error,
    double DriftX,
    double DriftW,
    double DriftG,
    ErrorParts Sum)
{
    /// <summary>Measures a product as <see cref="QuantizedProducts.Tap"/> tells it.</summary>
    public static ProductError Measure(
        string layer,
        LayerProduct product,
        Tensor result,
        (Tensor Values, Tensor Quantized) a,
        (Tensor Values, Tensor Quantized) b)
    {
        using (no_grad())
        {
            using DisposeScope scope = NewDisposeScope();
            double first = Drift(a);
            double second = Drift(b);
            ErrorParts error = ErrorParts.Split([(result.detach(), a.Values.detach().matmul(b.Values.detach().t()))]);
            ErrorParts sum = ErrorParts.Split([(result.detach(), Wide(a.Quantized).matmul(Wide(b.Quantized).t()))]);
            return product switch
            {
                LayerProduct.Output => new(layer, product, error, first, second, double.NaN, sum),
                LayerProduct.InputGradient => new(layer, product, error, double.NaN, second, first, sum),
                LayerProduct.WeightGradient => new(layer, product, error, second, double.NaN, first, sum),
                _ => throw new InvalidOperationException($"no such product: {product}"),
            };
        }
    }

    private static Tensor Wide(Tensor values) => values.detach().to(ScalarType.Float64);

    private static double Drift((Tensor Values, Tensor Quantized) operand)
        => ErrorParts.Split([(operand.Quantized.detach(), operand.Values.detach())]).Drift;
}
