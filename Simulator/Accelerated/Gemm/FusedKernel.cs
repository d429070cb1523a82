using System.Runtime.CompilerServices;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>
/// The general kernel: T-FDPA with any L up to 32 and any F up to 25, and CDNA3's two sums, at any vector width. A product of
/// two values is exact in binary32; times 2^(F - emax) and converted to int32 toward zero, it is aligned and truncated.
/// </summary>
internal static unsafe class FusedKernel<TLanes, TF, TI>
    where TLanes : struct, IGemmLanes<TF, TI>
    where TF : struct
    where TI : struct
{
    private const int ExponentField = 0x7F800000;

    /// <summary>Adds every step to rows <paramref name="firstRow"/> up to <paramref name="endRow"/> of a panel of C.</summary>
    public static void Run(MatrixUnit unit, PackedRows a, PackedColumns b, PackedAccumulators c, int panel, int firstRow, int endRow, GemmDiagnostics? diagnostics)
    {
        long wide = 0;
        for (int step = 0; step < a.Steps; step++)
        {
            for (int row = firstRow; row < endRow; row++)
            {
                float* x = a.Values(step) + ((long)row * a.Terms);
                int* ex = a.Exponents(step) + ((long)row * a.Terms);
                float* y = b.Values(panel, step);
                int* ey = b.Exponents(panel, step);
                wide += unit.Kind switch
                {
                    StepKind.Fused => Fused(unit, x, ex, y, ey, c.Row(panel, row)),
                    StepKind.Cdna3 => Cdna3(unit, x, ex, y, ey, c.Row(panel, row)),
                    _ => Cdna3Fp8(unit, x, ex, y, ey, c.Row(panel, row)),
                };
            }
        }

        diagnostics?.AddSteps((long)a.Steps * (endRow - firstRow) * PackedColumns.Vectors, wide, 0);
    }

    private static int Fused(MatrixUnit unit, float* x, int* ex, float* y, int* ey, float* c)
    {
        TI exponents = MaxExponents(ex, ey, unit.Terms);
        int wide = 0;

        // Two vectors at a time: their sums, alignments and temporaries fit the sixteen registers of AVX2.
        for (int vector = 0; vector < PackedColumns.Vectors; vector += 2)
        {
            wide += Pair(unit, exponents, vector, x, y + (vector * TLanes.Count), c + (vector * TLanes.Count));
        }

        return wide;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(MatrixUnit unit, TI exponents, int vector, float* x, float* y, float* c)
    {
        TF c0 = TLanes.Load(c);
        TF c1 = TLanes.Load(c + TLanes.Count);
        TI field = TLanes.Broadcast(ExponentField);
        TI e0 = TLanes.Max(Exponent(exponents, vector), TLanes.And(TLanes.AsInt(c0), field));
        TI e1 = TLanes.Max(Exponent(exponents, vector + 1), TLanes.And(TLanes.AsInt(c1), field));
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        TF align0 = TLanes.AsFloat(TLanes.Subtract(inverse, e0));
        TF align1 = TLanes.AsFloat(TLanes.Subtract(inverse, e1));

        // A term is below 2^(F + 2), so sixteen of them fit int32 at F = 25; 32 terms are two sums.
        int half = Math.Min(unit.Terms, 16);
        (TI s0, TI s1) = Sum(x, y, half, align0, align1);
        TI t0 = TLanes.Broadcast(0);
        TI t1 = t0;
        if (unit.Terms > half)
        {
            (t0, t1) = Sum(x + half, y + (half * PackedColumns.Vectors * TLanes.Count), unit.Terms - half, align0, align1);
        }

        TI a0 = TLanes.ConvertTruncate(TLanes.Multiply(c0, align0));
        TI a1 = TLanes.ConvertTruncate(TLanes.Multiply(c1, align1));
        TI ulp = TLanes.Broadcast(unit.FractionBits << 23);
        TF u0 = TLanes.AsFloat(TLanes.Subtract(e0, ulp));
        TF u1 = TLanes.AsFloat(TLanes.Subtract(e1, ulp));
        TI danger = TLanes.Or(TLanes.Or(Large(s0), Large(t0)), TLanes.Or(Large(s1), Large(t1)));
        int wide = 0;
        TF d0;
        TF d1;
        if (TLanes.AnySet(TLanes.And(danger, TLanes.Broadcast(unchecked((int)0xC0000000)))))
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

        TI keep = TLanes.Broadcast(unit.Output == StepOutput.E8M13TowardZero ? ~0x3FF : -1);
        TLanes.Store(TLanes.And(TLanes.AsInt(TLanes.Multiply(d0, u0)), keep), (int*)c);
        TLanes.Store(TLanes.And(TLanes.AsInt(TLanes.Multiply(d1, u1)), keep), (int*)(c + TLanes.Count));
        return wide;
    }

    private static int Cdna3(MatrixUnit unit, float* x, int* ex, float* y, int* ey, float* c)
    {
        TI exponents = MaxExponents(ex, ey, unit.Terms);
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        for (int vector = 0; vector < PackedColumns.Vectors; vector += 2)
        {
            TI e0 = Exponent(exponents, vector);
            TI e1 = Exponent(exponents, vector + 1);
            float* to = c + (vector * TLanes.Count);
            (TI s0, TI s1) = Sum(x, y + (vector * TLanes.Count), unit.Terms, TLanes.AsFloat(TLanes.Subtract(inverse, e0)), TLanes.AsFloat(TLanes.Subtract(inverse, e1)));
            TLanes.Store(TLanes.Cdna3Finish(s0, e0, TLanes.Load(to), unit.FractionBits), to);
            TLanes.Store(TLanes.Cdna3Finish(s1, e1, TLanes.Load(to + TLanes.Count), unit.FractionBits), to + TLanes.Count);
        }

        return 0;
    }

    private static int Cdna3Fp8(MatrixUnit unit, float* x, int* ex, float* y, int* ey, float* c)
    {
        // The packers put even k first.
        int half = unit.Terms / 2;
        TI even = MaxExponents(ex, ey, half);
        TI odd = MaxExponents(ex + half, ey + (half * TLanes.Count), half);
        TI inverse = TLanes.Broadcast((254 + unit.FractionBits) << 23);
        for (int vector = 0; vector < PackedColumns.Vectors; vector += 2)
        {
            TI even0 = Exponent(even, vector);
            TI even1 = Exponent(even, vector + 1);
            TI odd0 = Exponent(odd, vector);
            TI odd1 = Exponent(odd, vector + 1);
            float* to = c + (vector * TLanes.Count);
            (TI s0, TI s1) = Sum(x, y + (vector * TLanes.Count), half, TLanes.AsFloat(TLanes.Subtract(inverse, even0)), TLanes.AsFloat(TLanes.Subtract(inverse, even1)));
            (TI t0, TI t1) = Sum(x + half, y + (((half * PackedColumns.Vectors) + vector) * TLanes.Count), half, TLanes.AsFloat(TLanes.Subtract(inverse, odd0)), TLanes.AsFloat(TLanes.Subtract(inverse, odd1)));
            FinishFp8(unit, s0, even0, t0, odd0, to);
            FinishFp8(unit, s1, even1, t1, odd1, to + TLanes.Count);
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishFp8(MatrixUnit unit, TI even, TI evenExponent, TI odd, TI oddExponent, float* c)
    {
        TI emax = TLanes.Max(evenExponent, oddExponent);
        TI dot = TLanes.Add(
            TLanes.ShiftRightFloor(even, TLanes.ShiftRight(TLanes.Subtract(emax, evenExponent), 23)),
            TLanes.ShiftRightFloor(odd, TLanes.ShiftRight(TLanes.Subtract(emax, oddExponent), 23)));
        TF value = TLanes.Load(c);
        TI field = TLanes.And(TLanes.AsInt(value), TLanes.Broadcast(ExponentField));
        TI dropped = TLanes.Greater(TLanes.Subtract(emax, TLanes.Broadcast((unit.FractionBits + 1) << 23)), field);

        // The floor is no product's exponent: without products c stays.
        dropped = TLanes.And(dropped, TLanes.Greater(emax, TLanes.Broadcast(VectorPlan.FloorCode << 23)));
        TLanes.Store(TLanes.Cdna3Finish(dot, emax, TLanes.AsFloat(TLanes.AndNot(TLanes.AsInt(value), dropped)), unit.FractionBits), c);
    }

    /// <summary>The largest exponent code of a product, every column of the panel in its byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TI MaxExponents(int* ex, int* ey, int terms)
    {
        TI max0 = TLanes.Broadcast(VectorPlan.FloorCode * 0x01010101);
        TI max1 = max0;
        for (int k = 0; k < terms; k += 2)
        {
            max0 = TLanes.MaxBytes(max0, TLanes.AddBytes(TLanes.Load(ey), TLanes.Broadcast(ex[k])));
            max1 = TLanes.MaxBytes(max1, TLanes.AddBytes(TLanes.Load(ey + TLanes.Count), TLanes.Broadcast(ex[k + 1])));
            ey += 2 * TLanes.Count;
        }

        return TLanes.MaxBytes(max0, max1);
    }

    /// <summary>Vector <paramref name="vector"/>'s bytes as biased exponent fields in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TI Exponent(TI exponents, int vector)
        => TLanes.And(vector == 3 ? TLanes.ShiftRight(exponents, 1) : TLanes.ShiftLeft(exponents, 23 - (8 * vector)), TLanes.Broadcast(ExponentField));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TI First, TI Second) Sum(float* x, float* y, int terms, TF align0, TF align1)
    {
        TI s0 = TLanes.Broadcast(0);
        TI s1 = s0;
        for (int k = 0; k < terms; k++)
        {
            TF factor = TLanes.Broadcast(x[k]);
            s0 = TLanes.Add(s0, TLanes.ConvertTruncate(TLanes.Multiply(TLanes.Multiply(factor, TLanes.Load(y)), align0)));
            s1 = TLanes.Add(s1, TLanes.ConvertTruncate(TLanes.Multiply(TLanes.Multiply(factor, TLanes.Load(y + TLanes.Count)), align1)));
            y += PackedColumns.Vectors * TLanes.Count;
        }

        return (s0, s1);
    }

    /// <summary>One of the two highest bits is set where the magnitude is 2^29 or more; three terms below that cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TI Large(TI sum) => TLanes.Add(sum, TLanes.Broadcast(1 << 29));
}
