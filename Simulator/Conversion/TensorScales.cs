using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Conversion;

/// <summary>NVFP4's second level.</summary>
internal static class TensorScales
{
    /// <summary>max |V| / (max normal of the scale * max normal of the element), rounded once to binary32, ties to even.</summary>
    public static float Fit(ReadOnlySpan<float> values, ElementFormat element, ElementFormat scale)
    {
        float amax = 0;
        foreach (float value in values)
        {
            amax = float.IsFinite(value) ? Math.Max(amax, Math.Abs(value)) : amax;
        }

        if (amax == 0)
        {
            return 1;
        }

        Dyadic largest = ScaleSelection.MaxNormal(scale) * ScaleSelection.MaxNormal(element);
        uint bits = ElementCodec.EncodeFinite(
            ElementFormats.Binary32,
            Quotient.FromDyadic(Binary32.Decode(BitConverter.SingleToUInt32Bits(amax)).Finite) / largest,
            ConversionPolicy.Ocp);
        return bits == 0 ? float.Epsilon : BitConverter.UInt32BitsToSingle(bits);
    }
}
