using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Product;

/// <summary>
/// CDNA3: the products' truncated sum at their own exponent, then c. Where c is at most 2^5 above that exponent, nothing of the
/// dot is floored away and both fit int32, so the second sum is one integer addition and one rounding. Up to 2^30 the dot is
/// shifted down first, with what it loses gathered in the last bit; beyond, binary64 floors.
/// </summary>
internal static unsafe class Cdna3Kernel<TLanes, TF, TI, TTerms>
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
    where TTerms : struct, IStepTerms
{
    /// <summary>|dot| is below 2^30, and c 2^5 above its exponent below 2^30 too.</summary>
    private const int MaxExcess = 5;

    /// <summary>What the dot loses then still fits an int32.</summary>
    private const int MaxShiftedExcess = 30;

    /// <summary>Adds every step to rows <paramref name="firstRow"/> up to <paramref name="endRow"/> of a panel of C.</summary>
    [SkipLocalsInit]
    public static void Run(StepUnit unit, PackedRows a, PackedColumns b, PackedAccumulators c, int panel, int firstRow, int endRow,
        ProductDiagnostics? diagnostics)
    {
        long wide = 0;
        int terms = TTerms.Value != 0 ? TTerms.Value : a.Terms;
        bool halves = unit.Kind == StepKind.Cdna3Fp8;
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
                if (halves)
                {
                    // The packers put even k first.
                    StepExponents.Store<TLanes, TF, TI>(a.Exponents(stretch, row), ey, terms / 2, 2 * steps, exponents);
                    for (int step = 0; step < steps; step++)
                    {
                        float* products = y + ((long)step * terms * PackedColumns.Vectors * TLanes.Count);
                        wide += PairOfHalves(unit, exponents, step, 0, x, products, to, terms);
                        wide += PairOfHalves(unit, exponents, step, 2, x, products + (2 * TLanes.Count), to + (2 * TLanes.Count), terms);
                        x += terms;
                    }
                }
                else
                {
                    StepExponents.Store<TLanes, TF, TI>(a.Exponents(stretch, row), ey, terms, steps, exponents);
                    for (int step = 0; step < steps; step++)
                    {
                        float* products = y + ((long)step * terms * PackedColumns.Vectors * TLanes.Count);
                        wide += Pair(unit, exponents, step, 0, x, products, to, terms);
                        wide += Pair(unit, exponents, step, 2, x, products + (2 * TLanes.Count), to + (2 * TLanes.Count), terms);
                        x += terms;
                    }
                }
            }
        }

        diagnostics?.AddSteps((long)a.Steps * (endRow - firstRow) * PackedColumns.Vectors, wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(StepUnit unit, int* exponents, int step, int vector, float* x, float* y, float* c, int terms)
    {
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        TI codes = TLanes.Load(exponents + (step * TLanes.Count));
        TI e0 = StepExponents.Of<TLanes, TF, TI>(codes, vector);
        TI e1 = StepExponents.Of<TLanes, TF, TI>(codes, vector + 1);
        AlignedSum.Of<TLanes, TF,
            TI>(x, y, terms, TLanes.AsFloat(TLanes.Subtract(inverse, e0)), TLanes.AsFloat(TLanes.Subtract(inverse, e1)), out TI s0,
            out TI s1);
        return Finish(unit, s0, e0, s1, e1, TLanes.Load(c), TLanes.Load(c + TLanes.Count), c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PairOfHalves(StepUnit unit, int* exponents, int step, int vector, float* x, float* y, float* c, int terms)
    {
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        int half = terms / 2;
        TI even = TLanes.Load(exponents + (2 * step * TLanes.Count));
        TI odd = TLanes.Load(exponents + (((2 * step) + 1) * TLanes.Count));
        TI even0 = StepExponents.Of<TLanes, TF, TI>(even, vector);
        TI even1 = StepExponents.Of<TLanes, TF, TI>(even, vector + 1);
        TI odd0 = StepExponents.Of<TLanes, TF, TI>(odd, vector);
        TI odd1 = StepExponents.Of<TLanes, TF, TI>(odd, vector + 1);
        AlignedSum.Of<TLanes, TF,
            TI>(x, y, half, TLanes.AsFloat(TLanes.Subtract(inverse, even0)), TLanes.AsFloat(TLanes.Subtract(inverse, even1)), out TI s0,
            out TI s1);
        y += half * PackedColumns.Vectors * TLanes.Count;
        AlignedSum.Of<TLanes, TF,
            TI>(x + half, y, half, TLanes.AsFloat(TLanes.Subtract(inverse, odd0)), TLanes.AsFloat(TLanes.Subtract(inverse, odd1)),
            out TI t0, out TI t1);
        TI e0 = TLanes.Max(even0, odd0);
        TI e1 = TLanes.Max(even1, odd1);
        TF c0 = DropFarBelow(unit, TLanes.Load(c), e0);
        TF c1 = DropFarBelow(unit, TLanes.Load(c + TLanes.Count), e1);
        return Finish(unit, Join(s0, even0, t0, odd0, e0), e0, Join(s1, even1, t1, odd1, e1), e1, c0, c1, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Finish(StepUnit unit, TI s0, TI e0, TI s1, TI e1, TF c0, TF c1, float* to)
    {
        TI field = TLanes.Broadcast(StepExponents.Field);
        TI excess0 = TLanes.Subtract(TLanes.And(TLanes.AsInt(c0), field), e0);
        TI excess1 = TLanes.Subtract(TLanes.And(TLanes.AsInt(c1), field), e1);
        TI excess = TLanes.Max(excess0, excess1);
        if (TLanes.AnySet(TLanes.Greater(excess, TLanes.Broadcast(MaxExcess << 23))))
        {
            if (TLanes.AnySet(TLanes.Greater(excess, TLanes.Broadcast(MaxShiftedExcess << 23))))
            {
                TLanes.Store(TLanes.Cdna3Finish(s0, e0, c0, unit.FractionBits, StepUnit.Cdna3SumFractionBits), to);
                TLanes.Store(TLanes.Cdna3Finish(s1, e1, c1, unit.FractionBits, StepUnit.Cdna3SumFractionBits), to + TLanes.Count);
                return 2;
            }

            TLanes.Store(Shifted(unit, s0, e0, c0, excess0), to);
            TLanes.Store(Shifted(unit, s1, e1, c1, excess1), to + TLanes.Count);
            return 0;
        }

        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        TI ulp = TLanes.Broadcast(unit.FractionBits << 23);
        TI a0 = TLanes.Add(s0, TLanes.ConvertFloor(TLanes.Multiply(c0, TLanes.AsFloat(TLanes.Subtract(inverse, e0)))));
        TI a1 = TLanes.Add(s1, TLanes.ConvertFloor(TLanes.Multiply(c1, TLanes.AsFloat(TLanes.Subtract(inverse, e1)))));
        TLanes.Store(TLanes.Multiply(TLanes.Convert(a0), TLanes.AsFloat(TLanes.Subtract(e0, ulp))), to);
        TLanes.Store(TLanes.Multiply(TLanes.Convert(a1), TLanes.AsFloat(TLanes.Subtract(e1, ulp))), to + TLanes.Count);
        return 0;
    }

    /// <summary>
    /// The second sum in units 2^t of the dot's, t = excess - 5: with c at least 2^6 above the dot's exponent it has 26 bits or
    /// more, so that all bits below its last one matter to rounding only together. Which ones there are, both floors decide: the
    /// dot's, at F2 + 1 bits below c's exponent, drops excess - 8 bits of it; the sum's, at F2 bits, drops one more when the sum
    /// reaches c's own binade, and two when it reaches the next.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Shifted(StepUnit unit, TI dot, TI exponent, TF c, TI excess)
    {
        const int FloorExcess = StepUnit.Cdna3SumFractionBits + 1 - 24;
        TI zero = TLanes.Broadcast(0);
        TI one = TLanes.Broadcast(1);
        TI count = TLanes.ShiftRight(TLanes.Max(excess, zero), 23);
        TI shift = TLanes.Max(TLanes.Subtract(count, TLanes.Broadcast(MaxExcess)), zero);
        TI unitExponent = TLanes.Add(exponent, TLanes.ShiftLeft(shift, 23));
        TI kept = TLanes.ShiftRightFloor(dot, shift);
        TI lost = TLanes.Subtract(dot, TLanes.ShiftLeft(kept, shift));
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        TI sum = TLanes.Add(kept, TLanes.ConvertFloor(TLanes.Multiply(c, TLanes.AsFloat(TLanes.Subtract(inverse, unitExponent)))));

        // 2^29 units are 2^emax.
        TI reaches = TLanes.ShiftRight(TLanes.Max(sum, TLanes.Subtract(zero, sum)), 29);
        TI dropped = TLanes.Max(TLanes.Add(TLanes.Subtract(count, TLanes.Broadcast(FloorExcess)), TLanes.Min(reaches, TLanes.Broadcast(2))),
            zero);
        TI rest = TLanes.ShiftRight(lost, dropped);
        sum = TLanes.Or(sum, TLanes.Min(rest, one));
        return TLanes.Multiply(TLanes.Convert(sum),
            TLanes.AsFloat(TLanes.Subtract(unitExponent, TLanes.Broadcast(unit.FractionBits << 23))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TI Join(TI even, TI evenExponent, TI odd, TI oddExponent, TI emax)
        => TLanes.Add(
            TLanes.ShiftRightFloor(even, TLanes.ShiftRight(TLanes.Subtract(emax, evenExponent), 23)),
            TLanes.ShiftRightFloor(odd, TLanes.ShiftRight(TLanes.Subtract(emax, oddExponent), 23)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF DropFarBelow(StepUnit unit, TF c, TI emax)
    {
        TI field = TLanes.And(TLanes.AsInt(c), TLanes.Broadcast(StepExponents.Field));
        TI dropped = TLanes.Greater(TLanes.Subtract(emax, TLanes.Broadcast((unit.FractionBits + 1) << 23)), field);

        // The floor is no product's exponent: without products c stays.
        dropped = TLanes.And(dropped, TLanes.Greater(emax, TLanes.Broadcast(VectorPlan.FloorCode << 23)));
        return TLanes.AsFloat(TLanes.AndNot(TLanes.AsInt(c), dropped));
    }
}
