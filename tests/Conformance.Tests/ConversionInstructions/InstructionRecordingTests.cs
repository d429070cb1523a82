using Mxact.Cli.Commands;
using Mxact.Common;
using Mxact.Conformance.Recordings;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;

namespace Mxact.Conformance.Tests.ConversionInstructions;

/// <summary><c>mxact recordings</c> with captured conversions, and files that are almost that.</summary>
public sealed class InstructionRecordingTests
{
    private const string Ptx = "instruction,source_type,destination_type,input_hex,random_bits_hex,output_hex,note\n";
    private const string Amd = "arch,instruction,src0_hex,src1_hex,random_bits_hex,dst_init_hex,dst_hex,modes,note\n";
    private const string One = "cvt.rn.satfinite.e4m3x2.f32,f32,e4m3x2,3f800000;40000000,,3840,\n";

    [Theory]
    [InlineData("cvt_b200.csv.gz", 8_000, 133)]
    [InlineData("rdna_cvt_fp8.csv.gz", 59, 4)]
    public void Every_captured_conversion_is_reproduced_and_counted_in_the_table(string file, int least, int instructions)
    {
        IReadOnlyList<string> files = GroundTruth.Files("silicon", file);
        Assert.SkipWhen(files.Count == 0, $"NOT CHECKED: silicon/{file} is not here (set MXACT_GROUND_TRUTH to the folder that holds it)");
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(files[0], null, output));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        (long Rows, string Name)[] counted = [.. GroundTruth.Rows("silicon", file).GroupBy(row => row["instruction"])
            .Select(group => ((long)group.Count(), group.Key))];
        Assert.True(counted.Sum(count => count.Rows) >= least);
        Assert.Equal(instructions, counted.Length);
        Assert.Equal($"{counted.Sum(count => count.Rows)} rows, 0 mismatches", lines[^1]);
        Assert.All(counted, count => Assert.Contains(lines, line
            => line.Trim().StartsWith($"{count.Name} ", StringComparison.Ordinal)
                && line.EndsWith($" {count.Rows} of {count.Rows}", StringComparison.Ordinal)));
        Assert.All(counted, count => Assert.Equal(count.Rows, Instructions.Parse(count.Name).RecordedRows));
    }

    [Fact]
    public void A_row_that_differs_is_shown_and_counted()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("any name.csv", Ptx + One + One.Replace("3840", "3841", StringComparison.Ordinal));
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Mismatches, RecordingsCommand.Run(path, null, output));
        Assert.Equal($"{path}: 2 rows, 1 mismatches; 1 instructions\n  cvt.rn.satfinite.e4m3x2.f32  1 of 2\n"
            + $"MISMATCH {path}:3: cvt.rn.satfinite.e4m3x2.f32 3f800000;40000000: expected 3840, recorded 3841\n2 rows, 1 mismatches\n",
            output.ToString());
    }

    /// <summary>What begins like gzip is gzip, whatever it is called.</summary>
    [Fact]
    public void A_gzipped_file_needs_no_name()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "captured");
        using (System.IO.Compression.GZipStream zip = new(File.Create(path), System.IO.Compression.CompressionMode.Compress))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(Ptx + One));
        }

        using StringWriter output = new();
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(path, null, output));
        Assert.EndsWith("\n1 rows, 0 mismatches\n", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Ptx + "cvt.rn.e4m3x2.f32,,,3f800000;40000000,,3840,\n", ":2: 'cvt.rn.e4m3x2.f32': to .e4m3x2 from .f32 there is ")]
    [InlineData(Ptx + "cvt.rn.satfinite.e4m3x2.f32,,,3f800000,,3840,\n", ":2: cvt.rn.satfinite.e4m3x2.f32 has 2 source registers ")]
    [InlineData(Ptx + "cvt.rn.satfinite.e4m3x2.f32,,,3f800000;4g,,3840,\n", ":2: input_hex = '4g' is no hexadecimal word of 64 bits")]
    [InlineData(Ptx + "cvt.rn.satfinite.e4m3x2.f32,,,3f800000;140000000,,3840,\n", ":2: cvt.rn.satfinite.e4m3x2.f32: source b.f32 has 32 ")]
    [InlineData(Ptx + "cvt.rn.satfinite.e4m3x2.f32,,,3f800000;40000000,1,3840,\n", ":2: cvt.rn.satfinite.e4m3x2.f32 takes no random word")]
    [InlineData(Ptx + "cvt.rn.satfinite.e4m3x2.f32,,,3f800000;40000000,,13840,\n", ":2: output_hex = '13840' is no hexadecimal word of 16")]
    [InlineData(Amd + "gfx1201,v_cvt_pk_fp8_f32,0,0,,0,0,abs=0 MODE=0x000000f1,\n", ":2: MODE's rounding and CLAMP are 0 in what is ")]
    [InlineData(Amd + "gfx1201,v_cvt_pk_fp8_f32,0,0,,0,0,op_sel=0x4,\n", ":2: op_sel=4: op_sel is 0 or 8")]
    [InlineData(Amd + "gfx1201,v_cvt_pk_fp9_f32,0,0,,0,0,op_sel=0x0,\n", ":2: no instruction is called 'v_cvt_pk_fp9_f32:")]
    [InlineData("instruction,input_hex\ncvt.f32.f16,3c00\n", ":2: no column random_bits_hex")]
    public void What_cannot_be_read_is_named_with_file_and_line(string content, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("conversions.csv", content);
        string error = Assert.Throws<UsageException>(() => RecordingsCommand.Run(path, null, TextWriter.Null)).Message;
        Assert.StartsWith(path + message, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void A_model_is_for_dot_products()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("conversions.csv", Ptx + One);
        Assert.Equal($"{path}: every row names its instruction; --model hopper-fp16 is for dot products that do not", Assert.Throws<UsageException>(()
            => RecordingsCommand.Run(path, MatrixUnits.Parse("hopper-fp16"), TextWriter.Null)).Message);
    }
}
