using Mxact.Common;
using Mxact.Shell;
using Mxact.Training.Models;
using Mxact.Training.Runs;

namespace Mxact.Training.Tests;

/// <summary>The decoder on real text: this repository's own documentation.</summary>
public sealed class DecoderTests
{
    [Theory]
    [InlineData("fp32")]
    [InlineData("mxfp8-e4m3")]
    public void It_learns_the_readme(string format)
    {
        using TemporaryFolder folder = new();
        string text = Path.Combine(Repository.Root, "README.md");
        (int code, _, string error) = MxactTrain.Run(
        [
            "run", "--out", folder.In("run"), "--model", "decoder", "--text", text, "--depth", "2", "--width", "64", "--batch", "8",
            "--context", "64", "--steps", "60", "--lr", "3e-3", "--warmup", "10", "--schedule", "cosine", "--forward", format,
            "--quantize-ln-affine", "on",
        ]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        IReadOnlyList<StepRow> rows = StepLog.Read(folder.In("run", "steps.csv")).Rows;
        Assert.InRange(rows[0].Loss, 5.4, 5.7); // ln 256 = 5.55: nothing is known yet
        Assert.True(rows[^1].Loss < 3.5, $"the loss is still {rows[^1].Loss}");
        Assert.All(rows.Where(r => r.Step % 10 == 0), r => Assert.True(format == "fp32" ? r.Distance == 0 : r.Distance is > 0.005 and < 1));
        Assert.All(rows.Where(r => r.Step % 10 == 0), r => Assert.InRange(r.LnLastBin, 0, 1));
    }

    [Fact]
    public void Token_files_are_read_where_they_are()
    {
        using TemporaryFolder folder = new();
        byte[] tokens = [.. Enumerable.Range(0, 4000).SelectMany(i => BitConverter.GetBytes((ushort)(i * 7 % 50)))];
        File.WriteAllBytes(folder.In("t.u16"), tokens);
        byte[] header =
        [
            0x93, .. "NUMPY"u8, 1, 0, 118, 0,
            .. System.Text.Encoding.ASCII.GetBytes("{'descr': '<u2', 'fortran_order': False, 'shape': (4000,), }".PadRight(117) + "\n"),
        ];
        File.WriteAllBytes(folder.In("t.npy"), [.. header, .. tokens]);
        string[] options =
        [
            "--model", "decoder", "--depth", "1", "--width", "64", "--batch", "2", "--context", "16", "--steps", "2", "--text",
        ];
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("a"), .. options, folder.In("t.u16")]).ExitCode);
        Assert.Equal(0, MxactTrain.Run(["run", "--out", folder.In("b"), .. options, folder.In("t.npy")]).ExitCode);
        Assert.Equal(
            StepLog.Read(folder.In("a", "steps.csv")).Rows.Select(r => r.Loss),
            StepLog.Read(folder.In("b", "steps.csv")).Rows.Select(r => r.Loss));

        File.WriteAllBytes(folder.In("bad.npy"), [.. header[..20], .. tokens]);
        MxactTrain.Refuses("bad.npy: ", ["run", "--out", folder.In("c"), .. options, folder.In("bad.npy")]);
        File.WriteAllBytes(folder.In("large.u16"), [.. Enumerable.Repeat((byte)0xFF, 400)]);
        MxactTrain.Refuses("is 65535, but the vocabulary has 32000", ["run", "--out", folder.In("d"), .. options, folder.In("large.u16")]);
        MxactTrain.Refuses(
            "has 7 tokens, and a sequence needs 17",
            ["run", "--out", folder.In("e"), .. options, folder.Write("short.txt", "too few")]);
    }

    [Theory]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), }", 80, true)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,)}", 80, true)]
    [InlineData("{\"shape\":(40,),\"fortran_order\":True,\"descr\":\"<u2\"}", 80, true)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), }", 78, false)] // shorter than it says
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), }", 79, false)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), }", 82, false)] // longer
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (9223372036854775807,), }", 80, false)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (4611686018427387944,), }", 80, false)] // twice that wraps to 80
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (20, 2), }", 80, false)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (), }", 80, false)]
    [InlineData("{'descr': '<i2', 'fortran_order': False, 'shape': (40,), }", 80, false)]
    [InlineData("{'descr': '<u2', 'shape': (40,), }", 80, false)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), 'shape': (40,), }", 80, false)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), 'more': '', }", 80, false)]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (40,), } # more", 80, false)]
    public void A_token_header_says_what_follows_it(string dictionary, int bytes, bool isRight)
    {
        using TemporaryFolder folder = new();
        byte[] text = System.Text.Encoding.ASCII.GetBytes(dictionary.PadRight(117) + "\n");
        File.WriteAllBytes(folder.In("t.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. new byte[bytes]]);
        if (isRight)
        {
            using TokenFile tokens = TokenFile.Open(folder.In("t.npy"), 1);
            Assert.Equal(40, tokens.Count);
        }
        else
        {
            Assert.Contains(
                "t.npy: ", Assert.Throws<UsageException>(() => TokenFile.Open(folder.In("t.npy"), 1)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_odd_byte_of_tokens_is_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.In("t.u16"), new byte[81]);
        Assert.Contains(
            "has 81 bytes, and tokens of 2 bytes each",
            Assert.Throws<UsageException>(() => TokenFile.Open(folder.In("t.u16"), 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_that_vanish_while_they_are_read_are_missed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.In("t.u16"), new byte[80]);
        using TokenFile tokens = TokenFile.Open(folder.In("t.u16"), 1);
        using (FileStream shorter = new(folder.In("t.u16"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            shorter.SetLength(40);
        }

        Assert.Contains("shrank while it was read", Assert.Throws<UsageException>(() => tokens.Read(10, new long[20])).Message,
            StringComparison.Ordinal);
    }
}
