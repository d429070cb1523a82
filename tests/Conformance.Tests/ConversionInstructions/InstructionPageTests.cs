using Mxact.Cli.Commands;
using Mxact.Common;

namespace Mxact.Conformance.Tests.ConversionInstructions;

/// <summary>What the page and <c>mxact instructions</c> say is what the table is.</summary>
public sealed class InstructionPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("Simulator", "ConversionInstructions", "README.md"));

    [Fact]
    public void The_table_of_the_page_is_the_table()
        => Assert.EndsWith($"\n{string.Join('\n', InstructionsCommand.Markdown(Instructions.All))}\n", Page, StringComparison.Ordinal);

    [Theory]
    [InlineData("--vendor amd", "v_cvt_sr_bf8_f32", "cvt.rn")]
    [InlineData("--grade extrapolated", "cvt.rs.satfinite.e3m2x4.f32", "cvt.rs.satfinite.e4m3x4.f32")]
    [InlineData("--format e2m3", "cvt.rn.f16x2.e2m3x2", "e3m2x2")]
    [InlineData("cvt.rzi.s16.bf16", "cvt.rzi.s16.bf16", "cvt.rn")]
    public void Filters_choose(string words, string shown, string hidden)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["instructions", "--csv", .. words.Split(' ')]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"\n{shown},", output, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--vendor ibm", "--vendor 'ibm' is none of nvidia, ")]
    [InlineData("--grade HW", "--grade 'HW' is none of recorded, ")]
    [InlineData("--format e9m9", "--format 'e9m9' is none of ")]
    [InlineData("cvt.rn.e4m3x2.f32", "'cvt.rn.e4m3x2.f32': to .e4m3x2 from .f32 there is cvt.{rn}.satfinite[.relu]")]
    public void What_there_is_not_is_one_line(string words, string line)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["instructions", .. words.Split(' ')]);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("mxact: " + line, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
