using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact requests</c>: the questions, for a machine that this program cannot run on.</summary>
internal static class RequestsCommand
{
    public static Command Create()
    {
        Command command = new("requests", "write the questions that a machine elsewhere (GPU farm, RTL simulator) must answer, one a line");
        SuiteOptions options = new();
        RecordingRequests recordings = new();
        options.AddTo(command, judges: false);
        recordings.AddTo(command);
        command.SetAction(parsed =>
        {
            if (recordings.AreAsked(parsed))
            {
                return recordings.Write(parsed, Selection.SeedOf(parsed.GetValue<string>("--seed")));
            }

            Declaration declaration = options.Declaration(parsed, []);
            Judge judge = new(declaration);
            using Stream output = Console.OpenStandardOutput();
            using StreamWriter writer = new(output, bufferSize: 1 << 16) { NewLine = "\n" };
            foreach (TestVector row in (options.Selection(parsed) with { For = declaration }).Rows(options.Golden(parsed)))
            {
                // 'verify' leaves out what has no answer under the declared choices: the two must count the same lines.
                if (judge.Ask(row) is { } asked)
                {
                    writer.WriteLine(asked.Request);
                }
            }

            return ExitCodes.Success;
        });
        return command;
    }
}

/// <summary><c>mxact verify ANSWERS</c>: judges answers computed elsewhere.</summary>
internal static class VerifyCommand
{
    /// <summary>The longest answer that is read: far beyond that of any row.</summary>
    private const int MostAnswerBytes = 1 << 16;

    public static Command Create()
    {
        Command command = new("verify",
            "judge answers computed elsewhere: one line for each line that 'requests' wrote under the same options");
        Argument<string> answers = new("answers") { Description = "file of answers, - for standard input" };
        SuiteOptions options = new();
        command.Add(answers);
        options.AddTo(command, judges: true);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(answers);
            if (path != "-")
            {
                InputFile.Check(path);
            }

            int maxFailures = options.MaxFailures(parsed);
            Declaration declaration = options.Declaration(parsed, []);
            Selection selection = options.Selection(parsed) with { For = declaration };
            GoldenSet golden = options.Golden(parsed);
            using OutputFiles reports = options.BeginReports(parsed, path == "-" ? [] : [path]);
            using LimitedLineReader text = new(path == "-" ? StandardInput.Open() : InputFile.Open(path), path, MostAnswerBytes);
            using AnswersFile file = new(path, text);
            Outcome outcome = SuiteOptions.WithProgress(selection, golden, progress
                => Suite.Run(file, declaration, selection, selection.Rows(golden), maxFailures,
                progress: progress));
            SuiteOptions.RequireRows(outcome);
            outcome.Problem = file.Problem(outcome.StoppedEarly);
            int code = SuiteOptions.Report(reports, outcome);
            return outcome.Problem is null ? code : throw new UsageException(outcome.Problem);
        });
        return command;
    }
}
