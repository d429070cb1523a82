namespace Mxact.Training.Optimizers;

/// <summary>The constants of Adam, and the norm that gradients are cut down to before it.</summary>
/// <param name="Beta1">Decay of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1).</param>
/// <param name="Epsilon">Added to the root of the second moment, above 0.</param>
/// <param name="WeightDecay">Decoupled decay (AdamW), a share of the weights times the learning rate; 0 is none.</param>
/// <param name="GradientLimit">The norm, or null.</param>
internal sealed record AdamSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay, double? GradientLimit);
