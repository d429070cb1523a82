using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Training.Runs;

namespace Mxact.Training.Sweeps;

/// <summary>A run in a process of its own: whatever happens to it costs itself alone.</summary>
internal static class RunProcess
{
    private const int SigTerm = 15;

    /// <summary>How long the run of a sweep that was killed may take to end: its grace, and a little more.</summary>
    private static readonly TimeSpan Patience = ParentWatch.Grace + TimeSpan.FromSeconds(5);

    /// <summary>Runs, or goes on with, a run; true when it is over.</summary>
    /// <param name="sweep">The sweep's folder.</param>
    /// <param name="run">The run.</param>
    /// <param name="execution">The options of execution that stand in place of the run's own.</param>
    /// <param name="stop">Asks the process to stop with a checkpoint.</param>
    public static async Task<bool> Run(
        SweepFolder sweep,
        PlannedRun run,
        IReadOnlyDictionary<string, string> execution,
        CancellationToken stop)
    {
        RunFolder folder = sweep.FindFolder(run);
        if (!await Prepare(sweep, run, stop).ConfigureAwait(false))
        {
            return false;
        }

        IEnumerable<string> options = folder.Record is null ? SpellChosen(run, execution) : ["--resume", .. Spell(execution)];
        string text = await Start(["--out", folder.Path, .. options], stop).ConfigureAwait(false);
        if (folder.Result is not null)
        {
            return true;
        }

        if (!stop.IsCancellationRequested)
        {
            if (text.Contains(RunFolder.HeldText, StringComparison.Ordinal))
            {
                await Tell(run, RunFolder.HeldText).ConfigureAwait(false);
                return false;
            }

            try
            {
                AtomicFile.Write(sweep.FindErrorPath(run), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n")));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A full disk must not stop the other runs; the run counts as begun, and is gone on with the next time.
                await Tell(run, text).ConfigureAwait(false);
            }
        }

        return false;
    }

    /// <summary>Runs seeds of one arm in one process as one batch; what that leaves undone is run alone, whatever the reason.</summary>
    /// <param name="sweep">The sweep's folder.</param>
    /// <param name="seeds">Runs that differ by their seed alone.</param>
    /// <param name="execution">The options of execution that stand in place of the runs' own.</param>
    /// <param name="done">Told each run that is over.</param>
    /// <param name="stop">Asks the process to stop with checkpoints.</param>
    public static async Task RunTogether(
        SweepFolder sweep,
        IReadOnlyList<PlannedRun> seeds,
        IReadOnlyDictionary<string, string> execution,
        Action done,
        CancellationToken stop)
    {
        if (seeds.Count > 1)
        {
            List<PlannedRun> free = [];
            foreach (PlannedRun run in seeds)
            {
                if (await Prepare(sweep, run, stop).ConfigureAwait(false))
                {
                    free.Add(run);
                }
            }

            if (free.Count > 1)
            {
                await Start(
                    [
                        .. free.SelectMany(r => new[] { "--out", sweep.FindFolder(r).Path }),
                        "--together", free.Count.ToString(CultureInfo.InvariantCulture),
                        .. SpellChosen(free[0], execution, except: "seed"),
                        "--seed", string.Join(',', free.Select(r => r.Options["seed"])),
                    ],
                    stop).ConfigureAwait(false);
            }
        }

        foreach (PlannedRun run in seeds)
        {
            bool isOver = sweep.FindFolder(run).Result is not null;
            if (isOver || (!stop.IsCancellationRequested && await Run(sweep, run, execution, stop).ConfigureAwait(false)))
            {
                done();
            }
        }
    }

    /// <summary>Makes a run's folder free for a process, or says why it is not.</summary>
    private static async Task<bool> Prepare(SweepFolder sweep, PlannedRun run, CancellationToken stop)
    {
        RunFolder folder = sweep.FindFolder(run);
        try
        {
            Directory.CreateDirectory(folder.Path);
            if (!await IsFree(folder, stop).ConfigureAwait(false))
            {
                await Tell(run, RunFolder.HeldText).ConfigureAwait(false);
                return false;
            }

            if (File.Exists(sweep.FindErrorPath(run)))
            {
                File.Delete(sweep.FindErrorPath(run));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Tell(run, exception.Message).ConfigureAwait(false);
            return false;
        }

        return true;
    }

    /// <summary>Runs the program's <c>run</c>; what it says of an error, in a line or more.</summary>
    private static async Task<string> Start(IEnumerable<string> words, CancellationToken stop)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment[Interruption.ChildVariable] = "1";
        start.Environment[ParentWatch.Variable] = "1";
        foreach (string word in (IEnumerable<string>)[.. FindProgram(), "run", .. words])
        {
            start.ArgumentList.Add(word);
        }

        // Its standard input stays open, and tells it by its end that this process is gone.
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration registration = stop.Register(() => _ = Kill(process.Id, SigTerm));
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.StandardOutput.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        string text = (await error.ConfigureAwait(false)).Trim();
        return text.Length > 0 ? text : $"ended with exit code {process.ExitCode}";
    }

    /// <summary>A run's options that are not the defaults, with those of execution.</summary>
    private static IEnumerable<string> SpellChosen(PlannedRun run, IReadOnlyDictionary<string, string> execution, string? except = null)
        => Spell(run.Options.With(execution).Words.Where(o => o.Key != except && o.Value != OptionSpec.Find(o.Key)!.Default));

    /// <summary>Options as words of a command line.</summary>
    public static IEnumerable<string> Spell(IEnumerable<KeyValuePair<string, string>> options)
        => options.SelectMany(o => new[] { "--" + o.Key, o.Value });

    /// <summary>When the program runs under the dotnet host, the assembly is the host's first argument.</summary>
    public static string[] FindProgram()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Path.Combine(AppContext.BaseDirectory, "mxact-train.dll")]
            : [];

    private static Task Tell(PlannedRun run, string text)
        => Console.Error.WriteLineAsync($"mxact-train: {run.Folder}: {Printable.Short(text, 1000)}");

    /// <summary>Waits for a run that outlives the sweep which started it.</summary>
    private static async Task<bool> IsFree(RunFolder folder, CancellationToken stop)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (folder.IsHeld)
        {
            if (watch.Elapsed > Patience || stop.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
