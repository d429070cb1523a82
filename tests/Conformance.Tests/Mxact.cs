using System.Diagnostics;
using System.Text;

namespace Mxact.Conformance.Tests;

/// <summary>Runs the real program in a process of its own, under a time limit.</summary>
internal static class MxactProgram
{
    /// <summary>The built command, beside the tests.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "mxact.dll");

    /// <summary>The words that start it from a shell.</summary>
    public static string Shell { get; } = $"dotnet {Assembly}";

    /// <summary>
    /// How to start it where it is sent signals: a shell's background jobs, and so tests that run as one, ignore SIGINT, and a program
    /// goes on ignoring what it was started to ignore.
    /// </summary>
    public static ProcessStartInfo Signalled(params IEnumerable<string> arguments) => OperatingSystem.IsLinux()
        ? new("env", ["--default-signal", "dotnet", Assembly, .. arguments])
        : new("dotnet", [Assembly, .. arguments]);

    public static (int ExitCode, string Output, string Error) Run(string input, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        foreach (string argument in (string[])[Assembly, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        StringBuilder error = new();
        process.ErrorDataReceived += (_, e) => error.Append(e.Data is null ? "" : e.Data + "\n");
        process.BeginErrorReadLine();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        using Leash leash = new(process);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), $"mxact {string.Join(' ', arguments)} did not end");
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.ToString());
    }
}
