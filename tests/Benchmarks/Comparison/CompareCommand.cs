using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mxact.Shell;

namespace Mxact.Benchmarks.Comparison;

/// <summary><c>compare BASE [HEAD]</c>: whether a commit is slower than another.</summary>
internal static class CompareCommand
{
    /// <summary>One size that lies in memory, and every unit on ordinary data: each kernel once, and no training step.</summary>
    private static readonly string[] DefaultFilters = ["*Elements: 4194304*", "*GemmBenchmarks.*Ordinary*"];

    public static Command Create()
    {
        Command command = new(
            "compare",
            "build two commits and compare their benchmarks: interleaved runs, medians; exit code 1 for a loss");
        Argument<string> from = new("base") { Description = "the commit to compare with" };
        Argument<string?> to = new("head")
        {
            Description = "the other commit (default: HEAD, with nothing uncommitted)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string[]> filter = new("--filter")
        {
            Description = "which benchmarks, as BenchmarkDotNet's --filter",
            HelpName = "glob",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => DefaultFilters,
        };
        Option<int> runs = new("--runs") { Description = "runs of each commit", HelpName = "n", DefaultValueFactory = _ => 5 };
        Option<int> limit = new("--limit")
        {
            Description = "minutes that one run may take",
            HelpName = "minutes",
            DefaultValueFactory = _ => 60,
        };
        Option<string?> folder = new("--out")
        {
            Description = "where trees and results are kept (default: artifacts/comparisons)",
            HelpName = "folder",
        };
        command.Add(from);
        command.Add(to);
        foreach (Option option in (Option[])[filter, runs, limit, folder])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            RequireRange("--runs", parsed.GetValue(runs), 1, 100);
            RequireRange("--limit", parsed.GetValue(limit), 1, 24 * 60);
            string repository = ChildProcess.Read(".", "git", "rev-parse", "--show-toplevel");
            string kept = Path.GetFullPath(parsed.GetValue(folder) ?? Path.Combine(repository, "artifacts", "comparisons"));
            if (File.Exists(kept))
            {
                throw new UsageException($"{kept}: is a file, not a folder");
            }

            Commit left = Commit.Find(repository, parsed.GetRequiredValue(from), kept);
            Commit right = Commit.Find(repository, parsed.GetValue(to) ?? "HEAD", kept);
            if (parsed.GetValue(to) is null)
            {
                RequireClean(repository);
            }

            return Interruption.Run(stop =>
                Compare(
                    repository,
                    left,
                    right,
                    parsed.GetValue(filter)!,
                    parsed.GetValue(runs),
                    TimeSpan.FromMinutes(parsed.GetValue(limit)),
                    kept,
                    stop));
        });
        return command;
    }

    private static int Compare(
        string repository,
        Commit left,
        Commit right,
        string[] filters,
        int runs,
        TimeSpan limit,
        string kept,
        CancellationToken stop)
    {
        // Results of one pair and one filter lie together: asked again, what is there is not measured again.
        string question = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', filters))))[..8];
        string results = Path.Combine(kept, $"{left.ShortHash}-{right.ShortHash}-{question}");
        Directory.CreateDirectory(results);
        try
        {
            foreach (Commit commit in ((Commit[])[left, right]).Where(c => !c.IsBuilt))
            {
                Say($"building {commit.ShortHash}");
                commit.Build(repository, stop);
            }

            Measure(left, right, filters, runs, limit, results, stop);
        }
        catch (OperationCanceledException)
        {
            Say("stopped: the same command goes on with the runs that are left");
            return ExitCodes.BadInput;
        }

        Verdict verdict = Verdict.Compare(Read(results, "base", runs), Read(results, "head", runs));
        VerdictText.Write(Console.Out, verdict, left.ShortHash, right.ShortHash);
        return !verdict.Judged.Any() ? throw new UsageException($"no benchmark that matches {string.Join(' ', filters)} is in both commits")
            : verdict.Passes ? ExitCodes.Success
            : ExitCodes.Mismatches;
    }

    /// <summary>Base, head, base, head: what the machine does meanwhile, it does to both.</summary>
    private static void Measure(
        Commit left,
        Commit right,
        string[] filters,
        int runs,
        TimeSpan limit,
        string results,
        CancellationToken stop)
    {
        List<(Commit Commit, string Folder)> todo = [];
        for (int run = 1; run <= runs; run++)
        {
            todo.AddRange([(left, FolderOf(results, "base", run)), (right, FolderOf(results, "head", run))]);
        }

        todo.RemoveAll(r => Directory.Exists(r.Folder));
        Stopwatch time = Stopwatch.StartNew();
        foreach ((int done, (Commit commit, string folder)) in todo.Index())
        {
            string rest = done == 0
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $", about {(time.Elapsed / done * (todo.Count - done)).TotalMinutes:f1} minutes left");
            Say($"run {(2 * runs) - todo.Count + done + 1} of {2 * runs}: {commit.ShortHash}{rest}");
            commit.Run(folder, filters, limit, stop);
        }
    }

    private static IReadOnlyList<Dictionary<string, double>> Read(string results, string side, int runs)
    {
        try
        {
            return [.. Enumerable.Range(1, runs).Select(run => Figures.Read(FolderOf(results, side, run)))];
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static string FolderOf(string results, string side, int run)
        => Path.Combine(results, string.Create(CultureInfo.InvariantCulture, $"{side}-{run}"));

    private static void RequireRange(string option, int given, int least, int greatest)
    {
        if (given < least || given > greatest)
        {
            throw new UsageException($"{option} is {least} to {greatest}, not {given}");
        }
    }

    /// <summary>What is not committed would not be measured.</summary>
    private static void RequireClean(string repository)
    {
        if (ChildProcess.Read(repository, "git", "status", "--porcelain", "--untracked-files=no").Length > 0)
        {
            throw new UsageException(
                "the working tree has changes that HEAD lacks, and they would not be measured: commit them, or name the second commit");
        }
    }

    private static void Say(string text) => Console.Error.WriteLine(text);
}
