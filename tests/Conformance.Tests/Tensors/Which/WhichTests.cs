using System.Text.Json;
using Mxact.Checkpoints.Which;
using Mxact.Cli.Reports;
using Mxact.Common;
using Mxact.Conformance.Explanation;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>What wrote a file, from it and the values: every profile, and every fault of the published reports.</summary>
public sealed class WhichTests : IDisposable
{
    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    public static TheoryData<string, string> Profiles() => new(
        from format in (BlockFormat[])[MxFormats.Mxfp4, MxFormats.Mxfp8E4M3, MxFormats.Nvfp4]
        from profile in FormatProfiles.Of(format)
        where format == MxFormats.Mxfp4 || profile.Name != "ggml" // it searches all codes, of which E4M3 has too many for a test
        select (format.Name, profile.Name));

    [Theory]
    [MemberData(nameof(Profiles))]
    public void What_a_profile_wrote_is_named(string format, string profile)
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Find(format)!, Profile.Find(profile)!.Policy, WrittenTensor.Weights());
        TensorFinding found = Explain(written);
        Assert.Contains(profile, found.Explanation!.Profiles.Select(p => p.Name));
        Assert.Equal((0L, written.Blocks), (found.Whole!.Departing, (int)found.Whole.Blocks));
        Assert.True(found.IsExplained);
        Assert.Empty(found.First);

        // Profiles that other choices of rule or rounding tell apart are told apart.
        Assert.All(found.Explanation.Profiles, other => Assert.Equal(Profile.Find(profile)!.Policy.Rounding, other.Policy.Rounding));
    }

    [Theory]
    [InlineData("mxfp4", "scale-rule=round-up rounding=toward-zero")]
    [InlineData("mxfp8-e4m3", "scale-rule=even rounding=ties-to-away")]
    [InlineData("nvfp4", "scale-rule=four-over-six rounding=toward-zero")]
    [InlineData("nvfp4", "scale-rule=quotient rounding=ties-to-even element-divisor=unrounded")]
    [InlineData("mxfp4", "scale-rule=ceil rounding=ties-to-even input-precision=binary16")]
    public void Choices_are_named_that_no_profile_makes(string format, string choices)
    {
        ConversionPolicy policy = choices.Split(' ').Aggregate(ConversionPolicy.Ocp, (p, c) => p.With(c.Split('=')[0], c.Split('=')[1]));
        TensorFinding found = Explain(WrittenTensor.Of(MxFormats.Find(format)!, policy, WrittenTensor.Weights()));
        string text = Text(found);
        Assert.All(choices.Split(' '), choice => Assert.Contains(choice, text, StringComparison.Ordinal));
        Assert.Equal(0, found.Whole!.Departing);
    }

    [Theory]
    [InlineData("mxfp4")]
    [InlineData("mxfp8-e4m3")]
    [InlineData("nvfp4")]
    public void One_code_changed_is_the_one_block_that_departs(string format)
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Find(format)!, ConversionPolicy.Ocp, WrittenTensor.Weights(false));
        int element = (77 * WrittenTensor.Columns) + 130;
        written.Codes[element] ^= 1;
        TensorFinding found = Explain(written);
        Assert.Equal(1, found.Whole!.Departing);
        Assert.Equal(element / written.Format.BlockSize, Assert.Single(found.Whole.First).Index);
        Assert.StartsWith($"block {element / written.Format.BlockSize} (row 77, column 128) is the first that departs", found.First[0],
            StringComparison.Ordinal);
        Assert.Contains(found.First, line => line.Contains("got", StringComparison.Ordinal));
        Assert.Contains("profile=ocp; 1 of ", WhichText.Lines(found).First(), StringComparison.Ordinal);
        Assert.False(found.IsExplained);
    }

    [Fact]
    public void Scales_two_codes_low_are_counted_over_every_block()
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Mxfp4, Profile.Find("torchao-rceil")!.Policy, WrittenTensor.Weights());
        written.Rescale(code => code == 0xFF ? code : (byte)Math.Max(code - 2, 0));
        TensorFinding found = Explain(written, "compressed-tensors-mxfp4");
        Assert.Contains("scale-rule=round-up", Text(found), StringComparison.Ordinal);
        Assert.Contains("every scale is 2 codes low and every element right: a bias of 125", Text(found), StringComparison.Ordinal);
        Assert.Equal(0, found.Whole!.Departing);
        Assert.False(found.IsExplained);
    }

    [Fact]
    public void Scales_converted_by_value_are_named()
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Mxfp4, ConversionPolicy.Ocp, WrittenTensor.Weights(false));
        written.Rescale(code => (byte)Math.Min(Math.ScaleB(1, code - 127), 255));
        Assert.Contains("scale cast by value; 0 of 1024 blocks depart from both", Text(Explain(written)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mxfp4", "nibbles swapped", "neighbours stand in each other's place")]
    [InlineData("nvfp4", "nibbles swapped", "neighbours stand in each other's place")]
    public void Swapped_nibbles_are_named(string format, string name, string words)
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Find(format)!, ConversionPolicy.Ocp, WrittenTensor.Weights(false));
        byte[] codes = [.. written.Codes];
        written.Recode(i => codes[i ^ 1]);
        TensorFinding found = Explain(written);
        Assert.Equal(name, Assert.Single(found.Explanation!.Faults).Name);
        Assert.Contains(words, Text(found), StringComparison.Ordinal);
        Assert.Equal(0, found.Explanation.Unexplained);
    }

    [Theory]
    [InlineData("late", "scales one block late")]
    [InlineData("nvidia", "--scale-layout nvidia reads them")]
    [InlineData("amd", "--scale-layout amd reads them")]
    [InlineData("transposed", "scales transposed")]
    public void Scales_in_other_places_are_named(string places, string says)
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Mxfp4, ConversionPolicy.Ocp with { ScaleRule = ScaleRule.Even },
            WrittenTensor.Weights(false));
        int across = WrittenTensor.Columns / 32;
        byte[] scales = [.. written.Scales];
        for (int i = 0; i < scales.Length; i++)
        {
            (int row, int column) = (i / across, i % across);
            int at = places switch
            {
                "late" => (i + 1) % scales.Length,
                "nvidia" => ScaleTiles.Nvidia.Offset(row, column, across),
                "amd" => ScaleTiles.Amd.Offset(row, column, across),
                _ => (column * WrittenTensor.Rows) + row,
            };
            written.Scales[at] = scales[i];
        }

        TensorFinding found = Explain(written);
        Assert.Contains(says, Text(found), StringComparison.Ordinal);
        Assert.Contains("scale-rule=even", Text(found), StringComparison.Ordinal);
        Assert.Equal(0, found.Explanation!.Unexplained);
    }

    [Theory]
    [InlineData("scale-overflow=scale-nan", 0.0001f, "the scale is not clamped before its cast: NaN")]
    [InlineData("element-divisor=unrounded", 0.01f, "divided by the scale before its rounding")]
    [InlineData("rounding=toward-zero", 0.01f, "truncated: what lies below the last place is dropped")]
    [InlineData("input-precision=binary16", 0.01f, "narrowed to binary16 first, and then once more")]
    public void Faults_that_are_choices_are_said_in_words(string choice, float tensorScale, string words)
    {
        ConversionPolicy policy = ConversionPolicy.Ocp.With(choice.Split('=')[0], choice.Split('=')[1]);
        TensorFinding found = Explain(WrittenTensor.Of(MxFormats.Nvfp4, policy, WrittenTensor.Weights(false), tensorScale));
        Assert.Contains(words, Text(found), StringComparison.Ordinal);
        Assert.Contains(choice, Text(found), StringComparison.Ordinal);
        Assert.Equal(0, found.Whole!.Departing);
    }

    [Theory]
    [InlineData("modelopt-nvfp4", 1, "tensor scale fit:")]
    [InlineData("modelopt-nvfp4", 0, "tensor scale lost")]
    [InlineData("modelopt-nvfp4", -1, "tensor scale divided where it is a factor")]
    [InlineData("nvfp4-plain", 0, "tensor scale lost")]
    [InlineData("compressed-tensors-nvfp4", 1, "tensor scale multiplied where it is a divisor")]
    [InlineData("compressed-tensors-nvfp4", -1, ", a divisor: fit")]
    public void The_tensor_scale_is_held_to_the_values(string layout, int power, string says)
    {
        float[] values = WrittenTensor.Weights(false);
        float fit = MxTensor.FitTensorScale(values, MxFormats.Nvfp4);
        WrittenTensor written = WrittenTensor.Of(MxFormats.Nvfp4, ConversionPolicy.Ocp, values,
            layout == "compressed-tensors-nvfp4" ? 1 / (1 / fit) : fit);
        written.TensorScale = power == 0 ? 1 : power > 0 ? fit : 1 / fit;
        TensorFinding found = Explain(written, layout);
        Assert.Contains(says.Replace("scale fit:", $"scale {fit}: fit", StringComparison.Ordinal), Text(found), StringComparison.Ordinal);
        Assert.Equal(0, found.Whole!.Departing);
        Assert.Equal(says.Contains("fit", StringComparison.Ordinal), found.IsExplained);
    }

    /// <summary>The small files that were published beside their values.</summary>
    [Theory]
    [InlineData("gpt-oss", "profile=ocp; 0 of 4")]
    [InlineData("ct-mxfp4", "profile=ocp; 0 of 4")]
    [InlineData("ct-mxfp4-bias125", "every scale is 2 codes low")]
    [InlineData("ct-nvfp4", "profile=ocp; 0 of 8")]
    [InlineData("modelopt-nvfp4", "profile=ocp; 0 of 8")]
    [InlineData("modelopt-nvfp4-nan", "got        scale 7f = NaN")]
    [InlineData("mlx-mxfp4", "profile=ocp; 0 of 4")]
    [InlineData("f4-e8m0", "profile=ocp; 0 of 4")]
    [InlineData("mxfp8-e8m0", "profile=ocp; 0 of 4")]
    [InlineData("mxfp8-u8", "profile=ocp; 0 of 4")]
    [InlineData("mxfp4.gguf", "profile=ocp; 0 of 4")]
    public void Published_files_are_explained(string name, string says)
    {
        const string Folder = "bugs/07-file-layouts";
        string file = name.Contains('.', StringComparison.Ordinal) ? name : name + ".safetensors";
        string? quantised = GroundTruth.Files(Folder, file) is [string found] ? found : null;
        Assert.SkipWhen(quantised is null, $"NOT CHECKED: {Folder}/{file} is not here");
        string text = Text(Explain(GroundTruth.Files(Folder, "plain-f32.safetensors").Single(), quantised));
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.Contains("rounding=ties-to-even", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Square_tiles_are_read_and_not_judged()
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Mxfp8E4M3, ConversionPolicy.Ocp, WrittenTensor.Weights(false));
        (string original, _) = written.Write(files, "mxact");
        string tiles = files.Write("tiles.safetensors", TableFiles.Write("deepseek-v4", "layer.weight", "e4m3", WrittenTensor.Rows,
            WrittenTensor.Columns, written.Codes, [0x7F, 0x7F]));
        Assert.Contains("layer.weight deepseek-v4 mxfp8-e4m3  not judged: it has a scale for a tile of 128 x 128",
            Text(Explain(original, tiles)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_prints_writes_and_ends_as_it_found()
    {
        WrittenTensor written = WrittenTensor.Of(MxFormats.Mxfp4, ConversionPolicy.Ocp, WrittenTensor.Weights(false));
        written.Codes[40] ^= 1;
        (string original, string quantised) = written.Write(files, "mxact");
        (int code, string output, string error) = MxactProgram.Run("", "which", original, quantised, "--json", files.At("out.json"));
        Assert.Equal((1, ""), (code, error));
        Assert.EndsWith("1 tensor, 1024 blocks: 0 explained by choices, 1 not wholly, 0 not judged; 1 blocks depart\n", output,
            StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(files.At("out.json")));
        JsonElement tensor = Assert.Single(json.RootElement.GetProperty("tensors").EnumerateArray());
        Assert.Equal("ocp", tensor.GetProperty("profiles")[0].GetString());
        Assert.Equal(1, tensor.GetProperty("departing").GetInt32());
        Assert.Equal(1, tensor.GetProperty("first_departing")[0].GetProperty("block").GetInt32());

        (code, output, error) = MxactProgram.Run("", "which", original, original);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"mxact: {original}: no quantised tensor is recognised", error, StringComparison.Ordinal);
    }

    private static string Text(TensorFinding found) => string.Join('\n', WhichText.Lines(found));

    private TensorFinding Explain(WrittenTensor written, string? layout = null)
    {
        (string original, string quantised) = written.Write(files, layout ?? (written.Format == MxFormats.Nvfp4 ? "modelopt-nvfp4"
            : "mxact"));
        return Explain(original, quantised);
    }

    private static TensorFinding Explain(string original, string quantised)
    {
        using Checkpoint values = Checkpoint.Open(original);
        using Checkpoint codes = Checkpoint.Open(quantised);
        TensorPair pair = Assert.Single(TensorPair.Of(values, codes, new LayoutFinder(quantised, codes.Tensors).All(codes.Tensors)));
        return new WhichRun(values, codes, Execution.Default).Explain(pair, null, TestContext.Current.CancellationToken);
    }
}
