using System.Security.Cryptography;
using System.Text;
using Mxact.Shell;
using Mxact.Training.Diagnostics;
using Mxact.Training.Runs;

namespace Mxact.Training.Tests;

/// <summary>What a run wrote down is what it did, or is refused with the place: nothing in between.</summary>
public sealed class LogTests : IDisposable
{
    private const string Head =
        "step,loss,shadow_loss,excess_loss,grad_norm,gradient_distance,gradient_distance_along,gradient_distance_across,gradient_cosine,"
        + "ln_last_bin,last_bin,saturated,flushed,backward_error,backward_drift,backward_along,backward_noise,decrease_quantised,"
        + "decrease_exact,lr,seconds,check";

    private const string EarlierHead =
        "step,loss,grad_norm,zeta,zeta_bias,zeta_across,cosine,ln_last_bin,last_bin,saturated,flushed,lr,seconds,check";

    private const int Steps = 6;
    private static readonly Lazy<Dictionary<string, byte[]>> Made = new(Train);
    private readonly TemporaryFolder folder = new();
    private readonly RunFolder run;

    public LogTests()
    {
        run = new(folder.In("run"));
        Directory.CreateDirectory(run.Path);
        foreach ((string name, byte[] content) in Made.Value)
        {
            File.WriteAllBytes(folder.In("run", name), content);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_row_ends_with_the_hash_of_all_before_it()
    {
        string[] lines = File.ReadAllText(run.Steps).Split('\n');
        Assert.Equal(Head, lines[0]);
        byte[] link = SHA256.HashData(Encoding.ASCII.GetBytes(Head));
        foreach (string line in lines[1..^1])
        {
            int comma = line.LastIndexOf(',');
            link = SHA256.HashData([.. link, .. Encoding.ASCII.GetBytes(line[..comma])]);
            Assert.Equal(Convert.ToHexStringLower(link)[..8], line[(comma + 1)..]);
        }

        Assert.Equal(Steps, run.ProveResult().Rows.Count);
        Assert.Equal(Convert.ToHexStringLower(link)[..8], run.Result!.Log);
    }

    [Theory]
    [InlineData("steps.csv")]
    [InlineData("run.json")]
    [InlineData("result.json")]
    public void A_flipped_bit_is_refused_wherever_it_is(string name)
    {
        byte[] content = Made.Value[name];
        byte[] damaged = (byte[])content.Clone();
        for (int i = 0; i < content.Length; i++)
        {
            damaged[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(folder.In("run", name), damaged);
            UsageException refusal = Assert.Throws<UsageException>(() => run.ProveResult());
            Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
            damaged[i] = content[i];
        }
    }

    [Theory]
    [InlineData("lost", 2)]
    [InlineData("doubled", 3)]
    [InlineData("swapped", 2)]
    [InlineData("quoted", 2)]
    [InlineData("no number", 2)]
    [InlineData("joined", 2)]
    [InlineData("empty", 2)]
    public void Damage_in_the_middle_is_refused_with_its_row(string damage, int row)
    {
        List<string> lines = [.. File.ReadAllText(run.Steps).Split('\n')];
        switch (damage)
        {
            case "lost":
                lines.RemoveAt(2);
                break;
            case "doubled":
                lines.Insert(2, lines[2]);
                break;
            case "swapped":
                (lines[2], lines[3]) = (lines[3], lines[2]);
                break;
            case "quoted":
                lines[2] = "\"" + lines[2];
                break;
            case "no number":
                lines[2] = lines[2].Replace("1,", "1,x", StringComparison.Ordinal);
                break;
            case "joined":
                lines[2] += lines[3];
                lines.RemoveAt(3);
                break;
            default:
                lines.Insert(2, "");
                break;
        }

        File.WriteAllText(run.Steps, string.Join('\n', lines));
        string place = $"steps.csv: row {row} (line {row + 1}): ";
        Assert.Contains(place, Assert.Throws<UsageException>(() => run.ProveResult()).Message, StringComparison.Ordinal);
        File.Delete(folder.In("run", "result.json"));
        Assert.Contains(place, Assert.Throws<UsageException>(() => Resume()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "loss", "1x")]
    [InlineData("1", "loss", "-1")]
    [InlineData("1", "saturated", "1.5")]
    [InlineData("1", "gradient_cosine", "2")]
    [InlineData("1", "shadow_loss", "-1")]
    [InlineData("1", "backward_noise", "-1")]
    [InlineData("1", "lr", "0")]
    [InlineData("1", "seconds", "")]
    [InlineData("1", "grad_norm", "1e3")] // spelt otherwise than it is written
    [InlineData("-1", "step", "-1")]
    [InlineData("3", "step", "3")]
    public void A_row_that_no_step_can_have_is_refused_though_its_check_is_right(string step, string column, string value)
    {
        string[] fields = [step, "1", "", "", "1", .. Enumerable.Repeat("", 14), "0.1", "0.000001"];
        fields[StepRow.Columns.IndexOf(column)] = value;
        string first = "0,1,,,1,,,,,,,,,,,,,,,0.1,0.000001";
        WriteChained(first, string.Join(',', fields));
        Assert.Contains("row 2 (line 3): ", Assert.Throws<UsageException>(() => StepLog.Read(run.Steps)).Message, StringComparison.Ordinal);
        WriteChained(first, string.Join(',', (string[])["1", .. first.Split(',')[1..]]));
        Assert.Equal(2, StepLog.Read(run.Steps).Rows.Count);
    }

    [Fact]
    public void Only_a_last_row_may_be_cut_off_and_the_user_is_told()
    {
        string whole = File.ReadAllText(run.Steps);
        File.WriteAllText(run.Steps, whole[..^5]);
        Assert.Contains(
            "is not the log of the result beside it", Assert.Throws<UsageException>(() => run.ProveResult()).Message,
                StringComparison.Ordinal);

        // As a kill after the checkpoint of step 4 leaves it.
        File.Delete(folder.In("run", "result.json"));
        File.Move(run.Kept(4), run.Latest, overwrite: true);
        (int code, string output, string error) = MxactTrain.Run("run", "--out", run.Path, "--resume");
        Assert.Equal(0, code);
        Assert.Equal($"mxact-train: {run.Steps}: row 6 (line 7): was cut off while it was written, and is dropped\n", error);
        Assert.StartsWith("done: 6 steps", output, StringComparison.Ordinal);
        Assert.Equal(Strip(whole), Strip(File.ReadAllText(run.Steps)));
        Assert.Equal(Made.Value["checkpoint.bin"], File.ReadAllBytes(run.Latest));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_log_that_lacks_steps_of_the_checkpoint_is_refused(int kept)
    {
        string[] lines = File.ReadAllText(run.Steps).Split('\n');
        File.WriteAllText(run.Steps, string.Join('\n', lines[..(kept + 1)]) + "\n");
        File.Delete(folder.In("run", "result.json"));
        Assert.Contains("steps.csv: has ", Assert.Throws<UsageException>(() => Resume()).Message, StringComparison.Ordinal);
        File.Delete(run.Steps);
        Assert.Contains("steps.csv: not found", Assert.Throws<UsageException>(() => Resume()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.json", "{}", "the member 'options' is missing")]
    [InlineData("run.json", "[]", "line 1: is not an object")]
    [InlineData("run.json", "{\n\"options\": {},\n", "line 3: is not valid JSON")]
    [InlineData("run.json", "", "line 1: is not valid JSON")]
    [InlineData("result.json", "{}", "the member 'status' is missing")]
    [InlineData("result.json", "{ \"status\": \"\\ud800\" }", "half of a surrogate pair")]
    [InlineData("result.json", "{ \"status\": \"done\", \"status\": \"done\" }", "repeats a member")]
    [
        InlineData(
            "result.json",
            """{ "status": "done", "steps": 6, "finalLoss": 1, "diverged": null, "spikes": [], "log": "" }""",
            "the member 'check' is missing: an earlier build wrote this file")
    ]
    [
        InlineData(
            "result.json",
            """{ "status": 1, "steps": 6, "finalLoss": 1, "diverged": null, "spikes": [], "log": "", "check": "" }""",
            "$.status: is missing a member, or is not of its kind")
    ]
    [
        InlineData(
            "result.json",
            """{ "status": "done", "steps": 6, "finalLoss": 1, "diverged": null, "spikes": [{}], "log": "", "check": "" }""",
            "is missing a member, or is not of its kind")
    ]
    public void A_record_that_is_none_is_refused_with_its_place(string name, string text, string message)
    {
        File.WriteAllText(folder.In("run", name), text);
        string refusal = Assert.Throws<UsageException>(() => run.ProveResult()).Message;
        Assert.Contains($"{name}: ", refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_record_is_one_line_for_every_command()
    {
        File.WriteAllText(folder.In("run", "result.json"), "{}");
        MxactTrain.Refuses("result.json: the member 'status' is missing", "run", "--out", run.Path, "--resume");
        File.WriteAllText(folder.In("run", "run.json"), "{}");
        MxactTrain.Refuses("run.json: the member 'options' is missing", "intervene", run.Path, "--at", "4", "--into", "a=");
    }

    [Fact]
    public void A_result_that_no_run_can_have_is_refused_though_its_check_is_right()
    {
        RunResult right = run.Result!;
        foreach (RunResult wrong in (RunResult[])
        [
            right with { Status = "fine" }, right with { Status = "diverged" }, right with { Diverged = 3 }, right with { Steps = 0 },
            right with { FinalLoss = -1 }, right with { FinalLoss = null }, right with { Spikes = [new(6, null)] },
            right with { Spikes = [new(1, 0)] }, right with { Status = "diverged", Diverged = 7 },
            right with { Steps = 5 }, right with { Steps = 7 }, right with { FinalLoss = right.FinalLoss + 1 },
            right with { Spikes = [new(1, 1)] }, right with { Log = "00000000" }, right with { Status = "diverged", Diverged = 2 },
        ])
        {
            run.Write(wrong);
            Assert.Throws<UsageException>(() => run.ProveResult());
        }

        run.Write(right);
        Assert.Equal(Steps, run.ProveResult().Result.Steps);
    }

    [Fact]
    public void A_record_that_no_run_can_have_is_refused_though_its_check_is_right()
    {
        RunRecord right = run.Record!;
        SortedDictionary<string, string> With(string name, string? value)
        {
            SortedDictionary<string, string> options = new(right.Options, StringComparer.Ordinal) { [name] = value! };
            return options;
        }

        SortedDictionary<string, string> fewer = new(right.Options, StringComparer.Ordinal);
        fewer.Remove("lr");
        foreach (RunRecord wrong in (RunRecord[])
        [
            right with { Options = fewer }, right with { Options = With("lr", "fast") }, right with { Options = With("colour", "red") },
            right with { Options = With("lr", null) }, right with { Version = "" }, right with { Ran = [] },
            right with { Ran = [new(1, "a", "b")] }, right with { Ran = [new(0, "a", "b"), new(-1, "a", "b")] },
            right with { Started = "yesterday" }, right with { Parent = "nowhere" }, right with { Parent = "x@-3" },
        ])
        {
            run.Write(wrong);
            Assert.Throws<UsageException>(() => run.Record);
        }

        run.Write(right);
        Assert.Equal(right.Options, run.Record!.Options);
    }

    [Fact]
    public void A_log_of_an_earlier_build_is_refused_by_name()
    {
        string[] lines = File.ReadAllText(run.Steps).Split('\n');
        File.WriteAllText(run.Steps, string.Join('\n', lines.Select(l => l.Length == 0 ? l : l[..l.LastIndexOf(',')])));
        Assert.Contains(
            "steps.csv: line 1: has no column 'check'", Assert.Throws<UsageException>(() => run.ProveResult()).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_with_the_columns_of_an_earlier_build_is_read_and_not_gone_on_with()
    {
        RowChain chain = new(EarlierHead);
        string[] rows = ["0,1.5,2,0.25,-0.125,0.2,0.75,0,0.5,0.25,0.125,0.1,0.000001", "1,1,2,,,,,,,,,0.1,0.000001"];
        File.WriteAllText(run.Steps, string.Concat(rows.Select(r => $"{r},{chain.Add(r)}\n").Prepend(EarlierHead + "\n")));
        IReadOnlyList<StepRow> read = StepLog.Read(run.Steps).Rows;
        Assert.Equal(
            (1.5, 2.0, 0.25, -0.125, 0.2, 0.75, 0.0, 0.5, 0.25, 0.125, 0.1),
            (read[0].Loss, read[0].GradNorm, read[0].Distance, read[0].DistanceAlong, read[0].DistanceAcross, read[0].Cosine,
                read[0].LnLastBin, read[0].LastBin, read[0].Saturated, read[0].Flushed, read[0].LearningRate));
        Assert.True(double.IsNaN(read[0].ShadowLoss) && double.IsNaN(read[1].Distance));
        Assert.Contains(
            "steps.csv: was begun by an earlier build", Assert.Throws<UsageException>(() => StepLog.Open(run, 1, false)).Message,
                StringComparison.Ordinal);

        // What is wrong there is called as it is called there.
        chain = new(EarlierHead);
        File.WriteAllText(run.Steps, $"{EarlierHead}\n0,1,1,-1,,,,,,,,0.1,0.000001,{chain.Add("0,1,1,-1,,,,,,,,0.1,0.000001")}\n");
        Assert.Contains("zeta is '-1'", Assert.Throws<UsageException>(() => StepLog.Read(run.Steps)).Message, StringComparison.Ordinal);
    }

    /// <summary>Earlier builds did not tell what a summation adds: a report has no number there, and a run is not gone on with.</summary>
    [Fact]
    public void Products_of_an_earlier_build_are_read()
    {
        string head = RowChain.Head("step,layer,product,error,mean,drift,along,noise,drift_x,drift_w,drift_g");
        RowChain chain = new(head);
        string[] rows = ["0,block0.first,Y,0.5,0,0,0,0.25,0.125,-0.5,", "10,block0.first,Y,1,0,0,0,0,0,0,"];
        File.WriteAllText(run.Products, string.Concat(rows.Select(r => $"{r},{chain.Add(r)}\n").Prepend(head + "\n")));
        ProductRow read = Assert.Single(StepLog.ReadFirstProducts(run.Products));
        Assert.Equal(
            [0.5, 0, 0, 0, 0.25, 0.125, -0.5, double.NaN, double.NaN, double.NaN], read.Quantities);
        Assert.Equal(StepLog.ProductQuantities.Count, read.Quantities.Count);
        Assert.Contains(
            "products.csv: was begun by an earlier build",
            Assert.Throws<UsageException>(() => StepLog.Open(run, 1, true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_an_earlier_build_lacks_the_later_options_and_is_read()
    {
        RunRecord right = run.Record!;
        Dictionary<string, string> earlier = right.Options.Where(o => !OptionSpec.Later.Contains(o.Key)).ToDictionary();
        run.Write(right with { Options = new(earlier, StringComparer.Ordinal) });
        Assert.DoesNotContain("beta1", run.Record!.Options.Keys);
        Assert.Equal(Steps, run.ProveResult().Result.Steps);
    }

    private static string Strip(string log)
        => string.Join('\n', log.Split('\n').Select(line => string.Join(',', line.Split(',').SkipLast(2))));

    private static Dictionary<string, byte[]> Train()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.In("run"));
        RunOptions options = RunOptions.Parse(
            new Dictionary<string, string>
            {
                ["depth"] = "1",
                ["width"] = "32",
                ["batch"] = "16",
                ["steps"] = $"{Steps}",
                ["zeta-every"] = "3",
                ["keep"] = "4",
            });
        using (Trainer trainer = Trainer.Start(options, run, new(Backend.Scalar)))
        {
            Assert.Equal(Steps, trainer.Run(_ => { }, CancellationToken.None)?.Steps);
        }

        return Directory.GetFiles(run.Path).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);
    }

    private void Resume()
    {
        using Trainer trainer = Trainer.Resume(run, new(Backend.Scalar));
        trainer.Run(_ => { }, CancellationToken.None);
    }

    private void WriteChained(params string[] rows)
    {
        RowChain chain = new(Head);
        File.WriteAllText(run.Steps, string.Concat(rows.Select(r => $"{r},{chain.Add(r)}\n").Prepend(Head + "\n")));
    }

    /// <summary>The check is that of the text before it: a file of today is read tomorrow.</summary>
    [Fact]
    public void A_record_ends_with_the_first_bytes_of_its_digest()
    {
        byte[] text = "{\n  \"a\": 1\n}"u8.ToArray();
        string check = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(text).AsSpan(0, 8));
        Assert.Equal($"{{\n  \"a\": 1,\n  \"check\": \"{check}\"\n}}",
            System.Text.Encoding.ASCII.GetString(CheckedJson.Write(new { a = 1 })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_folder_without_a_name_is_refused(string path)
        => Assert.Contains("the run's folder has an empty name", Assert.Throws<UsageException>(() => new RunFolder(path)).Message,
            StringComparison.Ordinal);
}
