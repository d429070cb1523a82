using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// The general kernel: T-FDPA with any L up to 32 and any F up to 25, at any vector width. A product of two values is exact in
/// binary32; times 2^(F - emax) and converted to int32 toward zero, it is aligned and truncated.
/// </summary>
internal static unsafe class FusedKernel<TLanes, TF, TI, TTerms>
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
    where TTerms : struct, IStepTerms
{
    /// <summary>Adds every step to rows <paramref name="firstRow"/> up to <paramref name="endRow"/> of a panel of C.</summary>
    [SkipLocalsInit]
    public static void Run(StepUnit unit, PackedRows a, PackedColumns b, PackedAccumulators c, int panel, int firstRow, int endRow,
        ProductDiagnostics? diagnostics)
    {
        long wide = 0;
        int terms = TTerms.Value != 0 ? TTerms.Value : a.Terms;
        int* exponents = stackalloc int[StepExponents.MaxSteps * TLanes.Count];
        for (int stretch = 0; stretch < a.Stretches; stretch++)
        {
            int steps = a.StepsOf(stretch);
            float* y = b.Values(panel, stretch * (a.Depth / terms));
            int* ey = b.Exponents(panel, stretch * (a.Depth / terms));
            for (int row = firstRow; row < endRow; row++)
            {
                float* x = a.Values(stretch, row);
                float* to = c.Row(panel, row);
                StepExponents.Store<TLanes, TF, TI>(a.Exponents(stretch, row), ey, terms, steps, exponents);

                for (int step = 0; step < steps; step++)
                {
                    // Two vectors at a time fit the sixteen registers of AVX2; the other two hide the latency of the chain through c.
                    TI codes = TLanes.Load(exponents + (step * TLanes.Count));
                    float* products = y + ((long)step * terms * PackedColumns.Vectors * TLanes.Count);
                    wide += Pair(unit, codes, 0, x, products, to, terms);
                    wide += Pair(unit, codes, 2, x, products + (2 * TLanes.Count), to + (2 * TLanes.Count), terms);
                    x += terms;
                }
            }
        }

        diagnostics?.AddSteps((long)a.Steps * (endRow - firstRow) * PackedColumns.Vectors, wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(StepUnit unit, TI codes, int vector, float* x, float* y, float* c, int terms)
    {
        TF c0 = TLanes.Load(c);
        TF c1 = TLanes.Load(c + TLanes.Count);
        TI field = TLanes.Broadcast(StepExponents.Field);
        TI e0 = TLanes.Max(StepExponents.Of<TLanes, TF, TI>(codes, vector), TLanes.And(TLanes.AsInt(c0), field));
        TI e1 = TLanes.Max(StepExponents.Of<TLanes, TF, TI>(codes, vector + 1), TLanes.And(TLanes.AsInt(c1), field));
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        TF align0 = TLanes.AsFloat(TLanes.Subtract(inverse, e0));
        TF align1 = TLanes.AsFloat(TLanes.Subtract(inverse, e1));

        // A term is below 2^(F + 2), so sixteen of them fit int32 at F = 25; 32 terms are two sums.
        int half = Math.Min(terms, 16);
        AlignedSum.Of<TLanes, TF, TI>(x, y, half, align0, align1, out TI s0, out TI s1);
        TI t0 = TLanes.Broadcast(0);
        TI t1 = t0;
        if (terms > 16)
        {
            AlignedSum.Of<TLanes, TF,
                TI>(x + half, y + (half * PackedColumns.Vectors * TLanes.Count), terms - half, align0, align1, out t0, out t1);
        }

        TI a0 = TLanes.ConvertTruncate(TLanes.Multiply(c0, align0));
        TI a1 = TLanes.ConvertTruncate(TLanes.Multiply(c1, align1));
        bool alwaysFits = (long)terms << (unit.FractionBits + 2) <= 1 << 30;
        int wide = 0;
        TF d0;
        TF d1;
        if (!alwaysFits && AnyLarge(s0, t0, s1, t1))
        {
            d0 = TLanes.SumTowardZero(s0, t0, a0);
            d1 = TLanes.SumTowardZero(s1, t1, a1);
            wide = 2;
        }
        else
        {
            d0 = TLanes.ConvertTowardZero(TLanes.Add(TLanes.Add(s0, t0), a0));
            d1 = TLanes.ConvertTowardZero(TLanes.Add(TLanes.Add(s1, t1), a1));
        }

        TI ulp = TLanes.Broadcast(unit.FractionBits << 23);
        d0 = TLanes.Multiply(d0, TLanes.AsFloat(TLanes.Subtract(e0, ulp)));
        d1 = TLanes.Multiply(d1, TLanes.AsFloat(TLanes.Subtract(e1, ulp)));
        if (unit.Output == StepOutput.E8M13TowardZero)
        {
            d0 = TLanes.AsFloat(TLanes.And(TLanes.AsInt(d0), TLanes.Broadcast(~0x3FF)));
            d1 = TLanes.AsFloat(TLanes.And(TLanes.AsInt(d1), TLanes.Broadcast(~0x3FF)));
        }

        TLanes.Store(d0, c);
        TLanes.Store(d1, c + TLanes.Count);
        return wide;
    }

    /// <summary>Whether a magnitude is 2^29 or more: three terms below that cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyLarge(TI s0, TI t0, TI s1, TI t1)
    {
        // Then one of the two highest bits is set after adding 2^29.
        TI limit = TLanes.Broadcast(1 << 29);
        TI sums = TLanes.Or(TLanes.Add(s0, limit), TLanes.Add(s1, limit));
        sums = TLanes.Or(sums, TLanes.Or(TLanes.Add(t0, limit), TLanes.Add(t1, limit)));
        return TLanes.AnySet(TLanes.And(sums, TLanes.Broadcast(unchecked((int)0xC0000000))));
    }
}
