using System.Numerics;

namespace Mxact.Simulator.Accelerated.Gemm;

/// <summary>
/// One element of the product in 64-bit integers, for every unit and every input: the portable path, and the one that
/// answers for whatever the vector paths decline.
/// </summary>
internal static class ScalarSteps
{
    /// <summary>No product: below every exponent there is.</summary>
    private const int NoTerm = -100_000;

    /// <summary>CDNA3 counts a zero c with binary32's emin.</summary>
    private const int Cdna3ZeroC = -126;

    /// <summary>c + one step of products; scales are those of a grouped step, one a group.</summary>
    public static uint Step(MatrixUnit unit, ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, ReadOnlySpan<DecodedElement> scalesX, ReadOnlySpan<DecodedElement> scalesY, int productFraction, uint c) => unit.Kind switch
    {
        StepKind.Fused => Fused(unit, x, y, productFraction, c),
        StepKind.Grouped => Grouped(unit, x, y, scalesX, scalesY, c),
        StepKind.Cdna3 => Cdna3(unit, x, y, productFraction, c),
        StepKind.Cdna3Fp8 => Cdna3Fp8(unit, x, y, productFraction, c),
        _ => throw new InvalidOperationException($"no such step: {unit.Kind}"),
    };

    /// <summary>T-FDPA: align every product and c at emax, truncate at 2^(emax - F), sum, convert.</summary>
    private static uint Fused(MatrixUnit unit, ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, int productFraction, uint code)
    {
        DecodedElement c = Decode(unit, code, out int fractionC);
        if (Special(unit, x, y, productFraction, c, out uint special))
        {
            return special;
        }

        int emax = Math.Max(MaxProductExponent(x, y, 0, 1), c.Significand == 0 ? unit.ZeroExponent : c.Exponent);
        int unitExponent = emax - unit.FractionBits;
        long sum = Truncate(c.Significand, c.Exponent - fractionC - unitExponent) + TruncatedSum(x, y, 0, 1, productFraction, unitExponent);
        return Accumulator.Encode(unit.Output, sum, unitExponent);
    }

    /// <summary>Exact dots of 16, times both scales' significands; a term's alignment exponent is that of the scales alone.</summary>
    private static uint Grouped(MatrixUnit unit, ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, ReadOnlySpan<DecodedElement> scalesX, ReadOnlySpan<DecodedElement> scalesY, uint code)
    {
        DecodedElement c = Decode(unit, code, out int fractionC);
        bool nan = c.Kind == ElementKind.NaN;
        Span<long> dots = stackalloc long[scalesX.Length];
        Span<int> exponents = stackalloc int[scalesX.Length];
        int emax = c.Significand == 0 ? unit.ZeroExponent : c.Exponent;
        for (int group = 0; group < scalesX.Length; group++)
        {
            DecodedElement sx = scalesX[group];
            DecodedElement sy = scalesY[group];
            nan |= sx.Kind == ElementKind.NaN || sy.Kind == ElementKind.NaN;
            int significands = sx.Significand * sy.Significand;
            bool any = false;
            long dot = 0;
            for (int k = group * MatrixUnit.GroupSize; k < (group + 1) * MatrixUnit.GroupSize; k++)
            {
                // E2M1 has emin 0, so its exponent is the shift that makes an integer of halves.
                long product = ((long)x[k].Significand << x[k].Exponent) * ((long)y[k].Significand << y[k].Exponent);
                any |= product != 0;
                dot += product;
            }

            bool counts = any && significands != 0;
            dots[group] = counts ? dot * significands : 0;
            exponents[group] = counts ? sx.Exponent + sy.Exponent : NoTerm;
            emax = Math.Max(emax, exponents[group]);
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
        for (int group = 0; group < dots.Length; group++)
        {
            // E2M1 has one fraction bit a side; what else is below the point comes from the scales.
            sum += Truncate(dots[group], exponents[group] - 2 - (2 * DecodedElement.ScaleFractionBits) - unitExponent);
        }

        return Accumulator.Encode(unit.Output, sum, unitExponent);
    }

    /// <summary>CDNA3: the products alone at F, then the dot floored to F2 + 1 bits and c to F bits at the common exponent.</summary>
    private static uint Cdna3(MatrixUnit unit, ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, int productFraction, uint code)
    {
        DecodedElement c = Accumulator.Decode32(code);
        if (Special(unit, x, y, productFraction, c, out uint special))
        {
            return special;
        }

        int edot = MaxProductExponent(x, y, 0, 1);
        long dot = edot == NoTerm ? 0 : TruncatedSum(x, y, 0, 1, productFraction, edot - unit.FractionBits);
        return Cdna3Finish(unit, edot, dot, c);
    }

    /// <summary>CDNA3 FP8: even and odd k at alignments of their own, floored to the common one; a c far below the products is dropped.</summary>
    private static uint Cdna3Fp8(MatrixUnit unit, ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, int productFraction, uint code)
    {
        DecodedElement c = Accumulator.Decode32(code);
        if (Special(unit, x, y, productFraction, c, out uint special))
        {
            return special;
        }

        int even = MaxProductExponent(x, y, 0, 2);
        int odd = MaxProductExponent(x, y, 1, 2);
        int edot = Math.Max(even, odd);
        long dot = 0;
        if (even != NoTerm)
        {
            dot += Floor(TruncatedSum(x, y, 0, 2, productFraction, even - unit.FractionBits), even - edot);
        }

        if (odd != NoTerm)
        {
            dot += Floor(TruncatedSum(x, y, 1, 2, productFraction, odd - unit.FractionBits), odd - edot);
        }

        int ec = c.Significand == 0 ? Cdna3ZeroC : c.Exponent;
        return Cdna3Finish(unit, edot, dot, ec < edot - unit.FractionBits - 1 ? new(0, Cdna3ZeroC, ElementKind.Finite) : c);
    }

    private static uint Cdna3Finish(MatrixUnit unit, int edot, long dot, DecodedElement c)
    {
        int emax = Math.Max(edot, c.Significand == 0 ? Cdna3ZeroC : c.Exponent);
        int unitExponent = emax - MatrixUnit.Cdna3SumFractionBits - 1;
        long aligned = dot == 0 ? 0 : Floor(dot, edot - unit.FractionBits - unitExponent);
        long alignedC = Floor(c.Significand, c.Exponent - 23 - (emax - unit.FractionBits)) << (MatrixUnit.Cdna3SumFractionBits + 1 - unit.FractionBits);
        long sum = aligned + alignedC;
        if (sum == 0)
        {
            return 0;
        }

        // Normalise and floor to F2 fraction bits; what is left is rounded to nearest.
        int drop = Math.Max(0, BitOperations.Log2((ulong)Math.Abs(sum)) - MatrixUnit.Cdna3SumFractionBits);
        return Accumulator.Encode(unit.Output, sum >> drop, unitExponent + drop);
    }

    private static DecodedElement Decode(MatrixUnit unit, uint code, out int fractionBits)
    {
        bool half = unit.Output == StepOutput.Binary16NearestEven;
        fractionBits = half ? 10 : 23;
        return half ? Accumulator.Decode16(code) : Accumulator.Decode32(code);
    }

    /// <summary>Any NaN, 0 * Inf, or infinities of both signs: NaN; otherwise an infinity wins. CDNA3 counts a product of 2^128 or more as one.</summary>
    private static bool Special(MatrixUnit unit, ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, int productFraction, DecodedElement c, out uint result)
    {
        bool nan = c.Kind == ElementKind.NaN;
        bool positive = c.Kind == ElementKind.Infinity && c.Significand > 0;
        bool negative = c.Kind == ElementKind.Infinity && c.Significand < 0;
        for (int k = 0; k < x.Length; k++)
        {
            if ((x[k].Kind | y[k].Kind) == ElementKind.Finite && !(unit.Kind == StepKind.Cdna3 && ReachesInfinity(x[k], y[k], productFraction)))
            {
                continue;
            }

            int sign = Math.Sign(x[k].Significand) * Math.Sign(y[k].Significand);
            nan |= x[k].Kind == ElementKind.NaN || y[k].Kind == ElementKind.NaN || sign == 0;
            positive |= sign > 0;
            negative |= sign < 0;
        }

        nan |= positive && negative;
        result = nan ? Accumulator.EncodeNaN(unit.Output) : Accumulator.EncodeInfinity(unit.Output, negative);
        return nan || positive || negative;
    }

    private static bool ReachesInfinity(DecodedElement x, DecodedElement y, int productFraction)
    {
        long product = Math.Abs((long)x.Significand * y.Significand);
        return product != 0 && BitOperations.Log2((ulong)product) + x.Exponent + y.Exponent - productFraction >= 128;
    }

    private static int MaxProductExponent(ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, int first, int stride)
    {
        int emax = NoTerm;
        for (int k = first; k < x.Length; k += stride)
        {
            if (x[k].Significand != 0 && y[k].Significand != 0)
            {
                emax = Math.Max(emax, x[k].Exponent + y[k].Exponent);
            }
        }

        return emax;
    }

    private static long TruncatedSum(ReadOnlySpan<DecodedElement> x, ReadOnlySpan<DecodedElement> y, int first, int stride, int productFraction, int unitExponent)
    {
        long sum = 0;
        for (int k = first; k < x.Length; k += stride)
        {
            sum += Truncate((long)x[k].Significand * y[k].Significand, x[k].Exponent + y[k].Exponent - productFraction - unitExponent);
        }

        return sum;
    }

    /// <summary>value * 2^shift, truncated toward zero.</summary>
    private static long Truncate(long value, int shift)
        => value == 0 ? 0 : shift >= 0 ? value << shift : value < 0 ? -(-value >> Math.Min(-shift, 63)) : value >> Math.Min(-shift, 63);

    /// <summary>value * 2^shift, floored.</summary>
    private static long Floor(long value, int shift) => value == 0 ? 0 : shift >= 0 ? value << shift : value >> Math.Min(-shift, 63);
}
