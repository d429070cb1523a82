using System.Globalization;
using System.Numerics;
using CsvHelper;
using Mxact.Cli.Readmemh;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests;

/// <summary><c>mxact export --readmemh</c>: what a hardware test bench reads is what a program is asked.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mxact-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Every smoke row, read back from its memories by the fields that groups.csv names: the operands are the row's, and the
    /// reference's answer to them passes under the mask.</summary>
    [Fact]
    public void Every_row_comes_back_from_the_memories()
    {
        string to = Path.Combine(folder, "all");
        (int code, string output, string error) = MxactProgram.Run("", "export", "--readmemh", to, "--level", "smoke", "--instruction",
            "all", "--tensor-scale", "divisor", "--tensor-scale", "chosen");
        Assert.Equal((0, ""), (code, error));
        Dictionary<string, TestVector> rows = GoldenSet.Open(GoldenSet.DefaultFolder()).Rows(Level.Smoke).ToDictionary(row => row.Id);
        int seen = 0;
        foreach (Group group in Groups(to))
        {
            string[] ids = [.. File.ReadLines(Path.Combine(group.Folder, "index.csv")).Skip(1).Select(line => line.Split(',')[1])];
            string[][] lines = [.. new[] { "stimulus", "expected", "mask", "nan" }
                .Select(name => File.ReadAllLines(Path.Combine(group.Folder, name + ".hex")))];
            Assert.All(lines, file => Assert.Equal(ids.Length, file.Length));
            Assert.Equal(group.Rows, ids.Length);
            for (int i = 0; i < ids.Length; i++)
            {
                TestVector row = rows[ids[i]];
                Assert.Equal(row.Operands, Words(lines[0][i], group.Stimulus));
                Check(row, group.Expected, lines[1][i], lines[2][i], lines[3][i]);
                seen++;
            }
        }

        Assert.Equal(rows.Count, seen);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{seen} rows in "), output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encode e4m3", "38", "38", "ff", "0")]
    [InlineData("encode e4m3", "nan:7f", "7f", "ff", "0")]
    [InlineData("encode ue4m3", "nan:any", "7f", "7f", "1")]
    [InlineData("decode e4m3", "nan:any", "7f800000", "7f800000", "1")]
    [InlineData("dequantize mxfp4", "3f800000nnnnnnnn40000000", "400000007f8000003f800000", "ffffffff7f800000ffffffff", "2")]
    [InlineData("dequantize mxfp4", "nan:any*2", "7f8000007f800000", "7f8000007f800000", "3")]
    [InlineData("quantize mxfp4", "ff *4", "0000ff", "0000ff", "0")]
    [InlineData("dot e4m3 e4m3 out=f16", "nan:any", "7c00", "7c00", "1")]
    public void A_pattern_is_bits_a_mask_and_nans(string asked, string expected, string words, string mask, string nan)
    {
        Question question = Question.Parse(asked, out _);
        ExpectedBits bits = ExpectedBits.Of(question, expected);
        IReadOnlyList<MemoryField> fields = MemoryField.OfAnswer(question, bits.Words);
        Assert.Equal(words, MemoryField.Line(fields, bits.Words));
        Assert.Equal(mask, MemoryField.Line(fields, bits.Mask));
        Assert.Equal(nan, bits.NaNs.Select((n, i) => n ? 1 << i : 0).Sum().ToString("x", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Alternatives_are_refused()
        => Assert.Throws<RequestException>(() => ExpectedBits.Of(Question.Parse("encode e4m3", out _), "38|39"));

    [Fact]
    public void A_folder_that_holds_something_or_an_empty_selection_is_refused_and_nothing_is_left()
    {
        File.WriteAllText(Path.Combine(folder, "other"), "");
        foreach ((string to, string term, string says) in ((string, string, string)[])
        [
            (folder, "encode", $"mxact: {folder}: holds something already"),
            (Path.Combine(folder, "a", "b"), "encode", $"mxact: {Path.Combine(folder, "a", "b")}: there is no folder to make it in"),
            (Path.Combine(folder, "other"), "encode", $"mxact: {Path.Combine(folder, "other")}: is a file"),
            (Path.Combine(folder, "c"), "nonsense", "mxact: no row is selected by --level smoke --only nonsense"),
        ])
        {
            (int code, string output, string error) = MxactProgram.Run("", "export", "--readmemh", to, "--level", "smoke", "--only", term);
            Assert.Equal((2, ""), (code, output));
            Assert.StartsWith(says, error, StringComparison.Ordinal);
            Assert.Equal(["other"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        }
    }

    private static void Check(TestVector row, string[] fields, string expected, string mask, string nan)
    {
        string answer = Answerer.For(row.Question).Answer(row.Operands);
        string line = MemoryField.Line(MemoryField.OfAnswer(row.Question, answer), answer);
        Assert.Equal(expected.Length, line.Length);
        Assert.True(((Bits(line) ^ Bits(expected)) & Bits(mask)).IsZero, row.Id);
        Assert.Equal(row.Expected.StartsWith("nan:any", StringComparison.Ordinal) || row.Expected.Contains("nn", StringComparison.Ordinal),
            !Bits(nan).IsZero);

        // Where any NaN passes there is one in the answer, and only there: the fields' elements are counted from the lowest.
        ElementFormat? format = Expectation.AnswerFormat(row.Question);
        string[] elements = [.. Words(line, fields).Split(' ').Zip(fields, (word, field) => (word, Digits: Digits(field)))
            .SelectMany(f => f.word.Chunk(f.Digits).Select(chunk => new string(chunk)))];
        for (int i = 0; i < elements.Length; i++)
        {
            bool any = !((Bits(nan) >> i) & 1).IsZero;
            Assert.True(!any || ElementCodec.Decode(format!, Convert.ToUInt32(elements[i], 16)).IsNaN, row.Id);
        }
    }

    private static BigInteger Bits(string line)
        => BigInteger.Parse("0" + line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The words of a line: cut by the fields from the lowest bits up.</summary>
    private static string Words(string line, string[] fields)
    {
        List<string> words = [];
        int end = line.Length;
        foreach (string field in fields)
        {
            int digits = Digits(field);
            int count = int.Parse(field.Split('[', ']')[1], CultureInfo.InvariantCulture);
            string part = line[(end - (digits * count))..end];
            words.Add(string.Concat(part.Chunk(digits).Reverse().Select(chunk => new string(chunk))));
            end -= digits * count;
        }

        Assert.Equal(0, end);
        return string.Join(' ', words);
    }

    private static int Digits(string field) => int.Parse(field.Split('x')[^1], CultureInfo.InvariantCulture) / 4;

    private static IEnumerable<Group> Groups(string to)
    {
        using CsvReader csv = CsvReader.Create(File.OpenRead(Path.Combine(to, "groups.csv")), new CsvReaderOptions(), leaveOpen: false);
        while (csv.Read())
        {
            yield return new(Path.Combine(to, csv.GetString(0)), int.Parse(csv.GetString(4), CultureInfo.InvariantCulture),
                csv.GetString(6).Split(' '), csv.GetString(8).Split(' '));
        }
    }

    private sealed record Group(string Folder, int Rows, string[] Stimulus, string[] Expected);
}
