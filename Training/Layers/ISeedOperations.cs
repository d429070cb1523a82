using static TorchSharp.torch;

namespace Mxact.Training.Layers;

/// <summary>The operations of a forward pass under a scheme, on the tensors of one seed or of several at once.</summary>
internal interface ISeedOperations
{
    /// <summary>X W^T + b over the last axis; the bias is added in binary32.</summary>
    Tensor Linear(string name, Tensor x, Tensor w, Tensor? bias);

    /// <summary>Layer norm over the last axis with gain and bias, which the scheme may quantise.</summary>
    Tensor LayerNorm(string name, Tensor x, Tensor gain, Tensor? bias);

    /// <summary>The result of a vector operation, rounded to bfloat16 where the scheme says so.</summary>
    Tensor RoundVector(Tensor result);
}
