namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>Corners that a comment states and a machine decides: each with the bits that follow from it.</summary>
public sealed class CornerTests
{
    /// <summary>
    /// x86 judges tininess after rounding to 24 bits: 2^-126 - 2^-152 and the tie 2^-126 - 2^-151 round to 2^-126, which is kept;
    /// 2^-126 - 1.5 * 2^-151 rounds to 2^-126 - 2^-150, which is flushed.
    /// </summary>
    [Theory]
    [InlineData("intel-tdpbf16ps", 0x1980u, 0x9980u, 0x00800000u)]
    [InlineData("intel-tdpbf16ps", 0x1A00u, 0x9980u, 0x00800000u)]
    [InlineData("intel-tdpbf16ps", 0x1A00u, 0x99C0u, 0x00000000u)]
    [InlineData("intel-tdpbf16ps", 0x1A80u, 0x9980u, 0x00000000u)]
    public void Amx_flushes_what_is_tiny_after_rounding(string model, uint a, uint b, uint expected)
        => Assert.Equal(expected, Ask.Dot(model, "bf16", Ask.Padded(32, a), Ask.Padded(32, b), 0x0080_0000));

    /// <summary>The same below zero; and of two chains, of which each product by itself is too small to keep.</summary>
    [Fact]
    public void Amx_flushes_to_the_sign_of_what_was_there()
    {
        Assert.Equal(0x8080_0000u, Ask.Dot("intel-tdpbf16ps", "bf16", Ask.Padded(32, 0x1980), Ask.Padded(32, 0x1980), 0x8080_0000));
        // A product of zeros after it would make +0 of the -0: these are -0 themselves.
        uint[] negativeZeros = Ask.Repeat(32, 0x8000);
        negativeZeros[0] = 0x1980;
        Assert.Equal(0x8000_0000u, Ask.Dot("intel-tdpbf16ps", "bf16", Ask.Padded(32, 0x1A80), negativeZeros, 0x8080_0000));
        Assert.Equal(0x0080_0000u, Ask.Dot("intel-tdpbf16ps-sdm", "bf16", Ask.Padded(32, 0x1980), Ask.Padded(32, 0x9980), 0x0080_0000));
    }

    /// <summary>
    /// CDNA3 takes a zero c at exponent -126 and floors the sum of products at 2^(-126 - 32) = 2^-158. 2^-135 and -2^-135 let the products
    /// keep 2^-159: beside 2^-150, a tie of binary32's last place, the floor takes it away, but not 2^-158; below zero it makes more of it.
    /// </summary>
    [Theory]
    [InlineData(-150, -159, false, 0x00000000u)]
    [InlineData(-150, -158, false, 0x00000001u)]
    [InlineData(-150, -157, false, 0x00000001u)]
    [InlineData(-150, -159, true, 0x80000001u)]
    [InlineData(-149, -159, false, 0x00000001u)]
    public void Cdna3_takes_a_zero_addend_at_the_least_normal_exponent(int first, int second, bool negative, uint expected)
    {
        uint[] a = Ask.Padded(8, Power(-67), Power(-67), Power(first / 2), Power(second / 2));
        uint sign = negative ? 0x8000u : 0;
        uint[] b = Ask.Padded(8, Power(-68), Power(-68) | 0x8000, Power(first - (first / 2)) | sign, Power(second - (second / 2)) | sign);
        Assert.Equal(expected, Ask.Dot("cdna3-bf16", "bf16", a, b));
        Assert.Equal(expected, Ask.Dot("cdna3-bf16", "bf16", a, b, 0x8000_0000));
    }

    private static uint Power(int exponent) => (uint)(exponent + 127) << 7;
}
