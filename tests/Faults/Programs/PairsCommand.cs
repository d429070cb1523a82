using System.CommandLine;
using System.Globalization;
using Mxact.Conformance.Sweeping;
using Mxact.Shell;

namespace Mxact.Faults.Programs;

/// <summary><c>pairs</c>: two programs that write one file at the same time.</summary>
internal static class PairsCommand
{
    private static readonly (string Name, string Target, string[] Words, string[] Ends)[] Kinds =
    [
        ("convert", "out.safetensors", ["convert", "@in.f32", "@out.safetensors", "--format"], ["mxfp8-e4m3", "mxfp4"]),
        ("compare", "c.svg", ["compare", "@in.f32", "--svg", "@c.svg", "--format"], ["mxfp8-e4m3", "mxfp4"]),
        ("sweep", "sweep.csv", ["sweep", "--format", "e2m1", "--overflow", "saturate", "--log", "@sweep.csv", "--rounding"],
            ["toward-zero", "to-odd"]),
    ];

    public static Command Create()
    {
        Command command = new("pairs", "start two programs that write one file: one whole file, and the loser told who the winner is");
        Option<int> times = new("--times") { Description = "pairs, over all programs", HelpName = "n", DefaultValueFactory = _ => 100 };
        command.Add(times);
        command.SetAction(parsed =>
        {
            Tally tally = new("corrupt", "not told", "without a winner", "left behind");
            int each = (parsed.GetValue(times) + Kinds.Length - 1) / Kinds.Length;
            foreach ((string name, string target, string[] words, string[] ends) in Kinds)
            {
                Fight(new(name, "mxact", words, [target]) { Share = 0 }, ends, each, tally);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each * Kinds.Length} pairs: {tally}"));
            return tally.Total == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }

    private static void Fight(Subject subject, string[] ends, int times, Tally tally)
    {
        using Workplace place = new(subject);
        string target = place.At(subject.Targets[0]);
        byte[][] whole = [.. ends.Select(end => Alone(place, target, end))];
        int met = 0;
        for (int i = 0; i < times; i++)
        {
            File.Delete(target);
            using Marked one = Start(place, ends[i % 2]), other = Start(place, ends[1 - (i % 2)]);
            Marked[] both = [one, other];
            if (!both.All(run => run.WaitForEnd(TimeSpan.FromMinutes(3))))
            {
                throw new UsageException($"{subject.Name} does not end");
            }

            Marked[] losers = [.. both.Where(run => run.ExitCode == ExitCodes.BadInput)];
            if (losers.Length == 2 || both.Any(run => run.ExitCode is not (ExitCodes.Success or ExitCodes.BadInput)))
            {
                tally.Add("without a winner", $"{subject.Name}: exit codes {one.ExitCode} and {other.ExitCode}: {one.Error}{other.Error}");
            }

            foreach (Marked loser in losers)
            {
                met++;
                Marked winner = loser == one ? other : one;
                if (!loser.Error.Contains(string.Create(CultureInfo.InvariantCulture, $"process {winner.Id} is "), StringComparison.Ordinal)
                    || loser.Error.Count(c => c == '\n') != 1)
                {
                    tally.Add("not told", $"{subject.Name}, of process {winner.Id}: {loser.Error}");
                }
            }

            byte[] content = File.ReadAllBytes(target);
            if (subject.Name == "sweep" ? SweepLog.Read(target).Stretches.Count % 8 != 0
                : !whole.Any(w => w.AsSpan().SequenceEqual(content)))
            {
                tally.Add("corrupt", $"{subject.Name}: {content.Length} bytes");
            }

            if (place.FindLeft() is { Length: > 0 } left)
            {
                tally.Add("left behind", string.Join(", ", left));
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subject.Name}: {times} pairs, {met} of them met"));
    }

    private static byte[] Alone(Workplace place, string target, string end)
    {
        using Marked run = Start(place, end);
        return run.WaitForEnd(TimeSpan.FromMinutes(3)) && run.ExitCode == 0 ? File.ReadAllBytes(target)
            : throw new UsageException($"{place.Subject.Name} does not even run alone: {run.Error}");
    }

    private static Marked Start(Workplace place, string end)
        => Marked.Start(place.Subject.Program, [.. place.Subject.In(place.Folder), end]);
}
