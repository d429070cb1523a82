using System.Diagnostics;
using System.Text.Json;
using Mxact.Conformance.Checks;

namespace Mxact.Kernels.Tests;

/// <summary>The kernels' program and the command that runs it, as processes.</summary>
public sealed class ProgramTests(OnnxRuntimeRun run)
{
    [Fact]
    public async Task A_partner_that_waits_for_each_answer_gets_it()
    {
        using Process kernel = Start(Real.OnnxRuntimeProgram);
        foreach ((string request, string answer) in new[] { ("decode e4m3 7e", "43e00000"), ("decode e2m1 07", "unsupported"),
            ("encode e4m3 3f800000", "38"), ("encode e5m2 from=bf16 3f80", "3c") })
        {
            await kernel.StandardInput.WriteLineAsync(request);
            await kernel.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal(answer,
                await kernel.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Real.Patience,
                TestContext.Current.CancellationToken));
        }

        kernel.StandardInput.Close();
        await kernel.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Real.Patience,
            TestContext.Current.CancellationToken);
        Assert.Equal(0, kernel.ExitCode);
    }

    [Theory]
    [InlineData("encode e4m3 3f80")]
    [InlineData("encode e4m3 3f80000g")]
    [InlineData("cast e4m3 3f800000")]
    public async Task A_line_that_cannot_be_read_ends_it_with_one_line(string request)
    {
        using Process kernel = Start(Real.OnnxRuntimeProgram);
        await kernel.StandardInput.WriteLineAsync(request);
        kernel.StandardInput.Close();
        string error = await kernel.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Real.Patience,
            TestContext.Current.CancellationToken);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await kernel.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Real.Patience,
            TestContext.Current.CancellationToken);
        Assert.Equal(2, kernel.ExitCode);
    }

    /// <summary>The same kernel through the command line: the same verdicts, in the report's words.</summary>
    [Fact]
    public async Task The_command_finds_the_same()
    {
        string json = Path.Combine(Directory.CreateTempSubdirectory("mxact-kernels-").FullName, "outcome.json");
        using Process command = Start(["dotnet", Real.Command, "run", "--time-limit", "60", "--json", json, "--",
            .. Real.OnnxRuntimeProgram]);
        command.StandardInput.Close();
        string report = await command.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(2 * Real.Patience,
            TestContext.Current.CancellationToken);
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, command.ExitCode);

        Outcome outcome = run.Outcome;
        Assert.Contains($"not conformant: {outcome[Verdict.Pass]} passed, {outcome[Verdict.Fail]} failed, 0 declared variants, "
            + $"{outcome[Verdict.Unsupported]} unsupported, 0 crashed", report, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        Assert.Equal(outcome[Verdict.Fail], document.RootElement.GetProperty("counts").GetProperty("fail").GetInt32());
        Directory.Delete(Path.GetDirectoryName(json)!, recursive: true);
    }

    private static Process Start(string[] words)
        => Process.Start(new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
}
