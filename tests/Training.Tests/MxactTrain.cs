using System.Diagnostics;
using System.Text;

namespace Mxact.Training.Tests;

/// <summary>Runs the real program in a process of its own, under a time limit.</summary>
internal static class MxactTrain
{
    /// <summary>The built command, beside the tests.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "mxact-train.dll");

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments) => Run(Start(arguments), arguments);

    /// <summary>The same with MXACT_BACKEND set.</summary>
    public static (int ExitCode, string Output, string Error) RunWith(string backend, string[] arguments)
    {
        ProcessStartInfo start = Prepare(arguments);
        start.Environment[Execution.Variable] = backend;
        return Run(Process.Start(start)!, arguments);
    }

    private static (int ExitCode, string Output, string Error) Run(Process started, string[] arguments)
    {
        using Process process = started;
        StringBuilder error = new();
        process.ErrorDataReceived += (_, e) => error.Append(e.Data is null ? "" : e.Data + "\n");
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), $"mxact-train {string.Join(' ', arguments)} did not end");
        process.WaitForExit();
        return (process.ExitCode, output, error.ToString());
    }

    /// <summary>Starts the program and leaves it to the caller.</summary>
    public static Process Start(params string[] arguments) => Process.Start(Prepare(arguments))!;

    private static ProcessStartInfo Prepare(string[] arguments)
        => new("dotnet", [Assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>Bad input is one line and exit code 2.</summary>
    public static void Refuses(string message, params string[] arguments) => Refuses(message, Run(arguments));

    public static void Refuses(string message, (int ExitCode, string Output, string Error) came)
    {
        (int code, string output, string error) = came;
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.StartsWith("mxact-train: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
