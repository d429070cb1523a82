using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Layouts;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>The counts, held to their definition on random tiles of every format.</summary>
public sealed class TallyTests : IDisposable
{
    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    public static TheoryData<string> Formats() => [.. MxFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Counts_are_their_definition(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        Random random = new(5);
        bool isMx = format != MxFormats.Nvfp4;
        foreach ((int rows, int columns, BlockAxis axis) in ((int, int, BlockAxis)[])
        [
            (1, 32, BlockAxis.AlongRows), (3, 96, BlockAxis.AlongRows), (64, 2080, BlockAxis.AlongRows), (257, 512, BlockAxis.AlongRows),
            (5, 88, BlockAxis.AlongRows), (70, 40, BlockAxis.AlongColumns),
        ])
        {
            if (!isMx && (columns % 16 != 0 || axis == BlockAxis.AlongColumns))
            {
                continue;
            }

            byte[] codes = new byte[rows * columns];
            random.NextBytes(codes);

            // Blocks of small elements, else every largest element is the maximum.
            for (int i = 0; i < codes.Length; i++)
            {
                codes[i] &= (byte)(i / 64 % 3 == 0 ? 3 : i / 64 % 5 == 0 ? 0 : format.Element.CodeMask);
            }

            int blocks = axis == BlockAxis.AlongRows ? rows * ((columns + format.BlockSize - 1) / format.BlockSize)
                : (rows + format.BlockSize - 1) / format.BlockSize * columns;
            byte[] scales = new byte[blocks];
            random.NextBytes(scales);
            string path = QuantisedFile.Write(files, format, codes, scales, rows, columns, axis);
            (ElementCounts elements, long[] scaleCounts, long[] fills) = ReferenceTally.Of(codes, scales, rows, columns, format, axis);
            foreach (int tile in (int[])[1 << 9, 1 << 18])
            {
                using Checkpoint from = Checkpoint.Open(path);
                StoredTensor tensor = Assert.Single(new LayoutFinder(path, from.Tensors).All(from.Tensors));
                TileTally tally = new(tensor, tile);
                TallyBuffers buffers = new();
                for (long i = 0; i < tally.Tiles; i++)
                {
                    tally.Add(from, i, buffers, buffers.Tally);
                }

                buffers.Tally.Close();
                Assert.Equal(elements, buffers.Tally.Elements);
                Assert.Equal(scaleCounts, buffers.Tally.Scales);
                Assert.Equal(fills, buffers.Tally.Fills);
            }
        }
    }

    /// <summary>Square tiles at the edges of a matrix are smaller; a tile's largest element may lie in any row.</summary>
    [Theory]
    [InlineData("deepseek-v3")]
    [InlineData("deepseek-v4")]
    public void Square_tiles_are_counted(string layout)
    {
        (int n, int k) = (300, 8500);
        byte[] codes = new byte[n * k];
        codes[(129 * k) + 8499] = 0x7E;
        codes[0] = 0x85;
        byte[] scales = [.. Enumerable.Range(0, 3 * 67).Select(i => (byte)(100 + (i % 7)))];
        byte[] stored = layout == "deepseek-v4" ? scales
            : System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([.. scales.Select(s => MathF.ScaleB(1.5f, s - 127))]).ToArray();
        string path = files.Write("w.safetensors", TableFiles.Write(layout, "model.w.weight", "e4m3", n, k, codes, stored));
        InspectedTensor tensor = QuantisedFile.Inspect(path);
        Assert.Equal((3L * 67, (3L * 67) - 2, 1L, 1L, (3L * 67) - 2), (tensor.Scales.Count, tensor.Fill.AllZero, tensor.Elements.AtMax,
            tensor.Elements.Subnormal, (3L * 67) - tensor.Fill.Testable));
        Assert.Equal(1, tensor.Fill.AtMax);
        Assert.Equal(7, tensor.Scales.Distinct);
        double factor = layout == "deepseek-v4" ? 1 : 1.5;
        Assert.Equal((factor * Math.ScaleB(1, -27), factor * Math.ScaleB(1, -24), factor * Math.ScaleB(1, -21)),
            (tensor.Scales.Least, tensor.Scales.Median, tensor.Scales.Greatest));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Numbers_of_codes_are_the_simulators(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        ElementClasses classes = new(format);
        byte[] codes = [.. Enumerable.Range(0, format.BlockSize).Select(i => (byte)Math.Min(i * 8, classes.Max))];
        byte one = format.Scale == ScaleFormat.E8M0 ? (byte)0x7F : (byte)0x38;
        float[] values = MxTensor.FromCodes(format, 1, codes.Length, codes, [one]).Dequantize();
        Assert.Equal(values.Select(value => (double)value), codes.Select(code => classes.ValueOf(code)));
        ScaleClasses scales = ScaleClasses.Of(format.Scale);
        byte[] largest = [.. Enumerable.Repeat(classes.Max, format.BlockSize)];
        for (int code = 0; code < 256; code++)
        {
            float value = scales.IsSigned(code) ? float.NaN
                : MxTensor.FromCodes(format, 1, largest.Length, largest, [(byte)code]).Dequantize()[0];
            if (float.IsFinite(value))
            {
                Assert.Equal(value, scales.ValueOf(code) * classes.ValueOf(classes.Max));
            }
        }
    }

    /// <summary>Parts that were counted apart, few blocks and many, are the whole.</summary>
    [Theory]
    [InlineData(10, 3000)]
    [InlineData(3000, 5000)]
    public void Counts_of_parts_add_up(int first, int second)
    {
        byte[] scales = new byte[first + second];
        byte[] largest = new byte[first + second];
        Random random = new(1);
        random.NextBytes(scales);
        random.NextBytes(largest);
        largest = [.. largest.Select(magnitude => (byte)(magnitude & 0x7F))];
        ScaleClasses classes = ScaleClasses.E8M0;
        BlockTally whole = new(), one = new(), other = new();
        whole.AddBlocks(scales, largest, classes);
        one.AddBlocks(scales.AsSpan(0, first), largest.AsSpan(0, first), classes);
        other.AddBlocks(scales.AsSpan(first), largest.AsSpan(first), classes);
        whole.Close();
        one.Close();
        other.Close();
        one.Add(other);
        Assert.Equal(whole.Scales, one.Scales);
        Assert.Equal(whole.Fills, one.Fills);
        Assert.Equal(scales.Length, one.Fills.Sum());
    }

    [Fact]
    public void Scales_that_are_numbers_are_counted_by_what_they_are()
    {
        ScaleCounts counts = ScaleCounts.Of([0, 1, -2, float.NaN, 0, float.PositiveInfinity]);
        Assert.Equal((6, 2, 2, 1), (counts.Count, counts.Zeros, counts.NaN, counts.Signed));
        Assert.Equal((-2, 0, 1, 4), (counts.Least, counts.Median, counts.Greatest, counts.Distinct));
    }
}
