using Mxact.Training.Reports;
using Mxact.Training.Runs;

namespace Mxact.Training.Tests;

/// <summary>Warnings and how they are counted, on logs made by hand.</summary>
public sealed class WarningTests
{
    /// <summary>The norm is 1, and 10.5 at step 150; the twin's is 1, and 2 at step 150.</summary>
    [Fact]
    public void Rules_see_what_they_are_about()
    {
        StepRow[] run = Rows(300, step => step == 150 ? 10.5 : step == 200 ? 11 : 1);
        StepRow[] twin = Rows(300, step => step == 150 ? 2 : 1);
        Assert.Equal(200, WarningRule.Twin.Find(run, twin));
        Assert.Equal(150, WarningRule.Own.Find(run, null));
        Assert.Null(WarningRule.Twin.Find(run, null));
        Assert.Equal([200, 150, 120, 130], WarningRule.All.Select(rule => rule.Find(run, twin)));
    }

    /// <summary>Before step 100 nothing counts, at ten times neither, and a norm that is no number does.</summary>
    [Theory]
    [InlineData(99, 50, null)]
    [InlineData(100, 50, 100)]
    [InlineData(100, 10, null)]
    [InlineData(140, double.NaN, 140)]
    public void Where_a_norm_warns(int at, double norm, int? expected)
    {
        StepRow[] run = Rows(160, step => step == at ? norm : 1);
        Assert.Equal(expected, WarningRule.Own.Find(run, null));
        Assert.Equal(expected, WarningRule.Twin.Find(run, Rows(160, _ => 1)));
    }

    /// <summary>A hit comes before its event; one at the event's own step is none, and no false alarm either.</summary>
    [Fact]
    public void Hits_leads_and_false_alarms()
    {
        WarningCount count = WarningCount.Of([(500, 300), (500, 500), (500, 700), (500, null), (null, 100), (null, null), (null, null)]);
        Assert.Equal(new Proportion(1, 4), count.Hits);
        Assert.Equal(new Proportion(1, 3), count.FalseAlarms);
        Assert.Equal([200], count.Leads);
    }

    private static StepRow[] Rows(int steps, Func<int, double> norm)
        => [.. Enumerable.Range(0, steps).Select(step => new StepRow
        {
            Step = step,
            GradNorm = norm(step),
            Distance = step == 120 ? 0.95 : double.NaN,
            LnLastBin = step == 130 ? 0.25 : 0,
        })];
}
