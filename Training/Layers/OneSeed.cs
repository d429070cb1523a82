using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>The operations on one seed's tensors.</summary>
/// <param name="products">The scheme and what carries it out.</param>
/// <param name="tap">Shown the operands of the forward products, or null.</param>
internal sealed class OneSeed(QuantizedProducts products, TensorTap? tap) : ISeedOperations
{
    public Tensor Linear(string name, Tensor x, Tensor w, Tensor? bias) => QuantizedOperations.Linear(name, x, w, bias, products, tap);

    public Tensor LayerNorm(string name, Tensor x, Tensor gain, Tensor? bias)
        => QuantizedOperations.LayerNorm(name, x, gain, bias, products, tap);

    public Tensor RoundVector(Tensor result) => QuantizedOperations.RoundVector(result, products);
}
