using System.Numerics;
using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// RISC-V bulk normalised dot products: L products, as many as a vector register holds, aligned at the largest sum of exponent fields with
/// ceil(log2 L) guard bits below binary32's; what is shifted out sets the last bit. The sum and then c are rounded to odd.
/// </summary>
internal static class BulkNormalised
{
    /// <summary>One instruction.</summary>
    public static uint Step(DotOperands x, uint c, ModelOutput output)
    {
        Term[] products = x.Products();
        Number dot = Term.SpecialSum(products, Term.Zero) ?? Sum(products, output);
        Number rounded = ElementCodec.Decode(output.Format, output.Encode(dot));
        return output.Encode(NumberArithmetic.Add(rounded, ElementCodec.Decode(output.Format, c)));
    }

    private static Dyadic Sum(Term[] products, ModelOutput output)
    {
        Term[] some = [.. products.Where(product => !product.IsZero)];
        if (some.Length == 0)
        {
            return Dyadic.Zero;
        }

        int guard = products.Length > 1 ? BitOperations.Log2((uint)products.Length - 1) + 1 : 0;
        int quantum = some.Max(product => product.Exponent) - output.Format.MantissaBits - guard;
        Int128 sum = some.Aggregate(Int128.Zero, (total, product) => total + product.JammedAt(quantum));
        return Integers.ToDyadic(sum, quantum);
    }
}
