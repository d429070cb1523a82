using System.CommandLine;
using System.Globalization;
using Mxact.Shell;
using Mxact.Training.Sweeps;
using Spectre.Console;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train sweep</c>: every run of a plan.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        Command command = new(
            "sweep",
            "train every run of a plan in parallel processes; finished runs are skipped, interrupted ones continue");
        Argument<string> plan = new("plan")
        {
            Description = "the plan (JSON; see Training/README.md), or with --status alone a sweep's folder",
            Arity = ArgumentArity.ExactlyOne,
        };
        Option<string?> folder = new("--out")
        {
            Description = "the sweep's folder (default: the plan's path without its extension)",
            HelpName = "folder",
        };
        Option<int> processes = new("--processes")
        {
            Description = "concurrent runs; 0 is one for every processor",
            HelpName = "n",
            DefaultValueFactory = _ => 0,
        };
        Option<int> together = new("--together")
        {
            Description = "seeds of an arm of the proxy that one process trains at once, as one batch; no bit depends on it",
            HelpName = "n",
            DefaultValueFactory = _ => 1,
        };
        Option<bool> status = new("--status") { Description = "show the state of every run and start none" };
        Option<bool> retry = new("--retry") { Description = "repeat the runs that failed" };
        Option<bool> slurm = new("--slurm") { Description = "submit the plan as a Slurm job array" };
        Option<string[]> sbatch = new("--sbatch")
        {
            Description = "an option for sbatch, such as --sbatch=--partition=cpu; repeatable",
            HelpName = "option",
            DefaultValueFactory = _ => [],
        };
        Option<bool> yes = new("--yes")
        {
            Description = $"run a plan that would take more than {CostEstimate.MostHours} hours of one core, by the sizes of its products",
        };
        Option<int?> task = new("--task")
        {
            Description = "train only the run of this number, as a task of a Slurm array does",
            HelpName = "n",
        };
        foreach (Option option in (Option[])[folder, processes, together, status, retry, slurm, sbatch, yes, task])
        {
            command.Add(option);
        }

        RunOptionsOnCommandLine execution = RunOptionsOnCommandLine.OfExecution();
        execution.AddTo(command);
        command.Add(plan);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(plan);
            if (path.Length == 0 || path.Contains('\0'))
            {
                throw new UsageException("the plan's path is empty");
            }

            if (parsed.GetValue(status) && Directory.Exists(path))
            {
                return Status(new SweepFolder(path));
            }

            SweepPlan read = SweepPlan.Read(path);
            SweepFolder sweep = new(
                parsed.GetValue(folder)
                    ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path)));
            if (parsed.GetValue(status))
            {
                return Status(sweep);
            }

            int count = parsed.GetValue(processes);
            if (count is < 0 or > 1024)
            {
                throw new UsageException($"--processes must be 0 to 1024, not {count}");
            }

            int batch = RunCommand.CheckTogether(parsed.GetValue(together));
            double hours = CostEstimate.HoursOf(read.Runs);
            if (hours > CostEstimate.MostHours && !parsed.GetValue(yes) && parsed.GetValue(task) is null)
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: {read.Runs.Count} runs would take about {hours:f0} hours of one core; --yes runs them"));
            }

            IReadOnlyDictionary<string, string> given = execution.ReadGiven(parsed);
            if (parsed.GetValue(slurm))
            {
                // Which backends a node has, the node says.
                string script = SlurmArray.Write(
                    [Environment.ProcessPath!, .. RunProcess.FindProgram()],
                    Path.GetFullPath(sweep.PlanPath),
                    Path.GetFullPath(sweep.Path),
                    read.Runs.Count,
                    count,
                    read.Runs.Max(r => r.Options.With(given).Processors),
                    RunProcess.Spell(given));
                sweep.Adopt(path);
                Console.WriteLine(SlurmArray.Submit(script, parsed.GetValue(sbatch) ?? []));
                return ExitCodes.Success;
            }

            foreach (PlannedRun run in read.Runs)
            {
                _ = run.Options.With(given).Execution; // a backend that this machine lacks is one line, not one a run
            }

            sweep.Adopt(path);
            if (parsed.GetValue(task) is { } number)
            {
                return number >= 0 && number < read.Runs.Count
                    ? Run(sweep, [read.Runs[number]], given, 1, 1, retry: true)
                    : throw new UsageException($"--task must be 0 to {read.Runs.Count - 1}, not {number}");
            }

            return Run(sweep, read.Runs, given, count == 0 ? Environment.ProcessorCount : count, batch, parsed.GetValue(retry));
        });
        return command;
    }

    private static int Run(
        SweepFolder sweep,
        IReadOnlyList<PlannedRun> runs,
        IReadOnlyDictionary<string, string> execution,
        int processes,
        int together,
        bool retry)
    {
        bool IsLeft(RunState state) => state is RunState.Missing or RunState.Begun || (retry && state == RunState.Failed);
        List<PlannedRun> missing = [.. runs.Where(r => IsLeft(sweep.ReadState(r)))];
        bool stopped = Interruption.Run(stop =>
        {
            WithProgress(runs.Count - missing.Count, runs.Count, done => Parallel.ForEachAsync(
                together == 1
                    ? missing.Chunk(1)
                    : missing.GroupBy(r => (r.Arm, r.Options["model"] == "proxy" ? r.PointBesideSeed : r.Point))
                        .SelectMany(arm => arm.Chunk(together)),
                new ParallelOptions { MaxDegreeOfParallelism = processes },
                async (seeds, _) =>
                {
                    if (!stop.IsCancellationRequested)
                    {
                        await RunProcess.RunTogether(sweep, seeds, execution, done, stop).ConfigureAwait(false);
                    }
                }).GetAwaiter().GetResult());
            return stop.IsCancellationRequested;
        });
        int code = Summary(sweep, runs);
        return stopped ? ExitCodes.Interrupted
            : code == ExitCodes.Success && runs.Any(r => sweep.ReadState(r) is not (RunState.Done or RunState.Diverged))
                ? ExitCodes.Mismatches
            : code;
    }

    private static int Status(SweepFolder sweep) => Summary(sweep, sweep.Plan.Runs);

    private static int Summary(SweepFolder sweep, IReadOnlyList<PlannedRun> runs)
    {
        Dictionary<RunState, List<PlannedRun>> states = runs.GroupBy(sweep.ReadState).ToDictionary(g => g.Key, g => g.ToList());
        int Count(RunState state) => states.TryGetValue(state, out List<PlannedRun>? those) ? those.Count : 0;
        foreach (PlannedRun failed in states.GetValueOrDefault(RunState.Failed) ?? [])
        {
            string error = File.ReadLines(sweep.FindErrorPath(failed)).FirstOrDefault() ?? "";
            Console.WriteLine($"failed: {failed.Folder}: {Printable.Short(error, 1000)}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{runs.Count} runs: {Count(RunState.Done)} done, {Count(RunState.Diverged)} diverged, {Count(RunState.Failed)} failed, "
            + $"{Count(RunState.Begun)} unfinished, {Count(RunState.Missing)} to do; {sweep.Path}"));
        return Count(RunState.Failed) > 0 ? ExitCodes.Mismatches : ExitCodes.Success;
    }

    private static void WithProgress(int before, int total, Action<Action> work)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            work(() => { });
            return;
        }

        AnsiConsole.Progress().AutoClear(true).Columns(
            new TaskDescriptionColumn(),
            new ProgressBarColumn(),
            new PercentageColumn(),
            new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("runs", maxValue: total);
            task.Value = before;
            work(() => task.Increment(1));
        });
    }
}
