using System.Globalization;
using Spectre.Console;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Cli.Reports;

/// <summary>What a person reads: a table of groups, the first failures, what would explain them, and one last line.</summary>
internal static class ConsoleReport
{
    private const int MostFailures = 6;

    public static void Write(IAnsiConsole console, Outcome outcome)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn("operation");
        foreach (string column in new[] { "rows", "passed", "variant", "failed", "unsupported" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (Group group in outcome.Groups)
        {
            int failed = group[Verdict.Fail] + group[Verdict.KernelFailed] + group[Verdict.NotAsked];
            table.AddRow(Markup.Escape(group.Name), Number(group.Rows), Number(group[Verdict.Pass]), Number(group[Verdict.DeclaredVariant]), failed > 0 ? $"[red]{Number(failed)}[/]" : "0", Number(group[Verdict.Unsupported]));
        }

        console.Write(table);
        foreach (Judged failure in Shown(outcome))
        {
            foreach (string line in FailureText.Lines(failure))
            {
                console.Profile.Out.Writer.WriteLine(line);
            }

            console.Profile.Out.Writer.WriteLine();
        }

        foreach (Group group in outcome.Groups.Where(g => g[Verdict.Fail] > 0))
        {
            foreach (Explanation explanation in Diagnosis.Of(group))
            {
                console.Profile.Out.Writer.WriteLine($"{group.Name}: {explanation.Explained} of {explanation.Failures} failures are what {explanation.Choice} gives");
            }
        }

        foreach (string line in Closing(outcome))
        {
            console.Profile.Out.Writer.WriteLine(line);
        }
    }

    /// <summary>The last lines, which also go to the other reports.</summary>
    public static IEnumerable<string> Closing(Outcome outcome)
    {
        yield return $"kernel {outcome.Kernel}, held to {outcome.Declaration}";
        yield return $"negative control: {Number(outcome.ControlsMade)} right answers with one bit turned or one digit missing, {Number(outcome.ControlsMade - outcome.ControlsAccepted)} refused";
        if (outcome.StoppedEarly)
        {
            yield return "stopped early: not every row was asked";
        }

        string verdict = outcome.ExitCode switch
        {
            ExitCodes.Success => "conformant",
            ExitCodes.BadInput => "incomplete",
            ExitCodes.Mismatches when outcome[Verdict.Fail] == 0 => "nothing answered",
            ExitCodes.Mismatches => "not conformant",
            _ => outcome.ControlsAccepted > 0 ? "the negative control was accepted: this run proves nothing" : "kernel failed",
        };
        yield return $"{verdict}: {Number(outcome[Verdict.Pass])} passed, {Number(outcome[Verdict.Fail])} failed, {Number(outcome[Verdict.DeclaredVariant])} declared variants, {Number(outcome[Verdict.Unsupported])} unsupported, {Number(outcome[Verdict.KernelFailed] + outcome[Verdict.NotAsked])} crashed, hung or not asked";
    }

    /// <summary>The first failures, no more than two of a group.</summary>
    public static IEnumerable<Judged> Shown(Outcome outcome) => outcome.Groups.SelectMany(g => g.Failures.Take(2)).Take(MostFailures);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
