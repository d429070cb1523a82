namespace Mxact.Conformance.Tests;

/// <summary>The numbers that <c>mxact explain</c> is given, as a user writes them, and what it says of their cast.</summary>
public sealed class ExplainTests
{
    [Theory]
    [InlineData("e4m3 40880000", "the value is on the midpoint|ties-to-even -> 48 = 4|toward-zero, toward-negative -> 48")]
    [InlineData("float8_e4m3fn 4.25", "'4.25' is binary32 40880000|neighbours 48 = 4 and 49 = 4.5")]
    [InlineData("e4m3 4088 --from bf16", "bf16 4088 = binary32 40880000|on the midpoint")]
    [InlineData("e4m3 4440 --from fp16", "fp16 4440 = binary32 40880000|on the midpoint")]
    [InlineData("e4m3 7e", "value = (-1)^0 * 2^(15 - 7) * 1.110 = 448")]
    [InlineData("e4m3 465.0",
        "is max normal: the value is beyond it|ties-to-even -> 7e = 448|saturate -> 7e = 448, non-finite -> 7f = NaN")]
    [InlineData("e4m3 464.0", "saturate -> 7e = 448, non-finite -> 7e = 448")]
    [InlineData("e5m2 -inf", "ties-to-even -> fb = -57344|non-finite -> fc = -Inf")]
    [InlineData("e4m3 nan", "ties-to-even -> 7f = NaN")]
    [InlineData("e2m1 -1e3", "ties-to-even -> 0f = -6|overflow")]
    [InlineData("e4m3 0.1", "the nearest; the decimal is no binary32 number")]
    [InlineData("e4m3 1e39", "beyond binary32")]
    [InlineData("e4m3fnuz -0.0001", "neighbours 00 = 0 and 81 = -0.0009765625|below the midpoint")]
    [InlineData("ue5m3 -1.0", "has no negative numbers|-> 00 = 0")]
    [InlineData("int8 -1.99", "neighbours 81 = -1.984375 and 80 = -2")]
    [InlineData("e8m0 3.0", "neighbours 80 = 2 and 81 = 4: the value is on the midpoint|ties-to-even -> 80 = 2")]
    [InlineData("e8m0 40400001", "above the midpoint by")]
    [InlineData("e8m0 0.0", "cast-of-zero=scale00|-> 00")]
    [InlineData("ue8m0 -3.0", "cast-of-negative=")]
    [InlineData("e8m0 3e38", "is the greatest: the value is beyond it|non-finite -> ff = NaN")]
    [InlineData("fp16 3c00", "sign 0, exponent 01111 = 15")]
    [InlineData("fp16 3f800001", "neighbours 3c00 = 1 and 3c01")]
    public void A_number_is_read_as_it_is_written(string arguments, string says)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["explain", .. arguments.Split(' ')]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.All(says.Split('|'), part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("e4m3 408", "'408' is no number: 2 digits are a code, 8 are binary32")]
    [InlineData("e4m3 4080", "4 are binary16 or bfloat16 with --from")]
    [InlineData("e4m3 4.2.5", "is no number")]
    [InlineData("e4m3 7e --from fp16", "with --from fp16 it has 4 hexadecimal digits")]
    [InlineData("e4m3 4.25 --from e5m2", "--from is fp16, bf16 or fp32")]
    [InlineData("e4x3 4.25", "unknown format 'e4x3'; did you mean e4m3?")]
    [InlineData("mxfp8 4.25", "'mxfp8' is mxfp8-e4m3 or mxfp8-e5m2; say which")]
    [InlineData("e4m3 4.25 --rounding stochastic:8", "takes no random bits")]
    public void What_is_no_number_is_one_line(string arguments, string says)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["explain", .. arguments.Split(' ')]);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }
}
