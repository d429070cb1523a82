using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Shell;

namespace Mxact.Conformance;

/// <summary>What a check found: counts of rows, and the verdict in words.</summary>
public sealed record ConformanceReport
{
    internal ConformanceReport(Outcome outcome)
    {
        IsConformant = outcome.ExitCode == ExitCodes.Success;
        Passed = outcome[Verdict.Pass];
        Variants = outcome[Verdict.DeclaredVariant];
        Failed = outcome[Verdict.Fail];
        Threw = outcome[Verdict.KernelFailed] + outcome[Verdict.NotAsked];
        Text = string.Join('\n', OutcomeText.Lines(outcome));
    }

    /// <summary>True when every row was answered, and answered right.</summary>
    public bool IsConformant { get; }

    /// <summary>Rows asked.</summary>
    public int Rows => Passed + Variants + Failed + Threw;

    /// <summary>Rows answered as the golden row says.</summary>
    public int Passed { get; }

    /// <summary>Rows answered exactly as the declared choices say, where that is not the golden answer.</summary>
    public int Variants { get; }

    /// <summary>Rows answered otherwise.</summary>
    public int Failed { get; }

    /// <summary>Rows at which the kernel threw, and rows not asked after too many of those.</summary>
    public int Threw { get; }

    /// <summary>
    /// The first failures bit by bit, which other choice would explain them, the counts and the verdict: what <c>mxact run</c> prints.
    /// </summary>
    public string Text { get; }
}
