using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Mxact.Conformance.Adapters.Processes;

/// <summary>
/// Sees to it that a kernel's processes end with it, and with this program. A kernel gets a session and process group of its own and a mark
/// in its environment, which its children inherit; its end is that of the group and of everything that carries the mark. A watcher, a
/// small shell in a session of its own, reads from a pipe that only this program holds: when it closes, however this program ended, the
/// watcher does the same.
/// </summary>
/// <remarks>
/// The mark is looked for in <c>/proc</c>. Where there is none (macOS, Windows) the process and its descendants are killed as far as
/// they can be told; on Windows a <see cref="WindowsJob"/> ends them with this program, on macOS nothing watches. A child that leaves the
/// group, loses its parent and throws its environment away escapes.
/// </remarks>
internal sealed partial class KernelGuard : IDisposable
{
    /// <summary>The environment variable that holds the mark, after those of the programs around this one.</summary>
    public const string Variable = "MXACT_KERNEL";

    private const int Kill = 9;

    /// <summary>Rounds of looking for what carries the mark: a child may be born while its parent is killed.</summary>
    private const int MostRounds = 50;

    /// <summary>
    /// Reads the process id of each kernel, or 0 where it has ended, until it is told the end. Where the pipe closes before that, it
    /// kills the last one's group and what carries the mark.
    /// </summary>
    private const string Watch = """
        trap '' HUP INT TERM QUIT
        cd /
        last=0
        while read -r pid; do
            [ "$pid" != end ] || exit 0
            last=$pid
        done
        [ "$last" = 0 ] || kill -9 "-$last" 2>/dev/null
        round=0
        while [ $round -lt 50 ]; do
            found=$(grep -Flsz -- "$1" /proc/[0-9]*/environ 2>/dev/null)
            [ -n "$found" ] || exit 0
            for file in $found; do
                pid=${file#/proc/}
                kill -9 "${pid%/environ}" 2>/dev/null
            done
            round=$((round + 1))
        done
        """;

    private static readonly string? SetSid = OperatingSystem.IsLinux()
        ? new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists) : null;

    private readonly string mark = Guid.NewGuid().ToString("N");
    private Process? watcher;

    /// <summary>Starts a kernel with its three streams redirected.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public Process Start(string file, IReadOnlyList<string> arguments)
    {
        watcher ??= StartWatcher();
        if (OperatingSystem.IsWindows())
        {
            _ = WindowsJob.Join();
        }

        string? program = SetSid is null ? null : Found(file);
        ProcessStartInfo start = Redirected(program is null ? file : SetSid!);
        foreach (string argument in program is null ? arguments : [program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        string? around = Environment.GetEnvironmentVariable(Variable);
        start.Environment[Variable] = around is null ? mark : $"{around} {mark}";
        Process process = Process.Start(start) ?? throw new Win32Exception("no process");
        Tell(process.Id.ToString(CultureInfo.InvariantCulture));
        return process;
    }

    /// <summary>Ends a kernel and all that came of it.</summary>
    public void End(Process process)
    {
        try
        {
            if (SetSid is not null)
            {
                _ = SendSignal(-process.Id, Kill);
            }

            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It has ended already.
        }

        Sweep();
        Tell("0");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (watcher is null)
        {
            return;
        }

        Tell("end");
        watcher.WaitForExit(TimeSpan.FromMilliseconds(200));
        watcher.Dispose();
        watcher = null;
    }

    private static ProcessStartInfo Redirected(string file) => new(file)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };

    /// <summary>The file that a name stands for, where that is certain: otherwise the system is to say what is wrong with it.</summary>
    private static string? Found(string file)
    {
        IEnumerable<string> candidates = file.Contains('/') ? [Path.GetFullPath(file)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, file));
        return candidates.FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (OperatingSystem.IsWindows() || !File.Exists(path) || (File.GetUnixFileMode(path) & execute) == 0)
        {
            return false;
        }

        // A script's interpreter may be missing, and a file may be no program at all: then the system's own message is the clear one.
        Span<byte> head = stackalloc byte[2];
        try
        {
            using FileStream stream = File.OpenRead(path);
            int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return read == 2 && (head.SequenceEqual("\u007fE"u8) || (head.SequenceEqual("#!"u8) && HasInterpreter(stream)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HasInterpreter(FileStream script)
    {
        Span<byte> line = stackalloc byte[256];
        int read = script.ReadAtLeast(line, line.Length, throwOnEndOfStream: false);
        string[] words = Encoding.UTF8.GetString(line[..read]).Split('\n')[0].Split((char[])[' ', '\t', '\r'],
            StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 && File.Exists(words[0]);
    }

    private Process? StartWatcher()
    {
        if (SetSid is null || !File.Exists("/bin/sh") || !Directory.Exists("/proc/self"))
        {
            return null;
        }

        ProcessStartInfo start = Redirected(SetSid);
        foreach (string argument in (string[])["/bin/sh", "-c", Watch, "mxact-watcher", mark])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private void Tell(string word)
    {
        try
        {
            watcher?.StandardInput.Write(word + "\n");
            watcher?.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody killed the watcher: the run goes on without.
        }
    }

    /// <summary>Kills whatever carries the mark, until nothing does.</summary>
    private void Sweep()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        byte[] looked = Encoding.ASCII.GetBytes(mark);
        byte[] buffer = new byte[1 << 17];
        for (int round = 0; round < MostRounds; round++)
        {
            bool found = false;
            foreach (string folder in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                    && Carries(folder, looked, buffer))
                {
                    found = true;
                    _ = SendSignal(pid, Kill);
                }
            }

            if (!found)
            {
                return;
            }
        }
    }

    private static bool Carries(string folder, byte[] looked, byte[] buffer)
    {
        try
        {
            using FileStream stream = new(Path.Combine(folder, "environ"), new FileStreamOptions { BufferSize = 0 });
            int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return buffer.AsSpan(0, read).IndexOf(looked) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It belongs to somebody else, or has ended meanwhile.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
