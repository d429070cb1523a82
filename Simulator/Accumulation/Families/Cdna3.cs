using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// AMD CDNA3 (MMA-Sim's TR-FDPA and GTR-FDPA; F = 24, F2 = 31). The products are aligned among themselves, then the sum against c.
/// The second alignment floors toward minus infinity, so d(-a) is not -d(a).
/// </summary>
internal static class Cdna3
{
    // A zero product has no exponent of its own: far below every other.
    private const int ZeroProduct = -999;

    // A zero c has the exponent of binary32's subnormals.
    private const int ZeroAddend = -126;

    // A product of 2^128 or more is infinite before it is added.
    private const int OverflowExponent = 128;

    /// <summary>One step of TF32, BF16 or FP16 inputs.</summary>
    public static uint Step(DotOperands x, uint c, MatrixUnit model, ModelOutput output)
    {
        Term[] products = x.Products();
        for (int k = 0; k < products.Length; k++)
        {
            products[k] = Overflowed(products[k]);
        }

        Term addend = Term.Of(output.Format, c);
        if (Term.SpecialSum(products, addend) is { } special)
        {
            return output.Encode(special);
        }

        (Int128 dot, int eDot) = Truncated(products, model.F);
        return Join(dot, eDot, addend, model, output);
    }

    /// <summary>One step of eight-bit inputs: even and odd products summed apart, both floored to the common exponent and added.</summary>
    public static uint Fp8Step(DotOperands x, uint c, MatrixUnit model, ModelOutput output)
    {
        Term[] products = x.Products();
        Term addend = Term.Of(output.Format, c);

        // An infinite or NaN c counts whatever the products are.
        if (Term.SpecialSum(products, addend) is { } special)
        {
            return output.Encode(special);
        }

        Term[] even = new Term[(products.Length + 1) / 2];
        Term[] odd = new Term[products.Length / 2];
        for (int k = 0; k < products.Length; k++)
        {
            (k % 2 == 0 ? even : odd)[k / 2] = products[k];
        }

        (Int128 evenDot, int eEven) = Truncated(even, model.F);
        (Int128 oddDot, int eOdd) = Truncated(odd, model.F);
        int eDot = Math.Max(eEven, eOdd);
        Int128 dot = Integers.Shift(evenDot, eEven - eDot) + Integers.Shift(oddDot, eOdd - eDot);

        // A c too small to reach the sum is dropped: floored, a negative one would still subtract a unit.
        bool dropped = addend.Exponent < eDot - model.F - 1;
        return Join(dot, eDot, dropped ? Term.Zero : addend, model, output);
    }

    /// <summary>Products truncated toward zero at 2^(e - F), e the largest exponent, and summed: the sum in those units, and e.</summary>
    private static (Int128 Dot, int EDot) Truncated(ReadOnlySpan<Term> products, int f)
    {
        int e = ZeroProduct;
        foreach (Term product in products)
        {
            e = product.IsZero ? e : Math.Max(e, product.Exponent);
        }

        Int128 dot = 0;
        foreach (Term product in products)
        {
            dot += product.IsZero ? 0 : product.TruncatedAt(e - f);
        }

        return (dot, e);
    }

    /// <summary>
    /// emax = max(e_dot, e_c); the dot floored to F2 + 1 bits, c to F bits; added, normalised, floored to F2 bits, rounded.
    /// </summary>
    private static uint Join(Int128 dot, int eDot, Term c, MatrixUnit model, ModelOutput output)
    {
        int emax = Math.Max(eDot, c.IsZero ? ZeroAddend : c.Exponent);
        int quantum = emax - (model.F2 + 1);
        Int128 sum = Integers.Shift(dot, eDot - model.F - quantum);
        if (!c.IsZero)
        {
            sum += c.FlooredAt(emax - model.F) << (model.F2 + 1 - model.F);
        }

        if (sum != 0)
        {
            int normalised = Math.Max(Integers.FloorLog2(sum) + quantum - model.F2, quantum);
            sum = Integers.Shift(sum, quantum - normalised);
            quantum = normalised;
        }

        return output.Encode(Integers.ToDyadic(sum, quantum));
    }

    private static Term Overflowed(Term product)
    {
        bool overflows = product.Kind == NumberKind.Finite && !product.IsZero
            && (int)UInt128.Log2(product.Significand) + product.Exponent - product.FractionBits >= OverflowExponent;
        return overflows ? new(NumberKind.Infinity, product.Negative, 0, 0, 0) : product;
    }
}
