namespace Mxact.Tensors.Inspection;

/// <summary>An order in which a tensor's scales fit their rows and columns far better than in the one that they are read in.</summary>
/// <param name="Words">What the order is, and what to do.</param>
/// <param name="Odds">Its odds against the order that they are read in: the logarithm to base ten.</param>
/// <param name="Unexplained">What rows and columns do not explain of the scales' variance in that order, over the same as they are
/// read.</param>
internal sealed record ScaleOrder(string Words, double Odds, double Unexplained);
