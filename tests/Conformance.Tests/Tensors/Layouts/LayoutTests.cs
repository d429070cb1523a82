using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Common;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Every layout of the table against files and a decoder that were written from the published facts alone.</summary>
public sealed class LayoutTests : IDisposable
{
    private const string Name = "model.layers.0.mlp.weight";

    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    public static TheoryData<string> Layouts() => [.. TableFiles.Layouts];

    [Fact]
    public void The_tables_name_the_same_layouts()
        => Assert.Equal(TableFiles.Layouts.Order(StringComparer.Ordinal), LayoutTable.All.Select(l => l.Name)
            .Order(StringComparer.Ordinal));

    /// <summary>The table of the docs has every row as it is.</summary>
    [Fact]
    public void The_docs_show_the_table()
    {
        string page = File.ReadAllText(Repository.At("Conformance", "Tensors", "README.md"));
        Assert.All(LayoutTable.All, layout => Assert.Contains($"| {string.Join(" | ", layout.Row())} |\n".Replace("|  |", "| |",
            StringComparison.Ordinal), page, StringComparison.Ordinal));
    }

    /// <summary>Found without a word, with the same codes, scales and values, and back in its own layout byte for byte.</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_file_of_the_layout_is_read_and_written(string layout)
    {
        foreach (string element in LayoutTable.Require(layout).Forms.Select(f => f.Format.Element.Name).Distinct()
            .Where(e => e is "e2m1" or "e4m3" or "e5m2"))
        {
            string source = Sample(layout, element, 64, 256);
            TableTensor expected = Assert.Single(TableDecoder.Read(source));
            using (Checkpoint from = Checkpoint.Open(source))
            {
                StoredTensor found = Assert.Single(new LayoutFinder(source, from.Tensors).All(from.Tensors));
                Assert.Equal((layout, expected.Name, expected.Element, expected.Layout),
                    (found.Layout.Name, found.Name, found.Format.Element.Name, layout));
                Assert.Equal(expected.Shape, found.Shape);
                if (found.Layout.Tile == 0)
                {
                    BlockPlaces places = new(found);
                    Tile whole = Assert.Single(Enumerable.Range(0, (int)places.Tiling.Count).Select(i => places.Tiling[i]));
                    byte[] codes = new byte[places.CodeBytes(whole)];
                    byte[] scales = new byte[places.ScaleCount(whole)];
                    places.Read(from, whole, codes, scales);
                    Assert.Equal(expected.Scales, scales);
                    Assert.Equal(expected.Codes, Unpacked(codes, found.Format.Element.Bits));
                }
            }

            string values = files.At("values.safetensors");
            Convert(source, values);
            Assert.Equal(expected.Values.Select(Bits), Numbers(values, expected.Name));

            foreach (string order in (string[])["same", "through"])
            {
                string back = files.At("back" + Path.GetExtension(source));
                if (order == "same")
                {
                    Convert(source, back, layout);
                }
                else if (Through(layout) is { } other)
                {
                    string between = files.At("between.safetensors");
                    Convert(source, between, other);
                    Convert(between, back, layout);
                }
                else
                {
                    continue;
                }

                Assert.True(SameFile(source, back), $"{layout} {element} {order}");
            }
        }
    }

    /// <summary>Between any two layouts that hold the same data, and back: the same codes, scales and values.</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_pair_that_can_hold_the_same_goes_there_and_back(string first)
    {
        int pairs = 0;
        foreach (Layout second in LayoutTable.All)
        {
            Layout origin = LayoutTable.Require(first);
            CodeForm? form = origin.Forms.FirstOrDefault(f => f.Format.Element.Name is "e2m1" or "e4m3"
                && second.FormOf(f.Format) is not null);
            if (form is null || origin.Tile != second.Tile)
            {
                continue;
            }

            pairs++;
            string source = Sample(first, form.Format.Element.Name, 96, 128,
                exact: second.TensorScale is null ? 1 : 0.25f);
            string there = files.At("there" + Extension(second));
            string back = files.At("back" + Extension(origin));
            Convert(source, there, second.Name);
            Convert(there, back, first);
            TableTensor expected = Assert.Single(TableDecoder.Read(source));
            TableTensor middle = Assert.Single(TableDecoder.Read(there));
            Assert.Equal(expected.Codes, middle.Codes);
            Assert.Equal(expected.Values, middle.Values);
            Assert.Equal(second.Name, middle.Layout);
            Assert.True(SameFile(source, back), $"{first} to {second} and back");
        }

        Assert.True(pairs > 0);
    }

    /// <summary>The published small files: the same codes and scales as the second decoder, their own layout again, and the damaged one
    /// named.</summary>
    [Fact]
    public void The_published_files_open_and_go_back()
    {
        string[] published = [.. GroundTruth.Files("bugs/07-file-layouts", "*.safetensors"),
            .. GroundTruth.Files("bugs/07-file-layouts", "*.gguf")];
        Assert.SkipWhen(published.Length == 0, "NOT CHECKED: files of published layouts (set MXACT_GROUND_TRUTH to the folder with them)");
        int read = 0;
        foreach (string source in published)
        {
            using Checkpoint from = Checkpoint.Open(source);
            if (from.Tensors.All(t => t.Type.IsWide))
            {
                continue;
            }

            StoredTensor found = Assert.Single(new LayoutFinder(source, from.Tensors).All(from.Tensors));
            TableTensor expected = Assert.Single(TableDecoder.Read(source));
            Assert.Equal((expected.Layout, expected.Name), (found.Layout.Name, found.Name));
            bool isNan = source.Contains("nan", StringComparison.Ordinal);
            string values = files.At("values.safetensors");
            if (isNan)
            {
                (int code, _, string error) = MxactProgram.Run("", "convert", source, values);
                Assert.Equal($"mxact: {source}: tensor 'w.weight': the scale of block 3 is NaN, so that its values are lost; "
                    + "--keep-nan passes it on\n", error);
                Assert.Equal(2, code);
            }

            Convert(source, values, keepNan: isNan);
            Assert.Equal(expected.Values.Select(Bits), Numbers(values, expected.Name));
            string back = files.At("back" + Path.GetExtension(source));
            Convert(source, back, found.Layout.Name, isNan);
            Assert.True(SameFile(source, back), source);
            read++;
        }

        Assert.True(read >= 11);
    }

    /// <summary>What is missing is named, with what lies there instead.</summary>
    [Theory]
    [InlineData("F8_E4M3", "[2,64]", "x.scl", "U8", "[2,2]",
        "the nearest layout is mxfp8-bytes, but 'x.scl', of the type and shape of its scales, is not called 'x.weight_scale'")]
    [InlineData("U8", "[2,64]", "x.weight_scale", "U8", "[2,2]",
        "the nearest layout is quark-mxfp4, but 'x.weight_scale' is [2, 2], not [2, 4]")]
    [InlineData("U8", "[2,64]", "x.weight_scale", "F8_E4M3", "[2,8]",
        "the nearest layout is modelopt-nvfp4, but no 'x.weight_scale_2', the tensor scale")]
    [InlineData("U32", "[2,16]", "x.scales", "I8", "[2,4]",
        "the nearest layout is mlx-mxfp4, but 'x.scales' is I8, not U8; if it is that, say --layout mlx-mxfp4")]
    public void What_fits_nothing_is_told_what_is_nearest(string codes, string shape, string name, string type, string scales, string says)
    {
        long bytes = Count(shape) * (codes == "U32" ? sizeof(uint) : 1), more = Count(scales);
        string source = files.Safetensors("in.safetensors", $$$"""
            {"x.weight":{"dtype":"{{{codes}}}","shape":{{{shape}}},"data_offsets":[0,{{{bytes}}}]},
            "{{{name}}}":{"dtype":"{{{type}}}","shape":{{{scales}}},"data_offsets":[{{{bytes}}},{{{bytes + more}}}]}}
            """, new byte[bytes + more]);
        (int code, _, string error) = MxactProgram.Run("", "convert", source, files.At("out.safetensors"));
        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    private static long Count(string shape) => shape.Trim('[', ']').Split(',').Aggregate(1L, (product, extent)
        => product * long.Parse(extent, CultureInfo.InvariantCulture));

    /// <summary>Scales in a matrix unit's tiles, padded or not: the same values and, re-laid, the same file as from a plain one.</summary>
    [Theory]
    [InlineData(ScaleLayout.Nvidia128x4, 256, 512, 2)]
    [InlineData(ScaleLayout.Nvidia128x4, 130, 96, 1)]
    [InlineData(ScaleLayout.Amd32x8, 64, 256, 3)]
    [InlineData(ScaleLayout.Amd32x8, 40, 131104, 1)]
    public void Scales_in_tiles_are_read(ScaleLayout order, int n, int k, int matrices)
    {
        Random random = new(9);
        byte[] codes = new byte[matrices * n * k / 2], scales = new byte[matrices * n * k / 32];
        random.NextBytes(codes);
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = (byte)random.Next(100, 150);
        }

        ScaleTiles tiles = ScaleTiles.Of(order)!;
        byte[] tiled = [.. Enumerable.Range(0, matrices).SelectMany(m =>
        {
            byte[] one = new byte[tiles.Bytes(n, k / 32)];
            tiles.Tile(scales.AsSpan(m * n * k / 32, n * k / 32), n, k / 32, one);
            return one;
        })];
        string Shape(byte[] scaleBytes) => scaleBytes.Length == scales.Length ? $"{matrices},{n},{k / 32}" : $"{scaleBytes.Length}";
        string Make(string name, byte[] scaleBytes) => files.Safetensors(name, $$$"""
            {"w":{"dtype":"U8","shape":[{{{matrices}}},{{{n}}},{{{k / 2}}}],"data_offsets":[0,{{{codes.Length}}}]},
            "w_scale":{"dtype":"U8","shape":[{{{Shape(scaleBytes)}}}],
            "data_offsets":[{{{codes.Length}}},{{{codes.Length + scaleBytes.Length}}}]}}
            """, codes, scaleBytes);
        string plain = Make("plain.safetensors", scales), swizzled = Make("swizzled.safetensors", tiled);
        foreach (string? target in (string?[])[null, "mlx-mxfp4", "gguf-mxfp4"])
        {
            string ending = target == "gguf-mxfp4" ? ".gguf" : ".safetensors";
            string expected = files.At("expected" + ending), got = files.At("got" + ending);
            Convert(plain, expected, target);
            Convert(swizzled, got, target, order: order);
            Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(got));
        }
    }

    private static string Extension(Layout layout) => layout.IsGguf ? ".gguf" : ".safetensors";

    /// <summary>Another layout that holds what a layout does, where there is one.</summary>
    private static string? Through(string layout)
    {
        Layout origin = LayoutTable.Require(layout);
        return LayoutTable.All.FirstOrDefault(other => other != origin && !other.IsGguf && origin.Tile == 0
            && other.Tile == 0 && origin.TensorScale is null
            && origin.Forms.All(f => other.FormOf(f.Format) is not null))?.Name;
    }

    private static void Convert(string source, string output, string? layout = null, bool keepNan = false,
        ScaleLayout order = ScaleLayout.RowMajor)
    {
        using Checkpoint from = Checkpoint.Open(source);
        ConversionRun run = new(from, output, new(from.Tensors, null, order)
        {
            Target = layout is null ? null : LayoutTable.Require(layout),
            KeepNan = keepNan,
        }, Execution.Default);
        run.Write(run.Plan(0), 0, null, TestContext.Current.CancellationToken);
    }

    /// <summary>A file of random codes and scales, none of which is NaN.</summary>
    private string Sample(string layout, string element, int n, int k, float? exact = null)
    {
        Random random = new(7);
        Layout row = LayoutTable.Require(layout);
        int block = row.Forms[0].Format.BlockSize;
        byte[] codes = new byte[n * k];
        int bits = element == "e2m1" ? 4 : 8;
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (byte)random.Next(bits == 4 ? 16 : 0x78);
        }

        int count = row.Tile > 0 ? ((n + 127) / 128) * ((k + 127) / 128) : n * k / block;
        byte[] scales = new byte[count];
        for (int i = 0; i < count; i++)
        {
            scales[i] = (byte)(block == 16 && row.Tile == 0 ? random.Next(1, 0x7F) : random.Next(100, 150));
        }

        if (row.ScaleType == TensorType.F32)
        {
            scales = MemoryMarshal.AsBytes<float>([.. scales.Select(s => MathF.ScaleB(exact is null ? 1.7f : 1, s - 127))]).ToArray();
        }

        float tensorScale = row.TensorScale is null ? 1 : exact ?? 0.3f;
        return files.Write($"{layout}-{element}{Extension(row)}",
            TableFiles.Write(layout, Name, element, n, k, codes, scales, tensorScale));
    }

    private static byte[] Unpacked(byte[] stream, int bits)
        => [.. Enumerable.Range(0, stream.Length * 8 / bits).Select(i
            => (byte)((stream[i * bits / 8] >> (i * bits % 8)) & ((1 << bits) - 1)))];

    /// <summary>A NaN is one NaN: the second decoder's comes out of binary64 with a sign.</summary>
    private static uint Bits(float value) => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);

    private static uint[] Numbers(string path, string name)
    {
        using TensorFile file = TensorFile.Open(path);
        TensorInfo tensor = file.Tensors.Single(t => t.Name == name);
        byte[] data = new byte[tensor.Bytes];
        file.Read(tensor.Offset, data);
        return MemoryMarshal.Cast<byte, uint>(data).ToArray();
    }

    /// <summary>The same tensors with the same bytes at the same places; of a GGUF file every byte.</summary>
    private static bool SameFile(string one, string other)
    {
        byte[] a = File.ReadAllBytes(one);
        byte[] b = File.ReadAllBytes(other);
        if (one.EndsWith(".gguf", StringComparison.Ordinal))
        {
            return a.AsSpan().SequenceEqual(b);
        }

        using TensorFile first = TensorFile.Open(one);
        using TensorFile second = TensorFile.Open(other);
        int header = (int)(BitConverter.ToInt64(a) + 8), otherHeader = (int)(BitConverter.ToInt64(b) + 8);
        return a.AsSpan(header).SequenceEqual(b.AsSpan(otherHeader)) && first.Metadata.SequenceEqual(second.Metadata)
            && first.Tensors.Select(t => (t.Name, t.Type, t.ShapeText, At: t.Offset - header)).SequenceEqual(
                second.Tensors.Select(t => (t.Name, t.Type, t.ShapeText, At: t.Offset - otherHeader)));
    }
}
