using System.CommandLine;
using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Models;
using Mxact.Training.Runs;
using Mxact.Training.Sweeps;
using Spectre.Console;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train run</c>: one training.</summary>
internal static class RunCommand
{
    private const int MostTogether = 256;

    public static Command Create()
    {
        Command command = new(
            "run",
            "train one seed, or several at once: run.json, steps.csv, checkpoints and result.json in a folder of each one's own");
        Option<string[]> folders = new("--out")
        {
            Description = "the run's folder; of several seeds their folders (seed-N in it), or one for each, in order",
            HelpName = "folder",
            Required = true,
        };
        Option<bool> resume = new("--resume")
        {
            Description = "continue the run in the folder with its own options; only --backend and --threads may differ",
        };
        Option<int?> together = new("--together")
        {
            Description = "of several seeds of the proxy, how many are trained at once, as one batch; no bit depends on it "
                + "[default: up to 16, by their size]",
            HelpName = "n",
        };
        RunOptionsOnCommandLine options = new(OptionSpec.All);
        command.Add(folders);
        command.Add(resume);
        command.Add(together);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyDictionary<string, string> given = options.ReadGiven(parsed);
            RunFolder[] named = [.. parsed.GetRequiredValue(folders).Select(path => new RunFolder(path))];
            int? batch = parsed.GetValue(together) is { } count ? CheckTogether(count) : null;
            bool isRange = given.TryGetValue("seed", out string? seed) & SeedRange.TryParse(seed ?? "", out IReadOnlyList<string> seeds);
            if (named.Length > 1 && (!isRange || named.Length != seeds.Count))
            {
                throw new UsageException($"--out names {named.Length} folders for {(isRange ? seeds.Count : 1)} seed(s)");
            }

            RunFolder run = named[0];
            if (parsed.GetValue(resume))
            {
                return given.Keys.FirstOrDefault(name => !OptionSpec.OfExecution.Contains(name)) is { } fixedOption
                    ? throw new UsageException($"--{fixedOption} cannot be given with --resume: the run keeps its own options")
                    : run.Result is not null ? Report(run.ProveResult().Result, run)
                    : Train(Resume(run, given), run);
            }

            return isRange
                ? StartSeeds([.. seeds.Select((s, i) => (named.Length > 1 ? named[i] : Inside(run, s), With(given, s)))], given, batch)
                : Start(run, given);
        });
        return command;

        static RunFolder Inside(RunFolder folder, string seed) => new(Path.Combine(folder.Path, $"seed-{seed}"));

        static Dictionary<string, string> With(IReadOnlyDictionary<string, string> given, string seed) => new(given) { ["seed"] = seed };
    }

    /// <summary>A number of seeds to train at once, checked.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static int CheckTogether(int count)
        => count is >= 1 and <= MostTogether
            ? count
            : throw new UsageException($"--together must be 1 to {MostTogether}, not {count}");

    /// <summary>Seeds of one arm, a batch after the other: those that are over are reported, those that were begun go on.</summary>
    private static int StartSeeds(
        IReadOnlyList<(RunFolder Folder, Dictionary<string, string> Given)> seeds,
        IReadOnlyDictionary<string, string> given,
        int? together)
    {
        List<(RunFolder Folder, RunOptions Options)> left = [];
        foreach ((RunFolder folder, Dictionary<string, string> own) in seeds)
        {
            RunOptions chosen = RunOptions.Parse(own);
            chosen.RefuseIdle();
            if (folder.Record is { } made && !OfTraining(made.Options).SequenceEqual(OfTraining(chosen.Words)))
            {
                throw new UsageException($"{folder.Path}: contains a run with other options; choose another --out");
            }

            if (folder.Result is not null)
            {
                Report(folder.ProveResult().Result, folder);
            }
            else
            {
                left.Add((folder, chosen));
            }
        }

        // Seeds of other models come one after the other, so that one model is in memory.
        int most = left.Count == 0 || left[0].Options["model"] != "proxy" ? 1
            : together ?? ProxyCohort.FindDefaultCount(left[0].Options.BuildProxyOptions());
        foreach ((RunFolder Folder, RunOptions Options)[] batch in left.Chunk(most))
        {
            int code = Train(
                [
                    .. batch.Select(run => (run.Folder, (Func<Trainer>)(() => run.Folder.Record is not null
                        ? Resume(run.Folder, OfExecution(given))
                        : Trainer.Start(run.Options, run.Folder, run.Options.Execution)))),
                ]);
            if (code != ExitCodes.Success)
            {
                return code;
            }
        }

        return ExitCodes.Success;

        static IEnumerable<KeyValuePair<string, string>> OfTraining(IEnumerable<KeyValuePair<string, string>> words)
            => words.Where(o => !OptionSpec.OfExecution.Contains(o.Key));
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
    public static int Train(Trainer started, RunFolder folder) => Train([(folder, () => started)]);

    private static int Train(IReadOnlyList<(RunFolder Folder, Func<Trainer> Make)> runs)
    {
        List<Trainer> trainers = [];
        try
        {
            foreach ((_, Func<Trainer> make) in runs)
            {
                trainers.Add(make());
            }

            IReadOnlyList<RunResult?> results = Interruption.Run(stop =>
            {
                using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(stop, ParentWatch.Lost);
                return WithProgress(trainers, runs.Count == 1 ? runs[0].Folder.Path : $"{runs.Count} seeds", any.Token);
            });
            foreach ((RunFolder folder, RunResult? result) in runs.Select((r, i) => (r.Folder, results[i])))
            {
                if (result is null)
                {
                    Console.WriteLine($"stopped: {folder.Path} has a checkpoint; use --resume to continue");
                }
                else
                {
                    Report(result, folder);
                }
            }

            return results.Contains(null) ? ExitCodes.Interrupted : ExitCodes.Success;
        }
        finally
        {
            trainers.ForEach(t => t.Dispose());
        }
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

    private static IReadOnlyList<RunResult?> WithProgress(IReadOnlyList<Trainer> runs, string name, CancellationToken stop)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            return Cohort.Run(runs, (_, _) => { }, stop);
        }

        IReadOnlyList<RunResult?> results = [];
        AnsiConsole.Progress().AutoClear(true).Columns(
            new SpinnerColumn(),
            new TaskDescriptionColumn(),
            new ProgressBarColumn(),
            new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(name), maxValue: runs.Sum(r => (double)r.Steps));
            double distance = double.NaN;
            results = Cohort.Run(
                runs,
                (_, row) =>
                {
                    distance = double.IsNaN(row.Distance) ? distance : row.Distance;
                    task.Value = runs.Sum(r => (double)r.StepsDone);
                    task.Description = string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {row.Step + 1}  loss {row.Loss:g4}  gradient distance {distance:g3}");
                },
                stop);
        });
        return results;
    }
}
