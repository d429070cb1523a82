using Mxact.Shell;
using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Mxact.Training.Sweeps;

namespace Mxact.Training.Cli.Commands;

/// <summary><c>mxact-train sweep</c>: every run of a plan.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        Command command = new("sweep", "train every run of a plan file, in parallel processes; what is over is left alone, what was stopped goes on");
        Argument<string> plan = new("plan") { Description = "the plan (JSON; see Training/README.md), or with --status alone a sweep's folder", Arity = ArgumentArity.ExactlyOne };
        Option<string?> folder = new("--out") { Description = "the sweep's folder (default: the plan's name without its ending)", HelpName = "folder" };
        Option<int> processes = new("--processes") { Description = "runs at a time; 0 is one a processor", HelpName = "n", DefaultValueFactory = _ => 0 };
        Option<bool> status = new("--status") { Description = "say where the runs stand, and start none" };
        Option<bool> retry = new("--retry") { Description = "do runs again that ended with an error" };
        Option<bool> slurm = new("--slurm") { Description = "submit the plan as a Slurm job array" };
        Option<string[]> sbatch = new("--sbatch") { Description = "an option for sbatch, such as --sbatch=--partition=cpu; repeatable", HelpName = "option", DefaultValueFactory = _ => [] };
        Option<int?> task = new("--task") { Description = "do the one run of this number: what a task of the array calls", HelpName = "n" };
        foreach (Option option in (Option[])[folder, processes, status, retry, slurm, sbatch, task])
        {
            command.Add(option);
        }

        command.Add(plan);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(plan);
            if (parsed.GetValue(status) && Directory.Exists(path))
            {
                return Status(new SweepFolder(path));
            }

            SweepPlan read = SweepPlan.Read(path);
            SweepFolder sweep = new(parsed.GetValue(folder) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path)));
            if (parsed.GetValue(status))
            {
                return Status(sweep);
            }

            int count = parsed.GetValue(processes);
            if (count is < 0 or > 1024)
            {
                throw new UsageException($"--processes is 0 to 1024, not {count}");
            }

            sweep.Adopt(path);
            if (parsed.GetValue(slurm))
            {
                int threads = read.Runs.Max(r => Math.Max(r.Options.Threads, r.Options.TorchThreads));
                string script = SlurmArray.Script([Environment.ProcessPath!, .. RunProcess.Self()], Path.GetFullPath(sweep.PlanPath), Path.GetFullPath(sweep.Path), read.Runs.Count, count, threads);
                Console.WriteLine(SlurmArray.Submit(script, parsed.GetValue(sbatch) ?? []));
                return ExitCodes.Success;
            }

            return parsed.GetValue(task) is { } number
                ? number >= 0 && number < read.Runs.Count ? Run(sweep, [read.Runs[number]], 1, retry: true) : throw new UsageException($"--task is 0 to {read.Runs.Count - 1}, not {number}")
                : Run(sweep, read.Runs, count == 0 ? Environment.ProcessorCount : count, parsed.GetValue(retry));
        });
        return command;
    }

    private static int Run(SweepFolder sweep, IReadOnlyList<PlannedRun> runs, int processes, bool retry)
    {
        List<PlannedRun> missing = [.. runs.Where(r => sweep.StateOf(r) is RunState.Missing or RunState.Begun || (retry && sweep.StateOf(r) == RunState.Failed))];
        bool stopped = Interruption.Run(stop =>
        {
            WithProgress(runs.Count - missing.Count, runs.Count, done => Parallel.ForEachAsync(
                missing,
                new ParallelOptions { MaxDegreeOfParallelism = processes },
                async (run, _) =>
                {
                    if (!stop.IsCancellationRequested && await RunProcess.Run(sweep, run, stop).ConfigureAwait(false))
                    {
                        done();
                    }
                }).GetAwaiter().GetResult());
            return stop.IsCancellationRequested;
        });
        int code = Summary(sweep, runs);
        return stopped ? ExitCodes.BadInput : code;
    }

    private static int Status(SweepFolder sweep) => Summary(sweep, sweep.Plan.Runs);

    private static int Summary(SweepFolder sweep, IReadOnlyList<PlannedRun> runs)
    {
        Dictionary<RunState, List<PlannedRun>> states = runs.GroupBy(sweep.StateOf).ToDictionary(g => g.Key, g => g.ToList());
        int Count(RunState state) => states.TryGetValue(state, out List<PlannedRun>? those) ? those.Count : 0;
        foreach (PlannedRun failed in states.GetValueOrDefault(RunState.Failed) ?? [])
        {
            Console.WriteLine($"failed: {failed.Folder}: {File.ReadLines(sweep.ErrorOf(failed)).FirstOrDefault()}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs.Count} runs: {Count(RunState.Done)} done, {Count(RunState.Diverged)} diverged, {Count(RunState.Failed)} failed, {Count(RunState.Begun)} begun, {Count(RunState.Missing)} to do; {sweep.Path}"));
        return Count(RunState.Failed) > 0 ? ExitCodes.Mismatches : ExitCodes.Success;
    }

    private static void WithProgress(int before, int total, Action<Action> work)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            work(() => { });
            return;
        }

        AnsiConsole.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("runs", maxValue: total);
            task.Value = before;
            work(() => task.Increment(1));
        });
    }
}
