using System.Diagnostics;
using System.Globalization;
using Mxact.Conformance.Tests.Accumulation;

namespace Mxact.Conformance.Tests.Shell;

/// <summary>Programs that write at the same time, are stopped, are killed, or find no room.</summary>
public sealed class ConcurrentProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The second is told before its work whose file it is; what a kill leaves behind stands in nobody's way.</summary>
    [Fact]
    public void A_report_is_one_programs_at_a_time_and_a_killed_ones_is_the_next_ones()
    {
        using Process first = StartLong();
        using Leash leash = new(first);
        (int code, string output, string error) = MxactProgram.Run("", "run", "builtin", "--only", "decode+e2m1", "--json", At("r.json"));
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"mxact: {At("r.json")}: process {first.Id} is writing it\n"), error);
        first.Kill();
        first.WaitForExit();
        Assert.NotEmpty(Directory.GetFiles(folder.Path));
        (code, _, error) = MxactProgram.Run("", "run", "builtin", "--only", "decode+e2m1", "--json", At("r.json"));
        Assert.Equal((0, ""), (code, error));
        Assert.Equal([At("r.json")], Directory.GetFiles(folder.Path));
    }

    /// <summary>A second signal ends the program at once, and nothing of it is left.</summary>
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_program_that_is_stopped_leaves_nothing_half(string signal)
    {
        using Process program = StartLong();
        using Leash leash = new(program);
        for (int i = 0; i < 2; i++)
        {
            using Process kill = Process.Start("kill", [$"-{signal}", program.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }

        Assert.True(program.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.NotEqual(0, program.ExitCode);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), path => path != At("r.json"));
    }

    /// <summary>A disk that is full, as a limit of a file's size shows it: one line, the old report, and nothing beside it.</summary>
    [Fact]
    public void A_full_disk_costs_the_new_file_alone()
    {
        folder.Write("r.json", "old");
        using Process shell = Process.Start(new ProcessStartInfo("sh",
            ["-c", $"trap '' XFSZ; ulimit -f 1; {MxactProgram.Shell} run builtin --only decode+e2m1 --json {At("r.json")}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            // The runtime itself writes a file larger than that, unless it is told not to.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        })!;
        string error = shell.StandardError.ReadToEnd();
        shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(2, shell.ExitCode);
        Assert.StartsWith("mxact: ", error, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(At("r.json")));
        Assert.Equal([At("r.json")], Directory.GetFiles(folder.Path));
    }

    private string At(string name) => Path.Combine(folder.Path, name);

    /// <summary>A run that takes minutes, once it holds its report.</summary>
    private Process StartLong()
    {
        ProcessStartInfo start = MxactProgram.Signalled("run", "builtin", "--level", "deep", "--json", At("r.json"));
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        Process process = Process.Start(start)!;
        for (int i = 0; i < 500 && !Directory.EnumerateFiles(folder.Path, "*.partial").Any(); i++)
        {
            Thread.Sleep(20);
        }

        Assert.NotEmpty(Directory.GetFiles(folder.Path, "*.partial"));
        return process;
    }
}
