using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>
/// A model with its task, of whoever writes one: <c>mxact-train run --model assembly:Type</c> trains it under any scheme, with every
/// instrument. The type needs a public constructor without parameters.
/// </summary>
public interface IExperiment : IDisposable
{
    /// <summary>Trained tensors by name, once <see cref="Begin"/> ran: binary32 leaves in a fixed order, on the processor.</summary>
    IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>Draws the first weights; called once, before anything else.</summary>
    /// <param name="seed">What weights and data follow from.</param>
    void Begin(ulong seed);

    /// <summary>
    /// The loss at a step's batch. The batch follows from seed and step alone: a step may be asked for again, under other products, and
    /// a run may go on from any step.
    /// </summary>
    /// <param name="stepIndex">The step, counted from zero.</param>
    /// <param name="products">
    /// The scheme and what carries it out, for <see cref="Layers.MxLinear.Compute"/> and <see cref="Layers.MxLayerNorm.Compute"/>.
    /// </param>
    /// <returns>One number in binary32, with its gradient's graph.</returns>
    Tensor ComputeLoss(int stepIndex, QuantizedProducts products);
}
