using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using ReferenceCodec = Mxact.Simulator.Reference.ElementCodec;

namespace Mxact.Simulator.Conversion;

/// <summary>Single elements by the exact reference.</summary>
internal sealed unsafe class ReferenceElementDriver(ElementFormat element, ConversionPolicy policy) : IElementDriver
{
    private readonly int unusedBits = (32 - policy.Rounding.RandomBits) & 31;

    public void Encode(WideInput input, byte* values, uint* words, nint count, byte* codes)
    {
        ElementFormat from = WideInputs.FormatOf(input);
        for (nint i = 0; i < count; i++)
        {
            uint random = words == null ? 0 : words[i] << unusedBits >> unusedBits;
            Number value = InputNarrowing.Narrow(ReferenceCodec.Decode(from, WideInputs.Read(input, values, i)), policy);
            codes[i] = (byte)ReferenceCodec.Encode(element, value, policy, random);
        }
    }

    public void Decode(byte* codes, nint count, uint* values)
    {
        for (nint i = 0; i < count; i++)
        {
            values[i] = Binary32.Encode(ReferenceCodec.Decode(element, codes[i]));
        }
    }
}
