using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Vectors.Generators;

namespace Mxact.Faults.Programs;

/// <summary><c>kill</c>: programs that write are ended at random moments, by SIGKILL and by signals.</summary>
internal static class KillCommand
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT];

    public static Command Create()
    {
        Command command = new("kill", "end programs that write at random moments: as many by SIGKILL as by SIGTERM, SIGHUP and SIGINT");
        Option<int> times = new("--times")
        {
            Description = "kills, and signals, over all programs",
            HelpName = "n",
            DefaultValueFactory = _ => 200
        };
        Option<ulong> seed = new("--seed") { Description = "seed of the moments", HelpName = "n", DefaultValueFactory = _ => 1 };
        Option<string[]> only = new("--only")
        {
            Description = "one program; repeatable (default: all)",
            HelpName = "name",
            DefaultValueFactory = _ => []
        };
        command.Add(times);
        command.Add(seed);
        command.Add(only);
        command.SetAction(parsed =>
        {
            Tally tally = new("torn", "lost", "left behind", "late", "unfinished");
            Subject[] subjects = [.. Subject.All.Where(s => parsed.GetValue(only) is not { Length: > 0 } names || names.Contains(s.Name))];
            int shares = subjects.Sum(s => s.Share), done = 0;
            foreach (Subject subject in subjects)
            {
                int its = Math.Max(1, parsed.GetValue(times) * subject.Share / shares);
                Disturb(subject, its, new(parsed.GetValue(seed)), tally);
                done += its;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} kills and {done} signals: {tally}"));
            return tally.Total == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }

    private static void Disturb(Subject subject, int times, SplitMix dice, Tally tally)
    {
        using Workplace place = new(subject);
        if (place.Learn() is { } fault)
        {
            throw new UsageException($"{subject.Name} does not even run undisturbed: {fault}");
        }

        int early = 0, before = tally.Total;
        for (int i = 0; i < 2 * times; i++)
        {
            place.Reset();
            TimeSpan moment = place.Duration * (dice.Below(1000) / 1000.0);
            PosixSignal? signal = i % 2 == 0 ? null : Signals[i / 2 % Signals.Length];
            early += EndAt(place, moment, signal, tally) ? 1 : 0;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{subject.Name}: {times} kills and {times} signals within {place.Duration.TotalSeconds:f2} s, {early} "
            + $"before its end, {tally.Total - before} findings"));
    }

    /// <summary>One program, ended at a moment, looked at, and run again to its end.</summary>
    /// <returns>Whether it was ended before its own end.</returns>
    private static bool EndAt(Workplace place, TimeSpan moment, PosixSignal? signal, Tally tally)
    {
        string how = string.Create(CultureInfo.InvariantCulture,
            $"{place.Subject.Name}, {signal?.ToString() ?? "SIGKILL"} after {moment.TotalMilliseconds:f0} ms");
        bool isEarly;
        using (Marked run = Marked.Start(place.Subject.Program, place.Subject.In(place.Folder)))
        {
            isEarly = !run.WaitForEnd(moment);
            if (isEarly && signal is { } which)
            {
                run.Send(which);
            }
            else
            {
                run.Kill();
            }

            if (!run.WaitForEnd(TimeSpan.FromSeconds(10)))
            {
                tally.Add("late", how);
            }

            foreach (string target in place.Subject.Targets)
            {
                if (!File.Exists(place.At(target)))
                {
                    if (place.Subject.Old is not null)
                    {
                        tally.Add("lost", $"{how}: {target}");
                    }
                }
                else if (!place.IsOld(target) && !place.IsNew(target) && new FileInfo(place.At(target)).Length > 0)
                {
                    tally.Add("torn", $"{how}: {target}, {new FileInfo(place.At(target)).Length} bytes");
                }
            }

            if (isEarly && signal is not null && place.FindLeft() is { Length: > 0 } left)
            {
                tally.Add("left behind", $"{how}: {string.Join(", ", left)}");
            }

            if (!SpinWait.SpinUntil(() => run.CountLiving() == 0, TimeSpan.FromSeconds(2)))
            {
                tally.Add("left behind", $"{how}: {run.CountLiving()} processes");
            }
        }

        if (place.Finish() is { } fault)
        {
            tally.Add("unfinished", $"{how}: {fault}");
        }
        else if (place.FindLeft() is { Length: > 0 } left)
        {
            tally.Add("left behind", $"{how}: {string.Join(", ", left)} after the next run");
        }
        else if (place.Subject.Targets.FirstOrDefault(target => !place.IsNew(target)) is { } old)
        {
            tally.Add("unfinished", $"{how}: {old} is not new after the next run");
        }

        return isEarly;
    }
}
