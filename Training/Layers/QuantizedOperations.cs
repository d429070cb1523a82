using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>The operations that layers and models are made of, under a scheme.</summary>
internal static class QuantizedOperations
{
    private const double Epsilon = 1e-5;

    /// <summary>The products that a layer was made with.</summary>
    /// <exception cref="InvalidOperationException">It was made with none.</exception>
    public static QuantizedProducts Own(QuantizedProducts? products, string layer)
        => products ?? throw new InvalidOperationException(
            $"{layer} has no products of its own: call {nameof(MxLinear.Compute)} with some");

    /// <summary>X W^T + b over the last axis; the bias is added in binary32.</summary>
    public static Tensor Linear(string name, Tensor x, Tensor w, Tensor? bias, QuantizedProducts products, TensorTap? tap)
    {
        tap?.Invoke(name + ".x", x, TensorKind.Activation);
        tap?.Invoke(name + ".w", w, TensorKind.Weight);
        Tensor flat = x.dim() == 2 ? x : x.reshape(-1, x.shape[^1]);
        Tensor y = products.QuantizesProducts ? LinearFunction.Apply(flat, w, products, name) : flat.matmul(w.t());
        y = bias is null ? y : y + bias;
        return x.dim() == 2 ? y : y.reshape([.. x.shape[..^1], w.shape[0]]);
    }

    /// <summary>Layer norm over the last axis with gain and bias, which the scheme may quantise.</summary>
    public static Tensor LayerNorm(string name, Tensor x, Tensor gain, Tensor? bias, QuantizedProducts products, TensorTap? tap)
    {
        tap?.Invoke(name + ".gain", gain, TensorKind.LayerNormGain);
        Tensor? shift = bias is null ? null : QuantizeAffine(bias, products);
        return RoundVector(Normalize(x, QuantizeAffine(gain, products), shift), products);
    }

    /// <summary>Layer norm over the last axis in binary32.</summary>
    public static Tensor Normalize(Tensor x, Tensor gain, Tensor? bias)
        => nn.functional.layer_norm(x, [x.shape[^1]], gain, bias, Epsilon);

    /// <summary>A gain or bias of a layer norm, quantised where the scheme says so.</summary>
    public static Tensor QuantizeAffine(Tensor parameter, QuantizedProducts products)
        => products.Scheme.LayerNormFormat is { } format
            ? StraightThrough.Quantize(parameter, format, products)
            : parameter;

    /// <summary>The result of a vector operation, rounded to bfloat16 where the scheme says so.</summary>
    public static Tensor RoundVector(Tensor result, QuantizedProducts products)
        => products.Scheme.VectorsInBFloat16 ? StraightThrough.RoundToBFloat16(result) : result;
}
