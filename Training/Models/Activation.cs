using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>The function between a block's two linear layers.</summary>
internal enum Activation
{
    /// <summary>x Phi(x), exact.</summary>
    Gelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>a silu(b), a and b the halves of W1's output, whose width is 2 round(8 d / 3).</summary>
    Swiglu,

    /// <summary>x.</summary>
    Identity,
}

/// <summary>Widths and values of activations.</summary>
internal static class Activations
{
    /// <summary>Columns that W1 yields and W2 takes, for a model of width d.</summary>
    public static (int FromFirst, int IntoSecond) Hidden(this Activation activation, int width)
    {
        int hidden = (int)Math.Round(8 * width / 3.0);
        return activation == Activation.Swiglu ? (2 * hidden, hidden) : (4 * width, 4 * width);
    }

    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Gelu => nn.functional.gelu(x),
        Activation.Relu => nn.functional.relu(x),
        Activation.Swiglu => Gated(x),
        Activation.Identity => x,
        _ => throw new InvalidOperationException($"no such activation: {activation}"),
    };

    private static Tensor Gated(Tensor x)
    {
        Tensor[] halves = x.chunk(2, -1);
        return halves[0] * nn.functional.silu(halves[1]);
    }
}
