using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// Arm FEAT_FP8 dot products (FDOT, FMLAL, FMLALL, FMMLA): the exact sum of a step's products times 2^-LSCALE, and c, rounded once.
/// Default NaN, nothing flushed; FPMR.OSM keeps what overflows at the largest number.
/// </summary>
internal static class ArmDot
{
    /// <summary>One step.</summary>
    public static uint Step(DotOperands x, uint c, MatrixUnit model, ModelOutput output)
    {
        // -0 is what a sum may start from without changing the sign of a zero.
        Number products = Dot.Sum(x.A, x.ACodes, x.B, x.BCodes, Dyadic.Zero with { Negative = true });
        Number scaled = products.IsFinite ? products.Finite.Scale(-model.LScale) : products;
        Number sum = NumberArithmetic.Add(scaled, ElementCodec.Decode(output.Format, c));
        uint bits = output.Encode(sum);
        return model.Saturates && sum.IsFinite && bits == output.Infinity(sum.Finite.Negative) ? bits - 1 : bits;
    }
}
