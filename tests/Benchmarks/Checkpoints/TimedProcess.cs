using System.Diagnostics;
using System.Globalization;
using Mxact.Shell;

namespace Mxact.Benchmarks.Checkpoints;

/// <summary>How long a program took and the most anonymous memory it held.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="AnonymousMiB">Of <c>RssAnon</c> in /proc, looked at every 5 ms.</param>
internal sealed record TimedProcess(double Seconds, double AnonymousMiB)
{
    /// <summary>Runs a shell's line.</summary>
    /// <exception cref="UsageException">It fails.</exception>
    public static TimedProcess Run(string line, params int[] expected)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        double most = 0;
        while (!process.WaitForExit(5))
        {
            most = Math.Max(most, Anonymous(process.Id));
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _ = output.Result;
        return process.ExitCode == 0 || expected.Contains(process.ExitCode) ? new(seconds, most)
            : throw new UsageException($"'{line}' ended with exit code {process.ExitCode}");
    }

    private static double Anonymous(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
