namespace Mxact.Training.Runs;

/// <summary>A row of products.csv.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Product">Y, dX or dW.</param>
/// <param name="Quantities">See <see cref="StepLog.ProductQuantities"/>; NaN where a field is empty.</param>
internal sealed record ProductRow(string Layer, string Product, IReadOnlyList<double> Quantities);
