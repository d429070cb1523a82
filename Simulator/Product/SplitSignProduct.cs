using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// T-FDPA with a short F (the FP8 units of Ada and Hopper), where nearly every step truncates. A running sum that starts at
/// 2^23 u, u = 2^(emax - F), has u for its last bit, so a multiply-add toward zero truncates each product above zero onto the
/// grid; products below zero have a sum of their own that starts at -2^23 u. B is packed by sign, A's sign picks the side.
/// </summary>
internal sealed unsafe class SplitSignProduct : IPanelProduct
{
    private const int Lanes = 16;
    private const int ValuesOfK = 2 * PackedColumns.Vectors * Lanes;

    private readonly StepUnit unit;
    private readonly VectorPlan plan;
    private readonly CodeRows rowsOfA;
    private readonly CodeRows rowsOfB;
    private readonly PackedRows a;
    private readonly PackedColumns b;
    private readonly ProductDiagnostics? diagnostics;

    /// <summary>Makes room for M x N x K.</summary>
    public SplitSignProduct(StepUnit unit, VectorPlan plan, CodeRows rowsOfA, CodeRows rowsOfB, int m, int n, int k,
        ProductDiagnostics? diagnostics)
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
    public static bool Takes(StepUnit unit)
        => GemmLanes512.IsSupported
            && unit.Kind == StepKind.Fused
            && unit.Output is StepOutput.E8M13TowardZero or StepOutput.Binary32TowardZero
            && unit.FractionBits + 3 + BitOperations.Log2((uint)unit.Terms) <= 22;

    /// <inheritdoc/>
    public void PackRows(int first, int end)
        => a.Pack<GemmLanes512, Vector512<float>, Vector512<int>>(rowsOfA, plan.A, first, end, evenFirst: false);

    /// <inheritdoc/>
    public void PackPanel(int panel) => b.Pack<GemmLanes512, Vector512<float>, Vector512<int>>(rowsOfB, plan.B, panel, evenFirst: false);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Run(PackedAccumulators c, int panel, int first, int end)
    {
        int terms = unit.Terms;
        float* spare = stackalloc float[PackedColumns.Vectors * Lanes];
        new Span<float>(spare, PackedColumns.Vectors * Lanes).Clear();
        int gridShift = (23 - unit.FractionBits) << 23;
        int keep = unit.Output == StepOutput.E8M13TowardZero ? ~0x3FF : -1;
        for (int stretch = 0; stretch < a.Stretches; stretch++)
        {
            int steps = a.StepsOf(stretch);
            int firstStep = stretch * (a.Depth / terms);
            for (int row = first; row < end; row += 2)
            {
                // Two rows hide each other's latencies; an odd last row runs beside itself.
                bool pair = row + 1 < end;
                int second = pair ? row + 1 : row;
                for (int step = 0; step < steps; step++)
                {
                    Step(
                        a.Values(stretch, row) + (step * terms),
                        a.Values(stretch, second) + (step * terms),
                        a.Exponents(stretch, row) + (step * terms),
                        a.Exponents(stretch, second) + (step * terms),
                        b.Values(panel, firstStep + step),
                        b.Exponents(panel, firstStep + step),
                        terms,
                        gridShift,
                        keep,
                        c.Row(panel, row),
                        pair ? c.Row(panel, second) : spare);
                }
            }
        }

        diagnostics?.AddSteps((long)a.Steps * (end - first) * PackedColumns.Vectors, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }

    private static void Step(float* x, float* z, int* ex, int* ez, float* y, int* ey, int terms, int gridShift, int keep, float* c,
        float* d)
    {
        Vector512<byte> floor = Vector512.Create((byte)VectorPlan.FloorCode);
        Vector512<byte> maxX = floor;
        Vector512<byte> maxZ = floor;
        Vector512<byte> maxX1 = floor;
        Vector512<byte> maxZ1 = floor;
        for (long k = 0; k < terms; k += 2)
        {
            Vector512<byte> codes = Vector512.Load((byte*)ey);
            maxX = Avx512BW.Max(maxX, codes + Vector512.Create(ex[k]).AsByte());
            maxZ = Avx512BW.Max(maxZ, codes + Vector512.Create(ez[k]).AsByte());
            codes = Vector512.Load((byte*)(ey + Lanes));
            maxX1 = Avx512BW.Max(maxX1, codes + Vector512.Create(ex[k + 1]).AsByte());
            maxZ1 = Avx512BW.Max(maxZ1, codes + Vector512.Create(ez[k + 1]).AsByte());
            ey += 2 * Lanes;
        }

        Vector512<int> codesX = Avx512BW.Max(maxX, maxX1).AsInt32();
        Vector512<int> codesZ = Avx512BW.Max(maxZ, maxZ1).AsInt32();
        Vector512<float> zero = Vector512<float>.Zero;
        Vector512<float> c0 = Vector512.Load(c);
        Vector512<float> xStart0 = Start(codesX, 0, c0, gridShift);
        Vector512<float> xAbove0 = Avx512F.Add(xStart0, Avx512F.Max(c0, zero), FloatRoundingMode.ToZero);
        Vector512<float> xBelow0 = Avx512F.Subtract(Avx512F.Min(c0, zero), xStart0, FloatRoundingMode.ToZero);
        Vector512<float> c1 = Vector512.Load(c + Lanes);
        Vector512<float> xStart1 = Start(codesX, 1, c1, gridShift);
        Vector512<float> xAbove1 = Avx512F.Add(xStart1, Avx512F.Max(c1, zero), FloatRoundingMode.ToZero);
        Vector512<float> xBelow1 = Avx512F.Subtract(Avx512F.Min(c1, zero), xStart1, FloatRoundingMode.ToZero);
        Vector512<float> c2 = Vector512.Load(c + (2 * Lanes));
        Vector512<float> xStart2 = Start(codesX, 2, c2, gridShift);
        Vector512<float> xAbove2 = Avx512F.Add(xStart2, Avx512F.Max(c2, zero), FloatRoundingMode.ToZero);
        Vector512<float> xBelow2 = Avx512F.Subtract(Avx512F.Min(c2, zero), xStart2, FloatRoundingMode.ToZero);
        Vector512<float> c3 = Vector512.Load(c + (3 * Lanes));
        Vector512<float> xStart3 = Start(codesX, 3, c3, gridShift);
        Vector512<float> xAbove3 = Avx512F.Add(xStart3, Avx512F.Max(c3, zero), FloatRoundingMode.ToZero);
        Vector512<float> xBelow3 = Avx512F.Subtract(Avx512F.Min(c3, zero), xStart3, FloatRoundingMode.ToZero);
        Vector512<float> d0 = Vector512.Load(d);
        Vector512<float> zStart0 = Start(codesZ, 0, d0, gridShift);
        Vector512<float> zAbove0 = Avx512F.Add(zStart0, Avx512F.Max(d0, zero), FloatRoundingMode.ToZero);
        Vector512<float> zBelow0 = Avx512F.Subtract(Avx512F.Min(d0, zero), zStart0, FloatRoundingMode.ToZero);
        Vector512<float> d1 = Vector512.Load(d + Lanes);
        Vector512<float> zStart1 = Start(codesZ, 1, d1, gridShift);
        Vector512<float> zAbove1 = Avx512F.Add(zStart1, Avx512F.Max(d1, zero), FloatRoundingMode.ToZero);
        Vector512<float> zBelow1 = Avx512F.Subtract(Avx512F.Min(d1, zero), zStart1, FloatRoundingMode.ToZero);
        Vector512<float> d2 = Vector512.Load(d + (2 * Lanes));
        Vector512<float> zStart2 = Start(codesZ, 2, d2, gridShift);
        Vector512<float> zAbove2 = Avx512F.Add(zStart2, Avx512F.Max(d2, zero), FloatRoundingMode.ToZero);
        Vector512<float> zBelow2 = Avx512F.Subtract(Avx512F.Min(d2, zero), zStart2, FloatRoundingMode.ToZero);
        Vector512<float> d3 = Vector512.Load(d + (3 * Lanes));
        Vector512<float> zStart3 = Start(codesZ, 3, d3, gridShift);
        Vector512<float> zAbove3 = Avx512F.Add(zStart3, Avx512F.Max(d3, zero), FloatRoundingMode.ToZero);
        Vector512<float> zBelow3 = Avx512F.Subtract(Avx512F.Min(d3, zero), zStart3, FloatRoundingMode.ToZero);
        for (long k = 0; k < terms; k++)
        {
            // B's numbers above zero come first; a factor below zero swaps the sides.
            Vector512<float> xFactor = Vector512.Create(x[k]);
            long xSwap = (long)(((uint*)x)[k] >> 31) * Lanes;
            float* xSame = y + xSwap;
            float* xOther = y + Lanes - xSwap;
            xAbove0 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xSame), xAbove0, FloatRoundingMode.ToZero);
            xBelow0 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xOther), xBelow0, FloatRoundingMode.ToZero);
            xAbove1 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xSame + (2 * Lanes)), xAbove1, FloatRoundingMode.ToZero);
            xBelow1 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xOther + (2 * Lanes)), xBelow1, FloatRoundingMode.ToZero);
            xAbove2 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xSame + (4 * Lanes)), xAbove2, FloatRoundingMode.ToZero);
            xBelow2 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xOther + (4 * Lanes)), xBelow2, FloatRoundingMode.ToZero);
            xAbove3 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xSame + (6 * Lanes)), xAbove3, FloatRoundingMode.ToZero);
            xBelow3 = Avx512F.FusedMultiplyAdd(xFactor, Vector512.Load(xOther + (6 * Lanes)), xBelow3, FloatRoundingMode.ToZero);
            Vector512<float> zFactor = Vector512.Create(z[k]);
            long zSwap = (long)(((uint*)z)[k] >> 31) * Lanes;
            float* zSame = y + zSwap;
            float* zOther = y + Lanes - zSwap;
            zAbove0 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zSame), zAbove0, FloatRoundingMode.ToZero);
            zBelow0 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zOther), zBelow0, FloatRoundingMode.ToZero);
            zAbove1 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zSame + (2 * Lanes)), zAbove1, FloatRoundingMode.ToZero);
            zBelow1 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zOther + (2 * Lanes)), zBelow1, FloatRoundingMode.ToZero);
            zAbove2 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zSame + (4 * Lanes)), zAbove2, FloatRoundingMode.ToZero);
            zBelow2 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zOther + (4 * Lanes)), zBelow2, FloatRoundingMode.ToZero);
            zAbove3 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zSame + (6 * Lanes)), zAbove3, FloatRoundingMode.ToZero);
            zBelow3 = Avx512F.FusedMultiplyAdd(zFactor, Vector512.Load(zOther + (6 * Lanes)), zBelow3, FloatRoundingMode.ToZero);
            y += ValuesOfK;
        }

        Vector512<int> kept = Vector512.Create(keep);
        ((xAbove0 + xBelow0).AsInt32() & kept).Store((int*)c);
        ((xAbove1 + xBelow1).AsInt32() & kept).Store((int*)(c + Lanes));
        ((xAbove2 + xBelow2).AsInt32() & kept).Store((int*)(c + (2 * Lanes)));
        ((xAbove3 + xBelow3).AsInt32() & kept).Store((int*)(c + (3 * Lanes)));
        ((zAbove0 + zBelow0).AsInt32() & kept).Store((int*)d);
        ((zAbove1 + zBelow1).AsInt32() & kept).Store((int*)(d + Lanes));
        ((zAbove2 + zBelow2).AsInt32() & kept).Store((int*)(d + (2 * Lanes)));
        ((zAbove3 + zBelow3).AsInt32() & kept).Store((int*)(d + (3 * Lanes)));
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
