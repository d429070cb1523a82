using System.Diagnostics;
using Mxact.Common;
using Mxact.Shell;

namespace Mxact.Kernels.Tests;

/// <summary>A check that is a program of the shell: skipped where it says what it lacks.</summary>
internal static class ShellCheck
{
    /// <summary>What the check of a kernel's folder prints.</summary>
    public static async Task<string> Of(string folder, CancellationToken cancel)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), $"NOT CHECKED: {folder}; there is no shell");
        using Process check = Process.Start(new ProcessStartInfo("/bin/sh",
            [Repository.At("tests", "Kernels", folder, "check.sh"), $"dotnet {Real.Command}"])
        {
            RedirectStandardOutput = true
        })!;
        string said = await check.StandardOutput.ReadToEndAsync(cancel).WaitAsync(2 * Real.Patience, cancel);
        await check.WaitForExitAsync(cancel);
        Assert.SkipWhen(check.ExitCode == ExitCodes.Unchecked, said.Trim());
        Assert.True(check.ExitCode == ExitCodes.Success, said);
        return said;
    }
}
