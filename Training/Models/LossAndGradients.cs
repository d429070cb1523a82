using Mxact.Training.Layers;
using Mxact.Training.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>A loss at a step's batch with its gradients.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Gradients">
/// A gradient a parameter, in the model's order and of its shape; zeros where the loss does not depend on it.
/// </param>
internal sealed record LossAndGradients(double Loss, IReadOnlyList<Tensor> Gradients)
{
    /// <summary>Of one model at its present weights; the parameters' own gradients are left empty.</summary>
    /// <param name="model">The model.</param>
    /// <param name="step">Whose batch it is.</param>
    /// <param name="products">The scheme and what carries it out.</param>
    /// <param name="tap">Shown the operands of the forward products, or null.</param>
    public static LossAndGradients Of(ITrainedModel model, int step, QuantizedProducts products, TensorTap? tap)
    {
        // Not by autograd.grad, whose errors end the process.
        Clear(model);
        Tensor loss = model.ComputeLoss(step, products, tap);
        loss.backward();
        LossAndGradients result = new(loss.item<float>(), [.. model.Parameters.Select(p => p.Value.grad ?? zeros_like(p.Value))]);
        Clear(model);
        return result;
    }

    private static void Clear(ITrainedModel model)
    {
        foreach ((_, Parameter value) in model.Parameters)
        {
            value.grad = null;
        }
    }
}
