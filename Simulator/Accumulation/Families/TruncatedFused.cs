using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// T-FDPA, the truncated fused dot-product-add of NVIDIA's tensor cores: d = c + sum over L of a b
/// (Fasi et al. 2021; Khattak and Mikaitis, arXiv 2512.07004; MMA-Sim, arXiv 2511.10909).
/// </summary>
internal static class TruncatedFused
{
    /// <summary>One step.</summary>
    public static uint Step(DotOperands x, uint c, int f, ModelOutput output) => Sum(Terms(x, output), Addend(c, output), f, output);

    /// <summary>1. Operands as integer significand and field exponent. 2. Products exact, exponent ea + eb, not renormalised.</summary>
    public static Term[] Terms(DotOperands x, ModelOutput output)
    {
        Term[] products = x.Products();
        for (int k = 0; k < products.Length; k++)
        {
            products[k] = products[k].WithZeroAt(output.EZero);
        }

        return products;
    }

    /// <summary>c, a zero at e_zero.</summary>
    public static Term Addend(uint c, ModelOutput output) => Term.Of(output.Format, c).WithZeroAt(output.EZero);

    /// <summary>3. emax = max over the terms' exponents and e_c; what is kept are multiples of 2^(emax - F).</summary>
    public static int Quantum(ReadOnlySpan<Term> terms, Term c, int f)
    {
        int emax = c.Exponent;
        foreach (Term term in terms)
        {
            emax = Math.Max(emax, term.Exponent);
        }

        return emax - f;
    }

    /// <summary>Steps 3 to 7, for terms whose exponents are those to align at: e_zero for a zero product and a zero c.</summary>
    public static uint Sum(ReadOnlySpan<Term> terms, Term c, int f, ModelOutput output)
    {
        if (Term.SpecialSum(terms, c) is { } special)
        {
            return output.Encode(special);
        }

        // 4. Each term truncated toward zero at 2^(emax - F), with no guard or sticky bits. 5. Exact integer sum.
        int quantum = Quantum(terms, c, f);
        Int128 sum = c.TruncatedAt(quantum);
        foreach (Term term in terms)
        {
            sum += term.TruncatedAt(quantum);
        }

        // 6. Normalised and converted once. 7. An exact zero is +0; a non-zero sum too small for the output keeps its sign.
        return output.Encode(Integers.ToDyadic(sum, quantum));
    }
}
