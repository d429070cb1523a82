using Mxact.Simulator.Packing;
using Mxact.Tensors.Inspection;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>Each verdict fires on its damage, and none on what any scale rule or profile makes.</summary>
public sealed class VerdictTests : IDisposable
{
    private const int Rows = 64, Columns = 512;

    private static readonly string[] Shapes = ["gaussian", "laplace", "uniform", "heavy"];

    private readonly Files files = new();

    public void Dispose() => files.Dispose();

    public static TheoryData<string> Formats() => [.. MxFormats.All.Select(format => format.Name)];

    public static TheoryData<string> Profiles() => [.. Profile.All.Select(profile => profile.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_rule_makes_anything_suspicious(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        foreach (ScaleRule rule in format == MxFormats.Nvfp4 ? ScaleRule.OfUe4M3 : ScaleRule.PowerOfTwo)
        {
            foreach (string shape in Shapes)
            {
                foreach (float size in (float[])[1, 1.24f, 1.93f])
                {
                    float[] values = Values(shape, size);
                    string rules = QuantisedFile.Rules(Quantised(format, values, new ConversionPolicy { ScaleRule = rule }));
                    Assert.True(rules.Length == 0, $"{format} {rule} {shape} {size}: {rules}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void No_profile_does(string name)
    {
        Profile profile = Profile.Find(name)!;
        foreach (BlockFormat format in MxFormats.All)
        {
            if (format == MxFormats.Nvfp4 == ScaleRule.OfUe4M3.Contains(profile.Policy.ScaleRule))
            {
                float[] values = Values("gaussian", 1.3f)[..(8 * Columns)];
                string rules = QuantisedFile.Rules(Quantised(format, values, profile.Policy, 8));

                // Without saturation what a floor scale leaves above max normal becomes infinity or NaN, and that is said.
                bool overflows = profile.Policy.Overflow == OverflowPolicy.NonFinite && format.Element.HasNaN;
                Assert.True(rules.Length == 0 || (overflows && rules is "elements-infinite" or "elements-nan"), $"{format}: {rules}");
            }
        }
    }

    [Theory]
    [InlineData("mxfp4", 3, "scales-low")]
    [InlineData("mxfp8-e4m3", 3, "scales-low")]
    [InlineData("mxint8", 3, "scales-low")]
    [InlineData("mxfp6-e2m3", 3, "scales-low")]
    [InlineData("mxfp4", -2, "scales-high")]
    [InlineData("mxfp8-e4m3", -2, "scales-high")]
    [InlineData("mxint8", -2, "scales-high")]
    public void Scales_of_another_size_than_the_elements_are_named(string name, int low, string rule)
    {
        BlockFormat format = MxFormats.Find(name)!;
        foreach (string shape in Shapes[..3])
        {
            float[] values = Values(shape, 1.3f);
            MxTensor good = MxTensor.Quantize(values, Rows, Columns, format, new ConversionPolicy { ScaleRule = ScaleRule.Floor });
            byte[] scales = [.. good.Scales.ToArray().Select(scale => (byte)(scale - low))];
            string path = QuantisedFile.Write(files, format, Divided(values, scales, format), scales, Rows, Columns);
            Assert.Equal(rule, QuantisedFile.Rules(QuantisedFile.Inspect(path)));
        }
    }

    /// <summary>A few scales, and what each makes of a good tensor.</summary>
    [Theory]
    [InlineData("mxfp4", "scales-nan", 0xFF)]
    [InlineData("nvfp4", "scales-nan", 0x7F)]
    [InlineData("nvfp4", "scales-nan", 0xFF)]
    [InlineData("nvfp4", "scales-signed", 0x80)]
    [InlineData("nvfp4", "scales-signed", 0xFE)]
    [InlineData("mxfp4", "", 0)]
    public void One_impossible_scale_is_named(string name, string rules, int scale)
    {
        BlockFormat format = MxFormats.Find(name)!;
        MxTensor good = Good(format);
        byte[] scales = good.Scales.ToArray();
        scales[17] = (byte)scale;
        InspectedTensor found = QuantisedFile.Inspect(QuantisedFile.Write(files, format, good.Codes.ToArray(), scales, Rows, Columns));
        Assert.Equal(rules, QuantisedFile.Rules(found));
        if (rules.Length > 0)
        {
            Assert.True(found.Verdicts[0].IsImpossible);
            Assert.StartsWith($"1 of {scales.Length} scales is ", found.Verdicts[0].Words, StringComparison.Ordinal);
        }
    }

    /// <summary>2^(b - 127) as a number is 0 or small: cast to a byte it is another scale.</summary>
    [Theory]
    [InlineData("mxfp4")]
    [InlineData("nvfp4")]
    public void Scales_cast_by_value_are_named(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        MxTensor good = Good(format);
        ScaleClasses classes = ScaleClasses.Of(format.Scale);
        byte[] scales = [.. good.Scales.ToArray().Select(scale => (byte)classes.ValueOf(scale))];
        Assert.Contains("scales-zero", QuantisedFile.Rules(QuantisedFile.Inspect(
            QuantisedFile.Write(files, format, good.Codes.ToArray(), scales, Rows, Columns))), StringComparison.Ordinal);

        // Blocks of zeros have a right to it.
        Assert.Equal("", QuantisedFile.Rules(QuantisedFile.Inspect(QuantisedFile.Write(files, format, new byte[Rows * Columns],
            new byte[scales.Length], Rows, Columns))));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_tensor_scale_that_is_no_positive_number_is_named(float scale)
    {
        MxTensor good = Good(MxFormats.Nvfp4);
        string path = QuantisedFile.Write(files, MxFormats.Nvfp4, good.Codes.ToArray(), good.Scales.ToArray(), Rows, Columns,
            tensorScale: scale);

        // F4 codes and a tensor scale are ModelOpt's.
        Assert.Equal("tensor-scale", QuantisedFile.Rules(QuantisedFile.Inspect(path)));
    }

    [Fact]
    public void Elements_that_are_no_numbers_are_named()
    {
        MxTensor good = Good(MxFormats.Mxfp8E5M2);
        byte[] codes = good.Codes.ToArray();
        (codes[5], codes[50], codes[500]) = (0x7C, 0xFD, 0x7F);
        InspectedTensor found = QuantisedFile.Inspect(QuantisedFile.Write(files, MxFormats.Mxfp8E5M2, codes, good.Scales.ToArray(), Rows,
            Columns));
        Assert.Equal("elements-nan elements-infinite", QuantisedFile.Rules(found));
        Assert.Equal((2L, 1L), (found.Elements.NaN, found.Elements.Infinite));
    }

    /// <summary>
    /// Rows and columns each of a magnitude of their own: scales that lie in tiles, that were tiled twice, or that never were are named,
    /// and such a matrix as it should be is not; nor is one whose rows alone differ, or nothing.
    /// </summary>
    [Theory]
    [InlineData("nvidia")]
    [InlineData("amd")]
    public void Scales_in_another_order_are_named(string tiles)
    {
        (ScaleTiles order, ScaleLayout layout) = tiles == "nvidia" ? (ScaleTiles.Nvidia, ScaleLayout.Nvidia128x4)
            : (ScaleTiles.Amd, ScaleLayout.Amd32x8);
        (byte[] codes, byte[] scales, int columns) = Structured("rows columns");
        byte[] once = new byte[scales.Length];
        byte[] twice = new byte[scales.Length];
        byte[] never = new byte[scales.Length];
        order.Tile(scales, 256, columns / 32, once);
        order.Tile(once, 256, columns / 32, twice);
        order.Untile(scales, 256, columns / 32, never);
        ScaleOrder? Order(byte[] stored, ScaleLayout read = ScaleLayout.RowMajor)
            => QuantisedFile.Inspect(QuantisedFile.Write(files, MxFormats.Mxfp4, codes, stored, 256, columns), read).Order;
        string Words(byte[] stored, ScaleLayout read = ScaleLayout.RowMajor) => Order(stored, read)?.Words ?? "";

        Assert.Equal("", Words(scales));
        Assert.Equal("", Words(once, layout));
        Assert.Equal($"they lie in tiles: --scale-layout {tiles}", Words(once));
        Assert.Equal($"they were tiled twice ({tiles})", Words(twice));
        Assert.Equal($"they were taken out of tiles ({tiles}) in which they never lay", Words(never));
        Assert.Equal("they lie row by row: leave --scale-layout out", Words(scales, layout));

        // A file this small is looked at whole: each scale counts once, as a tenth of one, and half of a squared remainder's logarithm.
        ScaleOrder named = Order(once)!;
        Assert.Equal(Math.Min(999, -Math.Log10(named.Unexplained) * scales.Length / 2 / 10), named.Odds, 6);
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("columns")]
    [InlineData("noise")]
    public void Scales_in_order_are_not(string structure)
    {
        (byte[] codes, byte[] scales, int columns) = Structured(structure);
        Assert.Equal("", QuantisedFile.Rules(QuantisedFile.Inspect(QuantisedFile.Write(files, MxFormats.Mxfp4, codes, scales, 256,
            columns))));
    }

    private static (byte[] Codes, byte[] Scales, int Columns) Structured(string structure)
    {
        const int rows = 256, columns = 1024;
        Random random = new(9);
        double[] ofRows = [.. Enumerable.Range(0, rows).Select(r => 2 * random.NextDouble())];
        double[] ofColumns = [.. Enumerable.Range(0, columns / 32).Select(c => 3 * random.NextDouble())];
        bool hasRows = structure is "rows" or "rows columns", hasColumns = structure is "columns" or "rows columns";
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            double size = Math.Pow(2, (hasRows ? ofRows[i / columns] : 0) + (hasColumns ? ofColumns[i % columns / 32] : 0));
            values[i] = (float)(size * Gaussian(random));
        }

        MxTensor tensor = MxTensor.Quantize(values, rows, columns, MxFormats.Mxfp4);
        return (tensor.Codes.ToArray(), tensor.Scales.ToArray(), columns);
    }

    private static MxTensor Good(BlockFormat format)
        => MxTensor.Quantize(Values("gaussian", 0.02f), Rows, Columns, format, format == MxFormats.Nvfp4
            ? new ConversionPolicy { ScaleRule = ScaleRule.Quotient } : null);

    private InspectedTensor Quantised(BlockFormat format, float[] values, ConversionPolicy policy, int rows = Rows)
    {
        float scale = format == MxFormats.Nvfp4 ? MxTensor.FitTensorScale(values, format) : 1;
        MxTensor tensor = MxTensor.Quantize(values, rows, Columns, format, policy, tensorScale: scale);
        return QuantisedFile.Inspect(QuantisedFile.Write(files, format, tensor.Codes.ToArray(), tensor.Scales.ToArray(), rows, Columns));
    }

    private static float[] Values(string shape, float size)
    {
        Random random = new(3);
        float[] values = new float[Rows * Columns];
        for (int i = 0; i < values.Length; i++)
        {
            double sign = random.Next(2) == 0 ? -1 : 1;
            values[i] = (float)(size * (shape switch
            {
                "gaussian" => Gaussian(random),
                "laplace" => -sign * Math.Log(1 - random.NextDouble()),
                "heavy" => sign * Math.Pow(1 - random.NextDouble(), -1 / 3.0),
                _ => sign * random.NextDouble(),
            }));
        }

        return values;
    }

    private static double Gaussian(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The nearest codes under scales that are not the rule's, clamped.</summary>
    private static byte[] Divided(float[] values, byte[] scales, BlockFormat format)
    {
        ElementClasses classes = new(format);
        double[] numbers = [.. Enumerable.Range(0, classes.Max + 1).Select(classes.ValueOf)];
        byte[] codes = new byte[values.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            double size = Math.Abs(values[i]) / ScaleClasses.E8M0.ValueOf(scales[i / format.BlockSize]);
            int above = Array.BinarySearch(numbers, size);
            above = above >= 0 ? above : Math.Min(~above, classes.Max);
            int nearest = above > 0 && size < (numbers[above] + numbers[above - 1]) / 2 ? above - 1 : above;
            codes[i] = (byte)(values[i] >= 0 ? nearest : classes.IsTwosComplement ? -nearest : nearest | (int)format.Element.SignMask);
        }

        return codes;
    }
}
