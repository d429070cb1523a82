using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>A loss at a step's batch with its gradients.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Gradients">
/// A gradient a parameter, in the model's order and of its shape; zeros where the loss does not depend on it.
/// </param>
internal sealed record LossAndGradients(double Loss, IReadOnlyList<Tensor> Gradients)
{
    /// <summary>Of one model at its present weights; the parameters' own gradients are left alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="step">Whose batch it is.</param>
    /// <param name="products">The scheme and what carries it out.</param>
    /// <param name="tap">Shown the operands of the forward products, or null.</param>
    public static LossAndGradients Of(ITrainedModel model, int step, QuantizedProducts products, TensorTap? tap)
    {
        Tensor loss = model.ComputeLoss(step, products, tap);
        Tensor[] parameters = [.. model.Parameters.Select(p => (Tensor)p.Value)];
        IList<Tensor> gradients = autograd.grad([loss], parameters, allow_unused: true);
        return new(
            loss.item<float>(),
            [.. gradients.Select((g, i) => g is null || g.IsInvalid ? zeros_like(parameters[i]) : g)]);
    }
}
