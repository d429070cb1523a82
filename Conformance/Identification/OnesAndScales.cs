using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification;

/// <summary>Operands of zeros under scales of 1, for a measurement to put its few products in.</summary>
internal static class OnesAndScales
{
    /// <summary>So many zero products, c = +0.</summary>
    public static DotQuestion Build(Unit unit, int k)
    {
        DotShape shape = unit.Shape;
        byte one = shape.Scale is null ? (byte)0 : shape.Scale.Format.Element is { } element ? (byte)Code(element, 0, false)
            : (byte)ScaleFormat.E8M0Bias;
        byte[] scales = [.. Enumerable.Repeat(one, shape.Scale is null ? 0 : k / shape.Scale.BlockSize)];
        return new() { Kind = "", Shape = shape, A = new uint[k], B = new uint[k], ScalesA = scales, ScalesB = [.. scales], C = 0 };
    }

    /// <summary>The code of +-2^<paramref name="exponent"/>.</summary>
    public static uint Code(ElementFormat format, int exponent, bool negative)
        => ElementCodec.Encode(format, Dyadic.PowerOfTwo(exponent) with { Negative = negative }, ConversionPolicy.Ocp);

    /// <summary>The code of +-3: every format of the table has it.</summary>
    public static uint Three(ElementFormat format, bool negative)
        => ElementCodec.Encode(format, new Dyadic(negative, 3, 0), ConversionPolicy.Ocp);
}
