using TorchSharp.Modules;
using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>A model with its task: what a run trains, whatever it is.</summary>
internal interface ITrainedModel : IDisposable
{
    /// <summary>Trained tensors by name, in a fixed order; binary32 leaves.</summary>
    IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>The norm that gradients are cut down to, or null.</summary>
    double? GradientLimit { get; }

    /// <summary>The optimiser that the published training uses.</summary>
    optim.Optimizer Optimizer(double rate);

    /// <summary>The loss at a step's batch, which depends on the seed and the step alone.</summary>
    /// <param name="step">Counted from zero.</param>
    /// <param name="products">The scheme and what carries it out.</param>
    /// <param name="taps">Where the operands of the forward products are shown, or null.</param>
    Tensor Loss(int step, QuantizedProducts products, TensorTaps? taps = null);
}

/// <summary>Receives tensors of the forward pass as they are quantised, by name.</summary>
internal delegate void TensorTaps(string name, Tensor values, TensorKind kind);

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
