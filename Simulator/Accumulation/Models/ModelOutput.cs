using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Models;

/// <summary>One output a model has: its c and its result are in this format.</summary>
/// <param name="Conversion">rho, and with it the format.</param>
/// <param name="EZero">e_zero: the alignment exponent of a zero product and of a zero c, in the families that align.</param>
/// <param name="NaN">The bits of every NaN result.</param>
internal sealed record ModelOutput(OutputConversion Conversion, int EZero, uint NaN)
{
    /// <summary>The format of c and of the result.</summary>
    public ElementFormat Format => Conversion.Format;

    /// <summary>The bits of an infinity.</summary>
    public uint Infinity(bool negative) => (Format.MaxMagnitude + 1) | (negative ? Format.SignMask : 0);

    /// <summary>The bits of a sum, converted once.</summary>
    public uint Encode(Number sum) => sum.Kind switch
    {
        NumberKind.NaN => NaN,
        NumberKind.Infinity => Infinity(sum.Negative),
        _ => Conversion.Encode(sum.Finite),
    };
}
