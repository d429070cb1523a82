using Mxact.Conformance.Randomness;

namespace Mxact.Conformance.Tests.Randomness;

/// <summary>The bounds are bounds: held to the whole distribution where that can be written down.</summary>
public sealed class TailBoundTests
{
    [Theory]
    [InlineData(20, 0.5)]
    [InlineData(20, 0.05)]
    [InlineData(33, 0.9)]
    public void No_tail_of_a_binomial_is_more_likely_than_its_bound(int draws, double probability)
    {
        double[] weights = Binomial(draws, probability);
        for (int ups = 0; ups <= draws; ups++)
        {
            bool isHigh = ups > draws * probability;
            double tail = weights.Where((_, count) => isHigh ? count >= ups : count <= ups).Sum();
            Assert.True(Math.Log(tail) <= TailBound.Binomial(draws, ups, probability) + 1e-9, $"{ups} of {draws}");
        }
    }

    [Theory]
    [InlineData(0, 0.0, 0.0)]
    [InlineData(1, 0.0, double.NegativeInfinity)]
    [InlineData(8, 1.0, 0.0)]
    [InlineData(7, 1.0, double.NegativeInfinity)]
    public void What_cannot_happen_has_no_likelihood(int ups, double probability, double bound)
        => Assert.Equal(bound, TailBound.Binomial(8, ups, probability));

    /// <summary>Two batches of eight.</summary>
    [Fact]
    public void No_tail_of_a_dispersion_is_more_likely_than_its_bound()
    {
        double[] weights = Binomial(8, 0.5);
        (double Sum, double Weight)[] all = [.. from a in Enumerable.Range(0, 9)
                                               from b in Enumerable.Range(0, 9)
                                               select ((double)(((a - 4) * (a - 4)) + ((b - 4) * (b - 4))), weights[a] * weights[b])];
        foreach (double sum in all.Select(pair => pair.Sum).Distinct())
        {
            double tail = all.Where(pair => sum > 4 ? pair.Sum >= sum : pair.Sum <= sum).Sum(pair => pair.Weight);
            Assert.True(Math.Log(tail) <= TailBound.Dispersion(2, 8, sum) + 1e-9, $"{sum}");
        }
    }

    [Fact]
    public void A_bias_that_is_said_to_be_found_is_found_but_for_the_probability_that_is_said()
    {
        double limit = Math.Log(1e-10);
        double distance = TailBound.Detectable(400, limit, 0.01);
        double missed = Binomial(400, 0.5 + distance).Where((_, ups) => TailBound.Binomial(400, ups, 0.5) >= limit).Sum();
        Assert.InRange(missed, 0, 0.01);
        Assert.InRange(distance, 0.1, 0.3);
    }

    private static double[] Binomial(int draws, double probability)
    {
        double[] weights = [1];
        for (int i = 0; i < draws; i++)
        {
            double[] next = new double[weights.Length + 1];
            for (int k = 0; k < weights.Length; k++)
            {
                next[k] += weights[k] * (1 - probability);
                next[k + 1] += weights[k] * probability;
            }

            weights = next;
        }

        return weights;
    }
}
