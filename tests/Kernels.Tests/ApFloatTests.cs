using System.Diagnostics;
using Mxact.Common;
using Mxact.Shell;

namespace Mxact.Kernels.Tests;

/// <summary>LLVM's APFloat, where its package is installed: the committed list of departures is what the suite finds.</summary>
public sealed class ApFloatTests
{
    [Fact]
    public async Task The_committed_list_is_what_the_suite_writes_and_exits_with_0()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "NOT CHECKED: LLVM's APFloat; there is no shell");
        using Process check = Process.Start(new ProcessStartInfo("/bin/sh",
            [Repository.At("tests", "Kernels", "ApFloat", "check.sh"), $"dotnet {Real.Command}"])
        {
            RedirectStandardOutput = true
        })!;
        string said = await check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(2 * Real.Patience,
            TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(check.ExitCode == ExitCodes.Unchecked, said.Trim());
        Assert.True(check.ExitCode == ExitCodes.Success, said);
        Assert.Contains("conformant but for what it is known for: ", said, StringComparison.Ordinal);
    }
}
