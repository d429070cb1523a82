using Mxact.Shell;
using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Mxact.Training.Runs;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train run</c>: one training.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Command command = new("run", "train once: run.json, steps.csv, checkpoints and result.json in a folder of its own");
        Option<string> folder = new("--out") { Description = "the run's folder", HelpName = "folder", Required = true };
        Option<bool> resume = new("--resume") { Description = "go on with the run in the folder, whose options are its own" };
        RunOptionsOnCommandLine options = new();
        command.Add(folder);
        command.Add(resume);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyDictionary<string, string> given = options.Given(parsed);
            RunFolder run = new(parsed.GetRequiredValue(folder));
            if (parsed.GetValue(resume))
            {
                return given.Count > 0 ? throw new UsageException($"--{given.Keys.First()} cannot be given with --resume: the run's own options stand")
                    : run.Result is { } over ? Report(over, run)
                    : Train(Trainer.Resume(run), run);
            }

            return Train(Trainer.Start(RunOptions.Of(given), run), run);
        });
        return command;
    }

    /// <summary>Trains under a progress bar and says what came of it.</summary>
    public static int Train(Trainer started, RunFolder folder)
    {
        using Trainer trainer = started;
        RunResult? result = Interruption.Run(stop => WithProgress(trainer, folder, stop));
        if (result is null)
        {
            Console.WriteLine($"stopped: {folder.Path} holds a checkpoint, and --resume goes on from it");
            return ExitCodes.BadInput;
        }

        return Report(result, folder);
    }

    /// <summary>Says what came of a run.</summary>
    public static int Report(RunResult result, RunFolder folder)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Status}: {result.Steps} steps, loss {(result.FinalLoss is { } loss ? loss.ToString("g4", CultureInfo.InvariantCulture) : "not finite")} (median of the last 20), {result.Spikes.Count} spikes{(result.Diverged is { } step ? $", diverged at step {step}" : "")}; {folder.Path}"));
        return ExitCodes.Success;
    }

    private static RunResult? WithProgress(Trainer trainer, RunFolder folder, CancellationToken stop)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            return trainer.Run(_ => { }, stop);
        }

        RunResult? result = null;
        AnsiConsole.Progress().AutoClear(true).Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(folder.Path), maxValue: trainer.Steps);
            double zeta = double.NaN;
            result = trainer.Run(
                row =>
                {
                    zeta = double.IsNaN(row.Zeta) ? zeta : row.Zeta;
                    task.Value = row.Step + 1;
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"step {row.Step + 1}  loss {row.Loss:g4}  zeta {zeta:g3}");
                },
                stop);
        });
        return result;
    }
}
