using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// Blackwell's block-scaled step, one block of K = 32 (<c>kind::mxf8f6f4</c>; MMA-Sim's ST-FDPA): T-FDPA in which the exponents of
/// both scales are added to every product's exponent before alignment.
/// </summary>
internal static class BlockScaled
{
    /// <summary>One step, over one block or several.</summary>
    public static uint Step(DotOperands x, uint c, int f, ModelOutput output)
        => TruncatedFused.Sum(Terms(x, output), TruncatedFused.Addend(c, output), f, output);

    /// <summary>The products, both scales in their exponents.</summary>
    public static Term[] Terms(DotOperands x, ModelOutput output)
    {
        Term[] products = x.Products();
        for (int k = 0; k < products.Length; k++)
        {
            int block = k / x.Scale!.BlockSize;
            Term scaled = products[k] * Decode(x.Scale.Format, x.ScalesA[block]) * Decode(x.Scale.Format, x.ScalesB[block]);
            products[k] = scaled.WithZeroAt(output.EZero);
        }

        return products;
    }

    /// <summary>A scale as a term: E8M0 is an exponent and the significand 1, UE4M3 has 1.mmm; FF (E8M0) or 7F (UE4M3) is NaN.</summary>
    public static Term Decode(ScaleFormat format, byte code)
    {
        if (format.Element is not null)
        {
            return Term.Of(format.Element, code);
        }

        Number scale = ScaleCodec.Decode(format, code);
        return scale.IsNaN ? Term.NaN : new(NumberKind.Finite, false, 1, scale.Finite.Exponent, 0);
    }
}
