using System.Diagnostics;
using Mxact.Conformance.Tests.Accumulation;

namespace Mxact.Conformance.Tests;

/// <summary>The sweep as a command: what it says, what its log keeps, and that a kill costs one stretch at most.</summary>
public sealed class SweepCommandTests
{
    private static readonly string[] One = ["sweep", "--format", "e2m1", "--rounding", "ties-to-even", "--overflow", "saturate"];

    [Fact]
    public void A_killed_sweep_goes_on_from_its_log()
    {
        using TemporaryFolder folder = new();
        string log = Path.Combine(folder.Path, "sweep.csv");
        using (Process process = Process.Start(new ProcessStartInfo("dotnet",
            [MxactProgram.Assembly, .. One, "--log", log, "--threads", "1"])
        { RedirectStandardOutput = true })!)
        {
            Stopwatch watch = Stopwatch.StartNew();
            while ((!File.Exists(log) || new FileInfo(log).Length < 250) && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                Thread.Sleep(5);
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        // A row cut off in the middle is what a kill may leave behind.
        string[] kept = File.ReadAllText(log).Split('\n')[1..^1];
        Assert.NotEmpty(kept);
        File.AppendAllText(log, kept[0][..40]);
        (int code, string output, string error) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.EndsWith("equal: 1 combinations, 4294967296 inputs, 0 mismatches\n", output, StringComparison.Ordinal);
        string[] rows = File.ReadAllText(log).Split('\n')[1..^1];
        Assert.Equal(8, rows.Length);
        Assert.Equal(kept, rows[..kept.Length]);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i * 32}-{(i * 32) + 31}"),
            rows.Select(r => $"{r.Split(',')[5]}-{r.Split(',')[6]}").OrderBy(r
            => int.Parse(r.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture)));

        // Nothing is left to do, and nothing is done.
        (code, string again, _) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal(0, code);
        Assert.Equal(output, again);
        Assert.Equal(rows, File.ReadAllText(log).Split('\n')[1..^1]);

        // A mismatch on record is reported, and fails.
        File.WriteAllText(log, File.ReadAllText(log).Replace(",536870912,0,,,,", ",536870912,3,3f800001,02,03,", StringComparison.Ordinal));
        (code, output, _) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal(1, code);
        Assert.Contains("the first: 3f800001 -> 03, the reference says 02", output, StringComparison.Ordinal);
        Assert.EndsWith("not equal: 1 combinations, 4294967296 inputs, 24 mismatches\n", output, StringComparison.Ordinal);

        // Another build's proof is none for this one.
        File.WriteAllText(log, File.ReadAllText(log).Replace("\n" + rows[0][..8], "\n00000000", StringComparison.Ordinal));
        (code, _, error) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal(2, code);
        Assert.Contains("line 2: was written by another build of mxact", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown format 'e9m9'", "--format", "e9m9")]
    [InlineData("a stochastic mode is no function of the input", "--rounding", "stochastic:8")]
    [InlineData("--overflow is saturate or non-finite, not 'wrap'", "--overflow", "wrap")]
    [InlineData("'cray' names no backend", "--backend", "cray")]
    [InlineData("--threads is 0 to 1024, not -1", "--threads", "-1")]
    [InlineData("fp16 is not a signed format of at most eight bits", "--format", "fp16")]
    public void Bad_options_are_one_line(string message, params string[] options)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["sweep", .. options]);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_file_that_is_no_log_is_left_alone()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "thesis.txt");
        foreach (string text in (string[])["chapter one\nchapter two", "chapter one"])
        {
            File.WriteAllText(file, text);
            (int code, _, string error) = MxactProgram.Run("", [.. One, "--log", file]);
            Assert.Equal(2, code);
            Assert.Contains("line 1: is not the head of a sweep's log", error, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(file));
        }
    }
}
