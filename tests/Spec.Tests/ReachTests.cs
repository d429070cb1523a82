namespace Mxact.Spec.Tests;

/// <summary>Where choices act: one table, in which nothing may be missing.</summary>
public sealed class ReachTests
{
    [Fact]
    public void Every_choice_acts_somewhere_and_the_default_wherever_another_does()
    {
        foreach (Latitude latitude in Latitude.All)
        {
            Assert.All(latitude.Choices, choice => Assert.NotEqual(Reach.None, Reaches.Of(latitude.Id, choice)));
            Reach byAnother = latitude.Choices.Where(c => c != latitude.Default)
                .Aggregate(Reach.None, (reach, choice) => reach | Reaches.Of(latitude.Id, choice));

            // MX's own rules are no rules of UE4M3's: what is ocp's there has a name of its own.
            Reach missing = latitude.Id == "scale-rule" ? Reach.ScaleUe4M3 | Reach.QuantizeUe4M3 : Reach.None;
            Assert.Equal(missing, byAnother & ~Reaches.Of(latitude.Id, latitude.Default));
        }

        Assert.Throws<InvalidOperationException>(() => Reaches.Of("colour", "red"));
    }

    [Theory]
    [InlineData("scale-rule", "scale and quantize")]
    [InlineData("input-precision", "encode and quantize")]
    [InlineData("element-divisor", "quantize under UE4M3")]
    [InlineData("cast-of-zero", "encode e8m0")]
    [InlineData("nan-code", "encode of elements and quantize")]
    public void A_reach_is_said_in_the_words_of_operations(string latitude, string words)
        => Assert.Equal(words, Reaches.InWords(Reaches.Of(Latitude.Find(latitude)!)));

    [Fact]
    public void Rules_of_quotients_are_no_thresholds()
    {
        Assert.Equal([ScaleRule.Quotient, ScaleRule.FourOverSix], ScaleRule.OfUe4M3);
        Assert.All(ScaleRule.OfUe4M3, rule => Assert.False(rule.IsThreshold));
        Assert.Empty(ScaleRule.OfUe4M3.Intersect(ScaleRule.PowerOfTwo));
    }
}
