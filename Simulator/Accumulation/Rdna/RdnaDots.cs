namespace Mxact.Simulator.Accumulation.Rdna;

/// <summary>The dot products and matrix products of RDNA3 (gfx1100) and RDNA4 (gfx1201): the order in which steps take k.</summary>
internal static class RdnaDots
{
    /// <summary>K of a matrix product.</summary>
    public const int K = 16;

    // A lane of a wave of 32 holds eight k, four of which enter a step beside four of another lane's; in a wave of 64 it holds four.
    private static readonly int[] Wave32 = [0, 8, 4, 12], Wave64 = [0, 4, 8, 12];

    /// <summary>One step of two products: v_dot2_f32.</summary>
    public static uint Dot2(bool rdna4, ElementFormat input, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint c)
        => rdna4 ? RdnaSteps.Rdna4(input, a, b, c, ElementFormats.Binary32) : RdnaSteps.Rdna3(input, a, b, c, ElementFormats.Binary32);

    /// <summary>An element of v_wmma: 16 products, each step rounded. RDNA3 cuts a bfloat16 sum to its upper half each step.</summary>
    public static uint Wmma(bool rdna4, bool wave64, ElementFormat input, ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, uint c,
        ElementFormat output)
    {
        if (rdna4)
        {
            foreach (int k in wave64 ? Wave64 : Wave32)
            {
                c = RdnaSteps.Rdna4(input, a.Slice(k, 4), b.Slice(k, 4), c, output);
            }

            return c;
        }

        bool narrowed = output == ElementFormats.BFloat16;
        for (int k = 0; k < K; k += 2)
        {
            c = narrowed ? RdnaSteps.Rdna3(input, a.Slice(k, 2), b.Slice(k, 2), c << 16, ElementFormats.Binary32) >> 16
                : RdnaSteps.Rdna3(input, a.Slice(k, 2), b.Slice(k, 2), c, output);
        }

        return c;
    }
}
