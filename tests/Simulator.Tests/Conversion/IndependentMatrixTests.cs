using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>
/// Large matrices against expectations that share no driver with them: rows converted one at a time, blocks by the reference. Two
/// backends that divide the work alike lose the same tail.
/// </summary>
public sealed class IndependentMatrixTests
{
    private static readonly ConversionPolicy Mse = ConversionPolicy.Ocp with { ScaleRule = ScaleRule.Mse };

    public static TheoryData<int, int> Sizes() => new() { { 520, 2080 }, { 33, 4200 }, { 2080, 97 }, { 5, 8224 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Large_matrices_are_their_rows(int rows, int columns)
    {
        float[] values = Sample.Normal(rows * columns, seed: 5);
        float[] transposed = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = values[i];
        }

        BlockFormat format = MxFormats.Mxfp8E4M3;
        (byte[] codes, byte[] scales, float[] back) = OneByOne(values, rows, columns, format);
        (byte[] down, byte[] downScales, float[] downBack) = OneByOne(transposed, columns, rows, format);
        foreach (Backend backend in Backends.OfProcessor)
        {
            foreach (int threads in new[] { 1, 3 })
            {
                Execution on = new(backend, threads);
                MxTensor along = MxTensor.Quantize(values, rows, columns, format, on: on);
                Assert.True(along.Codes.SequenceEqual(codes) && along.Scales.SequenceEqual(scales), $"along rows on {on}");
                Assert.True(along.Dequantize(on).AsSpan().SequenceEqual(back), $"back along rows on {on}");
                MxTensor across = MxTensor.Quantize(values, rows, columns, format, axis: BlockAxis.AlongColumns, on: on);
                Assert.True(Transposed(across.Codes, rows, columns).AsSpan().SequenceEqual(down), $"along columns on {on}");
                Assert.True(Transposed(across.Scales, (rows + 31) / 32, columns).AsSpan().SequenceEqual(downScales), $"scales on {on}");
                float[] acrossBack = across.Dequantize(on);
                Assert.True(acrossBack.Select((v, i) => v == downBack[(i % columns * rows) + (i / columns)]).All(same => same),
                    $"back along columns on {on}");
            }
        }
    }

    [Fact]
    public void Large_products_are_their_rows()
    {
        const int m = 133;
        const int n = 517;
        const int k = 96;
        MxTensor a = MxTensor.Quantize(Sample.Normal(m * k, 1), m, k, MxFormats.Mxfp8E4M3);
        MxTensor b = MxTensor.Quantize(Sample.Normal(n * k, 2), n, k, MxFormats.Mxfp8E4M3);
        foreach (MatrixUnit? unit in new[] { null, MatrixUnits.BlackwellMxf8f6f4 })
        {
            float[] expected = new float[m * n];
            for (int row = 0; row < m; row++)
            {
                MxTensor alone = MxTensor.FromCodes(a.Format, 1, k, a.Codes.Slice(row * k, k), a.Scales.Slice(row * 3, 3));
                alone.MultiplyTransposed(b, unit, on: new(Backend.Scalar)).CopyTo(expected, row * n);
            }

            foreach (Backend backend in Backends.OfProcessor)
            {
                foreach (int threads in new[] { 1, 3 })
                {
                    Assert.Equal(expected, a.MultiplyTransposed(b, unit, on: new(backend, threads)));
                }
            }
        }
    }

    /// <summary>
    /// A block of zeros of either sign at each place of sixteen, the others ordinary: scale and codes are the block's own.
    /// </summary>
    [Fact]
    public void Zero_blocks_among_ordinary_ones()
    {
        foreach (BlockFormat format in MxFormats.All)
        {
            int k = format.BlockSize;
            int columns = 32 * k;
            float[] values = Sample.Normal(32 * columns, seed: 8);
            for (int row = 0; row < 32; row++)
            {
                // Two of them a row, in neighbouring groups of sixteen; +0, -0 and both in turn.
                foreach (int block in new[] { row % 16, 16 + ((row + 5) % 16) })
                {
                    for (int i = 0; i < k; i++)
                    {
                        values[(row * columns) + (block * k) + i] = (row + block + (row % 3 == 0 ? i : 0)) % 2 == 0 ? 0f : -0f;
                    }
                }
            }

            foreach (string choice in new[] { "scale00", "scale7f", "minus-emax" })
            {
                ConversionPolicy policy = ConversionPolicy.Ocp.With("zero-block", choice);
                (byte[] codes, byte[] scales) = ByReference(values, columns, format, policy);
                foreach (Backend backend in Backends.OfProcessor)
                {
                    MxTensor tensor = MxTensor.Quantize(values, 32, columns, format, policy, on: new(backend));
                    Assert.True(tensor.Codes.SequenceEqual(codes) && tensor.Scales.SequenceEqual(scales), $"{format} {choice} {backend}");
                    MxTensor across = MxTensor.Quantize(Transposed<float>(values, 32, columns), columns, 32, format, policy,
                        BlockAxis.AlongColumns, on: new(backend));
                    Assert.True(across.Transpose() == tensor, $"{format} {choice} {backend} along columns");
                }
            }
        }
    }

    /// <summary>Both scales have the same error, none or that of what both flush: mse takes floor.</summary>
    [Theory]
    [InlineData(new[] { 1f })]
    [InlineData(new[] { 1f, -0.5f, 0.25f })]
    [InlineData(new[] { 1f, 9.094947e-13f, -4.5474735e-13f })]
    public void Ties_of_mse_go_to_floor(float[] values)
    {
        foreach (BlockFormat format in MxFormats.All.Where(f => f.Scale == ScaleFormat.E8M0))
        {
            float[] block = new float[32];
            values.CopyTo(block, 0);
            foreach (Backend backend in Backends.OfProcessor.Prepend(Backend.Reference))
            {
                MxTensor tensor = MxTensor.Quantize(block, 1, 32, format, Mse, on: new(backend));
                Assert.Equal((byte)(127 - format.Element.EMax), tensor.Scales[0]);
                Assert.Equal(1f, tensor.Dequantize()[0]);
            }
        }
    }

    /// <summary>NaN scales in some blocks, beside scales at both ends of the range, in every product.</summary>
    [Fact]
    public void Nan_scales_beside_scales_far_from_one()
    {
        const int m = 9;
        const int n = 37;
        const int k = 256;
        foreach ((BlockFormat format, MatrixUnit? unit, byte[] kinds) in new (BlockFormat, MatrixUnit?, byte[])[]
        {
            (MxFormats.Mxfp8E4M3, null, [0x7F, 0x00, 0xFE, 0x40, 0xC0, 0x01]),
            (MxFormats.Mxfp8E4M3, MatrixUnits.BlackwellMxf8f6f4, [0x7F, 0x00, 0xFE, 0x40, 0xC0, 0x01]),
            (MxFormats.Mxfp4, MatrixUnits.BlackwellMxf4, [0x7F, 0x00, 0xFE, 0x40, 0xC0, 0x01]),
            (MxFormats.Nvfp4, MatrixUnits.BlackwellNvfp4, [0x38, 0x00, 0x7E, 0x01, 0x08, 0x70]),
        })
        {
            byte nan = format.Scale == ScaleFormat.E8M0 ? (byte)0xFF : (byte)0x7F;
            MxTensor a = WithScales(m, seed: 3);
            MxTensor b = WithScales(n, seed: 4);
            float[] expected = a.MultiplyTransposed(b, unit, on: Execution.Reference);
            Assert.Contains(expected, float.IsNaN);
            Assert.Contains(expected, value => !float.IsNaN(value));
            foreach (Backend backend in Backends.OfProcessor)
            {
                Assert.Equal(Array.ConvertAll(expected, BitConverter.SingleToUInt32Bits),
                    Array.ConvertAll(a.MultiplyTransposed(b, unit, on: new(backend, threads: 2)), BitConverter.SingleToUInt32Bits));
            }

            MxTensor WithScales(int rows, ulong seed)
            {
                MxTensor plain = MxTensor.Quantize(Sample.Normal(rows * k, seed), rows, k, format);
                byte[] scales = plain.Scales.ToArray();
                for (int i = 0; i < scales.Length; i++)
                {
                    // One row in three has a NaN in one of its blocks.
                    int row = i / (k / format.BlockSize);
                    int block = i % (k / format.BlockSize);
                    scales[i] = row % 3 == 1 && block == row % (k / format.BlockSize) ? nan : kinds[(row + (block * 7)) % kinds.Length];
                }

                return MxTensor.FromCodes(format, rows, k, plain.Codes, scales);
            }
        }
    }

    private static (byte[] Codes, byte[] Scales, float[] Back) OneByOne(float[] values, int rows, int columns, BlockFormat format)
    {
        List<byte> codes = new(values.Length);
        List<byte> scales = [];
        List<float> back = new(values.Length);
        for (int row = 0; row < rows; row++)
        {
            MxTensor alone = MxTensor.Quantize(values.AsSpan(row * columns, columns), 1, columns, format, on: new(Backend.Scalar));
            codes.AddRange(alone.Codes);
            scales.AddRange(alone.Scales);
            back.AddRange(alone.Dequantize(new(Backend.Scalar)));
        }

        return ([.. codes], [.. scales], [.. back]);
    }

    private static (byte[] Codes, byte[] Scales) ByReference(float[] values, int columns, BlockFormat format, ConversionPolicy policy)
    {
        byte[] codes = new byte[values.Length];
        byte[] scales = new byte[values.Length / format.BlockSize];
        uint[] bits = Array.ConvertAll(values, BitConverter.SingleToUInt32Bits);
        uint[] block = new uint[format.BlockSize];
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = BlockConversion.Quantize(format, ElementFormats.Binary32, bits.AsSpan(i * block.Length, block.Length), policy,
                block);
            Array.ConvertAll(block, code => (byte)code).CopyTo(codes, i * block.Length);
        }

        return (codes, scales);
    }

    private static T[] Transposed<T>(ReadOnlySpan<T> matrix, int rows, int columns)
    {
        T[] moved = new T[matrix.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[(i % columns * rows) + (i / columns)] = matrix[i];
        }

        return moved;
    }
}
