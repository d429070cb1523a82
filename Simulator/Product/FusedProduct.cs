using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>The general path of every unit but the grouped one: values and exponents, packed alike for all.</summary>
internal sealed class FusedProduct<TLanes, TF, TI> : IPanelProduct
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    private readonly StepUnit unit;
    private readonly VectorPlan plan;
    private readonly CodeRows rowsOfA;
    private readonly CodeRows rowsOfB;
    private readonly PackedRows a;
    private readonly PackedColumns b;
    private readonly ProductDiagnostics? diagnostics;

    /// <summary>Makes room for M x N x K.</summary>
    public FusedProduct(StepUnit unit, VectorPlan plan, CodeRows rowsOfA, CodeRows rowsOfB, int m, int n, int k,
        ProductDiagnostics? diagnostics)
    {
        this.unit = unit;
        this.plan = plan;
        this.rowsOfA = rowsOfA;
        this.rowsOfB = rowsOfB;
        this.diagnostics = diagnostics;
        int steps = (k + unit.Terms - 1) / unit.Terms;
        a = new(m, steps, unit.Terms);
        b = new(n, steps, unit.Terms, TLanes.Count, signsSplit: false);
    }

    /// <inheritdoc/>
    public int PanelColumns => b.PanelColumns;

    /// <inheritdoc/>
    public AccumulatorRange Range => plan.Range;

    /// <inheritdoc/>
    public bool[] DeclinedRows => a.Declined;

    /// <inheritdoc/>
    public bool[] DeclinedColumns => b.Declined;

    private bool EvenFirst => unit.Kind == StepKind.Cdna3Fp8;

    /// <inheritdoc/>
    public void PackRows(int first, int end) => a.Pack<TLanes, TF, TI>(rowsOfA, plan.A, first, end, EvenFirst);

    /// <inheritdoc/>
    public void PackPanel(int panel) => b.Pack<TLanes, TF, TI>(rowsOfB, plan.B, panel, EvenFirst);

    /// <inheritdoc/>
    public void Run(PackedAccumulators c, int panel, int first, int end)
    {
        switch (unit.Terms)
        {
            case 4:
                Run<Terms4>(c, panel, first, end);
                break;
            case 8:
                Run<Terms8>(c, panel, first, end);
                break;
            case 16:
                Run<Terms16>(c, panel, first, end);
                break;
            case 32:
                Run<Terms32>(c, panel, first, end);
                break;
            default:
                Run<TermsAny>(c, panel, first, end);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }

    private void Run<TTerms>(PackedAccumulators c, int panel, int first, int end)
        where TTerms : struct, IStepTerms
    {
        if (unit.Kind == StepKind.Fused)
        {
            FusedKernel<TLanes, TF, TI, TTerms>.Run(unit, a, b, c, panel, first, end, diagnostics);
        }
        else
        {
            Cdna3Kernel<TLanes, TF, TI, TTerms>.Run(unit, a, b, c, panel, first, end, diagnostics);
        }
    }
}
