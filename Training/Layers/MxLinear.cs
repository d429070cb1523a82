using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>
/// A drop-in for <c>nn.Linear</c>: Y = X W^T + b, whose product and both gradients are those of a scheme (arXiv 2310.10537, section 4).
/// The quantisation is straight through: gradients are those of the unquantised layer, computed from quantised operands of their own.
/// </summary>
/// <remarks>
/// Tensors are binary32 in the processor's memory. Call <see cref="Quantizer.Begin"/> before each step where the scheme rounds
/// stochastically, and <see cref="Native.LibTorch.Load"/> once before the first tensor.
/// </remarks>
public sealed class MxLinear : nn.Module<Tensor, Tensor>
{
    private readonly QuantizedProducts? products;

    /// <summary>A layer with fresh weights, U(+-1/sqrt(inputs)) as <c>nn.Linear</c> draws them.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="outputs">Features out.</param>
    /// <param name="products">
    /// The scheme and what carries it out, which layers may share; null where every call of <see cref="Compute"/> brings one.
    /// </param>
    /// <param name="hasBias">Whether a bias is added.</param>
    /// <param name="generator">Draws the weights; libtorch's own when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public MxLinear(long inputs, long outputs, QuantizedProducts? products = null, bool hasBias = true, Generator? generator = null)
        : this(Draw([outputs, inputs], inputs, generator), hasBias ? Draw([outputs], inputs, generator) : null, products)
    {
    }

    /// <summary>A layer over parameters that exist, which it trains and disposes of: those of an <c>nn.Linear</c>, for example.</summary>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="bias">b, [outputs], or null.</param>
    /// <param name="products">The scheme and what carries it out, or null as above.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public MxLinear(Parameter weight, Parameter? bias, QuantizedProducts? products)
        : base(nameof(MxLinear))
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.dim() != 2)
        {
            throw new ArgumentException($"the weight is [outputs, inputs], not [{string.Join(", ", weight.shape)}]", nameof(weight));
        }

        if (bias is not null && (bias.dim() != 1 || bias.shape[0] != weight.shape[0]))
        {
            throw new ArgumentException($"the bias is [{weight.shape[0]}], not [{string.Join(", ", bias.shape)}]", nameof(bias));
        }

        this.products = products;
        Weight = weight;
        Bias = bias;
        register_parameter("weight", weight);
        if (bias is not null)
        {
            register_parameter("bias", bias);
        }
    }

    /// <summary>W, [outputs, inputs], in binary32.</summary>
    public Parameter Weight { get; }

    /// <summary>b, [outputs], in binary32, or null; it is added unquantised.</summary>
    public Parameter? Bias { get; }

    /// <summary>The layer's name in what instruments say.</summary>
    public string Layer { get; init; } = nameof(MxLinear);

    /// <summary>Y, [..., outputs].</summary>
    /// <param name="input">X, [..., inputs], in binary32.</param>
    /// <exception cref="InvalidOperationException">
    /// The layer has no products of its own; or the scheme rounds stochastically, and no seed was begun.
    /// </exception>
    public override Tensor forward(Tensor input) => Compute(input, QuantizedOperations.Own(products, Layer));

    /// <summary>Y of the same weights under other products: in binary32 beside MX, for example.</summary>
    /// <param name="input">X, [..., inputs], in binary32.</param>
    /// <param name="under">The scheme and what carries it out.</param>
    /// <returns>[..., outputs].</returns>
    /// <exception cref="InvalidOperationException">The scheme rounds stochastically, and no seed was begun.</exception>
    public Tensor Compute(Tensor input, QuantizedProducts under)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(under);
        return QuantizedOperations.Linear(Layer, input, Weight, Bias, under, under.OperandTap);
    }

    private static Parameter Draw(long[] shape, long inputs, Generator? generator)
    {
        foreach (long size in (long[])[.. shape, inputs])
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(shape));
        }

        double bound = 1 / Math.Sqrt(inputs);
        using Tensor unit = rand(shape, generator: generator);
        return new((unit * (2 * bound)) - bound);
    }
}
