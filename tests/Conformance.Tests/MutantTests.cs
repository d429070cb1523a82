using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests;

/// <summary>Every defect that was shipped is a mutant, and the suite kills it; the same rows pass without it.</summary>
public sealed class MutantTests
{
    private static readonly GoldenSet Golden = GoldenSet.Open(GoldenSet.DefaultFolder());

    public static TheoryData<string> Names() => [.. Mutant.All.Select(m => $"{m.Name} ({m.Reported})")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_killed(string name)
    {
        Mutant mutant = Mutant.All.First(m => name == $"{m.Name} ({m.Reported})");
        Selection selection = new(Level.Standard, [mutant.Only], []);
        TestVector[] rows = [.. selection.Rows(Golden)];
        Assert.NotEmpty(rows);
        using MutantKernel defective = new(mutant);
        Outcome killed = Suite.Run(defective, new([]), selection, rows, stop: TestContext.Current.CancellationToken);
        Assert.True(killed[Verdict.Fail] > 0, $"survives {rows.Length} rows");
        Assert.Equal(ExitCodes.Mismatches, killed.ExitCode);
        Findings findings = Diagnosis.Of(killed);
        Assert.Equal(mutant.Cause, findings.Causes.Count > 0 ? findings.Causes[0].Fault.Name : null);
        if (mutant.IsWhole)
        {
            Assert.Empty(findings.Remainders);
            Assert.Single(findings.Causes);
        }

        using BuiltinKernel right = new();
        Assert.Equal(ExitCodes.Success, Suite.Run(right, new([]), selection, rows, stop: TestContext.Current.CancellationToken).ExitCode);
    }

    /// <summary>A judge that accepts anything must be caught by the negative control, which every run makes.</summary>
    [Fact]
    public void The_negative_control_covers_the_rows()
    {
        using BuiltinKernel right = new();
        Selection selection = new(Level.Smoke, [], []);
        Outcome outcome = Suite.Run(right, new([]), selection, selection.Rows(Golden), stop: TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome.ControlsAccepted);
        Assert.True(outcome.ControlsMade > 0.9 * outcome[Verdict.Pass]);
        outcome.ControlsAccepted = 1;
        Assert.Equal(ExitCodes.Bug, outcome.ExitCode);
    }
}
