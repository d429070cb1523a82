using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>One IEEE 754 addition of output bits, ties to even: what a CUDA core does with what a tensor core gave it.</summary>
internal static class RoundedAddition
{
    private static readonly ConversionPolicy TiesToEven = new() { Overflow = OverflowPolicy.NonFinite };

    /// <summary>fl(a + b) in the output's format, whatever rounding its own conversion has; NaN as the output writes it.</summary>
    public static uint Add(uint a, uint b, ModelOutput output)
    {
        Number sum = NumberArithmetic.Add(ElementCodec.Decode(output.Format, a), ElementCodec.Decode(output.Format, b));
        return sum.IsFinite ? ElementCodec.EncodeFinite(output.Format, sum.Finite, TiesToEven) : output.Encode(sum);
    }
}
