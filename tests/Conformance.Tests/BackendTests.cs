namespace Mxact.Conformance.Tests;

/// <summary>This project's own backends as kernels under test, on everything committed.</summary>
public sealed class BackendTests
{
    [Theory]
    [InlineData("scalar")]
    [InlineData("vector128")]
    [InlineData("vector256")]
    [InlineData("vector512")]
    [InlineData("ilgpu-cpu")]
    [InlineData("ilgpu-cuda")]
    public void A_backend_is_conformant_on_the_standard_set(string backend)
    {
        (int code, string output, string error) = MxactProgram.Run("", "run", $"builtin:{backend}");
        Assert.SkipWhen(error.Contains("is not available on this machine", StringComparison.Ordinal),
            $"{backend} is not available on this machine");
        Assert.Equal("", error);
        Assert.Contains("\nconformant: ", output, StringComparison.Ordinal);
        Assert.Contains(" 0 failed, 0 declared variants, ", output, StringComparison.Ordinal);
        Assert.EndsWith(" 0 crashed, hung or not asked\n", output, StringComparison.Ordinal);
        Assert.Equal(0, code);

        // What no kernel computes is a minority, and none of it an MX conversion under a threshold rule.
        int passed = int.Parse(output.Split("\nconformant: ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(passed > 80_000, $"{passed} passed");
    }

    [Theory]
    [InlineData("transformer-engine")]
    [InlineData("torchao-rceil")]
    [InlineData("torchao-even")]
    public void A_backend_is_held_to_a_profile(string profile)
    {
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "quantize", "--profile", profile, "builtin:vector256");
        Assert.Equal(0, code);
        Assert.Contains(" 0 failed, ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 declared variants", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("builtin:warp",
        "'warp' names no backend; there are reference, scalar, vector128, vector256, vector512, ilgpu-cpu, ilgpu-cuda")]
    [InlineData("builtin:", "'' names no backend")]
    public void An_unknown_backend_is_one_line(string kernel, string message)
    {
        (int code, string output, string error) = MxactProgram.Run("", "run", kernel);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.StartsWith("mxact: " + message, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
