using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>The operations that models are made of, under a scheme.</summary>
internal static class Layers
{
    private const double Epsilon = 1e-5;

    /// <summary>X W^T + b over the last axis; the bias is added in binary32.</summary>
    public static Tensor Linear(string name, Tensor x, Tensor w, Tensor? bias, QuantizedProducts products, TensorTaps? taps)
    {
        taps?.Invoke(name + ".x", x, TensorKind.Activation);
        taps?.Invoke(name + ".w", w, TensorKind.Weight);
        Tensor flat = x.dim() == 2 ? x : x.reshape(-1, x.shape[^1]);
        Tensor y = products.Scheme.Quantizes ? LinearFunction.Of(flat, w, products) : flat.matmul(w.t());
        y = bias is null ? y : y + bias;
        return x.dim() == 2 ? y : y.reshape([.. x.shape[..^1], w.shape[0]]);
    }

    /// <summary>Layer norm over the last axis with gain and bias, which the scheme may quantise.</summary>
    public static Tensor LayerNorm(string name, Tensor x, Tensor gain, Tensor? bias, QuantizedProducts products, TensorTaps? taps)
    {
        taps?.Invoke(name + ".gain", gain, TensorKind.LayerNormGain);
        return Vector(nn.functional.layer_norm(x, [x.shape[^1]], Affine(gain, products), bias is null ? null : Affine(bias, products), Epsilon), products);
    }

    /// <summary>An affine parameter as the scheme has it.</summary>
    public static Tensor Affine(Tensor parameter, QuantizedProducts products)
        => products.Scheme is { QuantizeLayerNorm: true, Forward: { } format } ? StraightThrough.Quantize(parameter, format, products) : parameter;

    /// <summary>The result of a vector operation.</summary>
    public static Tensor Vector(Tensor result, QuantizedProducts products) => products.Scheme.VectorsInBFloat16 ? StraightThrough.RoundToBFloat16(result) : result;
}
