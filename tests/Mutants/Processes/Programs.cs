using System.Diagnostics;
using System.Text;

namespace Mxact.Mutants.Processes;

/// <summary>What a program did.</summary>
/// <param name="ExitCode">Its exit code; meaningless when the time ran out.</param>
/// <param name="TimedOut">Whether it was ended by the limit.</param>
/// <param name="Output">Both of its streams; of a long one the last megabyte.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Ran(int ExitCode, bool TimedOut, string Output, double Seconds);

/// <summary>Runs programs with a time limit; what they started ends with them.</summary>
internal static class Programs
{
    private const int Kept = 1 << 20;

    /// <summary>Runs one program to its end or the limit.</summary>
    public static Ran Run(string program, IEnumerable<string> arguments, string folder, TimeSpan limit,
        IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        StringBuilder output = new();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
                if (output.Length > 2 * Kept)
                {
                    output.Remove(0, output.Length - Kept);
                }
            }
        }

        Stopwatch clock = Stopwatch.StartNew();
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool ended = process.WaitForExit(limit);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        // The streams are given a moment, not for ever: a grandchild may hold them open.
        using CancellationTokenSource moment = new(TimeSpan.FromSeconds(2));
        Task drained = process.WaitForExitAsync(moment.Token);
        ((IAsyncResult)drained).AsyncWaitHandle.WaitOne();
        lock (output)
        {
            return new(ended ? process.ExitCode : -1, !ended, output.ToString(), clock.Elapsed.TotalSeconds);
        }
    }
}
