using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// Blackwell's FP4 step, K = 64 in four groups of G = 16 (<c>kind::mxf4</c>, <c>kind::mxf4nvf4</c>; MMA-Sim's GST-FDPA).
/// A group never crosses a block: with blocks of 32 each scale serves two groups.
/// </summary>
internal static class GroupedBlockScaled
{
    /// <summary>One step.</summary>
    public static uint Step(DotOperands x, uint c, int g, int f, ModelOutput output)
        => TruncatedFused.Sum(Terms(x, g, output), TruncatedFused.Addend(c, output), f, output);

    /// <summary>The groups, each a term.</summary>
    public static Term[] Terms(DotOperands x, int g, ModelOutput output)
    {
        Term[] groups = new Term[x.Length / g];
        ReadOnlySpan<Term> products = x.Products();
        for (int i = 0; i < groups.Length; i++)
        {
            int block = i * g / x.Scale!.BlockSize;
            Term scale = BlockScaled.Decode(x.Scale.Format, x.ScalesA[block]) * BlockScaled.Decode(x.Scale.Format, x.ScalesB[block]);
            groups[i] = Group(products.Slice(i * g, g), scale, output.EZero);
        }

        return groups;
    }

    /// <summary>
    /// The exact dot product of a group times the significands of both scales. Its alignment exponent is that of the scales alone,
    /// also when the group cancels to 0; only a group of zero products or a zero scale counts as e_zero.
    /// </summary>
    private static Term Group(ReadOnlySpan<Term> products, Term scale, int eZero)
    {
        if (Term.SpecialSum(products, scale) is not null)
        {
            return Term.NaN; // a scale's NaN: E2M1 has neither NaN nor infinity
        }

        int lowest = int.MaxValue;
        foreach (Term product in products)
        {
            lowest = product.IsZero ? lowest : Math.Min(lowest, product.Exponent - product.FractionBits);
        }

        if (lowest == int.MaxValue || scale.IsZero)
        {
            return Term.Zero.WithZeroAt(eZero);
        }

        Int128 dot = 0;
        foreach (Term product in products)
        {
            dot += product.IsZero ? 0 : product.TruncatedAt(lowest);
        }

        // dot * 2^lowest * scale; the group's exponent is the scales', so the rest goes to the fraction bits.
        return new(NumberKind.Finite, dot < 0, (UInt128)Int128.Abs(dot) * scale.Significand, scale.Exponent, scale.FractionBits - lowest);
    }
}
