using System.CommandLine;
using Mxact.Shell;
using Mxact.Training.Reports;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train report</c>: a sweep as a page.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Command command = new("report", "write a sweep's page (report.html, with its plots) and the CSV files behind it");
        Argument<string> sweep = new("sweep") { Description = "the sweep's folder" };
        Option<string?> output = new("--out") { Description = "output folder (default: the sweep's folder)", HelpName = "folder" };
        command.Add(sweep);
        command.Add(output);
        command.SetAction(parsed =>
        {
            SweepFolder folder = new(parsed.GetRequiredValue(sweep));
            Console.WriteLine(SweepReport.Write(folder, new SweepFolder(parsed.GetValue(output) ?? folder.Path).Path));
            return ExitCodes.Success;
        });
        return command;
    }
}
