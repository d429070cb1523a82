using Mxact.Simulator.Conversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>The scale of a whole tensor by each rule, against numbers worked out by hand.</summary>
public sealed class TensorScaleRuleTests
{
    /// <summary>2688 is 448 * 6; the percentiles of the ten magnitudes are by nearest rank.</summary>
    [Theory]
    [InlineData("fit", 26880f / 2688)]
    [InlineData("power-of-two", 16)]
    [InlineData("one", 1)]
    [InlineData("0.1", 0.1f)]
    [InlineData("percentile:100", 10)]
    [InlineData("percentile:99.9", 10)]
    [InlineData("percentile:90", 9)]
    [InlineData("percentile:90.1", 10)]
    [InlineData("percentile:50", 5)]
    [InlineData("percentile:1", 1)]
    [InlineData("percentile:0.001", 1)]
    public void Chooses(string name, float expected)
    {
        float[] values = [5, -10, 1, 2, -3, 4, 6, -7, 8, 9, float.NaN, float.PositiveInfinity];
        TensorScaleRule rule = TensorScaleRule.Find(name)!;
        Assert.Equal(name == "percentile:100" ? TensorScaleRule.Percentile(100) : rule, rule);
        Assert.Equal(name, rule.Name);
        Assert.Equal(expected, rule.Choose(Array.ConvertAll(values, v => v * 2688), MxFormats.Nvfp4));
    }

    [Theory]
    [InlineData("fit")]
    [InlineData("power-of-two")]
    [InlineData("percentile:50")]
    public void Nothing_to_fit_to_is_1(string name)
    {
        Assert.Equal(1, TensorScaleRule.Find(name)!.Choose([], MxFormats.Nvfp4));
        Assert.Equal(1, TensorScaleRule.Find(name)!.Choose([0, -0f, float.NaN, float.NegativeInfinity], MxFormats.Nvfp4));
    }

    /// <summary>99.9% of 1000 is 999 in decimal; the binary64 product is a little above, which would be 1000.</summary>
    [Theory]
    [InlineData(1000, 99.9, 999)]
    [InlineData(10, 70, 7)]
    [InlineData(3, 33.4, 2)]
    [InlineData(1L << 40, 50, 1L << 39)]
    public void Ranks_are_taken_in_decimal(long count, double percent, long expected)
        => Assert.Equal(expected, TensorScales.Rank(count, (decimal)percent));

    /// <summary>2100 and a little in 31 digits, of which a decimal product holds 29: the place is one further than 21.</summary>
    [Fact]
    public void Ranks_are_exact_whatever_the_digits()
        => Assert.Equal(22, TensorScales.Rank(300, 7.0000000000000000000000000001m));

    [Fact]
    public void The_ends_of_binary32()
    {
        Assert.Equal(float.Epsilon, TensorScaleRule.Fit.Choose([float.Epsilon], MxFormats.Nvfp4));
        Assert.Equal(MathF.ScaleB(1, -126), TensorScaleRule.PowerOfTwo.Choose([float.Epsilon], MxFormats.Nvfp4));
        Assert.Equal(float.MaxValue / 2688, TensorScaleRule.Fit.Choose([-float.MaxValue], MxFormats.Nvfp4));
        Assert.Equal(MathF.ScaleB(1, 117), TensorScaleRule.PowerOfTwo.Choose([float.MaxValue], MxFormats.Nvfp4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("amax")]
    [InlineData("percentile")]
    [InlineData("percentile:")]
    [InlineData("percentile:0")]
    [InlineData("percentile:101")]
    [InlineData("percentile:nan")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("Infinity")]
    [InlineData("1e39")]
    public void No_other_name_is_one(string name) => Assert.Null(TensorScaleRule.Find(name));

    [Fact]
    public void The_number_1_is_the_rule_one() => Assert.Same(TensorScaleRule.One, TensorScaleRule.Find("1"));
}
