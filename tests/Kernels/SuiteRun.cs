using System.Diagnostics;
using System.Reflection;

namespace Mxact.Kernels;

/// <summary>The suite, as a user starts it, on the program that is running.</summary>
internal static class SuiteRun
{
    /// <summary>Holds the kernel behind a word of this program's command line to the golden vectors; the suite's exit code.</summary>
    /// <param name="kernel">The word.</param>
    /// <param name="options">Options of <c>mxact run</c>; where there are none, the kernel is held to what it is known to be.</param>
    /// <param name="declared">What it declares.</param>
    /// <param name="departures">Where it leaves that: a list, row by row, that may neither grow nor shrink; beside the program.</param>
    public static int Of(string kernel, string[] options, string[] declared, string departures)
    {
        string[] known = ["--only", "decode", "--only", "encode", .. declared,
            "--departures", Path.Combine(AppContext.BaseDirectory, departures)];
        using Process suite = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "mxact.dll"), "run", .. options.Length > 0 ? options : known, "--",
                "dotnet", Assembly.GetEntryAssembly()!.Location, kernel]))!;
        suite.WaitForExit();
        return suite.ExitCode;
    }
}
