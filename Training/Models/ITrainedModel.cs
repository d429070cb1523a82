using Mxact.Training.Layers;
using Mxact.Training.Optimizers;
using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>A model with its task: what a run trains, whatever it is.</summary>
internal interface ITrainedModel : IDisposable
{
    /// <summary>Trained tensors by name, in a fixed order; binary32 leaves.</summary>
    IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>The published training's optimiser.</summary>
    AdamSettings Published { get; }

    /// <summary>
    /// The part of a step's loss that no student of this kind can learn, over the step's batch; NaN where it is not known.
    /// </summary>
    double FindIrreducibleLoss(int step);

    /// <summary>The loss at a step's batch, which depends on the seed and the step alone.</summary>
    /// <param name="step">Counted from zero.</param>
    /// <param name="products">The scheme and what carries it out.</param>
    /// <param name="tap">Where the operands of the forward products are shown, or null.</param>
    Tensor ComputeLoss(int step, QuantizedProducts products, TensorTap? tap = null);
}
