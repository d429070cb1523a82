using static TorchSharp.torch;

namespace Mxact.Training.Optimizers;

/// <summary>What makes a step of a gradient.</summary>
internal interface IOptimizer
{
    /// <summary>One step of every parameter.</summary>
    /// <param name="gradients">A gradient a parameter, in their order and of their shape, in binary32.</param>
    /// <param name="rate">The learning rate of this step.</param>
    void Step(IReadOnlyList<Tensor> gradients, double rate);

    /// <summary>Writes what the next step depends on.</summary>
    void Write(BinaryWriter writer);

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is another optimiser's, or of other parameters.</exception>
    void Read(BinaryReader reader);
}
