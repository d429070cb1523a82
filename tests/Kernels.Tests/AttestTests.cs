using System.Diagnostics;
using Mxact.Shell;

namespace Mxact.Kernels.Tests;

/// <summary>
/// Casts to and from the two formats that libraries share with the P3109 draft, measured by it: every code and every binary16 or
/// bfloat16 number. Saturating, ONNX Runtime does what the draft says; not saturating, both give NaN where the draft keeps the largest
/// number.
/// </summary>
public sealed class AttestTests
{
    [Theory]
    [InlineData("Convert<binary16,Binary8p4sf,(NearestTiesToEven,SatFinite)>", "kappa 0, 0 of 65536 differ", ExitCodes.Success)]
    [InlineData("Convert<BFloat16,Binary8p3sf,(NearestTiesToEven,SatFinite)>", "kappa 0, 0 of 65536 differ", ExitCodes.Success)]
    [InlineData("Convert<Binary8p4sf,binary32,(NearestTiesToEven,SatFinite)>", "kappa 0, 0 of 256 differ", ExitCodes.Success)]
    [InlineData("Convert<binary16,Binary8p4sf,(NearestTiesToEven,SatNone)>", "kappa NaN, 16514 of 65536 differ", ExitCodes.Mismatches)]
    public async Task Of_ONNX_Runtime(string operation, string says, int code)
        => await Attested(operation, says, code, Real.OnnxRuntimeProgram);

    [Theory]
    [InlineData("Convert<binary16,Binary8p4sf,(NearestTiesToEven,SatNone)>", "kappa NaN, 16514 of 65536 differ", ExitCodes.Mismatches)]
    [InlineData("Convert<Binary8p3sf,binary32,(NearestTiesToEven,SatNone)>", "kappa 0, 1 of 256 differ", ExitCodes.Mismatches)]
    public async Task Of_libtorch(string operation, string says, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "NOT CHECKED: libtorch's casts; the package is for Linux on x64");
        await Attested(operation, says, code, Real.LibTorchProgram);
    }

    private static async Task Attested(string operation, string says, int code, string[] program)
    {
        using Process attest = Process.Start(new ProcessStartInfo("dotnet",
            [Real.Command, "attest", "--operation", operation, "--", .. program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string said = await attest.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(2 * Real.Patience,
            TestContext.Current.CancellationToken);
        await attest.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"{operation}: {says}", said, StringComparison.Ordinal);
        Assert.Equal(code, attest.ExitCode);
    }
}
