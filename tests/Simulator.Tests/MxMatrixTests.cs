namespace Mxact.Simulator.Tests;

/// <summary>The library's front door: quantise a matrix, read it back, take a dot product.</summary>
public sealed class MxMatrixTests
{
    [Fact]
    public void Columns_are_the_rows_of_the_transpose()
    {
        const int rows = 70;
        const int columns = 5;
        Random random = new(7);
        float[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() * 8) - 4))];
        float[] transpose = [.. Enumerable.Range(0, rows * columns).Select(i => values[(i % rows * columns) + (i / rows)])];
        foreach (BlockFormat format in MxFormats.All)
        {
            MxMatrix down = MxMatrix.Quantize(values, rows, columns, format, axis: BlockAxis.AlongColumns);
            MxMatrix across = MxMatrix.Quantize(transpose, columns, rows, format);
            Assert.Equal(across.Scales, down.Scales);
            float[] back = down.Dequantize();
            float[] backAcross = across.Dequantize();
            Assert.All(Enumerable.Range(0, back.Length), i => Assert.Equal(backAcross[(i % columns * rows) + (i / columns)], back[i]));
            Assert.Equal(across.Dot(1, across, 3), down.Dot(1, down, 3));
        }
    }

    [Fact]
    public void A_dot_product_is_the_exact_sum_of_what_dequantises()
    {
        // Small integers: every product and sum is exact in binary32 too.
        float[] values = [.. Enumerable.Range(0, 96).Select(i => (float)((i % 7) - 3))];
        MxMatrix matrix = MxMatrix.Quantize(values, 2, 48, MxFormats.Mxint8);
        float[] back = matrix.Dequantize();
        Assert.Equal(Enumerable.Range(0, 48).Sum(i => back[i] * back[48 + i]), matrix.Dot(0, matrix, 1));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MxMatrix.Quantize(new float[5], 2, 3, MxFormats.Mxfp4));
        MxMatrix narrow = MxMatrix.Quantize(new float[6], 2, 3, MxFormats.Mxfp4);
        MxMatrix wide = MxMatrix.Quantize(new float[8], 2, 4, MxFormats.Mxfp4);
        Assert.Throws<ArgumentException>(() => narrow.Dot(0, wide, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => narrow.Dot(2, wide, 0));
    }
}
