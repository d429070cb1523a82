using Mxact.Cli.Commands;
using Mxact.Common;
using Mxact.Shell;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary><c>mxact recordings</c> with captured dot products of RDNA3 and RDNA4.</summary>
public sealed class RdnaRecordingTests
{
    private const string Header = "arch,instruction,a_hex,b_hex,c_hex,d_hex,modes,note\n";

    [Fact]
    public void Every_captured_dot_product_is_reproduced()
    {
        IReadOnlyList<string> files = GroundTruth.Files("silicon", "rdna_dot.csv.gz");
        Assert.SkipWhen(files.Count == 0, "NOT CHECKED: silicon/rdna_dot.csv.gz is not here (set MXACT_GROUND_TRUTH to its folder)");
        using StringWriter output = new();
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(files[0], null, output));
        int rows = GroundTruth.Rows("silicon", "rdna_dot.csv.gz").Count();
        Assert.True(rows > 800);
        Assert.EndsWith($"\n{rows} rows, 0 mismatches\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_says_how_many_it_reproduces()
    {
        Dictionary<string, int> counted = [];
        foreach (IDictionary<string, string> row in GroundTruth.Rows("silicon", "rdna_dot.csv.gz"))
        {
            string instruction = row["instruction"];
            bool isWave64 = row["modes"].Contains("wave64", StringComparison.Ordinal)
                && instruction.Contains("_f32_16x", StringComparison.Ordinal);
            string machine = row["arch"] == "gfx1100" ? "rdna3-"
                : instruction.Contains("dot2", StringComparison.Ordinal) ? "rdna4-dot2-" : "rdna4-";
            string name = machine + (instruction.EndsWith("bf16", StringComparison.Ordinal) ? "bf16" : "fp16")
                + (row["arch"] != "gfx1100" && isWave64 ? "-wave64" : "");
            counted[name] = counted.GetValueOrDefault(name) + 1;
        }

        Assert.Equal(counted.OrderBy(pair => pair.Key), MatrixUnits.All.Where(unit => unit.Vendor == "amd" && unit.RecordedRows > 0)
            .Select(unit => KeyValuePair.Create(unit.Name, unit.RecordedRows)).OrderBy(pair => pair.Key));
    }

    /// <summary>1 * 1 - 1 * 1 + 1: the product of the other sign costs RDNA3 a unit of the grid 2^-24, RDNA4 nothing.</summary>
    [Theory]
    [InlineData("gfx1100", "3f7fffff", ExitCodes.Success)]
    [InlineData("gfx1100", "3f800000", ExitCodes.Mismatches)]
    [InlineData("gfx1201", "3f800000", ExitCodes.Success)]
    [InlineData("gfx1201", "3f7fffff", ExitCodes.Mismatches)]
    public void Generations_differ_where_signs_do(string arch, string result, int code)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("dots.csv", $"{Header}{arch},v_dot2_f32_f16,3c00bc00,3c003c00,3f800000,{result},op_sel_hi=3,\n");
        Assert.Equal(code, RecordingsCommand.Run(path, null, TextWriter.Null));
    }

    /// <summary>RDNA3 keeps the half that it does not write; RDNA4 writes both.</summary>
    [Theory]
    [InlineData("gfx1100", 0, "aaaa3c00")]
    [InlineData("gfx1100", 4, "4000bbbb")]
    [InlineData("gfx1201", 0, "40003c00")]
    public void Halves_of_packed_results(string arch, int opSel, string result)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("dots.csv",
            $"{Header}{arch},v_wmma_f16_16x16x16_f16,0,0,40003c00,{result},op_sel={opSel} op_sel_hi=7,D initially aaaabbbb\n");
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(path, null, TextWriter.Null));
    }

    /// <summary>Constants: binary16's is in the lower half alone, bfloat16's in both, and an addend's is binary32's.</summary>
    [Theory]
    [InlineData("v_dot2_f32_f16,3c003c00,inline:244,0,40000000")]
    [InlineData("v_dot2_f32_bf16,3f803f80,inline:244,0,40800000")]
    [InlineData("v_dot2_f32_bf16,0,0,inline:243,bf800000")]
    [InlineData("v_dot2_f32_bf16,0,0,inline:129,00000001")]
    [InlineData("v_dot2_f32_bf16,3f803f80,inline:129,0,00020000")]
    public void Inline_constants(string row)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("dots.csv", $"{Header}gfx1201,{row},op_sel_hi=3,\n");
        Assert.Equal(ExitCodes.Success, RecordingsCommand.Run(path, null, TextWriter.Null));
    }

    [Theory]
    [InlineData("gfx900,v_dot2_f32_f16,0,0,0,0,,\n", ":2: arch is gfx1100 or gfx1201, not 'gfx900'")]
    [InlineData("gfx1100,v_dot3_f32_f16,0,0,0,0,,\n", ":2: 'v_dot3_f32_f16' is none of ")]
    [InlineData("gfx1100,v_dot2_f32_f16,inline:220,0,0,0,,\n", ":2: 'inline:220' is no inline constant ")]
    [InlineData("gfx1100,v_dot2_f32_f16,0,0,xyz,0,,\n", ":2: c_hex = 'xyz' is no hexadecimal word of 32 bits")]
    [InlineData("gfx1100,v_wmma_f32_16x16x16_f16,0;0,0;0,0,0,,\n", ":2: a_hex has 16 halves")]
    [InlineData("gfx1201,v_dot2_f32_f16,0,0,0,0,clamp=1,\n", ":2: clamp of v_dot2_f32_f16 is 0 in what is modelled")]
    [InlineData("gfx1100,v_wmma_f16_16x16x16_f16,0,0,0,0,op_sel=0,\n", ":2: a half of the destination stays, and no note")]
    public void What_cannot_be_read_is_named_with_file_and_line(string row, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("dots.csv", Header + row);
        string error = Assert.Throws<UsageException>(() => RecordingsCommand.Run(path, null, TextWriter.Null)).Message;
        Assert.StartsWith(path + message, error, StringComparison.Ordinal);
    }
}
