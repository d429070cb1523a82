using Mxact.Simulator.Accumulation.Rdna;
using Mxact.Tests.Oracle;

namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>The steps of RDNA3 and RDNA4 beside a second writing of them that shares no code.</summary>
public sealed class RdnaTests
{
    private const int Cases = 40_000;

    private static readonly RdnaSteps.Places Kept = new(MatrixUnits.Rdna3Fp16.F, MatrixUnits.Rdna3Fp16.F2);

    [Theory]
    [InlineData("fp16", "fp32", 3)]
    [InlineData("bf16", "fp32", 3)]
    [InlineData("fp16", "fp16", 3)]
    [InlineData("fp16", "fp32", 4)]
    [InlineData("bf16", "fp32", 4)]
    [InlineData("fp16", "fp16", 4)]
    [InlineData("bf16", "bf16", 4)]
    public void A_step_is_what_the_second_writing_gives(string factors, string result, int generation)
    {
        (ElementFormat format, OracleRdna.Layout layout) = Named(factors);
        (ElementFormat output, OracleRdna.Layout outputLayout) = Named(result);
        Random random = new(7);
        Span<uint> a = stackalloc uint[4], b = stackalloc uint[4];
        for (int i = 0; i < Cases; i++)
        {
            int count = generation == 4 && i % 2 == 0 ? 4 : 2;
            int spread = 1 << (i % 6);
            int middle = 1 << (layout.Exponent - 1);
            for (int j = 0; j < count; j++)
            {
                a[j] = Code(random, layout, middle, spread);
                b[j] = Code(random, layout, i % 7 == 0 ? 1 : middle, spread);
            }

            uint c = Code(random, outputLayout, 1 << (outputLayout.Exponent - 1), spread);
            if (i % 5 == 0)
            {
                // Nearly opposite: cancellation, where what was cut off shows.
                (a[1], b[1]) = (a[0] ^ format.SignMask, b[0] ^ (uint)random.Next(2));
            }

            uint expected = generation == 3 ? OracleRdna.Rdna3(layout, a[..2], b[..2], c, outputLayout)
                : OracleRdna.Rdna4(layout, a[..count], b[..count], c, outputLayout);
            uint actual = generation == 3 ? RdnaSteps.Rdna3(format, a[..2], b[..2], c, output, Kept)
                : RdnaSteps.Rdna4(format, a[..count], b[..count], c, output, Kept);
            Assert.True(expected == actual,
                $"{i}: {Text(a[..count])} by {Text(b[..count])} to {c:x}: {actual:x}, the second writing has {expected:x}");
        }
    }

    private static string Text(ReadOnlySpan<uint> codes) => string.Join(' ', codes.ToArray().Select(code => code.ToString("x4")));

    private static (ElementFormat Format, OracleRdna.Layout Layout) Named(string name) => name switch
    {
        "fp16" => (ElementFormats.Binary16, OracleRdna.Layout.Half),
        "bf16" => (ElementFormats.BFloat16, OracleRdna.Layout.Brain),
        _ => (ElementFormats.Binary32, OracleRdna.Layout.Single),
    };

    /// <summary>A finite code whose exponent field lies about a middle; now and then a zero or a subnormal.</summary>
    private static uint Code(Random random, OracleRdna.Layout layout, int middle, int spread)
    {
        int most = (1 << layout.Exponent) - 2;
        int exponent = random.Next(12) == 0 ? 0 : Math.Clamp(middle + random.Next(-spread, spread + 1), 0, most);
        uint fraction = random.Next(4) switch
        {
            0 => 0,
            1 => (1u << layout.Fraction) - 1,
            _ => (uint)random.Next(1 << layout.Fraction),
        };
        return ((uint)random.Next(2) << (layout.Exponent + layout.Fraction)) | ((uint)exponent << layout.Fraction) | fraction;
    }
}
