using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>The one place where a path is chosen: the tuned one for the unit where there is one, the general one elsewhere.</summary>
internal static class PanelProducts
{
    /// <summary>A vector path for a product, or null where only the scalar one answers.</summary>
    public static IPanelProduct? Choose<TLanes, TF,
        TI>(StepUnit unit, MatrixOperand a, MatrixOperand b, CodeRows rowsOfA, CodeRows rowsOfB, ScalarProduct exact, int m, int n, int k,
        ProductOptions options)
        where TLanes : struct, IGemmLanes<TF, TI>
        where TF : struct
        where TI : struct
    {
        if (unit.Kind == StepKind.Grouped)
        {
            return unit is { FractionBits: >= 35, Terms: GroupedProduct<TLanes, TF, TI>.Terms, Output: StepOutput.Binary32TowardZero }
                ? new GroupedProduct<TLanes, TF, TI>(rowsOfA, rowsOfB, exact, m, n, k, options.Diagnostics)
                : null;
        }

        if (VectorPlan.For(unit, a, b, k) is not { } plan)
        {
            return null;
        }

        bool tuned = options.Tuned && TLanes.Count == 16;
        return tuned && SplitSignProduct.Takes(unit)
            ? new SplitSignProduct(unit, plan, rowsOfA, rowsOfB, m, n, k, options.Diagnostics)
            : new FusedProduct<TLanes, TF, TI>(unit, plan, rowsOfA, rowsOfB, m, n, k, options.Diagnostics);
    }
}
