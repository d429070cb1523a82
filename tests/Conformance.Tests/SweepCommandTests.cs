using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Mxact.Conformance.Sweeping;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;

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
        Assert.Equal(
            $"mxact: {log}: row {kept.Length + 1} (line {kept.Length + 2}): was cut off while it was written, and is dropped\n", error);
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

        // The log proves what it says, to whoever asks.
        (code, output, error) = MxactProgram.Run("", "sweep", "--verify", log);
        Assert.Equal(("", 0), (error, code));
        Assert.Contains(": 4294967296 inputs, 0 mismatches, complete\n", output, StringComparison.Ordinal);
        Assert.EndsWith($"complete and equal: 1 of 1 combinations, 8 rows, build {rows[0][..32]} (this one)\n", output, StringComparison.Ordinal);

        // A mismatch on record is reported, and fails.
        File.WriteAllText(log, Chained(rows.Select(r => r.Replace(",536870912,0,,,,", ",536870912,3,3f800001,02,03,", StringComparison.Ordinal))));
        (code, output, _) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal(1, code);
        Assert.Contains("the first: 3f800001 -> 03, the reference says 02", output, StringComparison.Ordinal);
        Assert.EndsWith("not equal: 1 combinations, 4294967296 inputs, 24 mismatches\n", output, StringComparison.Ordinal);

        // Another build's proof is none for this one.
        File.WriteAllText(log, Chained(rows.Select(r => "00000000" + r[8..])));
        (code, _, error) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal(2, code);
        Assert.Contains("was written by another build of mxact", error, StringComparison.Ordinal);
        (code, output, _) = MxactProgram.Run("", "sweep", "--verify", log);
        Assert.Equal(0, code);
        Assert.EndsWith(" (not this one)\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_is_believed_row_by_row_or_refused_with_the_row()
    {
        string[] rows = Rows("scalar e2m1 ties-to-even saturate");
        Assert.Equal(8, Read(Chained(rows)).Stretches.Count);
        byte[] log = Encoding.ASCII.GetBytes(Chained(rows));
        for (int i = 0; i < log.Length - 1; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                log[i] ^= (byte)(1 << bit);
                Assert.Throws<UsageException>(() => SweepLogRows.Read(new MemoryStream(log), "log"));
                log[i] ^= (byte)(1 << bit);
            }
        }

        // The last line end alone: the row counts as cut off, and its stretch as not done.
        log[^1] ^= 1;
        SweepLogRows torn = SweepLogRows.Read(new MemoryStream(log), "log");
        Assert.Equal((7, true), (torn.Stretches.Count, torn.Rows.IsTorn));
        Assert.Equal("log: row 8 (line 9): was cut off while it was written, and is dropped", torn.Rows.TornText);
    }

    [Theory]
    [InlineData("lost", 3)]
    [InlineData("swapped", 3)]
    [InlineData("joined", 3)]
    [InlineData("blank", 3)]
    public void Damage_in_the_middle_is_refused_with_its_row(string damage, int row)
    {
        List<string> lines = [.. Chained(Rows("scalar e2m1 ties-to-even saturate")).Split('\n')];
        switch (damage)
        {
            case "lost":
                lines.RemoveAt(3);
                break;
            case "swapped":
                (lines[3], lines[4]) = (lines[4], lines[3]);
                break;
            case "joined":
                lines[3] += lines[4];
                lines.RemoveAt(4);
                break;
            default:
                lines.Insert(3, "");
                break;
        }

        string message = Assert.Throws<UsageException>(() => Read(string.Join('\n', lines))).Message;
        Assert.StartsWith($"log: row {row} (line {row + 1}): ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",0,31,", ",0,32,")] // inputs do not follow
    [InlineData(",32,63,536870912,", ",31,62,536870912,")] // overlaps the row before
    [InlineData(",224,255,", ",225,256,")]
    [InlineData("e2m1", "e9m9")]
    [InlineData("scalar", "abacus")]
    [InlineData("ties-to-even", "stochastic:8")]
    [InlineData("saturate", "wrap")]
    [InlineData(",536870912,0,,,,", ",536870912,536870913,00000000,00,01,")]
    [InlineData(",536870912,0,,,,", ",536870912,1,,,,")]
    [InlineData(",536870912,0,,,,", ",536870912,0,00000000,00,01,")]
    [InlineData(",0.500", ",-0.500")]
    [InlineData(",0.500", ",0.5")]
    public void A_row_that_no_sweep_writes_is_refused_though_its_check_is_right(string from, string to)
    {
        string[] rows = [.. Rows("scalar e2m1 ties-to-even saturate").Select(r => r.Replace(from, to, StringComparison.Ordinal))];
        Assert.StartsWith("log: row ", Assert.Throws<UsageException>(() => Read(Chained(rows))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_covers_every_input_once()
    {
        using TemporaryFolder folder = new();
        string log = Path.Combine(folder.Path, "sweep.csv");
        string[] one = Rows("scalar e2m1 ties-to-even saturate");
        string[] other = Rows("vector256 e4m3 toward-zero non-finite");
        (int Code, string Output, string Error) Verify(IEnumerable<string> rows, params string[] more)
        {
            File.WriteAllText(log, Chained(rows));
            return MxactProgram.Run("", ["sweep", "--verify", log, .. more]);
        }

        // Rows come in the order in which they were done.
        Assert.Equal(0, Verify([.. other.Reverse(), .. one]).Code);
        (int code, string output, _) = Verify([.. one[..3], .. one[4..], .. other[..7]]);
        Assert.Equal(1, code);
        Assert.Contains("saturate: 3758096384 inputs, 0 mismatches, missing chunks 96-127\n", output, StringComparison.Ordinal);
        Assert.Contains("non-finite: 3758096384 inputs, 0 mismatches, missing chunks 224-255\n", output, StringComparison.Ordinal);
        Assert.Contains("no proof: 0 of 2 combinations, 14 rows, ", output, StringComparison.Ordinal);

        // A mismatch is no proof of equality, a log without rows proves nothing.
        Assert.Equal(1, Verify(one.Select(r => r.Replace(",0,,,,", ",1,3f800000,00,01,", StringComparison.Ordinal))).Code);
        Assert.Equal(1, Verify([]).Code);

        // What is named has to be there.
        string[] named = ["--format", "e2m1", "--rounding", "ties-to-even", "--overflow", "saturate", "--backend", "scalar"];
        Assert.Equal(0, Verify([.. one, .. other[..3]], named).Code);
        Assert.Equal(1, Verify(one, ["--format", "e3m2", .. named[2..]]).Code);

        foreach ((string path, string message) in ((string, string)[])
        [
            ("", "--verify is given an empty text"), (folder.Path, "is a folder"), (Path.Combine(folder.Path, "none"), "none: not found"),
            ("/dev/zero", "line 1: the columns are not"),
        ])
        {
            (code, output, string error) = MxactProgram.Run("", "sweep", "--verify", path);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(message, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_sweeps_do_not_write_one_log()
    {
        using TemporaryFolder folder = new();
        string log = Path.Combine(folder.Path, "sweep.csv");
        using SweepLog held = SweepLog.Open(log);
        (int code, _, string error) = MxactProgram.Run("", [.. One, "--log", log]);
        Assert.Equal(2, code);
        Assert.Contains($"process {Environment.ProcessId} is using it", error, StringComparison.Ordinal);
    }

    private static SweepLogRows Read(string text) => SweepLogRows.Read(new MemoryStream(Encoding.ASCII.GetBytes(text)), "log");

    /// <summary>The eight rows of a combination, without checks.</summary>
    private static string[] Rows(string combination)
        => [.. Enumerable.Range(0, 8).Select(i
            => $"{new string('a', 32)},{combination.Replace(' ', ',')},{i * 32},{(i * 32) + 31},536870912,0,,,,0.500")];

    /// <summary>A whole log of rows, whose own checks are dropped; the chain as the README of the format has it, written once more.</summary>
    private static string Chained(IEnumerable<string> rows)
    {
        const string Head = "build,backend,format,rounding,overflow,first_chunk,last_chunk,inputs,mismatches,input,expected,got,seconds,check";
        int fields = Head.Split(',').Length - 1;
        byte[] link = SHA256.HashData(Encoding.ASCII.GetBytes(Head));
        StringBuilder log = new(Head + "\n");
        foreach (string row in rows.Select(r => string.Join(',', r.Split(',').Take(fields))))
        {
            link = SHA256.HashData([.. link, .. Encoding.ASCII.GetBytes(row)]);
            log.Append(row).Append(',').Append(Convert.ToHexStringLower(link)[..8]).Append('\n');
        }

        return log.ToString();
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
            Assert.Contains("line 1: the columns are not build,backend,format", error, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(file));
        }
    }
}
