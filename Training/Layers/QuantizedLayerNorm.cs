using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>
/// A drop-in for <c>nn.LayerNorm</c> over the last axis, whose gain and bias are quantised where the scheme says so
/// (<see cref="QuantizationScheme.QuantizeLayerNorm"/>), with gradients straight through.
/// </summary>
public sealed class QuantizedLayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly QuantizedProducts products;

    /// <summary>A norm with gains of 1 and, unless it has none, biases of 0.</summary>
    /// <param name="features">Length of the last axis.</param>
    /// <param name="products">The scheme and what carries it out; layers may share one.</param>
    /// <param name="hasBias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no features.</exception>
    public QuantizedLayerNorm(long features, QuantizedProducts products, bool hasBias = true)
        : base(nameof(QuantizedLayerNorm))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentNullException.ThrowIfNull(products);
        this.products = products;
        Gain = new(ones(features));
        Bias = hasBias ? new(zeros(features)) : null;
        register_parameter("weight", Gain);
        if (Bias is not null)
        {
            register_parameter("bias", Bias);
        }
    }

    /// <summary>The gain, [features], in binary32; PyTorch's name for it is weight.</summary>
    public Parameter Gain { get; }

    /// <summary>The bias, [features], in binary32, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>The normalised input, [..., features].</summary>
    /// <param name="input">[..., features], in binary32.</param>
    /// <exception cref="InvalidOperationException">The scheme rounds stochastically, and no seed was begun.</exception>
    public override Tensor forward(Tensor input) => QuantizedOperations.LayerNorm(GetName(), input, Gain, Bias, products, null);
}
