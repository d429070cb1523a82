using System.Runtime.InteropServices;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests;

/// <summary>The front door: the reference's bits in and out of every shape, and one clear line for what does not fit.</summary>
public sealed class MxTensorTests
{
    public static TheoryData<string, BlockAxis> Cases()
        => [.. from format in MxFormats.All from axis in Enum.GetValues<BlockAxis>() select (format.Name, axis)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Codes_scales_and_values_are_the_references_block_by_block(string name, BlockAxis axis)
    {
        BlockFormat format = MxFormats.Find(name)!;
        const int rows = 37;
        const int columns = 75;
        float[] values = Sample.Normal(rows * columns, seed: 3);
        MxTensor tensor = MxTensor.Quantize(values, rows, columns, format, axis: axis);
        float[] back = tensor.Dequantize();
        int k = format.BlockSize;
        int lines = axis == BlockAxis.AlongRows ? rows : columns;
        int length = axis == BlockAxis.AlongRows ? columns : rows;
        for (int line = 0; line < lines; line++)
        {
            for (int first = 0; first < length; first += k)
            {
                int[] at = [.. Enumerable.Range(first, Math.Min(k, length - first)).Select(i => axis == BlockAxis.AlongRows
                    ? (line * columns) + i : (i * columns) + line)];
                uint[] block = [.. at.Select(i => BitConverter.SingleToUInt32Bits(values[i]))];
                uint[] codes = new uint[block.Length];
                byte scale = BlockConversion.Quantize(format, ElementFormats.Binary32, block, ConversionPolicy.Ocp, codes);
                int scaleAt = axis == BlockAxis.AlongRows ? (line * ((columns + k - 1) / k)) + (first / k) : (first / k * columns) + line;
                Assert.Equal(scale, tensor.Scales[scaleAt]);
                uint[] numbers = new uint[block.Length];
                BlockConversion.Dequantize(format, scale, codes, numbers);
                for (int i = 0; i < at.Length; i++)
                {
                    Assert.Equal(codes[i], tensor.Codes[at[i]]);
                    Assert.Equal(numbers[i], BitConverter.SingleToUInt32Bits(back[at[i]]));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_transpose_is_what_the_other_axis_of_the_transposed_values_gives(string name, BlockAxis axis)
    {
        const int rows = 70;
        const int columns = 133;
        float[] values = Sample.Normal(rows * columns);
        float[] transposed = [.. from column in Enumerable.Range(0, columns) from row in Enumerable.Range(0,
            rows) select values[(row * columns) + column]];
        MxTensor tensor = MxTensor.Quantize(values, rows, columns, MxFormats.Find(name)!, axis: axis);
        BlockAxis other = axis == BlockAxis.AlongRows ? BlockAxis.AlongColumns : BlockAxis.AlongRows;
        Assert.Equal(MxTensor.Quantize(transposed, columns, rows, MxFormats.Find(name)!, axis: other), tensor.Transpose());
        Assert.Equal(tensor, tensor.Transpose().Transpose());
        Assert.NotEqual(tensor, tensor.Transpose());
    }

    [Fact]
    public void Every_execution_gives_the_same_tensor_and_the_same_products()
    {
        float[] values = Sample.Normal(40 * 96);
        MxTensor expected = MxTensor.Quantize(values, 40, 96, MxFormats.Mxfp8E4M3, on: Execution.Reference);
        float[] product = expected.MultiplyTransposed(expected, MatrixUnits.Parse("blackwell-mxf8f6f4"), on: new(Backend.Scalar));
        foreach (Backend backend in Execution.Available)
        {
            Execution on = new(backend, threads: 2);
            MxTensor tensor = MxTensor.Quantize(values, 40, 96, MxFormats.Mxfp8E4M3, on: on);
            Assert.True(expected == tensor, backend.ToString());
            Assert.Equal(expected.Dequantize(Execution.Reference), tensor.Dequantize(on));
            Assert.Equal(product, tensor.MultiplyTransposed(tensor, MatrixUnits.Parse("blackwell-mxf8f6f4"), on: on));
        }
    }

    [Theory]
    [InlineData("mxfp8-e4m3", "mxfp8-e4m3", "")]
    [InlineData("mxfp8-e5m2", "mxfp8-e5m2", "")]
    [InlineData("mxfp8-e4m3", "mxfp8-e5m2", "")]
    [InlineData("mxfp4", "mxfp8-e4m3", "")]
    [InlineData("mxint8", "mxfp6-e2m3", "")]
    [InlineData("mxint8", "mxint8", "")]
    [InlineData("nvfp4", "nvfp4", "")]
    [InlineData("mxfp8-e4m3", "mxfp8-e4m3", "promote:64:exact")]
    [InlineData("mxfp8-e5m2", "mxfp6-e3m2", "promote:32:exact")]
    public void Exact_products_are_the_reference_s_one_by_one(string formatA, string formatB, string unitName)
    {
        const int m = 5;
        const int n = 7;
        MatrixUnit? unit = unitName.Length == 0 ? null : MatrixUnits.Parse(unitName);
        foreach (int k in new[] { 1, 31, 32, 96, 160 })
        {
            foreach (float spread in new[] { 1f, 30f })
            {
                // Spread exponents reach subnormals, large sums and scales far apart.
                float[] x = [.. Sample.Normal(m * k, 1).Select((v, i) => v * MathF.ScaleB(1, (int)((i % 7 - 3) * spread)))];
                float[] y = [.. Sample.Normal(n * k, 2).Select((v, i) => v * MathF.ScaleB(1, (int)((i % 5 - 2) * spread)))];
                MxTensor a = MxTensor.Quantize(x, m, k, MxFormats.Find(formatA)!);
                MxTensor b = MxTensor.Quantize(y, n, k, MxFormats.Find(formatB)!);
                float[] c = Sample.Normal(m * n, 9);
                float[] got = a.MultiplyTransposed(b, unit, c, on: new(Backend.Scalar, threads: 2));
                float[] plain = a.MultiplyTransposed(b, unit);
                for (int i = 0; i < m * n; i++)
                {
                    Assert.Equal(Slow(a, i / n, b, i % n, c[i], unit), BitConverter.SingleToUInt32Bits(got[i]));
                    Assert.Equal(Slow(a, i / n, b, i % n, 0, unit), BitConverter.SingleToUInt32Bits(plain[i]));
                }
            }
        }
    }

    [Fact]
    public void Exact_products_refuse_one_scaled_operand_and_take_long_rows()
    {
        byte[] codes = new byte[64];
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Mxact.Simulator.Product.ModelProduct.Multiply(
            MatrixUnits.Exact, new(ElementFormats.E4M3, codes, ScaleFormat.E8M0, 32, new byte[2]), new(ElementFormats.E4M3, codes),
                new uint[1], 1, 1, 64));
        Assert.Contains("B has no scales and the other has", refusal.Message, StringComparison.Ordinal);

        // Rows so long that a tile holds less than its most rows.
        const int k = 1 << 14;
        MxTensor a = MxTensor.Quantize(Sample.Normal(70 * k, 1), 70, k, MxFormats.Mxfp4);
        MxTensor b = MxTensor.Quantize(Sample.Normal(3 * k, 2), 3, k, MxFormats.Mxfp8E4M3);
        float[] got = a.MultiplyTransposed(b);
        foreach (int i in new[] { 0, 1, 2, 95, 96, 97, 209 })
        {
            Assert.Equal(Slow(a, i / 3, b, i % 3, 0, null), BitConverter.SingleToUInt32Bits(got[i]));
        }
    }

    [Fact]
    public void Exact_products_of_specials_are_the_reference_s()
    {
        float[] x = Sample.Normal(4 * 64);
        x[3] = float.NaN;
        x[64 + 40] = float.PositiveInfinity;
        x.AsSpan(128, 64).Clear();
        MxTensor a = MxTensor.Quantize(x, 4, 64, MxFormats.Mxfp8E5M2, new() { Overflow = OverflowPolicy.NonFinite });
        MxTensor b = MxTensor.Quantize(Sample.Normal(3 * 64, 5), 3, 64, MxFormats.Mxfp8E4M3);
        float[] got = a.MultiplyTransposed(b);
        for (int i = 0; i < got.Length; i++)
        {
            Assert.Equal(Slow(a, i / 3, b, i % 3, 0, null), BitConverter.SingleToUInt32Bits(got[i]));
        }
    }

    [Fact]
    public void Tensor_scales_are_inside_the_exact_rounding_and_one_multiplication_after_a_unit_s()
    {
        float[] x = Sample.Normal(2 * 64);
        float scale = MxTensor.FitTensorScale(x, MxFormats.Nvfp4);
        Assert.Equal(x.Max(Math.Abs) / 2688, scale);
        MxTensor scaled = MxTensor.Quantize(x, 2, 64, MxFormats.Nvfp4, tensorScale: scale);
        MxTensor bare = MxTensor.FromCodes(MxFormats.Nvfp4, 2, 64, scaled.Codes, scaled.Scales);
        Assert.Equal([.. bare.Dequantize().Select(v => v * scale)], scaled.Dequantize());
        MatrixUnit unit = MatrixUnits.Parse("blackwell-nvfp4");
        Assert.Equal([.. bare.MultiplyTransposed(bare, unit).Select(v => v * (scale * scale))], scaled.MultiplyTransposed(scaled, unit));
        double exact = 0;
        float[] values = bare.Dequantize();
        for (int i = 0; i < 64; i++)
        {
            exact += (double)values[i] * values[64 + i];
        }

        // 48-bit products of two binary32 scales and a sum of few bits: binary64 rounds at most once on the way, far from a tie here.
        Assert.Equal((float)(exact * scale * scale), scaled.MultiplyTransposed(scaled)[1]);
        Assert.Throws<ArgumentException>("addend", () => scaled.MultiplyTransposed(scaled, unit, [1, 1, 1, 1]));
    }

    [Fact]
    public void Binary16_and_bfloat16_values_are_their_binary32_values()
    {
        Half[] halves = [.. Sample.Normal(3 * 40).Select(v => (Half)v)];
        ushort[] brains = [.. Sample.Normal(3 * 40).Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))];
        Assert.Equal(MxTensor.Quantize([.. halves.Select(h => (float)h)], 3, 40, MxFormats.Mxfp4),
            MxTensor.Quantize(halves, 3, 40, MxFormats.Mxfp4));
        float[] widened = [.. brains.Select(b => BitConverter.UInt32BitsToSingle((uint)b << 16))];
        Assert.Equal(MxTensor.Quantize(widened, 3, 40, MxFormats.Mxint8), MxTensor.QuantizeBFloat16(brains, 3, 40, MxFormats.Mxint8));
    }

    [Fact]
    public void An_output_of_binary16_takes_and_gives_its_own_numbers()
    {
        MxTensor a = MxTensor.Quantize(Sample.Normal(2 * 32), 2, 32, MxFormats.Mxfp8E4M3);
        float[] sums = a.MultiplyTransposed(a, addend: [1, 0, 0, 1], output: ElementFormats.Binary16);
        Assert.All(sums, sum => Assert.Equal((float)(Half)sum, sum));
        Assert.Equal((float)(Half)(a.MultiplyTransposed(a)[1]), sums[1]);
        Assert.Throws<ArgumentException>("addend", ()
            => a.MultiplyTransposed(a, addend: [1e-9f, 0, 0, 1], output: ElementFormats.Binary16));
    }

    [Fact]
    public void Stochastic_rounding_takes_bits_and_is_refused_without()
    {
        ConversionPolicy policy = new() { Rounding = RoundingMode.Stochastic(16) };
        float[] values = Sample.Normal(64);
        Assert.Throws<ArgumentException>("bits", () => MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, policy));
        Assert.Throws<ArgumentException>("bits", () => MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, bits: RandomBits.Philox(1)));
        string line = Assert.Throws<ArgumentException>("bits", ()
            => MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, policy, bits: RandomBits.Supplied(new uint[6]))).Message;
        Assert.Contains("64 elements need a word of random bits each, 6 are given", line, StringComparison.Ordinal);
        MxTensor one = MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, policy, bits: RandomBits.Philox(1));
        Assert.Equal(one, MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, policy, bits: RandomBits.Philox(1)));
        Assert.NotEqual(one, MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, policy, bits: RandomBits.Philox(2)));

        // All bits clear never rounds away, all set always does where anything is cut off (StochasticA).
        MxTensor down = MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, policy, bits: RandomBits.Supplied(new uint[64]));
        Assert.Equal(MxTensor.Quantize(values, 1, 64, MxFormats.Mxfp4, new() { Rounding = RoundingMode.TowardZero }), down);
    }

    [Fact]
    public void Results_in_the_caller_s_memory_are_the_same_and_conversions_allocate_nothing()
    {
        float[] values = Sample.Normal(64 * 64);
        MxTensor tensor = MxTensor.Quantize(values, 64, 64, MxFormats.Mxfp8E4M3);
        byte[] codes = new byte[64 * 64];
        byte[] scales = new byte[64 * 2];
        float[] back = new float[64 * 64];
        long before = 0;
        for (int round = 0; round < 2; round++)
        {
            // The first round makes the converter and compiles.
            before = GC.GetAllocatedBytesForCurrentThread();
            MxTensor.QuantizeInto(values, 64, 64, MxFormats.Mxfp8E4M3, codes, scales);
            tensor.DequantizeInto(back);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(tensor, MxTensor.FromCodes(MxFormats.Mxfp8E4M3, 64, 64, codes, scales));
        Assert.Equal(tensor.Dequantize(), back);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Packed_in_every_layout_it_comes_back(string name, BlockAxis axis)
    {
        BlockFormat format = MxFormats.Find(name)!;
        MxTensor tensor = MxTensor.Quantize(Sample.Normal(37 * 131), 37, 131, format, axis: axis);
        foreach (CodeLayout codes in Enum.GetValues<CodeLayout>())
        {
            foreach (ScaleLayout scales in Enum.GetValues<ScaleLayout>())
            {
                byte[] packed = tensor.Pack(codes, scales);
                int ofCodes = codes == CodeLayout.Bytes ? 37 * 131 : 37 * (((131 * format.Element.Bits) + 7) / 8);
                Assert.True(packed.Length >= ofCodes + tensor.Scales.Length);
                Assert.Equal(tensor, MxTensor.Unpack(format, 37, 131, packed, codes, scales, axis));
                Assert.Throws<ArgumentException>("packed", () => MxTensor.Unpack(format, 37, 131, packed.AsSpan(1), codes, scales, axis));
            }
        }

        Assert.True(BytesOfScales(tensor) % 512 == 0);
        static int BytesOfScales(MxTensor tensor) => tensor.Pack(CodeLayout.Bytes, ScaleLayout.Nvidia128x4).Length - tensor.Codes.Length;
    }

    [Fact]
    public void Errors_are_counted()
    {
        float[] values = [448, 460, 464, 500, 1e-6f, -1, .. new float[26]];
        MxTensor tensor = MxTensor.Quantize(values, 1, 32, MxFormats.Mxfp8E4M3);
        QuantizationError error = tensor.ErrorAgainst(values);
        Assert.Equal((32, 3, 1, 1), (error.Finite, error.LastBin, error.Saturated, error.Flushed));
        Assert.Equal(double.PositiveInfinity, MxTensor.Quantize(new float[] { 1, 2 }, 1, 2, MxFormats.Mxfp4).ErrorAgainst([1, 2]).Sqnr);
    }

    [Fact]
    public void What_does_not_fit_is_one_line_with_the_parameter_and_both_sizes()
    {
        float[] six = new float[6];
        MxTensor tensor = MxTensor.Quantize(six, 2, 3, MxFormats.Mxfp4);
        byte[] memory = new byte[64];
        (string Parameter, string Says, Action Call)[] wrong =
        [
            ("values", "a 2 x 3 matrix has 6 elements, 5 are given", () => MxTensor.Quantize(six.AsSpan(1), 2, 3, MxFormats.Mxfp4)),
            ("format", "", () => MxTensor.Quantize(six, 2, 3, null!)),
            ("rows", "", () => MxTensor.Quantize(six, -2, -3, MxFormats.Mxfp4)),
            ("columns", "65536 x 65536 elements are more than", () => MxTensor.Quantize(six, 65536, 65536, MxFormats.Mxfp4)),
            ("format", "fp16 has 16 bits", () => MxTensor.Quantize(six, 2, 3, BlockFormatOf(ElementFormats.Binary16))),
            ("tensorScale", "nvfp4 2 x 3", () => MxTensor.Quantize(six, 2, 3, MxFormats.Nvfp4, tensorScale: 0)),
            ("tensorScale", "mxfp4 has no tensor scale", () => MxTensor.Quantize(six, 2, 3, MxFormats.Mxfp4, tensorScale: 2)),
            ("scales", "2 x 1 = 2 scales, 3 are given", () => MxTensor.FromCodes(MxFormats.Mxfp4, 2, 3, new byte[6], new byte[3])),
            ("codes", "code 10 at 4 has more than the 4 bits of e2m1", ()
                => MxTensor.FromCodes(MxFormats.Mxfp4, 2, 3, [0, 1, 2, 3, 16, 5], new byte[2])),
            ("codes", "a 2 x 3 matrix has 6 elements, 7 are given", ()
                => MxTensor.QuantizeInto(six, 2, 3, MxFormats.Mxfp4, new byte[7], new byte[2])),
            ("codes", "overlap", () => MxTensor.QuantizeInto(six, 2, 3, MxFormats.Mxfp4, memory.AsSpan(0, 6), memory.AsSpan(5, 2))),
            ("codes", "overlap", ()
                => MxTensor.QuantizeInto(MemoryMarshal.Cast<byte, float>(memory.AsSpan(0, 24)), 2, 3, MxFormats.Mxfp4, memory.AsSpan(20, 6),
                new byte[2])),
            ("values", "6 elements, 5 are given", () => tensor.DequantizeInto(new float[5])),
            ("values", "6 elements, 5 are given", () => tensor.ErrorAgainst(new float[5])),
            ("other", "", () => tensor.MultiplyTransposed(null!)),
            ("other", "rows of 3 and of 4 elements", ()
                => tensor.MultiplyTransposed(MxTensor.Quantize(new float[8], 2, 4, MxFormats.Mxfp4))),
            ("other", "reduces along rows", () => tensor.MultiplyTransposed(tensor.Transpose())),
            ("addend", "2 x 2 = 4 values, 3 are given", () => tensor.MultiplyTransposed(tensor, addend: [1, 2, 3])),
            ("result", "2 x 2 = 4 values, 5 are given", () => tensor.MultiplyInto(tensor, new float[5])),
            ("unit", "hopper-fp16 does not take e2m1", () => tensor.MultiplyTransposed(tensor, MatrixUnits.Parse("hopper-fp16"))),
            ("output", "has no bf16 output", ()
                => tensor.MultiplyTransposed(tensor, MatrixUnits.Parse("blackwell-mxf8f6f4"), output: ElementFormats.BFloat16)),
            ("format", "mxfp4 has no tensor scale", () => MxTensor.FitTensorScale(six, MxFormats.Mxfp4)),
            ("values", "a block of mxfp4 has 1 to 32 values, 33 are given", () => Explain.Block(MxFormats.Mxfp4, new float[33])),
            ("count", "", () => Sample.Normal(-1)),
        ];
        foreach ((string parameter, string says, Action call) in wrong)
        {
            ArgumentException thrown = Assert.ThrowsAny<ArgumentException>(call);
            Assert.True(parameter == thrown.ParamName
                && (thrown.Message.Contains(says, StringComparison.Ordinal) || thrown is ArgumentOutOfRangeException),
                $"{parameter}: {says}: got {thrown.ParamName}: {thrown.Message}");
        }

        Assert.All(memory, b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_cancelled_conversion_and_a_cancelled_product_stop()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        MxTensor tensor = MxTensor.Quantize(new float[64], 2, 32, MxFormats.Mxfp4);
        Assert.Throws<OperationCanceledException>(() => MxTensor.Quantize(new float[64], 2, 32, MxFormats.Mxfp4, cancel: stop.Token));
        foreach (string unit in new[] { "exact", "blackwell-mxf4", "kahan" })
        {
            Assert.Throws<OperationCanceledException>(() => tensor.MultiplyTransposed(tensor, MatrixUnits.Parse(unit), cancel: stop.Token));
        }
    }

    private static BlockFormat BlockFormatOf(ElementFormat element) => MxFormats.Of(element);

    private static uint Slow(MxTensor a, int row, MxTensor b, int column, float c, MatrixUnit? unit)
    {
        int k = a.Format.BlockSize;
        int blocks = (a.Columns + k - 1) / k;
        uint[] Codes(MxTensor tensor, int line)
        {
            uint[] padded = new uint[blocks * k];
            for (int i = 0; i < tensor.Columns; i++)
            {
                padded[i] = tensor.Codes[(line * tensor.Columns) + i];
            }

            return padded;
        }

        ReadOnlySpan<byte> scalesA = a.Scales.Slice(row * blocks, blocks);
        ReadOnlySpan<byte> scalesB = b.Scales.Slice(column * blocks, blocks);
        uint bits = BitConverter.SingleToUInt32Bits(c);
        return unit is null
            ? Dot.General(a.Format, scalesA, Codes(a, row), b.Format, scalesB, Codes(b, column), bits)
            : Mxact.Simulator.Accumulation.DotProduct.Compute(unit, a.Format.Element, Codes(a, row), b.Format.Element, Codes(b, column),
                scalesA, scalesB, bits, ElementFormats.Binary32);
    }
}
