using Mxact.Cli.Commands;
using Mxact.Common;
using Mxact.Conformance.Recordings;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary><c>mxact recordings</c>: recorded GPUs, and files that are none.</summary>
public sealed class RecordingsCommandTests
{
    private const string Header = "id,kind,fa,fb,K,A,B,C,D\n";

    [Theory]
    [InlineData("hardware", 100_000)]
    [InlineData("models", 50_000)]
    public void Every_recording_agrees_with_the_model_its_columns_or_name_say(string folder, int least)
    {
        IReadOnlyList<string> files = GroundTruth.Files(folder, "*.csv.gz");
        Assert.SkipWhen(files.Count == 0, $"NOT CHECKED: {folder}/ is not here (set MXACT_GROUND_TRUTH to the folder that holds it)");
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(Path.GetDirectoryName(files[0])!, null, output));
        long rows = files.Sum(file => RecordedDotFile.Read(file).LongCount());
        Assert.True(rows >= least, $"only {rows} rows");
        Assert.EndsWith($"\n{rows} rows, 0 mismatches\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_model_than_the_recorded_one_is_found_out()
    {
        IReadOnlyList<string> files = GroundTruth.Files("hardware", "hw_A100_fp16_fp32.csv.gz");
        Assert.SkipWhen(files.Count == 0, "NOT CHECKED: hardware/hw_A100_fp16_fp32.csv.gz is not here");
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Mismatches, RecordingsCommand.Run(files[0], MatrixUnits.Parse("hopper-fp16"), output));
        Assert.Contains("of the first 200 mismatches: 200 with F = 24", output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>1 * 1 + 0 is 1 whatever the unit: nothing explains the one row that says otherwise, and that is said too.</summary>
    [Fact]
    public void A_single_mismatch_is_counted_and_explained()
    {
        using TemporaryFolder folder = new();
        string right = "0,x,fp16,fp16,1,3c00,3c00,00000000,3f800000\n";
        string path = folder.Write("hopper_fp16.csv", Header + right + "1,x,fp16,fp16,1,3c00,3c00,00000000,3f800001\n");
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Mismatches, RecordingsCommand.Run(path, null, output));
        Assert.Contains("hopper_fp16.csv: 2 rows, 1 mismatches; hopper-fp16\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\nof the first 1 mismatches: no neighbouring model explains any\n", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\n2 rows, 1 mismatches\n", output.ToString(), StringComparison.Ordinal);

        using StringWriter none = new();
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(folder.Write("hopper_fp16.csv", Header + right), null, none));
        Assert.DoesNotContain("of the first", none.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quote_that_never_ends_is_named_with_its_line()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("hopper_fp16.csv",
            Header + "0,x,fp16,fp16,1,3c00,3c00,00000000,3f800000\n1,\"x,fp16,fp16,1,3c00,3c00,00000000,3f800000\n");
        Assert.Equal(path + ":3: 2 cells under 9 columns",
            Assert.Throws<VectorFileException>(() => RecordingsCommand.Run(path, null, TextWriter.Null)).Message);
    }

    [Theory]
    [InlineData("hopper_fp16.csv", Header + "0,x,fp16,fp16,1,3c00,3c00,00000000,3f800000\n1,x,fp16,fp16,3,3c00,3c00,00000000,3f800000\n",
        ":3: row 1: A has 4 digits, which are not 3 elements")]
    [InlineData("hopper_fp16.csv", Header + "0,x,fp16,fp17,1,3c00,3c00,00000000,3f800000\n", ":2: row 0: 'fp17' is no operand format")]
    [InlineData("hopper_fp16.csv", Header + "0,x,fp16,fp16,1,3c00,3c00,0000000,3f800000\n", ":2: row 0: C = '0000000' has neither")]
    [InlineData("hopper_fp16.csv", Header + "0,x,fp16,fp16,1,3cg0,3c00,00000000,3f800000\n", ":2: row 0: A = '3cg0' is not hexadecimal")]
    [InlineData("hopper_fp16.csv", "id,K\n0,1\n", ":2: no column fa")]
    [InlineData("mystery.csv", Header + "0,x,fp16,fp16,1,3c00,3c00,00000000,3f800000\n", ":2: row 0: no model for 'mystery'")]
    [InlineData("blackwell_mxf8f6f4.csv", "id,kind,fa,fb,K,A,B,SA,SB,C,D\n0,x,e4m3,e4m3,2,3838,3838,7f7f,7f7f,00000000,40000000\n",
        ":2: row 0: blackwell-mxf8f6f4 takes e8m0/32 scales, not e8m0/1")]
    public void What_cannot_be_read_is_named_with_file_and_line(string name, string content, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write(name, content);
        string error = Assert.Throws<UsageException>(() => RecordingsCommand.Run(path, null, TextWriter.Null)).Message;
        Assert.StartsWith(path + message, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void Missing_files_and_empty_folders_are_errors()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("holds no .csv",
            Assert.Throws<UsageException>(() => RecordingsCommand.Run(folder.Path, null, TextWriter.Null)).Message,
            StringComparison.Ordinal);
        Assert.Contains("not found",
            Assert.Throws<UsageException>(() => RecordingsCommand.Run(folder.Path + "/none", null, TextWriter.Null)).Message,
            StringComparison.Ordinal);
    }
}
