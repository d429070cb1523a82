using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Faults.Programs;

/// <summary><c>disk</c>: outputs where there is no room, no permission, or something else than a file.</summary>
internal static class DiskCommand
{
    /// <summary>What a file of one byte takes.</summary>
    private const int PageKilobytes = 4;

    public static Command Create()
    {
        Command command = new("disk",
            "let every output meet a full disk, a file size limit, links, folders and pipes: exit code 2, one line, the old file");
        command.SetAction(_ =>
        {
            Tally tally = new("wrong code", "not one line", "old file lost", "left behind", "link followed");
            int cases = 0;
            foreach (Subject subject in Subject.All.Where(s => s.Old is not null && s.Name != "run-program"))
            {
                using Workplace place = new(subject);
                place.Reset();
                using (Marked limited = Marked.StartUnder("trap '' XFSZ; ulimit -f 1", subject.Program, subject.In(place.Folder)))
                {
                    cases++;
                    Judge($"{subject.Name} under ulimit -f 1", limited, place, tally);
                }

                cases += OnFullDisk(place, tally) ? 1 : 0;
                cases += InTheWay(place, tally);
            }

            Console.WriteLine($"{cases} cases: {tally}");
            return tally.Total == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }

    /// <summary>A file system that the old files fill, where this user may mount one.</summary>
    private static bool OnFullDisk(Workplace place, Tally tally)
    {
        string name = place.Subject.Targets[0].Split('/')[0] is "v1" ? "v1" : ".";
        string mounted = place.At(name == "." ? "full" : name);
        Directory.CreateDirectory(mounted);
        if (Call("mount", "-t", "tmpfs", "-o", $"size={PageKilobytes * place.Subject.Targets.Length}k", "tmpfs", mounted) != 0)
        {
            Console.WriteLine($"NOT CHECKED: {place.Subject.Name} on a full disk; it takes the right to mount one");
            return false;
        }

        try
        {
            string[] targets = [.. place.Subject.Targets.Select(target => Path.Combine(mounted, Path.GetFileName(target)))];
            Array.ForEach(targets, target => File.WriteAllText(target, "old\n"));
            string[] words = [.. place.Subject.In(place.Folder).Select(word
                => name == "." && place.Subject.Targets.Any(target => word == place.At(target))
                    ? Path.Combine(mounted, Path.GetFileName(word)) : word)];
            using Marked run = Marked.Start(place.Subject.Program, words);
            Judge($"{place.Subject.Name} on a full disk", run, null, tally);
            foreach (string target in targets.Where(target => File.ReadAllText(target) != "old\n"
                && place.Subject.Name is "convert" or "generate"))
            {
                tally.Add("old file lost", $"{place.Subject.Name} on a full disk: {target}");
            }

            if (Directory.GetFiles(mounted, "*", SearchOption.AllDirectories).Where(path
                => path.EndsWith(".partial", StringComparison.Ordinal)
                || path.EndsWith(".lock", StringComparison.Ordinal)).ToArray() is { Length: > 0 } left)
            {
                tally.Add("left behind", string.Join(", ", left));
            }

            return true;
        }
        finally
        {
            Call("umount", mounted);
        }
    }

    /// <summary>A link, a link in a circle, a folder, a pipe, a linked lock in the place of the first target.</summary>
    private static int InTheWay(Workplace place, Tally tally)
    {
        string target = place.At(place.Subject.Targets[0]);
        string victim = place.At("victim");
        string theLock = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.lock");
        (string What, Action Make)[] ways =
        [
            ("a link in a circle", () => File.CreateSymbolicLink(target, target)),
            ("a folder", () => Directory.CreateDirectory(target)),
            ("a pipe", () => Call("mkfifo", target)),
            ("a lock that is a link", () => File.CreateSymbolicLink(theLock, victim)),
        ];
        foreach ((string what, Action make) in ways)
        {
            File.Delete(target);
            File.WriteAllText(victim, "precious");
            make();
            using (Marked run = Marked.Start(place.Subject.Program, place.Subject.In(place.Folder)))
            {
                Judge($"{place.Subject.Name} and {what}", run, null, tally);
            }

            if (File.ReadAllText(victim) != "precious")
            {
                tally.Add("link followed", $"{place.Subject.Name} and {what}");
            }

            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            File.Delete(target);
            File.Delete(theLock);
        }

        // A link to a file stays, and what it points to is replaced.
        File.CreateSymbolicLink(target, victim);
        using Marked through = Marked.Start(place.Subject.Program, place.Subject.In(place.Folder));
        if (!through.WaitForEnd(TimeSpan.FromMinutes(3)) || through.ExitCode != 0 || new FileInfo(target).LinkTarget != victim
            || File.ReadAllText(victim) == "precious")
        {
            tally.Add("link followed", $"{place.Subject.Name}: a link to a file was not written through: {through.Error}");
        }

        return ways.Length + 1;
    }

    private static void Judge(string what, Marked run, Workplace? place, Tally tally)
    {
        if (!run.WaitForEnd(TimeSpan.FromMinutes(3)) || run.ExitCode != ExitCodes.BadInput)
        {
            tally.Add("wrong code", string.Create(CultureInfo.InvariantCulture, $"{what}: {run.ExitCode}: {run.Error}"));
        }

        if (run.Error.Count(c => c == '\n') != 1)
        {
            tally.Add("not one line", $"{what}: {run.Error}");
        }

        foreach (string target in place?.Subject.Targets.Where(target => !place.IsOld(target)) ?? [])
        {
            tally.Add("old file lost", $"{what}: {target}");
        }

        if (place?.FindLeft() is { Length: > 0 } left)
        {
            tally.Add("left behind", $"{what}: {string.Join(", ", left)}");
        }
    }

    private static int Call(string program, params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
