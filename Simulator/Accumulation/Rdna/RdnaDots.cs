namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>The dot products and matrix products of RDNA3 (gfx1100) and RDNA4 (gfx1201): the order in which steps take k.</summary>
internal static class RdnaDots
{
    /// <summary>Products that enter a step of RDNA4's matrix products together.</summary>
    private const int Together = 4;

    /// <summary>
    /// One step of two products: v_dot2_f32 of RDNA3, and a step of its v_wmma, which cuts a bfloat16 sum to its upper half.
    /// </summary>
    public static uint Rdna3(ElementFormat input, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint c, ElementFormat output,
        RdnaSteps.Places kept)
        => output == ElementFormats.BFloat16
            ? RdnaSteps.Rdna3(input, a, b, c << 16, ElementFormats.Binary32, kept) >> 16
            : RdnaSteps.Rdna3(input, a, b, c, output, kept);

    /// <summary>
    /// An element of RDNA4's v_wmma in a wave of 32: a lane holds half of the k, four of which enter a step beside four of another lane's,
    /// 0, 8, 4, 12. In a wave of 64 they follow one another, which is a chain of steps of four.
    /// </summary>
    public static uint Rdna4Wmma(ElementFormat input, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint c, ElementFormat output,
        RdnaSteps.Places kept)
    {
        int steps = a.Length / Together;
        for (int i = 0; i < steps; i++)
        {
            int k = Together * ((i / 2) + (i % 2 * steps / 2));
            c = RdnaSteps.Rdna4(input, a.Slice(k, Together), b.Slice(k, Together), c, output, kept);
        }

        return c;
    }
}
