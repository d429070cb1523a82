using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Codes and scales in a file are the reference's, bit for bit, and come back as the values that they stand for.</summary>
public sealed class ConvertTests : IDisposable
{
    private readonly Files files = new();

    public static TheoryData<string, BlockAxis, int, int, int> Cases()
    {
        TheoryData<string, BlockAxis, int, int, int> data = [];
        foreach (BlockFormat format in MxFormats.All.Where(f => f.Scale.Element is null))
        {
            data.Add(format.Name, BlockAxis.AlongRows, 6, 40, 64);
            data.Add(format.Name, BlockAxis.AlongRows, 3, 96, 32);
            data.Add(format.Name, BlockAxis.AlongRows, 2, 200, 64);
            data.Add(format.Name, BlockAxis.AlongRows, 1, 8, 65536);
            data.Add(format.Name, BlockAxis.AlongColumns, 70, 24, 64);
            data.Add(format.Name, BlockAxis.AlongColumns, 64, 64, 65536);
            data.Add(format.Name, BlockAxis.AlongColumns, 33, 8200, 65536);
        }

        return data;
    }

    public void Dispose() => files.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void There_and_back_is_bit_exact(string formatName, BlockAxis axis, int rows, int columns, int tileElements)
    {
        BlockFormat format = MxFormats.Find(formatName)!;
        uint[] values = CompareTests.Values(rows * columns, hasSpecials: rows < 60);
        MxTensor expected = MxTensor.Quantize(MemoryMarshal.Cast<uint, float>(values), rows, columns, format,
            new() { ScaleRule = ScaleRule.RoundUp }, axis, on: Execution.Reference);
        string source = files.Npy("m.npy", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}",
            Files.Bytes(values));
        string packed = files.At("packed.safetensors");
        using (Checkpoint file = Checkpoint.Open(source))
        {
            ConversionPlan plan = ConversionPlan.ToMx(source, file.Tensors, file.Tensors,
                new(format, new() { ScaleRule = ScaleRule.RoundUp }), axis, LayoutTable.Mxact);
            using TensorWriter writer = TensorWriter.Safetensors(packed, plan.Written, ImmutableSortedDictionary<string, string>.Empty);
            new Converter(file, writer, new(Execution.Default.Backend, threads: 0), null, CancellationToken.None,
                tileElements).Quantize(file.Tensors[0], plan.Quantized[0].Layout, new() { ScaleRule = ScaleRule.RoundUp }, seed: 0);
            writer.Finish();
        }

        byte[] content = File.ReadAllBytes(packed);
        using (Checkpoint file = Checkpoint.Open(packed))
        {
            TensorInfo codes = file.Tensors.Single(t => t.Name == "m");
            TensorInfo scales = file.Tensors.Single(t => t.Name == "m_scale");
            Assert.Equal($"[{rows}, {columns}]", codes.ShapeText);
            Assert.Equal(axis == BlockAxis.AlongRows ? $"[{rows}, {(columns + 31) / 32}]" : $"[{(rows + 31) / 32}, {columns}]",
                scales.ShapeText);
            Assert.Equal(Stream(expected.Codes.ToArray().Select(code => (uint)code).ToArray(), format.Element.Bits),
                content[(int)codes.Offset..(int)(codes.Offset + codes.Bytes)]);
            Assert.Equal(expected.Scales.ToArray(), content[(int)scales.Offset..(int)(scales.Offset + scales.Bytes)]);

            ConversionPlan plan = ConversionPlan.FromMx(packed, file.Tensors, new LayoutFinder(packed, file.Tensors).All(file.Tensors), [],
                TensorType.F32, new HashSet<string>(["m", "m_scale"]));
            Assert.Equal(axis, plan.Dequantized[0].Axis);
            using TensorWriter writer = TensorWriter.Safetensors(files.At("back.safetensors"), plan.Written,
                ImmutableSortedDictionary<string, string>.Empty);
            new Converter(file, writer, new(Execution.Default.Backend, threads: 0), null, CancellationToken.None,
                tileElements).Dequantize(plan.Dequantized[0], TensorType.F32, keepNan: true);
            writer.Finish();
        }

        Assert.Equal(Files.Bytes([.. expected.Dequantize(Execution.Reference).Select(BitConverter.SingleToUInt32Bits)]),
            Data(files.At("back.safetensors"), "m"));
    }

    /// <summary>A rule reads the file in tiles, and comes to what it makes of the values at once.</summary>
    [Theory]
    [InlineData("fit")]
    [InlineData("power-of-two")]
    [InlineData("one")]
    [InlineData("percentile:50")]
    [InlineData("percentile:99.9")]
    [InlineData("0.25")]
    public void A_tensor_scale_by_a_rule(string rule)
    {
        const int Rows = 300, Columns = 2048;
        uint[] values = CompareTests.Values(Rows * Columns, hasSpecials: false);
        string source = files.Npy("t.npy", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Rows}, {Columns}), }}",
            Files.Bytes(values));
        string packed = files.At($"t-{rule.Replace(':', '-')}.safetensors");
        (int code, _, string error) = MxactProgram.Run("", "convert", source, packed, "--format", "nvfp4", "--tensor-scale", rule);
        Assert.Equal(("", 0), (error, code));
        using TensorFile file = TensorFile.Open(packed);
        Assert.Equal(rule, file.Metadata["mxact.tensor-scale"]);
        float expected = TensorScaleRule.Find(rule)!.Choose(MemoryMarshal.Cast<uint, float>(values), MxFormats.Nvfp4);
        Assert.Equal(expected, BitConverter.ToSingle(Data(packed, file.Tensors.Single(t => t.Name.EndsWith("_scale_2",
            StringComparison.Ordinal)).Name)));
    }

    /// <summary>The command: other tensors are copied, strings are kept, and what was chosen is written down.</summary>
    [Fact]
    public void The_rest_of_the_file_comes_along()
    {
        uint[] weights = CompareTests.Values(128, hasSpecials: false);
        byte[] ids = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
        string source = files.Safetensors("in.safetensors",
            """{"__metadata__":{"format":"pt"},"ids":{"dtype":"I64","shape":[3],"data_offsets":[0,24]}"""
            + ""","bias":{"dtype":"BF16","shape":[3],"data_offsets":[24,30]},"w":{"dtype":"F32","shape":[2,64]"""
            + ""","data_offsets":[30,542]}}""",
            ids, new byte[6], Files.Bytes(weights));
        string packed = files.At("packed.safetensors");
        (int code, string output, string error) = MxactProgram.Run("", "convert", source, packed, "--format", "mxfp4", "--scale-rule",
            "round-up", "--profile", "torchao-rceil", "--skip", "bias");
        Assert.Equal(("", 0), (error, code));
        Assert.Equal($"{packed}: 1 tensors as mxfp4, 2 copied; 542 bytes became 98\n", output);
        using (TensorFile file = TensorFile.Open(packed))
        {
            // Wide types first, so that each begins on a multiple of its size.
            Assert.Equal(["ids I64 [3]", "bias BF16 [3]", "w_scale F8_E8M0 [2, 2]", "w F4 [2, 64]"],
                file.Tensors.Select(t => $"{t.Name} {t.Type} {t.ShapeText}"));
            Assert.Equal(0, file.Tensors[0].Offset % 8);
            Assert.Equal(("pt", "mxfp4", "torchao-rceil", "rows"),
                (file.Metadata["format"], file.Metadata["mxact.format"], file.Metadata["mxact.profile"], file.Metadata["mxact.axis"]));
            Assert.Contains("scale-rule=round-up rounding=ties-to-even", file.Metadata["mxact.choices"], StringComparison.Ordinal);
            Assert.Contains("scale-arithmetic=binary32-divide", file.Metadata["mxact.choices"], StringComparison.Ordinal);
        }

        Assert.Equal(ids, Data(packed, "ids"));
        string back = files.At("back.safetensors");
        (code, _, error) = MxactProgram.Run("", "convert", packed, back);
        Assert.Equal(("", 0), (error, code));
        Assert.Equal(ids, Data(back, "ids"));
        MxTensor expected = MxTensor.Quantize(MemoryMarshal.Cast<uint, float>(weights), 2, 64, MxFormats.Mxfp4,
            new() { ScaleRule = ScaleRule.RoundUp }, on: Execution.Reference);
        Assert.Equal(Files.Bytes([.. expected.Dequantize(Execution.Reference).Select(BitConverter.SingleToUInt32Bits)]), Data(back, "w"));
        using TensorFile plain = TensorFile.Open(back);
        Assert.Equal(["format"], plain.Metadata.Keys);
    }

    /// <summary>X P to bfloat16: exact but for subnormal results, which go to the nearest, ties to even.</summary>
    [Fact]
    public void Bfloat16_is_rounded_once()
    {
        // Scale 00 is 2^-127; the least bfloat16 is 2^-133.
        string source = files.Safetensors("in.safetensors",
            """{"w":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]},"w_scale":{"dtype":"F8_E8M0","shape":[1]"""
            + ""","data_offsets":[8,9]}}""",
            [0x48, 0x40, 0x26, 0x22, 0x20, 0xFF, 0xB1, 0x3C, 0]);
        (int code, _, string error) = MxactProgram.Run("", "convert", "--to", "bf16", source, files.At("out.safetensors"));
        Assert.Equal(("", 0), (error, code));

        // 8, 2, 1.5 2^-6, 1.5 2^-7, 2^-7, NaN, -1.25 2^-3 and 1, each times 2^-127. Below 2^-126 bits count units of 2^-133: 1.5 to 2,
        // 0.75 to 1, 0.5 to 0, -10, 64.
        const int NaN = -1;
        Assert.Equal([3 << 7, 1 << 7, 2, 1, 0, NaN, 0x800A, 64], Words(Data(files.At("out.safetensors"), "w")));
    }

    /// <summary>An error leaves the old output as it was, and no file beside it.</summary>
    [Theory]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""",
        "--format mxfp4", "rows of 3 e2m1 codes do not fill whole bytes; leave it out with --skip 'w'")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}}""",
        "--format mxfp6-e2m3", "rows of 2 e2m3 codes do not fill whole bytes")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w_scale":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}""",
        "--format mxfp4", "has a tensor 'w_scale' already")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--format mxfp8-e4m3 --axis columns", "no matrix of F32, BF16 or F16 is selected")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--format mxfp8-e4m3 --choice partial-block=error", "6 elements do not fill blocks of 32")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--format nvfp4", "modelopt-nvfp4 holds rows of whole blocks of 16 alone, those of 'w' have 6 elements")]
    [InlineData("""{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""", "--format mxfp9", "unknown block format 'mxfp9'")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--format mxfp4 --scale-rule mse", "scale-rule=mse is not a threshold on the maximum")]
    [InlineData("""{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""", "--format mxfp4 --to f32", "give one")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--scale-rule even", "choices of a conversion need --format")]
    [InlineData("""{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""", "", "holds no quantised tensors to read; --format")]
    [InlineData("""{"w":{"dtype":"F8_E4M3","shape":[24],"data_offsets":[0,24]}}""", "--to f32",
        "'w' F8_E4M3 [24] with nothing of its name beside it")]
    [InlineData(
        """{"w":{"dtype":"F8_E4M3","shape":[22],"data_offsets":[0,22]},"w_scale":{"dtype":"F8_E8M0","shape":[2]"""
        + ""","data_offsets":[22,24]}}""",
        "--to f32", "'w' F8_E4M3 [22] beside 'w_scale' F8_E8M0 [2]; the nearest layout is mxact, but 'w_scale' is [2], not [1]")]
    [InlineData(
        """{"w":{"dtype":"F4","shape":[2,23],"data_offsets":[0,23]},"w_scale":{"dtype":"F8_E8M0","shape":[1]"""
        + ""","data_offsets":[23,24]}}""",
        "--to f32", "'w_scale' is [1], not [2, 1]")]
    [InlineData(
        """{"w":{"dtype":"F4","shape":[2,22],"data_offsets":[0,22]},"w_scale":{"dtype":"F8_E8M0","shape":[2,1]"""
        + ""","data_offsets":[22,24]}}""",
        "--to f16", "--to is f32 or bf16")]
    [InlineData(
        """{"w":{"dtype":"F4","shape":[2,21],"data_offsets":[0,21]},"w_scale":{"dtype":"F8_E8M0","shape":[2,1]"""
        + ""","data_offsets":[21,23]},"x":{"dtype":"U8","shape":[1],"data_offsets":[23,24]}}""",
        "--to f32", "rows of 21 F4 elements do not fill whole bytes")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--format mxfp8-e4m3 --tensor v", "no tensor is called 'v'; there are w")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""",
        "--format mxfp8-e4m3 --skip *", "no tensor is selected; there are w")]
    public void Refuses_in_one_line_and_leaves_the_old_file(string header, string options, string says)
    {
        string source = files.Safetensors("in.safetensors", header, new byte[24]);
        string output = files.Write("out.safetensors", "old"u8.ToArray());
        (int code, string text, string error) = MxactProgram.Run("",
            ["convert", source, output, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(("", 2), (text, code));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(output));
        Assert.Equal(2, Directory.GetFiles(files.Folder).Length);
    }

    [Fact]
    public void The_output_is_not_the_input()
    {
        string source = files.Safetensors("in.safetensors", """{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}""", new byte[24]);
        File.CreateSymbolicLink(files.At("link.safetensors"), source);
        foreach (string output in new[] { source, files.At("../" + Path.GetFileName(files.Folder) + "/in.safetensors"),
            files.At("link.safetensors") })
        {
            (int code, _, string error) = MxactProgram.Run("", "convert", source, output, "--format", "mxfp8-e4m3");
            Assert.Equal((2, $"mxact: {output}: is the input itself\n"), (code, error));
        }

        Assert.Equal(2, MxactProgram.Run("", "convert", source, files.At("out.npy"), "--format", "mxfp8-e4m3").ExitCode);
        Assert.Equal(2, MxactProgram.Run("", "convert", source, files.At("none/out.safetensors"), "--format", "mxfp8-e4m3").ExitCode);
    }

    [Fact]
    public void A_stop_leaves_nothing()
    {
        string source = files.Npy("m.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (64, 64), }", new byte[16384]);
        using Checkpoint file = Checkpoint.Open(source);
        ConversionPlan plan = ConversionPlan.ToMx(source, file.Tensors, file.Tensors, new Candidate(MxFormats.Mxfp4, ConversionPolicy.Ocp),
            BlockAxis.AlongRows, LayoutTable.Mxact);
        using (TensorWriter writer = TensorWriter.Safetensors(files.At("out.safetensors"), plan.Written,
            ImmutableSortedDictionary<string, string>.Empty))
        {
            Converter converter = new(file, writer, Execution.Default, null, new CancellationToken(canceled: true));
            Assert.Throws<OperationCanceledException>(()
                => converter.Quantize(file.Tensors[0], plan.Quantized[0].Layout, ConversionPolicy.Ocp, 0));
            Assert.Single(Directory.GetFiles(files.Folder, "out.safetensors.*.partial"));
        }

        Assert.Equal([source], Directory.GetFiles(files.Folder));
    }

    private static byte[] Data(string path, string name)
    {
        using TensorFile file = TensorFile.Open(path);
        TensorInfo tensor = file.Tensors.Single(t => t.Name == name);
        byte[] data = new byte[tensor.Bytes];
        file.Read(tensor.Offset, data);
        return data;
    }

    /// <summary>Codes as one number, the first lowest: no packer's code.</summary>
    private static byte[] Stream(ReadOnlySpan<uint> codes, int bits)
    {
        byte[] stream = new byte[codes.Length * bits / 8];
        for (int i = 0; i < codes.Length * bits; i++)
        {
            stream[i / 8] |= (byte)(((codes[i / bits] >> (i % bits)) & 1) << (i % 8));
        }

        return stream;
    }

    /// <summary>Bfloat16 words; -1 for any NaN.</summary>
    private static int[] Words(byte[] bytes)
        => [.. bytes.Chunk(2).Select(pair => pair[0] | (pair[1] << 8)).Select(word => (word & 0x7FFF) > 0x7F80 ? -1 : word)];
}
