using System.CommandLine;
using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;
using Spectre.Console;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train run</c>: one training.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Command command = new("run", "train once: run.json, steps.csv, checkpoints and result.json in a folder of its own");
        Option<string> folder = new("--out") { Description = "the run's folder", HelpName = "folder", Required = true };
        Option<bool> resume = new("--resume")
        {
            Description = "continue the run in the folder with its own options; only --backend and --threads may differ",
        };
        RunOptionsOnCommandLine options = new(OptionSpec.All);
        command.Add(folder);
        command.Add(resume);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyDictionary<string, string> given = options.ReadGiven(parsed);
            RunFolder run = new(parsed.GetRequiredValue(folder));
            if (parsed.GetValue(resume))
            {
                return given.Keys.FirstOrDefault(name => !OptionSpec.OfExecution.Contains(name)) is { } fixedOption
                    ? throw new UsageException($"--{fixedOption} cannot be given with --resume: the run keeps its own options")
                    : run.Result is not null ? Report(run.ProveResult().Result, run)
                    : Train(Resume(run, given), run);
            }

            if (!given.TryGetValue("seed", out string? seed) || !SeedRange.TryParse(seed, out IReadOnlyList<string> seeds))
            {
                return Start(run, given);
            }

            foreach (string one in seeds)
            {
                RunFolder folder = new(Path.Combine(run.Path, $"seed-{one}"));
                Dictionary<string, string> single = new(given) { ["seed"] = one };
                if (folder.Record is { } made && !made.Options.SequenceEqual(RunOptions.Parse(single).Words))
                {
                    throw new UsageException($"{folder.Path}: contains a run with other options; choose another --out");
                }

                int code = folder.Result is not null ? Report(folder.ProveResult().Result, folder)
                    : folder.Record is not null ? Train(Resume(folder, OfExecution(given)), folder)
                    : Start(folder, single);
                if (code != ExitCodes.Success)
                {
                    return code;
                }
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static int Start(RunFolder run, IReadOnlyDictionary<string, string> given)
    {
        RunOptions chosen = RunOptions.Parse(given);
        chosen.RefuseIdle();
        return Train(Trainer.Start(chosen, run, chosen.Execution), run);
    }

    private static Dictionary<string, string> OfExecution(IReadOnlyDictionary<string, string> given)
        => given.Where(o => OptionSpec.OfExecution.Contains(o.Key)).ToDictionary();

    /// <summary>Goes on with a run, on what is given or else on what it was begun with.</summary>
    public static Trainer Resume(RunFolder run, IReadOnlyDictionary<string, string> execution)
    {
        RunRecord record = run.Record ?? throw new UsageException($"{run.Path}: contains no run to resume");
        return Trainer.Resume(run, RunOptions.Parse(record.Options).With(execution).Execution);
    }

    /// <summary>Trains under a progress bar and says what came of it.</summary>
    public static int Train(Trainer started, RunFolder folder)
    {
        using Trainer trainer = started;
        RunResult? result = Interruption.Run(stop =>
        {
            using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(stop, ParentWatch.Lost);
            return WithProgress(trainer, folder, any.Token);
        });
        if (result is null)
        {
            Console.WriteLine($"stopped: {folder.Path} has a checkpoint; use --resume to continue");
            return ExitCodes.Interrupted;
        }

        return Report(result, folder);
    }

    /// <summary>Says what came of a run.</summary>
    public static int Report(RunResult result, RunFolder folder)
    {
        string loss = result.FinalLoss is { } final ? final.ToString("g4", CultureInfo.InvariantCulture) : "not finite";
        string happened = result.Event is not { } rule ? ""
            : rule.At is { } at ? string.Create(CultureInfo.InvariantCulture, $", first event at step {at}")
            : ", no event";
        string divergence = result.Diverged is { } step ? string.Create(CultureInfo.InvariantCulture, $", diverged at step {step}") : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Status}: {result.Steps} steps, loss {loss} (median of the last 20), "
            + $"{result.Spikes.Count} spikes{happened}{divergence}; {folder.Path}"));
        return ExitCodes.Success;
    }

    private static RunResult? WithProgress(Trainer trainer, RunFolder folder, CancellationToken stop)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            return trainer.Run(_ => { }, stop);
        }

        RunResult? result = null;
        AnsiConsole.Progress().AutoClear(true).Columns(
            new SpinnerColumn(),
            new TaskDescriptionColumn(),
            new ProgressBarColumn(),
            new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(folder.Path), maxValue: trainer.Steps);
            double distance = double.NaN;
            result = trainer.Run(
                row =>
                {
                    distance = double.IsNaN(row.Distance) ? distance : row.Distance;
                    task.Value = row.Step + 1;
                    task.Description = string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {row.Step + 1}  loss {row.Loss:g4}  gradient distance {distance:g3}");
                },
                stop);
        });
        return result;
    }
}
