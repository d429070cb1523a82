using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>Elements as exact numbers: X P_i where there are scales (MX 5.1), P_i where there are none.</summary>
internal static class ScaledElements
{
    /// <summary>The elements of A.</summary>
    public static Number OfA(DotOperands x, int k) => Of(ElementCodec.Decode(x.A, x.ACodes[k]), x, x.ScalesA, k);

    /// <summary>The elements of B.</summary>
    public static Number OfB(DotOperands x, int k) => Of(ElementCodec.Decode(x.B, x.BCodes[k]), x, x.ScalesB, k);

    private static Number Of(Number element, DotOperands x, ReadOnlySpan<byte> scales, int k)
        => x.Scale is null ? element : NumberArithmetic.Multiply(ScaleCodec.Decode(x.Scale.Format, scales[k / x.Scale.BlockSize]), element);
}
