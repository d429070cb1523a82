using System.CommandLine;
using Mxact.Shell;
using Mxact.Training.Checks;
using Mxact.Training.Runs;
using Spectre.Console;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train checks</c>: what is known without training.</summary>
internal static class ChecksCommand
{
    private const int WidthInPipes = 100;

    public static Command Create()
    {
        Command command = new("checks", "check what is known without training: last-bin shares of gains and data, and what round-up is");
        RunOptionsOnCommandLine execution = RunOptionsOnCommandLine.OfExecution();
        execution.AddTo(command);
        command.SetAction(parsed =>
        {
            CheckResult[] results = [.. KnownAnswers.Run(RunOptions.Parse(execution.ReadGiven(parsed)).Execution)];
            Table table = new Table().AddColumns("check", "expected", "measured", "").Border(TableBorder.Simple);
            foreach (CheckResult result in results)
            {
                table.AddRow(
                    Markup.Escape(result.Name),
                    Markup.Escape(result.Expected),
                    Markup.Escape(result.Measured),
                    result.Passed ? "ok" : "WRONG");
            }

            AnsiConsole.Profile.Width = Console.IsOutputRedirected ? WidthInPipes : AnsiConsole.Profile.Width;
            AnsiConsole.Write(table);
            int wrong = results.Count(r => !r.Passed);
            Console.WriteLine($"{results.Length - wrong} right, {wrong} wrong");
            return wrong == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }
}
