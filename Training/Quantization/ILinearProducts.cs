using Mxact.Training.Layers;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>The three matrix products of a linear layer, of one seed or of several.</summary>
internal interface ILinearProducts
{
    /// <summary>One of the three products, of operands as they lie in memory.</summary>
    /// <param name="product">Which.</param>
    /// <param name="layer">The layer's name, for <see cref="QuantizedProducts.Tap"/>.</param>
    /// <param name="first">X of Y, G of the others, [rows, columns], of several seeds [seed, rows, columns].</param>
    /// <param name="second">W of Y and dX, X of dW, likewise.</param>
    Tensor Multiply(LayerProduct product, string layer, Tensor first, Tensor second);
}
