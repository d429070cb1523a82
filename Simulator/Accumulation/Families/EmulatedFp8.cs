using Mxact.Simulator.Accumulation.Models;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>
/// PTX <c>mma.sync</c> with FP8 inputs on H100, H200 and B200, which have no such instruction: two binary16 steps and an addition.
/// It reproduces their recordings and says nothing about wgmma or tcgen05.
/// </summary>
internal static class EmulatedFp8
{
    // The lower half of every four k goes into the first step.
    private const int Quad = 4;

    /// <summary>One step of K = 32.</summary>
    public static uint Step(DotOperands x, uint c, int f, ModelOutput output)
    {
        // Inputs become binary16, exactly; an FP8 subnormal becomes normal where binary16 has room.
        uint[] lowA = new uint[x.Length / 2], lowB = new uint[x.Length / 2], highA = new uint[x.Length / 2], highB = new uint[x.Length / 2];
        int low = 0, high = 0;
        for (int k = 0; k < x.Length; k++)
        {
            if (k % Quad < Quad / 2)
            {
                lowA[low] = ToBinary16(x.A, x.ACodes[k]);
                lowB[low++] = ToBinary16(x.B, x.BCodes[k]);
            }
            else
            {
                highA[high] = ToBinary16(x.A, x.ACodes[k]);
                highB[high++] = ToBinary16(x.B, x.BCodes[k]);
            }
        }

        // 1. The k with k % 4 < 2, onto zero. 2. The others onto that. 3. c added, ties to even, in the output format.
        uint d = TruncatedFused.Step(Halves(lowA, lowB), 0, f, output);
        d = TruncatedFused.Step(Halves(highA, highB), d, f, output);
        return RoundedAddition.Add(d, c, output);
    }

    private static DotOperands Halves(uint[] a, uint[] b)
        => new() { A = ElementFormats.Binary16, ACodes = a, B = ElementFormats.Binary16, BCodes = b };

    private static uint ToBinary16(ElementFormat format, uint code)
        => ElementCodec.Encode(ElementFormats.Binary16, ElementCodec.Decode(format, code),
            ConversionPolicy.Ocp with { Overflow = OverflowPolicy.NonFinite });
}
