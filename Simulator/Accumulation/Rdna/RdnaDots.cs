using Mxact.Simulator.Accumulation.Families;

namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>The dot and matrix products of RDNA3 (gfx1100) and RDNA4 (gfx1201): the order in which steps take k, and bfloat16.</summary>
internal static class RdnaDots
{
    /// <summary>Products that enter a step of RDNA4's matrix products together.</summary>
    private const int Together = 4;

    /// <summary>One step of RDNA3's v_dot2 and v_wmma.</summary>
    public static uint Rdna3(DotOperands x, uint c, ElementFormat output, RdnaSteps.Places kept)
        => output == ElementFormats.BFloat16
            ? RdnaSpecials.UpperHalf(RdnaSteps.Rdna3(x, c << 16, ElementFormats.Binary32, kept))
            : RdnaSteps.Rdna3(x, c, output, kept);

    /// <summary>One step of RDNA4's v_dot2, v_dot4 and v_wmma: a bfloat16 sum is the upper half of binary32, as in RDNA3.</summary>
    public static uint Rdna4(DotOperands x, uint c, ElementFormat output, RdnaSteps.Places kept)
        => output == ElementFormats.BFloat16
            ? RdnaSpecials.UpperHalf(RdnaSteps.Rdna4(x, c << 16, ElementFormats.Binary32, kept))
            : RdnaSteps.Rdna4(x, c, output, kept);

    /// <summary>
    /// An element of RDNA4's v_wmma in a wave of 32: a lane holds half of the k, four of which enter a step beside four of another lane's,
    /// 0, 8, 4, 12. In a wave of 64 they follow one another, which is a chain of steps of four.
    /// </summary>
    public static uint Rdna4Wmma(DotOperands x, uint c, ElementFormat output, RdnaSteps.Places kept)
    {
        int steps = x.Length / Together;
        for (int i = 0; i < steps; i++)
        {
            int k = Together * ((i / 2) + (i % 2 * steps / 2));
            c = Rdna4(x.Step(k, Together), c, output, kept);
        }

        return c;
    }
}
