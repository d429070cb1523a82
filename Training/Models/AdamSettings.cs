using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mxact.Training.Models;

/// <summary>The constants of Adam, and the norm that gradients are cut down to before it.</summary>
/// <param name="Beta1">Decay of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1).</param>
/// <param name="Epsilon">Added to the root of the second moment, above 0.</param>
/// <param name="WeightDecay">Decoupled decay (AdamW), a share of the weights times the learning rate; 0 is none.</param>
/// <param name="GradientLimit">The norm, or null.</param>
internal sealed record AdamSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay, double? GradientLimit)
{
    /// <summary>The optimiser.</summary>
    /// <param name="parameters">What it trains.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="decoupled">True takes AdamW even without decay, as the published language model does.</param>
    public optim.Optimizer Create(IEnumerable<Parameter> parameters, double rate, bool decoupled)
        => decoupled || WeightDecay > 0 ? optim.AdamW(parameters, rate, Beta1, Beta2, Epsilon, WeightDecay)
            : optim.Adam(parameters, rate, Beta1, Beta2, Epsilon);
}
