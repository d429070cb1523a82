using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Accumulation.Families;
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
    [InlineData("bf16", "bf16", 3)]
    [InlineData("fp16", "fp32", 4)]
    [InlineData("bf16", "fp32", 4)]
    [InlineData("fp16", "fp16", 4)]
    [InlineData("bf16", "bf16", 4)]
    [InlineData("e4m3", "fp32", 4)]
    [InlineData("e5m2", "fp32", 4)]
    [InlineData("e4m3 e5m2", "fp32", 4)]
    [InlineData("e5m2 e4m3", "fp32", 4)]
    public void A_step_is_what_the_second_writing_gives(string factors, string result, int generation)
    {
        string[] names = factors.Split(' ');
        (ElementFormat first, OracleRdna.Layout layoutA) = Named(names[0]);
        (ElementFormat second, OracleRdna.Layout layoutB) = Named(names[^1]);
        (ElementFormat output, OracleRdna.Layout outputLayout) = Named(result);
        bool areBytes = first.Bits == 8;
        Random random = new(7);
        uint[] a = new uint[4], b = new uint[4];
        for (int i = 0; i < Cases; i++)
        {
            int count = areBytes || (generation == 4 && i % 2 == 0) ? 4 : 2;
            int spread = 1 << (i % 6);
            int middle = 1 << (layoutA.Exponent - 1);

            // bfloat16 products near the least normal number of binary32 too: a subnormal addend meets grids on both sides of it.
            int low = names[0] == "bf16" && i % 3 == 0 ? 68 : 1;
            for (int j = 0; j < count; j++)
            {
                a[j] = Code(random, layoutA, low > 1 ? low : middle, spread);
                b[j] = Code(random, layoutB, i % 7 == 0 || low > 1 ? low : 1 << (layoutB.Exponent - 1), spread);
            }

            uint c = Code(random, outputLayout, low > 1 ? 1 : 1 << (outputLayout.Exponent - 1), spread);
            if (i % 5 == 0)
            {
                // Nearly opposite: cancellation, where what was cut off shows.
                (a[1], b[1]) = (a[0] ^ first.SignMask, b[0] ^ (uint)random.Next(2));
            }

            uint expected = generation == 3 ? OracleRdna.Rdna3(layoutA, a.AsSpan(0, 2), b.AsSpan(0, 2), c, outputLayout)
                : OracleRdna.Rdna4(layoutA, a.AsSpan(0, count), layoutB, b.AsSpan(0, count), c, outputLayout);
            DotOperands operands = new() { A = first, ACodes = a.AsSpan(0, count), B = second, BCodes = b.AsSpan(0, count) };
            uint actual = generation == 3 ? RdnaDots.Rdna3(operands.Step(0, 2), c, output, Kept)
                : RdnaDots.Rdna4(operands, c, output, Kept);
            Assert.True(expected == actual,
                $"{i}: {Text(a.AsSpan(0, count))} by {Text(b.AsSpan(0, count))} to {c:x}: {actual:x}, the second writing has {expected:x}");
        }
    }

    /// <summary>
    /// A negative subnormal addend of which nothing is left floors to the last place of the grid, where this stands no higher than 2^-126;
    /// above it is gone. The products are 2^(e - 1) - 2^(e - 1), so that the addend alone is left: e - 25 is the grid.
    /// </summary>
    [Theory]
    [InlineData(-150, 0x8000_0001u)]
    [InlineData(-130, 0x8008_0000u)]
    [InlineData(-126, 0x8080_0000u)]
    [InlineData(-125, 0u)]
    public void A_negative_subnormal_addend_floors_up_to_the_least_normal_number(int grid, uint expected)
    {
        int half = (grid + 24) / 2;
        uint x = (uint)(half + 127) << 7, y = (uint)(grid + 24 - half + 127) << 7;
        Assert.Equal(expected, Dot(MatrixUnits.Rdna4Dot2Bf16, [x, x], [y, y | 0x8000], 0x8000_0001, ElementFormats.Binary32));
    }

    [Fact]
    public void A_packed_bfloat16_sum_is_cut_each_step()
    {
        // 1 and 255/256 of its last place: the nearest is the next number.
        uint[] a = [0x3F80, 0x3C00], b = [0x3F80, 0x3F7F];
        foreach (MatrixUnit unit in (MatrixUnit[])[MatrixUnits.Rdna3Bf16, MatrixUnits.Rdna4Dot2Bf16])
        {
            Assert.Equal(0x3F80u, Dot(unit, a, b, 0, ElementFormats.BFloat16));
        }
    }

    /// <summary>Which NaN tells where it came from: a factor, 0 times infinity, infinities of both signs, c.</summary>
    [Theory]
    [InlineData("rdna3-fp16", "fp32", 0x7E00, 0x3C00, 0x7F80_0001u, 0xFFC0_0A3Du)]
    [InlineData("rdna3-fp16", "fp32", 0x7C00, 0x0000, 0x7F80_0001u, 0xFFC0_0000u)]
    [InlineData("rdna3-fp16", "fp32", 0x3C00, 0x3C00, 0x7F80_0001u, 0x7FC0_0001u)]
    [InlineData("rdna3-fp16", "fp32", 0x7C00, 0x3C00, 0xFF80_0000u, 0xFFC0_0000u)]
    [InlineData("rdna3-fp16", "fp32", 0x7C00, 0xBC00, 0xFF80_0000u, 0xFF80_0000u)]
    [InlineData("rdna3-fp16", "fp16", 0x7E00, 0x3C00, 0x7C01u, 0xFE3Du)]
    [InlineData("rdna3-fp16", "fp16", 0x7C00, 0x0000, 0x7C01u, 0xFE00u)]
    [InlineData("rdna3-fp16", "fp16", 0x3C00, 0x3C00, 0x7C01u, 0x7E01u)]
    [InlineData("rdna3-bf16", "bf16", 0x7FC0, 0x3F80, 0x7F81u, 0xFFFDu)]
    [InlineData("rdna3-bf16", "bf16", 0x7F80, 0x0000, 0x7F81u, 0xFFC0u)]
    [InlineData("rdna4-dot2-fp16", "fp16", 0x7E00, 0x3C00, 0x7C01u, 0xFE3Du)]
    [InlineData("rdna4-dot2-bf16", "bf16", 0x7FC0, 0x3F80, 0x7F81u, 0xFFFDu)]
    [InlineData("rdna4-dot2-bf16", "bf16", 0x3F80, 0x3F80, 0x7F81u, 0x7FC1u)]
    [InlineData("rdna4-bf16", "bf16", 0x7F80, 0x3F80, 0xFF80u, 0xFFC0u)]
    [InlineData("rdna4-dot4-fp8", "fp32", 0x7F, 0x38, 0x7F80_0001u, 0xFFC0_0A3Du)]
    [InlineData("rdna4-dot4-fp8", "fp32", 0x38, 0x38, 0x7F80_0001u, 0x7FC0_0001u)]
    public void A_NaN_says_where_it_came_from(string name, string result, uint a, uint b, uint c, uint expected)
        => Assert.Equal(expected, Dot(MatrixUnits.Parse(name), [a, 0], [b, 0], c, Named(result).Format));

    /// <summary>Eight-bit factors: what is invalid has the NaN of a factor that is one.</summary>
    [Theory]
    [InlineData(0x7C, 0x00, 0u, 0xFFC0_0A3Du)]
    [InlineData(0x7C, 0x3C, 0xFF80_0000u, 0xFFC0_0A3Du)]
    [InlineData(0x7C, 0x3C, 0u, 0x7F80_0000u)]
    [InlineData(0x7E, 0x3C, 0u, 0xFFC0_0A3Du)]
    public void Of_bytes_what_is_invalid_is_a_factors_NaN(uint a, uint b, uint c, uint expected)
        => Assert.Equal(expected, DotProduct.Compute(
            MatrixUnits.Rdna4Dot4Fp8, ElementFormats.E5M2, [a], ElementFormats.E5M2, [b], [], [], c, ElementFormats.Binary32));

    /// <summary>Four products of bytes share a grid, where sixteen-bit ones have one a pair.</summary>
    [Fact]
    public void Four_products_of_bytes_share_a_grid()
    {
        // 2^15, -2^15, and -2^-10 twice, each floored to -2^-9; a pair of its own would be -2^-9.
        uint[] a = [0x78, 0xF8, 0x94, 0x94], b = [0x3C, 0x3C, 0x3C, 0x3C];
        Assert.Equal(0xBB80_0000u, DotProduct.Compute(
            MatrixUnits.Rdna4Dot4Fp8, ElementFormats.E5M2, a, ElementFormats.E5M2, b, [], [], 0, ElementFormats.Binary32));
    }

    private static uint Dot(MatrixUnit unit, uint[] a, uint[] b, uint c, ElementFormat output)
        => DotProduct.Compute(unit, unit.Elements[0], a, unit.Elements[0], b, [], [], c, output);

    private static string Text(ReadOnlySpan<uint> codes) => string.Join(' ', codes.ToArray().Select(code => code.ToString("x4")));

    private static (ElementFormat Format, OracleRdna.Layout Layout) Named(string name) => name switch
    {
        "fp16" => (ElementFormats.Binary16, OracleRdna.Layout.Half),
        "bf16" => (ElementFormats.BFloat16, OracleRdna.Layout.Brain),
        "e4m3" => (ElementFormats.E4M3, OracleRdna.Layout.Fp8),
        "e5m2" => (ElementFormats.E5M2, OracleRdna.Layout.Bf8),
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
