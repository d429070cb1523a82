using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Diagnostics;

/// <summary>
/// The distance between the gradients of two losses, the arm's (g~) and binary32's (g), at the same weights and batch: with e = g~ - g,
/// |e| / |g| (called zeta in arXiv 2506.20752); its part along g, &lt;e, g&gt; / |g|^2, and the rest across; the cosine of the two.
/// </summary>
/// <param name="Norm">|g~|.</param>
/// <param name="ReferenceNorm">|g|.</param>
/// <param name="Distance">|e| / |g|; NaN where g is zero.</param>
/// <param name="Along">&lt;e, g&gt; / |g|^2: the multiplicative bias.</param>
/// <param name="Across">What is left of it.</param>
/// <param name="Cosine">Of the angle between g~ and g.</param>
public readonly record struct GradientBias(double Norm, double ReferenceNorm, double Distance, double Along, double Across, double Cosine)
{
    /// <summary>|g| of tensors one after the other, each tensor's norm in binary32.</summary>
    /// <param name="gradient">The tensors, in binary32.</param>
    public static double NormOf(IEnumerable<Tensor> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return Math.Sqrt(gradient.Sum(g =>
        {
            using Tensor norm = g.norm();
            double value = norm.item<float>();
            return value * value;
        }));
    }

    /// <summary>Compares two gradients of one parameter, or of all of them one after the other.</summary>
    /// <param name="pairs">g~ and g of each parameter, of one shape.</param>
    public static GradientBias Compare(IEnumerable<(Tensor Quantized, Tensor Reference)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double quantized = 0;
        double reference = 0;
        double dot = 0;
        double error = 0;
        double errorDot = 0;
        foreach ((Tensor q, Tensor r) in pairs)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor a = q.to(ScalarType.Float64).flatten();
            Tensor b = r.to(ScalarType.Float64).flatten();
            Tensor e = a - b;
            quantized += a.dot(a).item<double>();
            reference += b.dot(b).item<double>();
            dot += a.dot(b).item<double>();
            error += e.dot(e).item<double>();
            errorDot += e.dot(b).item<double>();
        }

        double distance = Math.Sqrt(error / reference);
        double along = errorDot / reference;
        return new(
            Math.Sqrt(quantized),
            Math.Sqrt(reference),
            distance,
            along,
            Math.Sqrt(Math.Max(0, (distance * distance) - (along * along))),
            dot / Math.Sqrt(quantized * reference));
    }
}
