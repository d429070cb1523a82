using System.CommandLine;
using Mxact.Shell;
using Mxact.Training.Reports;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train study</c>: the figures of a study's page.</summary>
internal static class StudyCommand
{
    public static Command Create()
    {
        Command command = new("study", $"draw the figures of a study's {StudyPage.Name} from the CSV files of its results");
        Argument<string> study = new("study") { Description = $"the study's folder, with {StudyPage.Name} and results/" };
        command.Add(study);
        command.SetAction(parsed =>
        {
            Console.WriteLine(StudyPage.Write(parsed.GetRequiredValue(study)));
            return ExitCodes.Success;
        });
        return command;
    }
}
