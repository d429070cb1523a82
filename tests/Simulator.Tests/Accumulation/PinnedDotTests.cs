namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>
/// Bit patterns worked out by hand from the numbered steps: specials, zeros, overflow, underflow and what each family drops.
/// </summary>
public sealed class PinnedDotTests
{
    [Theory]
    [InlineData("volta-fp16")]
    [InlineData("turing-fp16")]
    [InlineData("ampere-fp16")]
    [InlineData("ada-fp16")]
    [InlineData("hopper-fp16")]
    [InlineData("hopper-wgmma-fp16")]
    [InlineData("blackwell-tcgen05-fp16")]
    [InlineData("rtx-blackwell-fp16")]
    public void Specials_of_a_tensor_core(string model)
    {
        const uint one = 0x3C00, inf = 0x7C00, minusInf = 0xFC00, nan = 0x7E01;
        Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, "fp16", [nan], [one]));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, "fp16", [nan], [0]));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, "fp16", [inf], [0]));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, "fp16", [inf, minusInf], [one, one]));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, "fp16", [inf], [one], c: 0xFF800000));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, "fp16", [one], [one], c: 0xFFC00001));
        Assert.Equal(0x7FFFu, Ask.Dot(model, "fp16", [nan], [one], c: 0, output: "fp16"));
        Assert.Equal(0x7F800000u, Ask.Dot(model, "fp16", [inf], [one]));
        Assert.Equal(0xFF800000u, Ask.Dot(model, "fp16", [inf], [minusInf], c: 0xFF800000));
        Assert.Equal(0xFF800000u, Ask.Dot(model, "fp16", [minusInf], [one], c: 0x7F7FFFFF));
        Assert.Equal(0xFF800000u, Ask.Dot(model, "fp16", [one], [one], c: 0xFF800000));
        Assert.Equal(0xFC00u, Ask.Dot(model, "fp16", [one], [one], c: 0xFC00, output: "fp16"));
    }

    [Theory]
    [InlineData("hopper-bf16", "bf16", 0x8000u)]
    [InlineData("ampere-bf16", "bf16", 0x8000u)]
    [InlineData("hopper-wgmma-fp8", "e4m3", 0x80u)]
    [InlineData("blackwell-f8f6f4", "e2m1", 0x8u)]
    [InlineData("cdna3-bf16", "bf16", 0x8000u)]
    [InlineData("cdna1-bf16", "bf16", 0x8000u)]
    public void An_exact_zero_is_plus_zero_even_when_everything_is_minus_zero(string model, string format, uint minusZero)
        => Assert.Equal(0u, Ask.Dot(model, format, Ask.Repeat(32, minusZero), new uint[32], c: 0x80000000));

    [Theory]
    [InlineData("exact")]
    [InlineData("fma-chain")]
    [InlineData("mul-add-chain")]
    [InlineData("pairwise")]
    [InlineData("kahan")]
    public void Ieee_keeps_minus_zero_when_everything_is_minus_zero(string model)
    {
        Assert.Equal(0x80000000u, Ask.Dot(model, "e4m3", Ask.Repeat(3, 0x80), new uint[3], c: 0x80000000));
        Assert.Equal(0u, Ask.Dot(model, "e4m3", Ask.Repeat(3, 0x80), new uint[3], c: 0));
        Assert.Equal(0x7FC00000u, Ask.Dot(model, "e5m2", [0x7C, 0xFC], [0x3C, 0x3C]));
        Assert.Equal(0x7FC00000u, Ask.Dot(model, "e5m2", [0x7C], [0]));
    }

    [Fact]
    public void Overflow_is_infinite_also_under_truncation()
    {
        // (2 - 2^-7)^2 * 2^254; 2^127 + 2^127; max + a quarter of its last place stays max; binary16: 65504 + 32 rounds away.
        Assert.Equal(0x7F800000u, Ask.Dot("hopper-bf16", "bf16", [0x7F7F], [0x7F7F]));
        Assert.Equal(0xFF800000u, Ask.Dot("hopper-bf16", "bf16", [0xFF00], [0x3F80], c: 0xFF000000));
        Assert.Equal(0x7F7FFFFFu, Ask.Dot("hopper-bf16", "bf16", [0x7280], [0x3F80], c: 0x7F7FFFFF));
        Assert.Equal(0x7F800000u, Ask.Dot("hopper-bf16", "bf16", [0x7380], [0x3F80], c: 0x7F7FFFFF));
        Assert.Equal(0x7C00u, Ask.Dot("hopper-fp16", "fp16", [0x5000], [0x3C00], c: 0x7BFF, output: "fp16"));
        Assert.Equal(0x7F800000u, Ask.Dot("t-fdpa:L=4,F=30,rho=rz-e8m13", "fp32", [0x7F7FFFFF], [0x40000000]));
    }

    [Fact]
    public void Subnormal_results_are_kept_and_what_vanishes_keeps_its_sign()
    {
        Assert.Equal(0x00000200u, Ask.Dot("hopper-bf16", "bf16", [0x1C80], [0x1C80])); // 2^-70 * 2^-70
        Assert.Equal(0x80000200u, Ask.Dot("hopper-bf16", "bf16", [0x9C80], [0x1C80]));

        // 2^-75 * 2^-80 = 2^-155 is above e_zero's quantum 2^-158, but below the output's.
        Assert.Equal(0x80000000u, Ask.Dot("hopper-bf16", "bf16", [0x9A00], [0x1780]));

        // 2^-80 * 2^-80 = 2^-160 is truncated to an exact zero when c = 0 aligns at e_zero = -133.
        Assert.Equal(0u, Ask.Dot("hopper-bf16", "bf16", [0x9780], [0x1780]));
        Assert.Equal(0x0001u, Ask.Dot("hopper-fp16", "fp16", [0x0001], [0x3C00], output: "fp16"));

        // E8M13: the ten low bits of a subnormal result are zero too.
        Assert.Equal(0x00000400u, Ask.Dot("t-fdpa:L=1,F=25,rho=rz-e8m13", "bf16", [0x1CA0], [0x1CC0 + 0x40])); // 1.25 * 2^-70 * 2^-69
    }

    [Fact]
    public void Alignment_looks_at_field_exponents()
    {
        // 12 * 24 (exponents 3 + 4) keeps the unit 2^(7 - 25), 18 * 16 (4 + 4) only 2^(8 - 25).
        uint c = 0x36800000; // 2^-18
        Assert.Equal(c, Ask.Dot("hopper-fp16", "fp16", [0x4A00, 0xCA00], [0x4E00, 0x4E00], c));
        Assert.Equal(0u, Ask.Dot("hopper-fp16", "fp16", [0x4C80, 0xCC80], [0x4C00, 0x4C00], c));
    }

    [Theory]
    [InlineData("volta-fp16", -23)]
    [InlineData("turing-fp16", -24)]
    [InlineData("ampere-fp16", -24)]
    [InlineData("ada-fp16", -24)]
    [InlineData("hopper-fp16", -25)]
    [InlineData("blackwell-fp16", -25)]
    public void The_last_bit_kept_is_2_to_minus_F(string model, int last)
    {
        // 1 - 1 + c
        Assert.Equal(Power(last), Ask.Dot(model, "fp16", [0x3C00, 0xBC00], [0x3C00, 0x3C00], Power(last)));
        Assert.Equal(0u, Ask.Dot(model, "fp16", [0x3C00, 0xBC00], [0x3C00, 0x3C00], Power(last - 1)));
    }

    [Theory]
    [InlineData("ada-fp8", -13)]
    [InlineData("hopper-wgmma-fp8", -13)]
    [InlineData("blackwell-f8f6f4", -25)]
    [InlineData("rtx-blackwell-f8f6f4", -25)]
    public void The_last_bit_kept_of_fp8_is_2_to_minus_F(string model, int last)
    {
        Assert.Equal(Power(last), Ask.Dot(model, "e4m3", [0x38, 0xB8], [0x38, 0x38], Power(last)));
        Assert.Equal(0u, Ask.Dot(model, "e4m3", [0x38, 0xB8], [0x38, 0x38], Power(last - 1)));
    }

    [Fact]
    public void Fp8_on_Hopper_keeps_thirteen_fraction_bits()
    {
        // 1 + 2^-13 survives, 1 + 2^-14 does not; the emulated mma.sync and Blackwell keep both.
        foreach ((string model, uint d) in new[] { ("hopper-wgmma-fp8", 0x3F800000u), ("ada-fp8", 0x3F800000u),
            ("hopper-mma-fp8", 0x3F800200u), ("blackwell-f8f6f4", 0x3F800200u) })
        {
            Assert.Equal(0x3F800400u, Ask.Dot(model, "e5m2", [0x3C], [0x3C], c: 0x39000000));
            Assert.Equal(d, Ask.Dot(model, "e5m2", [0x3C], [0x3C], c: 0x38800000));
        }
    }

    [Fact]
    public void The_emulated_step_adds_c_with_one_rounding_of_its_own()
    {
        // Products 1 and c = 2^-24 (1 + 2^-20): a fused step truncates, the separate addition rounds up.
        Assert.Equal(0x3F800001u, Ask.Dot("hopper-mma-fp8", "e4m3", [0x38], [0x38], c: 0x33800008));
        Assert.Equal(0x3F800000u, Ask.Dot("blackwell-f8f6f4", "e4m3", [0x38], [0x38], c: 0x33800008));

        // k % 4 = 2 goes into the second step: -448^2 first and +448^2 second cancel around a 2^-18 that the first step cannot see.
        uint[] a = [0x7E, 0x01, 0xFE, 0];
        uint[] b = [0x7E, 0x01, 0x7E, 0];
        Assert.Equal(0u, Ask.Dot("hopper-mma-fp8", "e4m3", a, b));
        Assert.Equal(Power(-18), Ask.Dot("hopper-mma-fp8", "e4m3", [0x7E, 0xFE, 0x01, 0], [0x7E, 0x7E, 0x01, 0]));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot("blackwell-mma-fp8", "e4m3", [0x7F], [0x38]));
        Assert.Equal(0x7FFFu, Ask.Dot("blackwell-mma-fp8", "e5m2", [0x7C], [0x00], output: "fp16"));
        Assert.Equal(0x7C00u, Ask.Dot("blackwell-mma-fp8", "e5m2", [0x7C], [0x3C], output: "fp16"));
    }

    [Theory]
    [InlineData("blackwell-mxf8f6f4", "e4m3", 32, 1)]
    [InlineData("blackwell-mxf4", "e2m1", 64, 2)]
    [InlineData("blackwell-mxf4nvf4-ue8m0", "e2m1", 64, 4)]
    public void A_scale_of_FF_is_NaN_whatever_it_scales(string model, string format, int k, int blocks)
    {
        byte[] ones = [.. Enumerable.Repeat((byte)127, blocks)];
        for (int block = 0; block < blocks; block++)
        {
            byte[] scales = [.. ones];
            scales[block] = 0xFF;
            Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, format, new uint[k], format, new uint[k], 0, "fp32", scales, ones));
            Assert.Equal(0x7FFFFFFFu, Ask.Dot(model, format, new uint[k], format, new uint[k], 0x7F800000, "fp32", ones, scales));
            Assert.Equal(0x7FC00000u,
                Ask.Dot(model == "blackwell-mxf4nvf4-ue8m0" ? "exact:e8m0/16" : "exact", format, new uint[k], format, new uint[k], 0,
                "fp32", ones, scales));
        }
    }

    [Fact]
    public void Ue4m3_ignores_its_sign_and_7F_is_NaN()
    {
        uint[] ones = Ask.Padded(64, 2);
        byte[] plain = [0x38, 0x38, 0x38, 0x38];
        Assert.Equal(0x3F800000u, Ask.Dot("blackwell-nvfp4", "e2m1", ones, "e2m1", ones, 0, "fp32", plain, plain));
        Assert.Equal(0x3F800000u, Ask.Dot("blackwell-nvfp4", "e2m1", ones, "e2m1", ones, 0, "fp32", [0xB8, 0xB8, 0xB8, 0xB8], plain));
        Assert.Equal(0x3F900000u, Ask.Dot("blackwell-nvfp4", "e2m1", ones, "e2m1", ones, 0, "fp32", [0x39, 0, 0, 0], plain));
        foreach (byte nan in new byte[] { 0x7F, 0xFF })
        {
            Assert.Equal(0x7FFFFFFFu, Ask.Dot("blackwell-nvfp4", "e2m1", ones, "e2m1", ones, 0, "fp32", [0x38, 0x38, 0x38, nan], plain));
        }
    }

    [Fact]
    public void A_group_that_cancels_still_aligns_and_a_group_of_zeros_does_not()
    {
        uint c = Power(-36);
        byte[] ones = [127, 127];
        Assert.Equal(0u, Ask.Dot("blackwell-mxf4", "e2m1", Ask.Padded(64, 2, 0xA), "e2m1", Ask.Padded(64, 2, 2), c, "fp32", ones, ones));
        Assert.Equal(c, Ask.Dot("blackwell-mxf4", "e2m1", Ask.Padded(64, 2, 0xA), "e2m1", new uint[64], c, "fp32", ones, ones));
        Assert.Equal(Power(-35),
            Ask.Dot("blackwell-mxf4", "e2m1", Ask.Padded(64, 2, 0xA), "e2m1", Ask.Padded(64, 2, 2), Power(-35), "fp32", ones, ones));

        // A zero UE4M3 scale counts as e_zero too.
        Assert.Equal(c,
            Ask.Dot("blackwell-nvfp4", "e2m1", Ask.Padded(64, 2), "e2m1", Ask.Padded(64, 2), c, "fp32", [0, 0, 0, 0],
            [0x38, 0x38, 0x38, 0x38]));
    }

    [Fact]
    public void Scales_shift_the_alignment()
    {
        // 1 * 1 * 2^10 beside c = 2^-15 (kept: 10 - 25) and 2^-16 (dropped); extreme scales overflow and vanish.
        uint[] cancel = Ask.Padded(32, 0x38, 0xB8);
        uint[] ones = Ask.Padded(32, 0x38, 0x38);
        Assert.Equal(Power(-15), Ask.Dot("blackwell-mxf8f6f4", "e4m3", cancel, "e4m3", ones, Power(-15), "fp32", [132], [132]));
        Assert.Equal(0u, Ask.Dot("blackwell-mxf8f6f4", "e4m3", cancel, "e4m3", ones, Power(-16), "fp32", [132], [132]));
        Assert.Equal(0x7F800000u, Ask.Dot("blackwell-mxf8f6f4", "e4m3", Ask.Padded(32, 0x38), "e4m3", ones, 0, "fp32", [254], [254]));
        Assert.Equal(0u, Ask.Dot("blackwell-mxf8f6f4", "e4m3", Ask.Padded(32, 0xB8), "e4m3", ones, 0, "fp32", [0], [0]));

        // 2^-100 * 2^-55 = 2^-155: above e_zero's quantum, below binary32's.
        Assert.Equal(0x80000000u, Ask.Dot("blackwell-mxf8f6f4", "e4m3", Ask.Padded(32, 0xB8), "e4m3", ones, 0, "fp32", [27], [72]));
    }

    [Fact]
    public void Cdna3_floors()
    {
        // 1 + c, |c| = 2^-30: floored at 2^-24, a negative c takes a unit, a positive one none.
        Assert.Equal(0x3F800000u, Ask.Dot("cdna3-fp16", "fp16", [0x3C00], [0x3C00], Power(-30)));
        Assert.Equal(0x3F7FFFFFu, Ask.Dot("cdna3-fp16", "fp16", [0x3C00], [0x3C00], Power(-30) | 0x80000000));

        // The eight-bit path drops a c below 2^(emax - 25).
        Assert.Equal(0x3F800000u, Ask.Dot("cdna3-fp8", "e4m3fnuz", [0x40], [0x40], Power(-30) | 0x80000000));
        Assert.Equal(0x3F7FFFFFu, Ask.Dot("cdna3-fp8", "e4m3fnuz", [0x40], [0x40], Power(-25) | 0x80000000));

        // A product of 2^128 is infinite even when c would bring the sum back.
        Assert.Equal(0x7F800000u, Ask.Dot("cdna3-bf16", "bf16", [0x5F80], [0x5F80], 0xFF7FFFFF));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot("cdna3-bf16", "bf16", [0x5F80, 0xDF80], [0x5F80, 0x5F80]));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot("cdna3-fp8", "e4m3fnuz", [0x80], [0]));
    }

    [Fact]
    public void Cdna2_flushes_and_Cdna1_does_not()
    {
        Assert.Equal(0u, Ask.Dot("cdna2-fp16", "fp16", [0x83FF], [0x3C00]));
        Assert.Equal(0xB87FC000u, Ask.Dot("cdna1-fp16", "fp16", [0x83FF], [0x3C00]));
        Assert.Equal(0u, Ask.Dot("cdna2-bf16", "bf16", [0], [0], c: 0x807FFFFF));

        // A sum flushed between two steps is -0 and stays it beside products of -0; on entry c loses its sign.
        Assert.Equal(0x80000000u, Ask.Dot("cdna2-bf16", "bf16", [0xA040, 0, 0, 0], [0x2000, 0xBF80, 0xBF80, 0xBF80], c: 0x00800000));
        Assert.Equal(0u, Ask.Dot("cdna2-bf16", "bf16", [0, 0], [0xBF80, 0xBF80], c: 0x80000000));
        Assert.Equal(0x807FFFFFu, Ask.Dot("cdna1-bf16", "bf16", [0], [0], c: 0x807FFFFF));

        // Ties to even in each addition of the tree: (1 + 2^-24) is 1 twice; the exact step sees 2^-23.
        uint[] a = [0x3C00, 0x0C00, 0x0C00, 0]; // 1, 2^-12, 2^-12
        uint[] b = [0x3C00, 0x0C00, 0x0C00, 0];
        Assert.Equal(0x3F800000u, Ask.Dot("cdna2-fp16", "fp16", a, b));
        Assert.Equal(0x3F800001u, Ask.Dot("cdna1-fp16", "fp16", a, b));
    }

    [Fact]
    public void Intel_takes_subnormals_as_zero_and_flushes()
    {
        foreach (string model in new[] { "intel-tdpbf16ps", "intel-tdpbf16ps-sdm" })
        {
            Assert.Equal(0u, Ask.Dot(model, "bf16", [0x007F], [0x3F80]));
            Assert.Equal(0x3F800000u, Ask.Dot(model, "bf16", [0x3F80], [0x3F80], c: 0x007FFFFF));
            Assert.Equal(0u, Ask.Dot(model, "bf16", [0x1C80], [0x1C80]));

            // (2 - 2^-7) 2^-64 * 2^-63 is 2^-126 less 2^-134 and is flushed; 2^-126 itself is normal.
            Assert.Equal(0u, Ask.Dot(model, "bf16", [0x1FFF], [0x2000]));
            Assert.Equal(0x00800000u, Ask.Dot(model, "bf16", [0x2000], [0x2000]));
        }

        // c = 2^24, products 1, 0, 1: the chain loses each, the two chains keep their sum.
        Assert.Equal(0x4B800000u, Ask.Dot("intel-tdpbf16ps", "bf16", [0x3F80, 0, 0x3F80], [0x3F80, 0, 0x3F80], c: 0x4B800000));
        Assert.Equal(0x4B800001u, Ask.Dot("intel-tdpbf16ps-sdm", "bf16", [0x3F80, 0, 0x3F80], [0x3F80, 0, 0x3F80], c: 0x4B800000));
    }

    [Fact]
    public void Promotion_adds_outside_the_unit()
    {
        // 64 products of 1 + 2^-3 with F = 13: promoted every 32, each half is exact and added in binary32.
        uint[] a = Ask.Repeat(128, 0x39), b = Ask.Repeat(128, 0x38);
        uint half = Ask.Dot("hopper-wgmma-fp8", "e4m3", a[..64], b[..64]);
        Assert.Equal(0x42900000u, half);
        Assert.Equal(0x43100000u, Ask.Dot("promote:64:hopper-wgmma-fp8", "e4m3", a, b));

        // c = 2^-14 is lost inside and kept outside.
        Assert.Equal(0x3F800000u, Ask.Dot("hopper-wgmma-fp8", "e4m3", [0x38], [0x38], c: Power(-14)));
        Assert.Equal(0x3F800200u, Ask.Dot("promote:128:hopper-wgmma-fp8", "e4m3", [0x38], [0x38], c: Power(-14)));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot("promote:128:hopper-wgmma-fp8", "e4m3", [0x7F], [0x38]));
    }

    [Theory]
    [InlineData("hopper-fp16", "fp16")]
    [InlineData("kahan", "fp16")]
    [InlineData("cdna2-bf16", "bf16")]
    [InlineData("promote:4:exact", "e4m3")]
    public void No_products_give_c(string model, string format) => Assert.Equal(0x12345678u, Ask.Dot(model, format, [], [], 0x12345678));

    /// <summary>The binary32 bits of 2^exponent, a normal number.</summary>
    private static uint Power(int exponent) => (uint)(exponent + 127) << 23;
}
