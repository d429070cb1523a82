using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>The path of mxf4 and mxf4nvf4.</summary>
internal sealed class GroupedProduct<TLanes, TF, TI> : IPanelProduct
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    /// <summary>Products of a step.</summary>
    public const int Terms = PackedGroupRows.Terms;

    private readonly CodeRows rowsOfA;
    private readonly CodeRows rowsOfB;
    private readonly PackedGroupRows a;
    private readonly PackedGroupColumns b;
    private readonly ScalarProduct exact;
    private readonly GroupScale[] scalesOfA;
    private readonly GroupScale[] scalesOfB;
    private readonly ProductDiagnostics? diagnostics;
    private readonly int n;

    /// <summary>Makes room for M x N x K; steps beyond the kernel's bounds are left to <paramref name="exact"/>.</summary>
    public GroupedProduct(CodeRows rowsOfA, CodeRows rowsOfB, ScalarProduct exact, int m, int n, int k, ProductDiagnostics? diagnostics)
    {
        this.rowsOfA = rowsOfA;
        this.rowsOfB = rowsOfB;
        this.exact = exact;
        this.n = n;
        this.diagnostics = diagnostics;
        scalesOfA = GroupScale.Table(rowsOfA.ScaleFormat);
        scalesOfB = GroupScale.Table(rowsOfB.ScaleFormat);
        int steps = (k + Terms - 1) / Terms;
        a = new(m, steps);
        b = new(n, steps, TLanes.Count);
    }

    /// <inheritdoc/>
    public int PanelColumns => b.PanelColumns;

    /// <inheritdoc/>
    public AccumulatorRange Range => new(0, 127 - 100, 127 + 110);

    /// <inheritdoc/>
    public bool[] DeclinedRows => a.Declined;

    /// <inheritdoc/>
    public bool[] DeclinedColumns => b.Declined;

    /// <inheritdoc/>
    public void PackRows(int first, int end) => a.Pack<TLanes, TF, TI>(rowsOfA, scalesOfA, first, end);

    /// <inheritdoc/>
    public void PackPanel(int panel) => b.Pack<TLanes, TF, TI>(rowsOfB, scalesOfB, panel);

    /// <inheritdoc/>
    public void Run(PackedAccumulators c, int panel, int first, int end)
        => GroupedKernel<TLanes, TF, TI>.Run(a, b, c, exact, panel, first, end, n, diagnostics);

    /// <inheritdoc/>
    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }
}
