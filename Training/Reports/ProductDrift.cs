using Mxact.Training.Runs;

namespace Mxact.Training.Reports;

/// <summary>
/// What products.csv says of one product of an arm at the first step that was measured, where all arms have the same weights: of each run
/// the mean over layers.
/// </summary>
/// <param name="Arm">The arm at a setting.</param>
/// <param name="Product">Y, dX or dW.</param>
/// <param name="Runs">Of each run the quantities of <see cref="Names"/>.</param>
internal sealed record ProductDrift(ArmSummary Arm, string Product, IReadOnlyList<double[]> Runs)
{
    /// <summary>The quantities, as products.csv calls them.</summary>
    public static IReadOnlyList<string> Names => StepLog.ProductQuantities;

    /// <summary>An arm's, a product each; none where its runs measured none.</summary>
    public static IEnumerable<ProductDrift> Of(ArmSummary arm)
    {
        List<IReadOnlyList<ProductRow>> runs = [.. arm.Runs.Select(r => r.FirstProducts)];
        return from product in runs.SelectMany(rows => rows.Select(r => r.Product)).Distinct()
               select new ProductDrift(arm, product, [.. runs.Select(rows => Mean([.. rows.Where(r => r.Product == product)]))]);
    }

    private static double[] Mean(IReadOnlyList<ProductRow> layers)
        => [.. Enumerable.Range(0, Names.Count).Select(i => layers.Select(l => l.Quantities[i]).DefaultIfEmpty(double.NaN).Average())];
}
