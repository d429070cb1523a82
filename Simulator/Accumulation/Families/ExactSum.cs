using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// Exact sums rounded once: the standard's (MX 6.1, 6.2), and AMD CDNA1's, which is exact within a step (MMA-Sim's E-FDPA).
/// </summary>
internal static class ExactSum
{
    /// <summary>All of K at once.</summary>
    public static uint Whole(DotOperands x, uint c, ModelOutput output)
    {
        Number addend = ElementCodec.Decode(output.Format, c);
        Number sum = x.Scale is null
            ? Dot.Sum(x.A, x.ACodes, x.B, x.BCodes, addend)
            : Dot.Sum(InBlocks(x.A, x.Scale), x.ScalesA, x.ACodes, InBlocks(x.B, x.Scale), x.ScalesB, x.BCodes, addend);
        return output.Encode(sum);
    }

    /// <summary>One step of CDNA1. An exact zero is +0, also for all -0.</summary>
    public static uint Step(DotOperands x, uint c, ModelOutput output)
    {
        Number sum = Dot.Sum(x.A, x.ACodes, x.B, x.BCodes, ElementCodec.Decode(output.Format, c));
        return output.Encode(sum.IsFinite && sum.Finite.IsZero ? Dyadic.Zero : sum);
    }

    private static BlockFormat InBlocks(ElementFormat element, BlockScale scale)
        => new(element.Name, element, scale.Format, scale.BlockSize, Clauses.Declared);
}
