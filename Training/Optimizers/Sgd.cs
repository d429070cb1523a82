using Mxact.Shell;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Optimizers;

/// <summary>Gradient descent without momentum: p - rate g in binary32. It has no state.</summary>
/// <param name="parameters">What it trains, in binary32.</param>
internal sealed class Sgd(IReadOnlyList<Parameter> parameters) : IOptimizer
{
    public void Step(IReadOnlyList<Tensor> gradients, double rate)
    {
        using IDisposable constant = no_grad();
        for (int i = 0; i < parameters.Count; i++)
        {
            parameters[i].add_(gradients[i], alpha: -rate);
        }
    }

    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(nameof(Sgd));
    }

    public void Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string name = reader.ReadString();
        if (name != nameof(Sgd))
        {
            throw new InvalidDataException($"the optimiser is {Printable.Short(name, 40)}, not {nameof(Sgd)}");
        }
    }
}
