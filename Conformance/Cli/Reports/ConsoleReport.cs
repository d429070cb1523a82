using System.Globalization;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Spectre.Console;

namespace Mxact.Cli.Reports;

/// <summary>What a person reads: a table of groups, the first failures, what would explain them, and one last line.</summary>
internal static class ConsoleReport
{
    public static void Write(IAnsiConsole console, Outcome outcome)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn("operation");
        foreach (string column in (string[])["rows", "passed", "variant", .. outcome.Known is null ? [] : (string[])["known"], "failed",
            "unsupported"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (Group group in outcome.Groups)
        {
            int failed = group[Verdict.Fail] + group[Verdict.KernelFailed] + group[Verdict.NotAsked];
            table.AddRow([
                Markup.Escape(Printable.Line(group.Name)), Number(group.Rows), Number(group[Verdict.Pass]),
                    Number(group[Verdict.DeclaredVariant]),
                .. outcome.Known is null ? [] : (string[])[Number(group[Verdict.KnownDeparture])],
                failed > 0 ? $"[red]{Number(failed)}[/]" : "0", Number(group[Verdict.Unsupported]),
            ]);
        }

        console.Write(table);
        foreach (string line in OutcomeText.Lines(outcome))
        {
            console.Profile.Out.Writer.WriteLine(Printable.Line(line));
        }
    }

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
