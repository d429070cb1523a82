using System.Globalization;

namespace Mxact.Spec.Tests;

/// <summary>Names of choices, thresholds of scale rules, profiles.</summary>
public sealed class ChoiceTests
{
    /// <summary>Thresholds in significands, from the papers and sources that define the rules; a plus means strictly above.</summary>
    [Theory]
    [InlineData("round-up", "+1.75", "+1.75", "+1.75", "+1.875", "+1.5")]
    [InlineData("even", "1.9375", "1.875", "1.875", "1.9375", "1.75")]
    [InlineData("ceil", "+1", "+1", "+1", "+1", "+1")]
    [InlineData("no-saturation", "+1.8125", "1.875", "1.875", "1.9375", "1.75")]
    [InlineData("nearest-linear", "1.3125", "1.3125", "1.3125", "1.40625", "1.125")]
    [InlineData("trunc-quotient", "1.75", "1.75", "1.75", "1.875", "1.5")]
    public void Thresholds(string rule, string e4m3, string e5m2, string e3m2, string e2m3, string e2m1)
    {
        Assert.True(ScaleRule.TryParse(rule, out ScaleRule? parsed));
        foreach ((string name, string expected) in new[] { ("e4m3", e4m3), ("e5m2", e5m2), ("e3m2", e3m2), ("e2m3", e2m3), ("e2m1", e2m1) })
        {
            ScaleThreshold threshold = parsed.ThresholdFor(ElementFormats.Elements.First(f => f.Name == name));
            Assert.Equal(!expected.StartsWith('+'), threshold.Inclusive);
            Assert.Equal((uint)(decimal.Parse(expected.TrimStart('+'), CultureInfo.InvariantCulture) * (1 << 23)), threshold.Significand);
            Assert.Equal(rule is "nearest-linear" or "trunc-quotient" ? -1 : 0, threshold.Offset);
        }
    }

    /// <summary>Probes of round-log2: 0x1.3cc8aap0 is the first that adds one for E4M3, 0x1.0f876ep0 for E2M1.</summary>
    [Theory]
    [InlineData("e4m3", 0x9E6455u)]
    [InlineData("e2m1", 0x87C3B7u)]
    public void RoundLog2_adds_one_from(string format, uint significand)
        => Assert.Equal(significand, ScaleRule.RoundLog2.ThresholdFor(ElementFormats.Elements.First(f => f.Name == format)).LeastPassing);

    [Theory]
    [InlineData("threshold:1", 0x800000u)]
    [InlineData("threshold:1.5", 0xC00000u)]
    [InlineData("threshold:1.2374368", 0x9E6454u)]
    [InlineData("threshold:1.99999999", 0xFFFFFFu)]
    public void A_free_threshold_is_taken_down_to_a_binary32_significand(string name, uint significand)
    {
        Assert.True(ScaleRule.TryParse(name, out ScaleRule? rule));
        Assert.Equal(significand, rule.ThresholdFor(ElementFormat.Of<E4M3>()).Significand);
        Assert.True(ScaleRule.TryParse(rule.Name, out ScaleRule? again));
        Assert.Equal(rule, again);
    }

    [Theory]
    [InlineData("threshold:2")]
    [InlineData("threshold:0.99")]
    [InlineData("threshold:")]
    [InlineData("threshold:1,5")]
    [InlineData("Floor")]
    [InlineData("")]
    public void What_is_no_rule_is_refused(string name) => Assert.False(ScaleRule.TryParse(name, out _));

    [Theory]
    [InlineData("ties-to-even")]
    [InlineData("ties-to-away")]
    [InlineData("ties-to-zero")]
    [InlineData("toward-zero")]
    [InlineData("toward-positive")]
    [InlineData("toward-negative")]
    [InlineData("to-odd")]
    [InlineData("stochastic:8")]
    [InlineData("stochastic-b:1")]
    [InlineData("stochastic-c:32")]
    [InlineData("stochastic-odd:16")]
    public void Rounding_modes_read_back(string name)
    {
        Assert.True(RoundingMode.TryParse(name, out RoundingMode mode));
        Assert.Equal(name, mode.ToString());
    }

    [Theory]
    [InlineData("stochastic")]
    [InlineData("stochastic:0")]
    [InlineData("stochastic:33")]
    [InlineData("stochastic:-1")]
    [InlineData("stochastic-d:8")]
    [InlineData("nearest")]
    [InlineData("")]
    public void What_is_no_mode_is_refused(string name) => Assert.False(RoundingMode.TryParse(name, out _));

    [Fact]
    public void Every_choice_of_every_latitude_can_be_made_and_read_back()
    {
        foreach (Latitude latitude in Latitude.All)
        {
            Assert.Same(latitude, Latitude.Find(latitude.Id));
            Assert.Contains(latitude.Default, latitude.Choices);
            foreach (string choice in latitude.Choices.Select(c
                => c.Replace(":N", ":8", StringComparison.Ordinal).Replace(":T", ":1.5", StringComparison.Ordinal)))
            {
                ConversionPolicy? made = latitude.With(ConversionPolicy.Ocp, choice);
                Assert.Equal(choice, latitude.Of(made ?? throw new InvalidOperationException($"{latitude.Id}={choice}")));
            }

            Assert.Null(latitude.With(ConversionPolicy.Ocp, "no-such-choice"));
        }

        Assert.Equal(Latitude.All.Length, Latitude.All.Select(l => l.Id).Distinct().Count());
    }

    [Fact]
    public void Profiles_differ_from_ocp_by_what_they_say()
    {
        Assert.Empty(Profile.Ocp.Differences);
        foreach (Profile profile in Profile.All)
        {
            ConversionPolicy rebuilt = profile.Differences.Aggregate(ConversionPolicy.Ocp, (policy, d)
                => Latitude.Find(d.Split('=')[0])!.With(policy, d.Split('=')[1])!);
            Assert.Equal(profile.Policy, rebuilt);
        }
    }

    [Fact]
    public void Choices_are_made_and_read_by_their_names()
    {
        foreach (Latitude latitude in Latitude.All)
        {
            Assert.Equal(latitude.Default, ConversionPolicy.Ocp.Choice(latitude.Id));
            foreach (string choice in latitude.Choices.Select(c
                => c.Replace(":T", ":1.5", StringComparison.Ordinal).Replace(":N", ":16", StringComparison.Ordinal)))
            {
                ConversionPolicy made = ConversionPolicy.Ocp.With(latitude.Id, choice);
                Assert.Equal(choice, made.Choice(latitude.Id));
                Assert.All(Latitude.All.Where(other => other != latitude), other => Assert.Equal(other.Default, made.Choice(other.Id)));
            }
        }
    }

    [Fact]
    public void A_choice_that_does_not_exist_names_those_that_do()
    {
        ArgumentException choice = Assert.Throws<ArgumentException>(() => ConversionPolicy.Ocp.With("nan-in-block", "scale_nan"));
        Assert.Equal("choice", choice.ParamName);
        Assert.Contains("nan-in-block has no choice 'scale_nan'; it is one of scale-nan, ", choice.Message, StringComparison.Ordinal);
        Assert.Equal("latitude", Assert.Throws<ArgumentException>(() => ConversionPolicy.Ocp.With("nan", "scale-nan")).ParamName);
        ArgumentException latitude = Assert.Throws<ArgumentException>(() => ConversionPolicy.Ocp.Choice("nan"));
        Assert.Contains("no latitude 'nan'; it is one of scale-rule, rounding, overflow, ", latitude.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => ConversionPolicy.Ocp.With(null!, "scale-nan"));
        Assert.Throws<ArgumentNullException>(() => ConversionPolicy.Ocp.With("nan-in-block", null!));
        Assert.Throws<ArgumentNullException>(() => ConversionPolicy.Ocp.Choice(null!));
    }
}
