using TorchSharp;

namespace Mxact.Training.Checks;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>P(Z &lt; z).</summary>
    public static double Below(double z)
    {
        using torch.Tensor x = torch.tensor(-z / Math.Sqrt(2));
        using torch.Tensor tail = torch.special.erfc(x);
        return tail.item<double>() / 2;
    }

    /// <summary>P(|Z| &lt; z).</summary>
    public static double Within(double z) => 1 - (2 * Below(-z));

    /// <summary>The density at z.</summary>
    public static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
}
