using System.CommandLine;
using Spectre.Console;
using Mxact.Training.Checks;
using Mxact.Shell;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train checks</c>: what is known without training.</summary>
internal static class ChecksCommand
{
    public static Command Create()
    {
        Command command = new("checks", "check what is known without training: last-bin shares of gains and data, and what round-up is");
        command.SetAction(_ =>
        {
            CheckResult[] results = [.. KnownAnswers.Run()];
            Table table = new Table().AddColumns("check", "expected", "measured", "").Border(TableBorder.Simple);
            foreach (CheckResult result in results)
            {
                table.AddRow(Markup.Escape(result.Name), Markup.Escape(result.Expected), Markup.Escape(result.Measured), result.Passed ? "ok" : "WRONG");
            }

            AnsiConsole.Profile.Width = Console.IsOutputRedirected ? 200 : AnsiConsole.Profile.Width;
            AnsiConsole.Write(table);
            int wrong = results.Count(r => !r.Passed);
            Console.WriteLine($"{results.Length - wrong} right, {wrong} wrong");
            return wrong == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }
}
