using System.Text;
using System.Text.Json;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Checkpoints of several files: opened by their index, converted file by file, gone on with after a stop.</summary>
public sealed class ShardTests : IDisposable
{
    private const string F32 = """{"a.weight":{"dtype":"F32","shape":[4,64],"data_offsets":[0,1024]}}""";
    private const string Codes = """{"x_blocks":{"dtype":"U8","shape":[1,4,2,16],"data_offsets":[0,128]}}""";
    private const string Scales = """{"x_scales":{"dtype":"U8","shape":[1,4,2],"data_offsets":[0,8]}}""";

    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    /// <summary>Codes in one file and scales in another are one tensor.</summary>
    [Fact]
    public void A_tensors_parts_may_lie_in_different_files()
    {
        string folder = Folder(("a", Codes, [.. Enumerable.Range(0, 128).Select(i => (byte)i)]),
            ("b", Scales, [.. Enumerable.Repeat((byte)127, 8)]));
        Index(folder, ("x_blocks", "a"), ("x_scales", "b"));
        string output = files.At("out");
        (int code, string text, string error) = MxactProgram.Run("", "convert", folder, output);
        Assert.Equal(("", 0), (error, code));
        Assert.Contains("2 files converted, 0 were there; model.safetensors.index.json written", text, StringComparison.Ordinal);
        using Checkpoint made = Checkpoint.Open(output);
        TensorInfo values = Assert.Single(made.Tensors);
        Assert.Equal(("x", "F32", "[1, 4, 64]"), (values.Name, values.Type.Name, values.ShapeText));
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, ShardIndex.FileName)));
        Assert.Equal(1024, index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        Assert.Equal("a.safetensors", index.RootElement.GetProperty("weight_map").GetProperty("x").GetString());
    }

    /// <summary>Three machines: each does its files, the last one writes the index; a second run of the same does nothing.</summary>
    [Fact]
    public void Shards_are_shared_and_what_is_there_is_kept()
    {
        string folder = Folder([.. Enumerable.Range(0, 5).Select(i => ($"s{i}", F32.Replace("a.weight", $"w{i}", StringComparison.Ordinal),
            new byte[1024]))]);
        string output = files.At("out");
        for (int i = 1; i <= 3; i++)
        {
            (int code, string text, string error) = MxactProgram.Run("", "convert", folder, output, "--format", "mxfp4", "--shard",
                $"{i}/3");
            Assert.Equal(("", 0), (error, code));
            Assert.Equal(i == 3, File.Exists(Path.Combine(output, ShardIndex.FileName)));
            Assert.Contains(i == 3 ? "index.json written" : "the index follows when all are", text, StringComparison.Ordinal);
        }

        DateTime[] before = [.. Directory.GetFiles(output, "s*").Order(StringComparer.Ordinal).Select(File.GetLastWriteTimeUtc)];
        (_, string again, _) = MxactProgram.Run("", "convert", folder, output, "--format", "mxfp4");
        Assert.Contains("0 files converted, 5 were there", again, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(output, "s*").Order(StringComparer.Ordinal).Select(File.GetLastWriteTimeUtc));

        // Another format is another request.
        (_, again, _) = MxactProgram.Run("", "convert", folder, output, "--format", "mxfp8-e4m3");
        Assert.Contains("5 files converted, 0 were there", again, StringComparison.Ordinal);
        using Checkpoint made = Checkpoint.Open(output);
        Assert.All(new LayoutFinder(output, made.Tensors).All(made.Tensors), t => Assert.Equal("mxfp8-e4m3", t.Format.Name));
    }

    [Theory]
    [InlineData("[]", "it has a StartArray where a StartObject belongs")]
    [InlineData("{}", "it has no weight_map")]
    [InlineData("""{"weight_map":{"a.weight":"a.safetensors","a.weight":"a.safetensors"}}""", "weight_map names 'a.weight' twice")]
    [InlineData("""{"weight_map":{"a.weight":"../a.safetensors"}}""", "said to be in '../a.safetensors', which is no file's name")]
    [InlineData("""{"weight_map":{"a.weight":"gone.safetensors","b":"gone.safetensors"}}""",
        "'gone.safetensors' is not in the folder: 2 tensors are lost, such as")]
    [InlineData("""{"weight_map":{"b":"a.safetensors"}}""", "tensor 'b' should be in a.safetensors, and is in no file")]
    [InlineData("""{"weight_map":{"a.weight":"a.safetensors"}""", "it is not the JSON of an index")]
    public void A_wrong_index_is_one_line(string json, string says)
    {
        string folder = Folder(("a", F32, new byte[1024]));
        File.WriteAllText(Path.Combine(folder, ShardIndex.FileName), json);
        (int code, string text, string error) = MxactProgram.Run("", "convert", folder, files.At("out"), "--format", "mxfp4");
        Assert.Equal(("", 2), (text, code));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(Directory.Exists(files.At("out")));
    }

    [Fact]
    public void A_tensor_in_two_files_is_refused()
    {
        string folder = Folder(("a", F32, new byte[1024]), ("b", F32, new byte[1024]));
        (int code, _, string error) = MxactProgram.Run("", "convert", folder, files.At("out"), "--format", "mxfp4");
        Assert.Equal((2, $"mxact: {folder}: tensor 'a.weight' is in a.safetensors and in b.safetensors\n"), (code, error));
    }

    private string Folder(params (string Name, string Header, byte[] Data)[] shards)
    {
        string folder = files.At("in");
        Directory.CreateDirectory(folder);
        foreach ((string name, string header, byte[] data) in shards)
        {
            File.Move(files.Safetensors($"{name}.safetensors", header, data), Path.Combine(folder, $"{name}.safetensors"));
        }

        return folder;
    }

    private static void Index(string folder, params (string Tensor, string Shard)[] map) => File.WriteAllText(
        Path.Combine(folder, ShardIndex.FileName), new StringBuilder("{\"metadata\":{\"total_size\":136},\"weight_map\":{")
            .AppendJoin(',', map.Select(m => $"\"{m.Tensor}\":\"{m.Shard}.safetensors\"")).Append("}}").ToString());
}
