using System.Text;
using Mxact.Faults.Fuzzing;

namespace Mxact.Faults.Tests;

/// <summary>Inputs that a reader once failed at, as short as they go; each is taken or refused since.</summary>
public sealed class PinnedTests
{
    /// <summary>A golden row of a block format that has a name and no place in the table, whose failure was to be explained.</summary>
    [Theory]
    [InlineData("golden-rows", "quantize,2")]
    [InlineData("golden-rows", "quantize,6")]
    [InlineData("golden-rows", "quantize,mx-e2m1")]
    public void A_row_of_any_block_format_is_explained(string reader, string question) => Reads(reader, Encoding.ASCII.GetBytes(
        "id,level,operation,formats,choices,operands,expected,latitudes,clause,flags\n"
        + $"1,smoke,{question},overflow=saturate,3f800000,7d 0c,,,\n"));

    /// <summary>A loss beyond every number, which no file of the program's own can hold.</summary>
    [Fact]
    public void A_result_with_an_infinite_loss_is_refused() => Reads("result-json", Checks.OfJson(Encoding.ASCII.GetBytes(
        "{\n  \"status\": \"done\",\n  \"steps\": 2,\n  \"finalLoss\": 1e999,\n  \"diverged\": null,\n  \"spikes\": [],\n"
        + "  \"log\": \"\",\n  \"check\": \"\"\n}")));

    /// <summary>A megabyte of a name, and names in names: what was read took seconds, or the stack.</summary>
    [Theory]
    [InlineData("promote:1:", 100_000)]
    [InlineData("hopperr", 30_000)]
    public void A_model_name_without_end_is_refused(string part, int times)
    {
        Reads("model-name", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, times))));
        Reads("question", Encoding.ASCII.GetBytes($"dot e4m3 e4m3 model={string.Concat(Enumerable.Repeat(part, times))} 38 38 00000000"));
    }

    private static void Reads(string reader, byte[] input)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mxact-faults-");
        Assert.Null(new Trial(Readers.Named(reader), folder.FullName).Read(input));
        folder.Delete(recursive: true);
    }
}
