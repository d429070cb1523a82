using System.Runtime.CompilerServices;

namespace Mxact.Simulator.Product;

/// <summary>
/// One element of the product in 64-bit integers, for every unit and every input: the portable path, the one that answers for
/// whatever the vector paths decline, and what a device's thread runs. So nothing here throws, allocates or reads a table.
/// </summary>
internal static class ScalarSteps
{
    /// <summary>No product: below every exponent there is.</summary>
    private const int NoTerm = -100_000;

    /// <summary>CDNA3 counts a zero c with binary32's emin.</summary>
    private const int Cdna3ZeroC = -126;

    /// <summary>c + one step of products.</summary>
    public static uint Step<TOperands>(in StepParameters unit, TOperands step, uint c)
        where TOperands : struct, IStepOperands, allows ref struct
        => unit.Kind switch
        {
            StepKind.Fused => Fused(unit, step, c),
            StepKind.Grouped => Grouped(unit, step, c),
            StepKind.Cdna3 => Cdna3(unit, step, c),
            _ => Cdna3Fp8(unit, step, c),
        };

    /// <summary>T-FDPA: align every product and c at emax, truncate at 2^(emax - F), sum, convert.</summary>
    private static uint Fused<TOperands>(in StepParameters unit, TOperands step, uint code)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        DecodedElement c = Decode(unit, code, out int fractionC);
        if (Special(unit, step, c, out uint special))
        {
            return special;
        }

        int emax = Math.Max(MaxProductExponent(unit, step, 0, 1), c.Significand == 0 ? unit.ZeroExponent : c.Exponent);
        int unitExponent = emax - unit.FractionBits;
        long sum = Truncate(c.Significand, c.Exponent - fractionC - unitExponent) + TruncatedSum(unit, step, 0, 1, unitExponent);
        return Accumulator.Encode(unit.Output, sum, unitExponent);
    }

    /// <summary>Exact dots of 16, times both scales' significands; a term's alignment exponent is that of the scales alone.</summary>
    private static uint Grouped<TOperands>(in StepParameters unit, TOperands step, uint code)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        DecodedElement c = Decode(unit, code, out int fractionC);
        bool nan = c.Kind == ElementKind.NaN;
        int emax = c.Significand == 0 ? unit.ZeroExponent : c.Exponent;
        for (int group = 0; group < unit.Groups; group++)
        {
            nan |= step.ScaleX(group).Kind == ElementKind.NaN || step.ScaleY(group).Kind == ElementKind.NaN;
            emax = Math.Max(emax, GroupExponent(step, group));
        }

        if (nan)
        {
            return Accumulator.EncodeNaN(unit.Output);
        }

        if (c.Kind == ElementKind.Infinity)
        {
            return Accumulator.EncodeInfinity(unit.Output, c.Significand < 0);
        }

        int unitExponent = emax - unit.FractionBits;
        long sum = Truncate(c.Significand, c.Exponent - fractionC - unitExponent);
        for (int group = 0; group < unit.Groups; group++)
        {
            // E2M1 has one fraction bit a side; what else is below the point comes from the scales.
            ref readonly DecodedElement sx = ref step.ScaleX(group);
            ref readonly DecodedElement sy = ref step.ScaleY(group);
            sum += Truncate(GroupDot(step, group) * (sx.Significand * sy.Significand),
                sx.Exponent + sy.Exponent - 2 - (2 * DecodedElement.ScaleFractionBits) - unitExponent);
        }

        return Accumulator.Encode(unit.Output, sum, unitExponent);
    }

    /// <summary>CDNA3: the products alone at F, then the dot floored to F2 + 1 bits and c to F bits at the common exponent.</summary>
    private static uint Cdna3<TOperands>(in StepParameters unit, TOperands step, uint code)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        DecodedElement c = Accumulator.Decode32(code);
        if (Special(unit, step, c, out uint special))
        {
            return special;
        }

        int edot = MaxProductExponent(unit, step, 0, 1);
        long dot = edot == NoTerm ? 0 : TruncatedSum(unit, step, 0, 1, edot - unit.FractionBits);
        return Cdna3Finish(unit, edot, dot, c);
    }

    /// <summary>
    /// CDNA3 FP8: even and odd k at alignments of their own, floored to the common one; a c far below the products is dropped.
    /// </summary>
    private static uint Cdna3Fp8<TOperands>(in StepParameters unit, TOperands step, uint code)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        DecodedElement c = Accumulator.Decode32(code);
        if (Special(unit, step, c, out uint special))
        {
            return special;
        }

        int even = MaxProductExponent(unit, step, 0, 2);
        int odd = MaxProductExponent(unit, step, 1, 2);
        int edot = Math.Max(even, odd);
        long dot = 0;
        if (even != NoTerm)
        {
            dot += Floor(TruncatedSum(unit, step, 0, 2, even - unit.FractionBits), even - edot);
        }

        if (odd != NoTerm)
        {
            dot += Floor(TruncatedSum(unit, step, 1, 2, odd - unit.FractionBits), odd - edot);
        }

        int ec = c.Significand == 0 ? Cdna3ZeroC : c.Exponent;
        return Cdna3Finish(unit, edot, dot, ec < edot - unit.FractionBits - 1 ? new(0, Cdna3ZeroC, ElementKind.Finite) : c);
    }

    private static uint Cdna3Finish(in StepParameters unit, int edot, long dot, DecodedElement c)
    {
        int emax = Math.Max(edot, c.Significand == 0 ? Cdna3ZeroC : c.Exponent);
        int unitExponent = emax - StepUnit.Cdna3SumFractionBits - 1;
        long aligned = dot == 0 ? 0 : Floor(dot, edot - unit.FractionBits - unitExponent);
        long alignedC = Floor(c.Significand,
            c.Exponent - 23 - (emax - unit.FractionBits)) << (StepUnit.Cdna3SumFractionBits + 1 - unit.FractionBits);
        long sum = aligned + alignedC;
        if (sum == 0)
        {
            return 0;
        }

        // Normalise and floor to F2 fraction bits; what is left is rounded to nearest.
        int drop = Math.Max(0, Accumulator.FloorLog2((ulong)Math.Abs(sum)) - StepUnit.Cdna3SumFractionBits);
        return Accumulator.Encode(unit.Output, sum >> drop, unitExponent + drop);
    }

    private static DecodedElement Decode(in StepParameters unit, uint code, out int fractionBits)
    {
        bool half = unit.Output == StepOutput.Binary16NearestEven;
        fractionBits = half ? 10 : 23;
        return half ? Accumulator.Decode16(code) : Accumulator.Decode32(code);
    }

    /// <summary>
    /// Any NaN, 0 * Inf, or infinities of both signs: NaN; otherwise an infinity wins. CDNA3 counts a product of 2^128 or more as one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Special<TOperands>(in StepParameters unit, TOperands step, DecodedElement c, out uint result)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        bool nan = c.Kind == ElementKind.NaN;
        bool positive = c.Kind == ElementKind.Infinity && c.Significand > 0;
        bool negative = c.Kind == ElementKind.Infinity && c.Significand < 0;
        for (int k = 0; k < unit.Terms; k++)
        {
            ref readonly DecodedElement x = ref step.X(k);
            ref readonly DecodedElement y = ref step.Y(k);
            if ((x.Kind | y.Kind) == ElementKind.Finite
                && !(unit.Kind == StepKind.Cdna3 && ReachesInfinity(in x, in y, unit.ProductFraction)))
            {
                continue;
            }

            bool zero = x.Significand == 0 || y.Significand == 0;
            bool minus = (x.Significand ^ y.Significand) < 0;
            nan |= x.Kind == ElementKind.NaN || y.Kind == ElementKind.NaN || zero;
            positive |= !zero && !minus;
            negative |= !zero && minus;
        }

        nan |= positive && negative;
        result = nan ? Accumulator.EncodeNaN(unit.Output) : Accumulator.EncodeInfinity(unit.Output, negative);
        return nan || positive || negative;
    }

    private static bool ReachesInfinity(in DecodedElement x, in DecodedElement y, int productFraction)
    {
        long product = Math.Abs((long)x.Significand * y.Significand);
        return product != 0 && Accumulator.FloorLog2((ulong)product) + x.Exponent + y.Exponent - productFraction >= 128;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MaxProductExponent<TOperands>(in StepParameters unit, TOperands step, int first, int stride)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        int emax = NoTerm;
        for (int k = first; k < unit.Terms; k += stride)
        {
            ref readonly DecodedElement x = ref step.X(k);
            ref readonly DecodedElement y = ref step.Y(k);
            if (x.Significand != 0 && y.Significand != 0)
            {
                emax = Math.Max(emax, x.Exponent + y.Exponent);
            }
        }

        return emax;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long TruncatedSum<TOperands>(in StepParameters unit, TOperands step, int first, int stride, int unitExponent)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        long sum = 0;
        for (int k = first; k < unit.Terms; k += stride)
        {
            ref readonly DecodedElement x = ref step.X(k);
            ref readonly DecodedElement y = ref step.Y(k);
            sum += Truncate((long)x.Significand * y.Significand, x.Exponent + y.Exponent - unit.ProductFraction - unitExponent);
        }

        return sum;
    }

    /// <summary>The exponent a group counts with: its scales', unless they or all its products are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int GroupExponent<TOperands>(TOperands step, int group)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        ref readonly DecodedElement sx = ref step.ScaleX(group);
        ref readonly DecodedElement sy = ref step.ScaleY(group);
        bool counts = false;
        for (int k = group * StepUnit.GroupSize; k < (group + 1) * StepUnit.GroupSize && !counts; k++)
        {
            counts = step.X(k).Significand != 0 && step.Y(k).Significand != 0;
        }

        return counts && sx.Significand != 0 && sy.Significand != 0 ? sx.Exponent + sy.Exponent : NoTerm;
    }

    /// <summary>A group's exact dot in quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long GroupDot<TOperands>(TOperands step, int group)
        where TOperands : struct, IStepOperands, allows ref struct
    {
        long dot = 0;
        for (int k = group * StepUnit.GroupSize; k < (group + 1) * StepUnit.GroupSize; k++)
        {
            // E2M1 has emin 0, so its exponent is the shift that makes an integer of halves.
            ref readonly DecodedElement x = ref step.X(k);
            ref readonly DecodedElement y = ref step.Y(k);
            dot += ((long)x.Significand << x.Exponent) * ((long)y.Significand << y.Exponent);
        }

        return dot;
    }

    /// <summary>value * 2^shift, truncated toward zero.</summary>
    private static long Truncate(long value, int shift)
        => value == 0 ? 0 : shift >= 0 ? value << shift : value < 0 ? -(-value >> Math.Min(-shift, 63)) : value >> Math.Min(-shift, 63);

    /// <summary>value * 2^shift, floored.</summary>
    private static long Floor(long value, int shift) => value == 0 ? 0 : shift >= 0 ? value << shift : value >> Math.Min(-shift, 63);
}
