using System.Globalization;

namespace Mxact.Simulator.Tests;

/// <summary>What a code is and how a block is converted, in words: each number worked out by hand.</summary>
public sealed class ExplainTests
{
    [Theory]
    [InlineData("e4m3", 0x7f, "sign 0, exponent 1111 = 15, mantissa 111",
        "value = NaN: all magnitude bits set, the only NaN; there is no infinity")]
    [InlineData("e4m3", 0x7e, "sign 0, exponent 1111 = 15, mantissa 110", "value = (-1)^0 * 2^(15 - 7) * 1.110 = 448|it is max normal")]
    [InlineData("e4m3", 0xfd, "sign 1, exponent 1111 = 15, mantissa 101", "value = (-1)^1 * 2^(15 - 7) * 1.101 = -416")]
    [InlineData("e5m2", 0x7c, "sign 0, exponent 11111 = 31, mantissa 00", "value = +Inf: all-ones exponent, zero mantissa")]
    [InlineData("e5m2", 0x7d, "sign 0, exponent 11111 = 31, mantissa 01", "value = NaN: all-ones exponent, mantissa not zero")]
    [InlineData("e4m3fnuz", 0x80, "sign 1, exponent 0000 = 0, mantissa 000", "value = NaN: the code of negative zero")]
    [InlineData("e2m1", 0x1, "sign 0, exponent 00 = 0, mantissa 1", "value = (-1)^0 * 2^(1 - 1) * 0.1, subnormal = 0.5")]
    [InlineData("e2m1", 0xf, "sign 1, exponent 11 = 3, mantissa 1", "value = (-1)^1 * 2^(3 - 1) * 1.1 = -6|it is max normal")]
    [InlineData("ue4m3", 0x38, "sign 0 (ignored), exponent 0111 = 7, mantissa 000", "value = (-1)^0 * 2^(7 - 7) * 1.000 = 1")]
    [InlineData("int8", 0x80, "10000000 in two's complement", "value = -128 * 2^-6 = -2")]
    public void A_codes_fields_and_value(string format, int code, string fields, string value)
    {
        Assert.True(ElementFormat.TryParse(format, out ElementFormat? element));
        string[] lines = [.. Explain.Code(element, (uint)code)];
        Assert.Equal($"{format} {((uint)code).ToString("x2", CultureInfo.InvariantCulture)} = {fields}", Said(lines[0]));
        Assert.Equal(value.Split('|'), lines[1..]);
    }

    [Theory]
    [InlineData(0xff, "e8m0 ff = NaN")]
    [InlineData(0x00, "e8m0 00 = 2^(0 - 127) = 2^-127")]
    [InlineData(0x80, "e8m0 80 = 2^(128 - 127) = 2")]
    public void A_scales_value(int code, string said) => Assert.Equal(said, Said(Assert.Single(Explain.Scale((byte)code))));

    [Fact]
    public void A_block_step_by_step() => Assert.Equal(
    [
        "mxfp4: 5 values, elements e2m1, scale e8m0, block size 32",
        "1. max |V| = |V_4| = 8, floor(log2) = 3",
        "2. shared exponent = 1 (floor(log2) - emax(e2m1) = 1; floor never adds one), X = 80 = 2",
        "3. P_i = quantise(V_i / X), ties-to-even, saturate",
        "    0: V = 3f800000 = 1, V / X = 0.5 -> 01 = 0.5; X P = 3f800000",
        "    1: V = 40e00000 = 7, V / X = 3.5 -> 06 = 4; X P = 41000000",
        "    2: V = 00000001 = 2^-149, V / X = 2^-150 -> 00 = 0; X P = 00000000 (flushed to zero)",
        "    3: V = bf000000 = -0.5, V / X = -0.25 -> 08 = -0; X P = 80000000 (flushed to zero)",
        "    4: V = c1000000 = -8, V / X = -4 -> 0e = -4; X P = c1000000",
        "answer: 80 010600080e",
    ], Block(MxFormats.Mxfp4, 1, 7, float.Epsilon, -0.5f, -8));

    /// <summary>15 = 1.875 * 2^3: V / X is 7.5, above the largest 6; 12 is 6 and is not clamped.</summary>
    [Fact]
    public void What_is_clamped_is_said_to_be() => Assert.Equal(
    [
        "1. max |V| = |V_1| = 15, floor(log2) = 3",
        "2. shared exponent = 1 (floor(log2) - emax(e2m1) = 1; floor never adds one), X = 80 = 2",
        "3. P_i = quantise(V_i / X), ties-to-even, saturate",
        "    0: V = 41400000 = 12, V / X = 6 -> 07 = 6; X P = 41400000",
        "    1: V = 41700000 = 15, V / X = 7.5 -> 07 = 6; X P = 41400000 (saturated)",
        "answer: 80 0707",
    ], Block(MxFormats.Mxfp4, 12, 15)[1..]);

    [Fact]
    public void A_block_of_zeros_and_one_that_holds_what_is_not_finite()
    {
        Assert.Equal(
        [
            "1. max |V| = 0: zero-block=scale00",
            "2. X = 00 = 2^-127",
            "3. P_i = quantise(V_i / X), ties-to-even, saturate",
            "    0: V = 00000000 = 0, V / X = 0 -> 00 = 0; X P = 00000000",
            "    1: V = 80000000 = -0, V / X = -0 -> 08 = -0; X P = 80000000",
            "answer: 00 0008",
        ], Block(MxFormats.Mxfp4, 0, -0f)[1..]);
        Assert.Equal(
        [
            "1. 1 NaN and 2 Inf in the block: nan-in-block=scale-nan, inf-in-block=scale-nan",
            "2. X = ff = NaN",
            "3. X is NaN: every value of the block is NaN, whatever its element",
            "answer: ff 00000000",
        ], Block(MxFormats.Mxfp4, 1, float.NaN, float.PositiveInfinity, float.NegativeInfinity)[1..]);
    }

    /// <summary>The scale of NVFP4 is a number of its own: nothing is divided in the text, for X is no power of two.</summary>
    [Fact]
    public void A_scale_that_is_a_quotient() => Assert.Equal(
    [
        "1. max |V| = |V_0| = 2, floor(log2) = 1",
        "2. X = ue4m3(max |V| / 6), ties to even: 2b = 0.34375",
        "3. P_i = quantise(V_i / X), ties-to-even, saturate",
        "    0: V = 40000000 = 2 -> 07 = 6; X P = 40040000",
        "answer: 2b 07",
    ], Block(MxFormats.Nvfp4, 2)[1..]);

    /// <summary>7 = 1.75 * 2^2, and 6 is the largest of E2M1: whether the shared exponent grows is the rule's.</summary>
    [Theory]
    [InlineData("round-up", "adds one when the significand is above 1.5")]
    [InlineData("even", "adds one when the significand is at least 1.75")]
    [InlineData("ceil", "adds one when the significand is above 1")]
    public void A_rule_is_said_with_its_threshold(string rule, string said)
    {
        Assert.True(ScaleRule.TryParse(rule, out ScaleRule? parsed));
        ConversionPolicy policy = ConversionPolicy.Ocp with { ScaleRule = parsed };
        string step = Said(Explain.Block(MxFormats.Mxfp4, [7], policy).ElementAt(2));
        Assert.Equal($"2. shared exponent = 1 (floor(log2) - emax(e2m1) = 0; {rule} {said}), X = 80 = 2", step);
    }

    private static string[] Block(BlockFormat format, params float[] values) => [.. Explain.Block(format, values).Select(Said)];

    /// <summary>A line without its clause.</summary>
    private static string Said(string line)
        => line.Contains("   [", StringComparison.Ordinal) ? line[..line.IndexOf("   [", StringComparison.Ordinal)] : line;
}
