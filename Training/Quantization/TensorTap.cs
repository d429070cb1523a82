using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>Receives tensors of the forward pass before they are quantised.</summary>
/// <param name="name">The operation and the operand: <c>block0.first.x</c>.</param>
/// <param name="values">The unquantised values.</param>
/// <param name="kind">What the tensor is.</param>
internal delegate void TensorTap(string name, Tensor values, TensorKind kind);

/// <summary>What a tensor is in a layer.</summary>
internal enum TensorKind
{
    /// <summary>The input of a product.</summary>
    Activation,

    /// <summary>The weights of a product.</summary>
    Weight,

    /// <summary>A layer norm's gain.</summary>
    LayerNormGain,
}
