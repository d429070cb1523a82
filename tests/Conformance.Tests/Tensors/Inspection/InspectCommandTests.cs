using System.Text.Json;
using Mxact.Common;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary><c>mxact inspect</c> as a shell runs it.</summary>
public sealed class InspectCommandTests : IDisposable
{
    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_table_json_and_a_page()
    {
        byte[] codes = [.. Enumerable.Range(0, 128 * 64).Select(i => (byte)(i % 16))];
        byte[] scales = [.. Enumerable.Range(0, 256).Select(i => (byte)(i == 3 ? 0xFF : 120 + (i % 3)))];
        string source = QuantisedFile.Write(files, MxFormats.Mxfp4, codes, scales, 128, 64);
        (int code, string output, string error) = MxactProgram.Run("", "inspect", source, "--json", files.At("a.json"), "--html",
            files.At("a.html"), "--threads", "1");
        Assert.Equal(("", 1), (error, code));
        Assert.Contains("w [128, 64] mxact mxfp4\n", output, StringComparison.Ordinal);
        Assert.Contains("impossible: w: 1 of 256 scales is NaN: the values of those blocks are lost\n", output, StringComparison.Ordinal);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(files.At("a.json")));
        JsonElement tensor = json.RootElement.GetProperty("tensors")[0];
        Assert.Equal(1, json.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal((256, 1, 4), (tensor.GetProperty("scales").GetProperty("count").GetInt32(),
            tensor.GetProperty("scales").GetProperty("nan").GetInt32(), tensor.GetProperty("scales").GetProperty("distinct").GetInt32()));
        Assert.Equal((8192, 1024, 1024), (tensor.GetProperty("elements").GetProperty("count").GetInt32(),
            tensor.GetProperty("elements").GetProperty("at_max").GetInt32(),
            tensor.GetProperty("elements").GetProperty("zero").GetInt32()));
        Assert.Equal(256, tensor.GetProperty("largest_elements").GetProperty("07").GetInt32());
        Assert.Equal("scales-nan", tensor.GetProperty("verdicts")[0].GetProperty("rule").GetString());

        string page = File.ReadAllText(files.At("a.html"));
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        foreach (string reference in (string[])["src=", "href=\"http", "@import", "<script"])
        {
            Assert.DoesNotContain(reference, page, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void What_holds_nothing_quantised_is_clean_and_what_is_not_recognised_is_not()
    {
        string wide = files.Safetensors("wide.safetensors", """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);
        (int code, string output, string error) = MxactProgram.Run("", "inspect", wide);
        Assert.Equal(("", 0), (error, code));
        Assert.Equal($"{wide}: holds no quantised tensors\nnot quantised: 1 of F32 (8 bytes)\n", output);

        string bare = files.Safetensors("bare.safetensors", """{"w":{"dtype":"F8_E4M3","shape":[2,32],"data_offsets":[0,64]}}""",
            new byte[64]);
        (code, output, error) = MxactProgram.Run("", "inspect", bare);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"mxact: {bare}: no quantised tensor is recognised: 'w' F8_E4M3 [2, 32] with nothing of its name beside it; the "
            + "nearest layout is ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    /// <summary>The published small files: all are clean but the one whose name says what it has.</summary>
    [Fact]
    public void The_published_files_are_told_apart()
    {
        string[] published = [.. GroundTruth.Files("bugs/07-file-layouts", "*.safetensors"),
            .. GroundTruth.Files("bugs/07-file-layouts", "*.gguf")];
        Assert.SkipWhen(published.Length == 0, "NOT CHECKED: files of published layouts (set MXACT_GROUND_TRUTH to the folder with them)");
        foreach (string source in published)
        {
            if (source.Contains("plain", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.Equal(source.Contains("nan", StringComparison.Ordinal) ? "scales-nan" : "",
                QuantisedFile.Rules(QuantisedFile.Inspect(source)));
        }
    }
}
