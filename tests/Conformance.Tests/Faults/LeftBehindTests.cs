using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Conformance.Adapters.Processes;

namespace Mxact.Conformance.Tests.Faults;

/// <summary>What a kernel started ends with it, and what a run started ends with the run, however that ends.</summary>
public sealed class LeftBehindTests
{
    /// <summary>A kernel with a child in its group, one in a session of its own and one without a parent, which hangs.</summary>
    private const string Family = """
        sleep SECONDS & setsid sleep SECONDS & (setsid sleep SECONDS & exec true)
        exec sleep SECONDS
        """;

    private readonly string seconds = (100_000 + Random.Shared.NextDouble() * 800_000).ToString("0.000000", CultureInfo.InvariantCulture);

    private string Kernel => Family.Replace("SECONDS", seconds, StringComparison.Ordinal);

    [Fact]
    public void The_children_of_a_kernel_end_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "NOT CHECKED: children of kernels; it takes /proc");
        (int code, string output, _) = MxactProgram.Run("", "run", "--only", "decode+e2m1", "--max-failures",
            "1", "--time-limit", "0.5", "--", "sh", "-c", Kernel);
        Assert.Equal(3, code);
        Assert.Contains("no answer within 0.5 s", output, StringComparison.Ordinal);
        Assert.Equal(0, Living());
    }

    /// <summary>A death that cannot be caught, the end of the terminal, Ctrl-C: not when the limits have run out.</summary>
    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("HUP", 130)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 130)]
    public async Task Nothing_is_left_behind_by_a_run_that_is_ended(string signal, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "NOT CHECKED: what a killed run leaves behind; it takes /proc");
        ProcessStartInfo start = MxactProgram.Signalled("run", "--only", "decode+e2m1", "--time-limit", "100", "--", "sh", "-c", Kernel);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process run = Process.Start(start)!;
        using Leash leash = new(run);
        Task<string> output = run.StandardOutput.ReadToEndAsync();
        Assert.True(Within(30, () => Living() == 4), "the kernel was not started");
        long begin = Stopwatch.GetTimestamp();
        using Process kill = Process.Start("sh", ["-c", $"kill -{signal} {run.Id}"])!;
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.WaitForExit(20_000));
        Assert.True(Within(10, () => Living() == 0), $"{Living()} processes are left");
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 0, 2);
        Assert.Equal(code, run.ExitCode);
        Assert.Equal(code == 130, (await output).Contains("incomplete: 0 passed", StringComparison.Ordinal));
    }

    /// <summary>The structure that Windows is given: JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h, 64 bits.</summary>
    [Theory]
    [InlineData("LimitFlags", 16)]
    [InlineData("MinimumWorkingSetSize", 24)]
    [InlineData("Affinity", 48)]
    [InlineData("ReadOperations", 64)]
    [InlineData("ProcessMemoryLimit", 112)]
    public void A_job_of_Windows_has_its_documented_layout(string field, int offset)
    {
        Assert.Equal(offset, (int)Marshal.OffsetOf<WindowsJob.ExtendedLimitInformation>(field));
        Assert.Equal(144, Marshal.SizeOf<WindowsJob.ExtendedLimitInformation>());
    }

    /// <summary>Far more than the memory it is given: an endless line, an error stream of 200 MB, answers without end.</summary>
    [Theory]
    [InlineData("tr '\\0' 0 < /dev/zero", 3, "a line of more than 65536 bytes")]
    [InlineData("head -c 200000000 /dev/zero | tr '\\0' E >&2; exit 5", 3, "with exit code 5 without an answer; it said: EEEE")]
    [InlineData("yes unsupported", 1, "at least 1000 lines more than requests")]
    public void Memory_is_flat(string kernel, int code, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "NOT CHECKED: memory under floods; it takes a shell");
        ProcessStartInfo start = new("dotnet",
            [MxactProgram.Assembly, "run", "--only", "decode+e2m1", "--max-failures", "1", "--", "sh", "-c", kernel])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_GCHeapHardLimit"] = "0x4000000" },
        };
        using Process run = Process.Start(start)!;
        string output = run.StandardOutput.ReadToEnd();
        Assert.True(run.WaitForExit(60_000));
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Equal(code, run.ExitCode);
    }

    private static bool Within(int limit, Func<bool> holds)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(begin).TotalSeconds > limit)
            {
                return false;
            }

            Thread.Sleep(20);
        }

        return true;
    }

    /// <summary>Processes that sleep this test's own number of seconds.</summary>
    private int Living() => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).StartsWith($"sleep\0{seconds}", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
