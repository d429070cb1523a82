using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Mxact.Shell;

namespace Mxact.Faults.Programs;

/// <summary>A program of the project in a process of its own, which it and all its children can be known by.</summary>
internal sealed class Marked : IDisposable
{
    private const string Variable = "MXACT_FAULTS";
    private readonly string mark = $"{Variable}={Guid.NewGuid():N}";
    private readonly StringBuilder error = new();
    private readonly Process process;

    private Marked(ProcessStartInfo start)
    {
        start.Environment[Variable] = mark[(Variable.Length + 1)..];
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, e) => error.Append(e.Data is null ? "" : e.Data + "\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    public int Id => process.Id;

    /// <summary>Its exit code; 128 and the number of a signal that ended it.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>What it wrote to its error stream, once it has ended.</summary>
    public string Error => error.ToString();

    /// <summary>
    /// Starts a program of the project: <c>mxact</c> or <c>mxact-train</c>, built beside this one. What a shell in the background ignores
    /// (SIGINT) is not ignored by it.
    /// </summary>
    public static Marked Start(string program, params IEnumerable<string> arguments)
        => new(new("env", ["--default-signal", "dotnet", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments]));

    /// <summary>Starts one under a shell's settings: <c>ulimit -f 1; exec "$@"</c>.</summary>
    public static Marked StartUnder(string settings, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("sh",
            ["-c", settings + "; exec \"$@\"", "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments]);

        // The runtime itself writes a large file, unless it is told not to.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new(start);
    }

    /// <summary>Sends a signal.</summary>
    public void Send(PosixSignal signal) => Send((int)signal switch
    {
        (int)PosixSignal.SIGHUP => 1,
        (int)PosixSignal.SIGINT => 2,
        (int)PosixSignal.SIGTERM => 15,
        _ => throw new UsageException($"no such signal: {signal}"),
    });

    /// <summary>Ends it at once: SIGKILL.</summary>
    public void Kill() => Send(9);

    /// <summary>Waits for its end.</summary>
    /// <returns>Whether it came in time.</returns>
    public bool WaitForEnd(TimeSpan limit)
    {
        if (!process.WaitForExit(limit))
        {
            return false;
        }

        process.WaitForExit();
        return true;
    }

    /// <summary>Processes that carry its mark and are alive, itself included.</summary>
    public int CountLiving() => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0])
                && File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Send(int number)
    {
        // A process that has ended is none of ours any more.
        if (!process.HasExited)
        {
            _ = SendSignal(process.Id, number);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
