using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>
/// T-FDPA with a short F (the FP8 units of Ada and Hopper), where nearly every step truncates. A running sum that starts at
/// 2^23 u, u = 2^(emax - F), has u for its last bit, so a multiply-add toward zero truncates each product above zero onto the
/// grid; products below zero have a sum of their own that starts at -2^23 u. B is packed by sign, A's sign picks the side.
/// </summary>
internal sealed unsafe class SplitSignProduct : IPanelProduct
{
    private const int Lanes = 16;
    private const int ValuesOfK = 2 * PackedColumns.Vectors * Lanes;

    private readonly MatrixUnit unit;
    private readonly VectorPlan plan;
    private readonly CodeRows rowsOfA;
    private readonly CodeRows rowsOfB;
    private readonly PackedRows a;
    private readonly PackedColumns b;
    private readonly GemmDiagnostics? diagnostics;

    /// <summary>Makes room for M x N x K.</summary>
    public SplitSignProduct(MatrixUnit unit, VectorPlan plan, CodeRows rowsOfA, CodeRows rowsOfB, int m, int n, int k, GemmDiagnostics? diagnostics)
    {
        this.unit = unit;
        this.plan = plan;
        this.rowsOfA = rowsOfA;
        this.rowsOfB = rowsOfB;
        this.diagnostics = diagnostics;
        int steps = (k + unit.Terms - 1) / unit.Terms;
        a = new(m, steps, unit.Terms);
        b = new(n, steps, unit.Terms, Lanes, signsSplit: true);
    }

    /// <inheritdoc/>
    public int PanelColumns => b.PanelColumns;

    /// <inheritdoc/>
    public AccumulatorRange Range => plan.Range;

    /// <inheritdoc/>
    public bool[] DeclinedRows => a.Declined;

    /// <inheritdoc/>
    public bool[] DeclinedColumns => b.Declined;

    /// <summary>True where the sums of a step stay below 2^23 u.</summary>
    public static bool Takes(MatrixUnit unit)
        => GemmLanes512.IsSupported
            && unit.Kind == StepKind.Fused
            && unit.Output is StepOutput.E8M13TowardZero or StepOutput.Binary32TowardZero
            && unit.FractionBits + 3 + BitOperations.Log2((uint)unit.Terms) <= 22;

    /// <inheritdoc/>
    public void PackRows(int first, int end) => a.Pack<GemmLanes512, Vector512<float>, Vector512<int>>(rowsOfA, plan.A, first, end, evenFirst: false);

    /// <inheritdoc/>
    public void PackPanel(int panel) => b.Pack<GemmLanes512, Vector512<float>, Vector512<int>>(rowsOfB, plan.B, panel, evenFirst: false);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Run(PackedAccumulators c, int panel, int first, int end)
    {
        int terms = unit.Terms;
        int* exponents = stackalloc int[StepExponents.MaxSteps * Lanes];
        for (int stretch = 0; stretch < a.Stretches; stretch++)
        {
            int steps = a.StepsOf(stretch);
            int firstStep = stretch * (a.Depth / terms);
            for (int row = first; row < end; row++)
            {
                StepExponents.Store<GemmLanes512, Vector512<float>, Vector512<int>>(a.Exponents(stretch, row), b.Exponents(panel, firstStep), terms, steps, exponents);
                for (int step = 0; step < steps; step++)
                {
                    Step(a.Values(stretch, row) + (step * terms), b.Values(panel, firstStep + step), terms, Vector512.Load(exponents + (step * Lanes)), c.Row(panel, row));
                }
            }
        }

        diagnostics?.AddSteps((long)a.Steps * (end - first) * PackedColumns.Vectors, 0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }

    private void Step(float* x, float* y, int terms, Vector512<int> codes, float* c)
    {
        Vector512<float> c0 = Vector512.Load(c);
        Vector512<float> c1 = Vector512.Load(c + Lanes);
        Vector512<float> c2 = Vector512.Load(c + (2 * Lanes));
        Vector512<float> c3 = Vector512.Load(c + (3 * Lanes));
        int gridShift = (23 - unit.FractionBits) << 23;
        Vector512<float> m0 = Start(codes, 0, c0, gridShift);
        Vector512<float> m1 = Start(codes, 1, c1, gridShift);
        Vector512<float> m2 = Start(codes, 2, c2, gridShift);
        Vector512<float> m3 = Start(codes, 3, c3, gridShift);
        Vector512<float> zero = Vector512<float>.Zero;
        Vector512<float> above0 = Avx512F.Add(m0, Avx512F.Max(c0, zero), FloatRoundingMode.ToZero);
        Vector512<float> above1 = Avx512F.Add(m1, Avx512F.Max(c1, zero), FloatRoundingMode.ToZero);
        Vector512<float> above2 = Avx512F.Add(m2, Avx512F.Max(c2, zero), FloatRoundingMode.ToZero);
        Vector512<float> above3 = Avx512F.Add(m3, Avx512F.Max(c3, zero), FloatRoundingMode.ToZero);
        Vector512<float> below0 = Avx512F.Subtract(Avx512F.Min(c0, zero), m0, FloatRoundingMode.ToZero);
        Vector512<float> below1 = Avx512F.Subtract(Avx512F.Min(c1, zero), m1, FloatRoundingMode.ToZero);
        Vector512<float> below2 = Avx512F.Subtract(Avx512F.Min(c2, zero), m2, FloatRoundingMode.ToZero);
        Vector512<float> below3 = Avx512F.Subtract(Avx512F.Min(c3, zero), m3, FloatRoundingMode.ToZero);
        for (long k = 0; k < terms; k++)
        {
            Vector512<float> f = Vector512.Create(x[k]);

            // B's numbers above zero come first; a factor below zero swaps the sides.
            long swap = (long)(((uint*)x)[k] >> 31) * Lanes;
            float* same = y + swap;
            float* other = y + Lanes - swap;
            above0 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(same), above0, FloatRoundingMode.ToZero);
            below0 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(other), below0, FloatRoundingMode.ToZero);
            above1 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(same + (2 * Lanes)), above1, FloatRoundingMode.ToZero);
            below1 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(other + (2 * Lanes)), below1, FloatRoundingMode.ToZero);
            above2 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(same + (4 * Lanes)), above2, FloatRoundingMode.ToZero);
            below2 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(other + (4 * Lanes)), below2, FloatRoundingMode.ToZero);
            above3 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(same + (6 * Lanes)), above3, FloatRoundingMode.ToZero);
            below3 = Avx512F.FusedMultiplyAdd(f, Vector512.Load(other + (6 * Lanes)), below3, FloatRoundingMode.ToZero);
            y += ValuesOfK;
        }

        Vector512<int> keep = Vector512.Create(unit.Output == StepOutput.E8M13TowardZero ? ~0x3FF : -1);
        ((above0 + below0).AsInt32() & keep).Store((int*)c);
        ((above1 + below1).AsInt32() & keep).Store((int*)(c + Lanes));
        ((above2 + below2).AsInt32() & keep).Store((int*)(c + (2 * Lanes)));
        ((above3 + below3).AsInt32() & keep).Store((int*)(c + (3 * Lanes)));
    }

    /// <summary>2^23 u of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Start(Vector512<int> codes, int vector, Vector512<float> c, int gridShift)
    {
        Vector512<int> emax = Avx512F.Max(
            StepExponents.Of<GemmLanes512, Vector512<float>, Vector512<int>>(codes, vector),
            c.AsInt32() & Vector512.Create(StepExponents.Field));
        return (emax + Vector512.Create(gridShift)).AsSingle();
    }
}
