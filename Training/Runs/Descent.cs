using Mxact.Training.Models;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Runs;

/// <summary>Whether a gradient does what a gradient is for: how far the loss falls along it.</summary>
internal static class Descent
{
    /// <summary>
    /// The loss at the weights less the loss after a way against a gradient, on the same batch, under the same products and random bits.
    /// The way is as long as Adam's step can be: the learning rate times the root of the number of weights. The weights are put back.
    /// </summary>
    /// <param name="model">The model at its weights.</param>
    /// <param name="products">What the loss is computed under.</param>
    /// <param name="step">Whose batch it is.</param>
    /// <param name="seed">Whose random bits they are.</param>
    /// <param name="loss">The loss at the weights.</param>
    /// <param name="gradient">Of the model's parameters, in their order.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>Above zero where the loss falls; 0 where the gradient is zero.</returns>
    public static double Decrease(
        ITrainedModel model,
        QuantizedProducts products,
        int step,
        ulong seed,
        double loss,
        IReadOnlyList<Tensor> gradient,
        double rate)
    {
        using (no_grad())
        {
            using DisposeScope scope = NewDisposeScope();
            double norm = Math.Sqrt(gradient.Sum(g =>
            {
                double size = g.norm().item<float>();
                return size * size;
            }));
            if (norm == 0)
            {
                return 0;
            }

            double way = rate * Math.Sqrt(model.Parameters.Sum(p => (double)p.Value.numel()));
            List<Tensor> kept = [.. model.Parameters.Select(p => p.Value.clone())];
            for (int i = 0; i < kept.Count; i++)
            {
                model.Parameters[i].Value.sub_(gradient[i] * (way / norm));
            }

            products.Quantizer.Begin(seed);
            double after = model.ComputeLoss(step, products).item<float>();
            for (int i = 0; i < kept.Count; i++)
            {
                model.Parameters[i].Value.copy_(kept[i]);
            }

            return loss - after;
        }
    }
}
