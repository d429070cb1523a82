namespace Mxact.Simulator.Tests.Accumulation;

/// <summary>Questions on which published models differ, with the answer chosen here.</summary>
public sealed class DisputedDotTests
{
    /// <summary>
    /// E2M1's 0.5 in the K = 32 kind is 0.1 * 2^0: it aligns one place higher than 1.0 * 2^-1 would, where c = 2^-26 survived.
    /// </summary>
    [Fact]
    public void E2M1_half_aligns_as_a_subnormal()
    {
        uint[] half = Ask.Padded(32, 1, 9);
        uint[] one = Ask.Padded(32, 0x38, 0x38);
        Assert.Equal(0u, Ask.Dot("blackwell-mxf8f6f4", "e2m1", half, "e4m3", one, 0x32800000, "fp32", [127], [127]));
        Assert.Equal(0x33000000u, Ask.Dot("blackwell-mxf8f6f4", "e2m1", half, "e4m3", one, 0x33000000, "fp32", [127], [127]));
        Assert.Equal(0u, Ask.Dot("blackwell-f8f6f4", "e2m1", half, "e4m3", one, 0x32800000));
    }

    /// <summary>CDNA3 with bf8: an infinite or NaN c counts beside products of 2^25 and more, which MMA-Sim lets hide it.</summary>
    [Fact]
    public void Cdna3_bf8_does_not_lose_a_special_c()
    {
        // 2^15 * 2^15: field exponents 31 - 16.
        Assert.Equal(0x7F800000u, Ask.Dot("cdna3-bf8", "e5m2fnuz", [0x7C], [0x7C], c: 0x7F800000));
        Assert.Equal(0xFF800000u, Ask.Dot("cdna3-bf8", "e5m2fnuz", [0x7C], [0x7C], c: 0xFF800000));
        Assert.Equal(0x7FFFFFFFu, Ask.Dot("cdna3-bf8", "e5m2fnuz", [0x7C], [0x7C], c: 0x7FC00000));
    }

    /// <summary>AMD's NaN is 7FFFFFFF for CDNA3, as the recorded model writes it, and the default quiet NaN for CDNA1 and CDNA2.</summary>
    [Fact]
    public void Amd_NaN_payloads()
    {
        Assert.Equal(0x7FFFFFFFu, Ask.Dot("cdna3-fp16", "fp16", [0x7E00], [0x3C00]));
        Assert.Equal(0x7FC00000u, Ask.Dot("cdna2-fp16", "fp16", [0x7E00], [0x3C00]));
        Assert.Equal(0x7FC00000u, Ask.Dot("cdna1-fp16", "fp16", [0x7E00], [0x3C00]));
    }

    /// <summary>
    /// e_zero of binary16 outputs shows only when c = 0 and every product is tiny: 2^-25, a tie between 0 and the least subnormal,
    /// rounds up when a product of 2^-47 or 2^-48 beside it survives the quantum 2^(e_zero - F), and to even, 0, when not.
    /// </summary>
    [Theory]
    [InlineData("volta-fp16", 0x0000u, 0x0000u)] // 2^(-20 - 23)
    [InlineData("ampere-fp16", 0x0000u, 0x0000u)] // 2^(-21 - 24)
    [InlineData("hopper-fp16", 0x0001u, 0x0000u)] // 2^(-22 - 25)
    [InlineData("rtx-blackwell-fp16", 0x0001u, 0x0000u)]
    [InlineData("hopper-wgmma-fp16", 0x0001u, 0x0001u)] // 2^(-25 - 25): e_zero is out of the way
    [InlineData("blackwell-tcgen05-fp16", 0x0001u, 0x0001u)]
    public void E_zero_of_binary16_outputs(string model, uint with47, uint with48)
    {
        Assert.Equal(with47, Ask.Dot(model, "fp16", [0x0C00, 0x0002], [0x0800, 0x0001], output: "fp16"));
        Assert.Equal(with48, Ask.Dot(model, "fp16", [0x0C00, 0x0001], [0x0800, 0x0001], output: "fp16"));
    }

    /// <summary>The other sources' e_zero has a name: a place higher, so that a product of 2^-47 is lost beside a zero.</summary>
    [Theory]
    [InlineData("hopper-fp16:ezero=-21", 0x0000u)]
    [InlineData("hopper-fp16:ezero=-22", 0x0001u)]
    [InlineData("rtx-blackwell-fp16:ezero=-21", 0x0000u)]
    public void The_other_e_zero_has_a_name(string model, uint with47)
        => Assert.Equal(with47, Ask.Dot(model, "fp16", [0x0C00, 0x0002], [0x0800, 0x0001], output: "fp16"));

    [Theory]
    [InlineData("hopper-bf16:ezero=-21", "hopper-bf16 has no binary16 output with an e_zero")]
    [InlineData("hopper-fp16:ezero=x", "ezero = 'x' is not a number from -1000 to 1000")]
    [InlineData("exact:ezero=-21", "exact has no binary16 output with an e_zero")]
    public void An_e_zero_that_would_do_nothing_is_refused(string name, string why)
        => Assert.Contains(why, Assert.Throws<ArgumentException>(() => MatrixUnits.Parse(name)).Message, StringComparison.Ordinal);
}
