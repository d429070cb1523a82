using System.Numerics;

namespace Mxact.Simulator.Product;

/// <summary>
/// Whether, and in which units, the vector kernels may compute a product. They work on binary32 values relative to the windows
/// of both operands: a product of biased exponent v = codeA + codeB (128 to 222) has the value 2^(v - 127), and true values are
/// 2^<see cref="Offset"/> times relative ones. Inside the plan's bounds nothing overflows, nothing is subnormal, and so the
/// kernels need not look at either.
/// </summary>
/// <param name="A">Exponents of A.</param>
/// <param name="B">Exponents of B.</param>
/// <param name="Range">Accumulators inside the bounds.</param>
internal readonly record struct VectorPlan(ExponentWindow A, ExponentWindow B, AccumulatorRange Range)
{
    /// <summary>Where the running maximum of a step starts: not below any product with a zero in it, and below all others.</summary>
    public const int FloorCode = ExponentWindow.HighestCode;

    /// <summary>Above F = 25, sixteen terms below 2^(F + 2) overflow int32.</summary>
    private const int MaxFractionBits = 25;

    private const int MaxTerms = 32;

    /// <summary>Exponent of the true value of relative 1.</summary>
    public int Offset => A.Low + B.Low - 1;

    /// <summary>Bounds a product, or null where the vector kernels cannot answer any of it.</summary>
    public static VectorPlan? For(StepUnit unit, MatrixOperand a, MatrixOperand b, int k)
    {
        bool cdna3 = unit.Kind is StepKind.Cdna3 or StepKind.Cdna3Fp8;
        if (unit.Kind == StepKind.Grouped
            || unit.Output == StepOutput.Binary16NearestEven
            || unit.FractionBits > (cdna3 ? 24 : MaxFractionBits)
            || unit.FractionBits < 1
            || unit.Terms > MaxTerms
            || unit.Terms % 4 != 0
            || a.Format.Encoding == ElementEncoding.TwosComplement
            || b.Format.Encoding == ElementEncoding.TwosComplement)
        {
            return null;
        }

        ExponentWindow windowA = ExponentWindow.Of(a, k);
        ExponentWindow windowB = ExponentWindow.Of(b, k);
        VectorPlan plan = new(windowA, windowB, default);

        // The last bit of any accumulator is at least the floor's; it must be normal, and with it every result. Windows that
        // reach too far down, as a block of zeros with the smallest scale makes them, are cut from below.
        int lastBit = plan.Offset + FloorCode - 127 - (cdna3 ? StepUnit.Cdna3SumFractionBits + 1 : unit.FractionBits);
        if (lastBit < -126)
        {
            int cutA = Math.Min((-126 - lastBit + 1) / 2, windowA.Top - windowA.Low);
            int cutB = -126 - lastBit - cutA;
            if (cutB > windowB.Top - windowB.Low)
            {
                return null;
            }

            plan = new(windowA.Above(cutA), windowB.Above(cutB), default);
        }

        int growth = 4 + BitOperations.Log2((uint)k);
        if (windowA.Top + windowB.Top + growth > 125 || k > 1 << 20)
        {
            return null;
        }

        // A c whose last bit is below the floor's would be cut where hardware keeps it; one far above the products is left out too.
        int lowest = Math.Max(plan.Offset + FloorCode - 127 - unit.FractionBits + 23, -125);
        int highest = Math.Min(plan.Offset + 100, 125);
        return lowest > highest ? null : plan with { Range = new(plan.Offset, lowest + 127, highest + 127) };
    }
}
