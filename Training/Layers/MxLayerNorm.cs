using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>
/// A drop-in for <c>nn.LayerNorm</c> over the last axis, whose gain and bias are quantised where the scheme says so
/// (<see cref="QuantizationScheme.QuantizeLayerNorm"/>), with gradients straight through.
/// </summary>
public sealed class MxLayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly QuantizedProducts? products;

    /// <summary>A norm with gains of 1 and, unless it has none, biases of 0.</summary>
    /// <param name="features">Length of the last axis.</param>
    /// <param name="products">
    /// The scheme and what carries it out, which layers may share; null where every call of <see cref="Compute"/> brings one.
    /// </param>
    /// <param name="hasBias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no features.</exception>
    public MxLayerNorm(long features, QuantizedProducts? products = null, bool hasBias = true)
        : base(nameof(MxLayerNorm))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
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

    /// <summary>The layer's name in what instruments say.</summary>
    public string Layer { get; init; } = nameof(MxLayerNorm);

    /// <summary>The normalised input, [..., features].</summary>
    /// <param name="input">[..., features], in binary32.</param>
    /// <exception cref="InvalidOperationException">
    /// The layer has no products of its own; or the scheme rounds stochastically, and no seed was begun.
    /// </exception>
    public override Tensor forward(Tensor input) => Compute(input, QuantizedOperations.Own(products, Layer));

    /// <summary>The same under another scheme.</summary>
    /// <param name="input">[..., features], in binary32.</param>
    /// <param name="under">The scheme and what carries it out.</param>
    /// <returns>[..., features].</returns>
    /// <exception cref="InvalidOperationException">The scheme rounds stochastically, and no seed was begun.</exception>
    public Tensor Compute(Tensor input, QuantizedProducts under)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(under);
        return QuantizedOperations.LayerNorm(Layer, input, Gain, Bias, under, under.OperandTap);
    }
}
