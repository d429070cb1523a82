using Mxact.Simulator.Conversion;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Packing;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Shapes, starts, axes, packings and threads: none of them changes a bit.</summary>
public sealed class LayoutTests
{
    private static readonly ConversionPolicy Nearest = ConversionPolicy.Ocp;
    private static readonly ConversionPolicy Random = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) };

    public static TheoryData<string> FormatNames => [.. MxFormats.All.Where(f => f.Scale == ScaleFormat.E8M0).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void Lengths_0_to_257_at_unaligned_starts(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        uint[] values = Inputs.Blocks(300, 11);
        foreach (ConversionPolicy policy in new[] { Nearest, Random })
        {
            for (int length = 0; length <= 257; length++)
            {
                int start = length % 17;
                uint[] slice = values[start..(start + length)];
                (byte[] scales, byte[] codes, uint[] back) = Matrices.Quantize(format, policy, ElementFormats.Binary32, slice, 1, length,
                    seed: 5);
                foreach (Backend backend in Backends.OfProcessor)
                {
                    BlockConverter converter = BlockConverter.Create(new(format, policy) { Execution = new(backend) });
                    int codeStart = (length * 7) % 67;
                    byte[] gotScales = new byte[scales.Length + 3];
                    byte[] gotCodes = new byte[codeStart + length + 9];
                    uint[] gotBack = new uint[start + length + 5];
                    converter.Quantize(values.AsSpan(start, length), 1, length, gotScales.AsSpan(1), gotCodes.AsSpan(codeStart), seed: 5);
                    Same.Blocks(slice, scales, codes, gotScales.AsSpan(1), gotCodes.AsSpan(codeStart, length),
                        $"{backend} {format} length {length}");
                    Assert.True(gotScales[0] == 0 && gotScales[^1] == 0 && !gotCodes.AsSpan(0, codeStart).ContainsAnyExcept((byte)0)
                        && !gotCodes.AsSpan(codeStart + length).ContainsAnyExcept((byte)0),
                        $"{backend} length {length} wrote beyond its codes");
                    converter.Dequantize(scales, codes, 1, length, gotBack.AsSpan(start));
                    Same.Words(slice, back, gotBack.AsSpan(start, length), $"dequantise {backend} {format} length {length}");
                    Assert.False(gotBack.AsSpan(start + length).ContainsAnyExcept(0u),
                        $"{backend} length {length} wrote beyond its values");
                    slice.CopyTo(gotBack, start);
                    converter.QuantizeDequantize(gotBack.AsSpan(start, length), 1, length, gotBack.AsSpan(start, length), seed: 5);
                    Same.Words(slice, back, gotBack.AsSpan(start, length), $"in place {backend} {format} length {length}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void Matrices_along_rows_and_columns_packed_and_not(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        foreach ((int rows, int columns) in new[] { (1, 1), (3, 33), (32, 64), (33, 65), (70, 200), (64, 130), (31, 7), (40, 1), (0, 5),
            (5, 0) })
        {
            uint[] values = Inputs.Blocks(rows * columns, (ulong)(rows + (1000 * columns)));
            foreach (ConversionPolicy policy in new[] { Nearest, Random })
            {
                foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
                {
                    (byte[] scales, byte[] codes, uint[] back) = Matrices.Quantize(format, policy, ElementFormats.Binary32, values, rows,
                        columns, axis, seed: 9);
                    foreach (Backend backend in Backends.OfProcessor)
                    {
                        foreach (CodeLayout packing in Enum.GetValues<CodeLayout>())
                        {
                            BlockConverter converter = BlockConverter.Create(new(format, policy)
                            {
                                Execution = new(backend),
                                Axis = axis,
                                Packing = packing
                            });
                            byte[] expected = packing == CodeLayout.Packed ? Packed(codes, rows, columns, format.Element.Bits) : codes;
                            byte[] gotScales = new byte[converter.ScaleCount(rows, columns)];
                            byte[] gotCodes = new byte[converter.CodeBytes(rows, columns)];
                            uint[] gotBack = new uint[values.Length];
                            string what = $"{backend} {format} {axis} {packing} {rows} x {columns}";
                            converter.Quantize(values, rows, columns, gotScales, gotCodes, seed: 9);
                            Assert.True(expected.AsSpan().SequenceEqual(gotCodes) && scales.AsSpan().SequenceEqual(gotScales), what);
                            converter.Dequantize(gotScales, gotCodes, rows, columns, gotBack);
                            Same.Words(values, back, gotBack, "dequantise " + what);
                            values.CopyTo(gotBack, 0);
                            converter.QuantizeDequantize(gotBack, rows, columns, gotBack, seed: 9);
                            Same.Words(values, back, gotBack, "in place " + what);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void Large_matrices_stream_and_share_out_without_a_difference(string name)
    {
        BlockFormat format = MxFormats.Find(name)!;
        const int rows = 520;
        const int columns = 2080;
        uint[] values = Inputs.Blocks(rows * columns, 21);
        foreach (ConversionPolicy policy in new[] { Nearest, Random })
        {
            foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
            {
                // The scalar backend stands for the reference, to which the other tests hold it.
                BlockConverter scalar = BlockConverter.Create(new(format, policy) { Execution = new(Backend.Scalar), Axis = axis });
                byte[] scales = new byte[scalar.ScaleCount(rows, columns)];
                byte[] codes = new byte[values.Length];
                uint[] back = new uint[values.Length];
                scalar.Quantize(values, rows, columns, scales, codes, seed: 77);
                scalar.Dequantize(scales, codes, rows, columns, back);
                foreach (Backend backend in Backends.OfProcessor)
                {
                    foreach (int threads in new[] { 1, 3 })
                    {
                        BlockConverter converter = BlockConverter.Create(new(format, policy)
                        {
                            Execution = new(backend, threads),
                            Axis = axis
                        });
                        byte[] gotScales = new byte[scales.Length];
                        uint[] gotBack = GC.AllocateArray<uint>(values.Length + 32, pinned: true);
                        byte[] gotCodes = GC.AllocateArray<byte>(codes.Length + 128, pinned: true);
                        Span<byte> alignedCodes = gotCodes.AsSpan(AlignmentOf(gotCodes), codes.Length);
                        Span<uint> alignedBack = gotBack.AsSpan(AlignmentOf(gotBack) / sizeof(uint), values.Length);
                        converter.Quantize(values, rows, columns, gotScales, alignedCodes, seed: 77);
                        Same.Blocks(values, scales, codes, gotScales, alignedCodes, $"{backend} {format} {axis} {threads} threads");
                        converter.Dequantize(gotScales, alignedCodes, rows, columns, alignedBack);
                        Same.Words(values, back, alignedBack, $"dequantise {backend} {format} {axis} {threads} threads");
                        converter.QuantizeDequantize(values, rows, columns, alignedBack, seed: 77);
                        Same.Words(values, back, alignedBack, $"round trip {backend} {format} {axis} {threads} threads");
                    }
                }
            }
        }
    }

    /// <summary>Random bits from the caller are those that the seed gives, when they are the same.</summary>
    [Theory]
    [InlineData("stochastic:32")]
    [InlineData("stochastic:5")]
    [InlineData("stochastic-b:11")]
    public void Supplied_random_bits(string mode)
    {
        Assert.True(RoundingMode.TryParse(mode, out RoundingMode rounding));
        ConversionPolicy policy = ConversionPolicy.Ocp with { Rounding = rounding };
        const int rows = 37;
        const int columns = 70;
        uint[] values = Inputs.Blocks(rows * columns, 2);
        uint[] random = new uint[values.Length];
        for (int i = 0; i < random.Length; i++)
        {
            random[i] = Philox.Word((ulong)i, 6, 0) >> (32 - rounding.RandomBits);
        }

        foreach (Backend backend in Backends.OfProcessor.Add(Backend.IlgpuCpu))
        {
            foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
            {
                BlockConverter converter = BlockConverter.Create(new(MxFormats.Mxfp8E4M3, policy)
                {
                    Execution = new(backend),
                    Axis = axis
                });
                byte[] scales = new byte[converter.ScaleCount(rows, columns)];
                byte[] codes = new byte[values.Length];
                byte[] gotScales = new byte[scales.Length];
                byte[] gotCodes = new byte[codes.Length];
                converter.Quantize(values, rows, columns, scales, codes, seed: 6);
                converter.Quantize(values, rows, columns, gotScales, gotCodes, random);
                Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {mode} {axis}");
            }
        }

        BlockConverter nearest = BlockConverter.Create(new(MxFormats.Mxfp8E4M3, ConversionPolicy.Ocp));
        Assert.Throws<ArgumentException>(()
            => nearest.Quantize(values, rows, columns, new byte[values.Length], new byte[values.Length], random));
    }

    /// <summary>Bytes from the array's start to the next cache line.</summary>
    private static unsafe int AlignmentOf<T>(T[] pinned)
        where T : unmanaged
    {
        fixed (T* start = pinned)
        {
            return (int)((64 - ((nint)start % 64)) % 64);
        }
    }

    private static byte[] Packed(byte[] codes, int rows, int columns, int bits)
    {
        int rowBytes = (int)CodePacker.PackedBytes(columns, bits);
        byte[] packed = new byte[rows * rowBytes];
        for (int row = 0; row < rows; row++)
        {
            for (int bit = 0; bit < columns * bits; bit++)
            {
                int set = (codes[(row * columns) + (bit / bits)] >> (bit % bits)) & 1;
                packed[(row * rowBytes) + (bit / 8)] |= (byte)(set << (bit % 8));
            }
        }

        return packed;
    }
}
