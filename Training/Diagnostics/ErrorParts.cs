using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Diagnostics;

/// <summary>
/// An error e = g~ - g in three parts, least squares onto the constant 1 and onto g: what is the same everywhere (a drift), what is in
/// proportion to g (a bias), and the rest (noise). Sums are in binary64; e of equal bits is exactly 0, and so is every part.
/// </summary>
/// <param name="Size">|e| / |g|.</param>
/// <param name="Mean">The mean of e over all elements, signed, in the units of g.</param>
/// <param name="Drift">The mean of e over the root mean square of g.</param>
/// <param name="Along">&lt;e, g&gt; / |g|^2.</param>
/// <param name="Noise">What is left of e without its parts along 1 and along g, over |g|.</param>
/// <param name="Norm">|g|.</param>
public readonly record struct ErrorParts(double Size, double Mean, double Drift, double Along, double Noise, double Norm)
{
    /// <summary>Splits the error of one tensor, or of several one after the other.</summary>
    /// <param name="pairs">What has the error, and what it ought to be, of one shape.</param>
    public static ErrorParts Split(IEnumerable<(Tensor Quantized, Tensor Exact)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double count = 0;
        double sumE = 0;
        double sumG = 0;
        double ee = 0;
        double eg = 0;
        double gg = 0;
        foreach ((Tensor quantized, Tensor exact) in pairs)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor g = exact.to(ScalarType.Float64).flatten();
            Tensor e = quantized.to(ScalarType.Float64).flatten() - g;
            count += g.numel();
            sumE += e.sum().item<double>();
            sumG += g.sum().item<double>();
            ee += e.dot(e).item<double>();
            eg += e.dot(g).item<double>();
            gg += g.dot(g).item<double>();
        }

        if (ee == 0)
        {
            return new(0, 0, 0, 0, 0, Math.Sqrt(gg));
        }

        // What g has besides its mean, and what of e lies along that.
        double mean = sumE / count;
        double rest = gg - (sumG * sumG / count);
        double across = eg - (sumE * sumG / count);
        double explained = (sumE * mean) + (rest > 0 ? across * across / rest : 0);
        return new(
            Math.Sqrt(ee / gg),
            mean,
            mean / Math.Sqrt(gg / count),
            eg / gg,
            Math.Sqrt(Math.Max(0, ee - explained) / gg),
            Math.Sqrt(gg));
    }
}
