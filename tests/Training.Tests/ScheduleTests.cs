using Mxact.Training.Diagnostics;
using Mxact.Training.Reports;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Tests;

/// <summary>Numbers of schedules, watches and reports, each worked out by hand.</summary>
public sealed class ScheduleTests
{
    [Theory]
    [InlineData("lr=1;warmup=10", new[] { 0.1, 0.2, 0.3 }, 0)]
    [InlineData("lr=1;warmup=10", new[] { 0.9, 1, 1, 1 }, 8)]
    [InlineData("lr=1", new[] { 1.0, 1 }, 0)]
    [InlineData("lr=2;schedule=cosine;steps=4", new[] { 2, 1.736396103067893, 1.1, 0.46360389693210725, 0.2, 0.2 }, 0)]
    [InlineData("lr=1;schedule=cosine;steps=6;warmup=2", new[] { 0.5, 1, 1, 0.8681980515339464, 0.55 }, 0)]
    [InlineData("lr=1;schedule=cosine;steps=6;schedule-steps=2", new[] { 1, 0.55, 0.1, 0.1 }, 0)]
    [InlineData("lr=1;schedule=cosine;steps=2;warmup=2", new[] { 0.5, 1, 1 }, 0)]
    public void The_learning_rate_of_each_step(string choices, double[] rates, int from)
    {
        RunOptions options = RunOptions.Parse(choices.Split(';').Select(c => c.Split('=')).ToDictionary(c => c[0], c => c[1]));
        for (int i = 0; i < rates.Length; i++)
        {
            Assert.Equal(rates[i], options.LearningRateAt(from + i), 14);
        }
    }

    [Fact]
    public void The_median_stands_still_while_a_spike_lasts()
    {
        LossWatch watch = new();
        double[] losses = [.. Enumerable.Repeat(1.0, 50), .. Enumerable.Repeat(3.0, 120), 2, .. Enumerable.Repeat(1.0, 10)];
        foreach ((int step, double loss) in losses.Index())
        {
            watch.Add(step, loss);
        }

        // A median that went along would be 3 after 26 of them; twice the old one is no spike.
        Assert.Equal([new Spike(50, 120)], watch.Spikes);
    }

    [Fact]
    public void A_watch_needs_fifty_losses_before_it_knows_a_spike()
    {
        LossWatch early = new();
        LossWatch late = new();
        for (int i = 0; i < 50; i++)
        {
            late.Add(i, 1);
            if (i < 49)
            {
                early.Add(i, 1);
            }
        }

        early.Add(49, 100);
        late.Add(50, 100);
        Assert.Empty(early.Spikes);
        Assert.Equal([new Spike(50, null)], late.Spikes);
        Assert.Null(early.Diverged);
    }

    [Fact]
    public void The_final_loss_is_the_median_of_the_last_twenty()
    {
        LossWatch watch = new();
        Assert.True(double.IsNaN(watch.FinalLoss));
        watch.Add(0, 50);
        Assert.Equal(50, watch.FinalLoss);
        for (int i = 1; i <= 40; i++)
        {
            watch.Add(i, i);
        }

        Assert.Equal(30.5, watch.FinalLoss);
        Assert.Null(watch.DivergedAtEnd(41));
    }

    [Fact]
    public void A_summary_counts_the_second_half_of_a_run()
    {
        RunSummary run = Summary("a", "seed=1", 100, i => new()
        {
            Step = i,
            Loss = 10 - (i * 0.05),
            Distance = i % 10 == 0 ? 1 + i : double.NaN,
            DistanceAlong = i % 10 == 0 ? 2 + i : double.NaN,
            Cosine = i % 10 == 0 ? i / 100.0 : double.NaN,
            LnLastBin = 0.25,
            Saturated = i < 50 ? 0 : 0.5,
            Flushed = i < 50 ? 1 : 0.125,
            Seconds = i,
        });
        Assert.Equal(1, run.FirstDistance);
        Assert.Equal(71, run.LateDistance); // of 51, 61, 71, 81, 91
        Assert.Equal(72, run.LateAlong);
        Assert.Equal(0.7, run.LateCosine);
        Assert.Equal((0.25, 0.5, 0.125), (run.LateLnLastBin, run.LateSaturated, run.LateFlushed));
        Assert.Equal(52, run.SecondsAStep); // the first five are warm-up
        Assert.Equal(5.525, run.FinalLoss, 12);
        Assert.Null(run.Diverged);
        Assert.Equal((0, 0), (run.Spikes, run.Unrecovered));
    }

    [Fact]
    public void An_arm_is_compared_with_its_control_at_the_same_point()
    {
        RunSummary Flat(string arm, string point, double loss, bool spikes = false)
            => Summary(arm, point, 80, i => new() { Step = i, Loss = spikes && i is 60 ? 5 * loss : loss });
        IReadOnlyList<ArmSummary> arms = ArmSummary.Summarize(
            [
                Flat("b", "seed=0", 3, spikes: true), Flat("c", "seed=0", 2), Flat("b", "seed=1", 8), Flat("c", "seed=1", 4, spikes: true),
                Flat("b", "seed=2", 7),
            ],
            ["c", "b"],
            "c");
        Assert.Equal(["c", "b"], arms.Select(a => a.Arm));
        Assert.Equal([1.0, 1], arms[0].Ratios);
        Assert.Equal([1.5, 2, double.NaN], arms[1].Ratios);
        Assert.Equal([1, -1, double.NaN], arms[1].ExtraSpikes);
        Assert.Equal((0, 0), (arms[0].Diverged, arms[1].Diverged));
    }

    [Fact]
    public void Order_statistics_leave_out_what_was_not_measured()
    {
        Assert.Equal((1, 2.5, 9), Statistics.Spread([9, double.NaN, 2, 1, 3]));
        Assert.Equal(3, Statistics.Median([9, 3, 1]));
        Assert.True(double.IsNaN(Statistics.Median([double.NaN])));
    }

    private static RunSummary Summary(string arm, string point, int steps, Func<int, StepRow> row)
        => new(
            new PlannedRun(arm, point, new Dictionary<string, string>(), RunOptions.Parse([])),
            "",
            new([], "v", [], "", null),
            [.. Enumerable.Range(0, steps).Select(row)]);
}
