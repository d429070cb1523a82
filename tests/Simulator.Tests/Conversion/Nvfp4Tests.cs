using Mxact.Simulator.Conversion;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using BlockConversion = Mxact.Simulator.Reference.BlockConversion;
using Fit = Mxact.Simulator.Conversion.TensorScales;
using Rounding = Mxact.Simulator.Reference.Rounding;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>NVFP4 against the exact reference: scales that are no powers of two, tensor scales of every size.</summary>
public sealed class Nvfp4Tests
{
    private const ulong Seed = 0x123456789ABCDEF0;

    private static readonly uint[] TensorScales = [0x3F800000, 0x3DCCCCCD, 0x4640E6B5, 0x00000001, 0x007FFFFF, 0x7F7FFFFF, 0x3FFFFFFF,
        0x00C00000];

    private static readonly string[] Stochastic =
    [
        "stochastic:32", "stochastic:31", "stochastic:8", "stochastic:1", "stochastic-b:32", "stochastic-b:31", "stochastic-b:7",
            "stochastic-c:32", "stochastic-c:31", "stochastic-c:8",
        "stochastic-odd:32", "stochastic-odd:31", "stochastic-odd:12",
    ];

    /// <summary>The processor's backends, and the GPU kernels on ILGPU's simulation.</summary>
    private static readonly Backend[] All = [.. Backends.OfProcessor, Backend.IlgpuCpu];

    public static TheoryData<string, uint> Cases()
    {
        TheoryData<string, uint> data = [];
        foreach (string mode in RoundingMode.Deterministic.Select(m => m.ToString()).Concat(Stochastic))
        {
            foreach (uint tensorScale in TensorScales)
            {
                data.Add($"rounding={mode}", tensorScale);
            }
        }

        foreach (string choices in new[] { "transformer-engine", "nan-in-block=ignored;nan-without-code=signed-max;inf-in-block=scale-zero",
            "nan-in-block=scale-zero;overflow=non-finite;negative-zero=lost",
            "nan-in-block=ignored;inf-in-block=scale-max;inf-element=zero" })
        {
            data.Add(choices, 0x3F800000);
            data.Add(choices, 0x3C23D70A);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_reference(string choices, uint tensorScale)
    {
        BlockFormat format = MxFormats.Nvfp4;
        ConversionPolicy policy = Policies.Parse(choices);
        Dyadic t = Binary32.Decode(tensorScale).Finite;
        uint[] values = Adversarial(tensorScale);
        uint[] random = Drawn(policy, values.Length);
        byte[] scales = new byte[values.Length / 16];
        byte[] codes = new byte[values.Length];
        uint[] back = new uint[values.Length];
        uint[] blockCodes = new uint[16];
        for (int block = 0; block < scales.Length; block++)
        {
            scales[block] = BlockConversion.Quantize(format, ElementFormats.Binary32, values.AsSpan(block * 16, 16), policy, blockCodes,
                random.AsSpan(block * 16, 16), t);
            BlockConversion.Dequantize(format, scales[block], blockCodes, back.AsSpan(block * 16, 16), t);
            for (int i = 0; i < 16; i++)
            {
                codes[(block * 16) + i] = (byte)blockCodes[i];
            }
        }

        foreach (Backend backend in All)
        {
            BlockConverter converter = BlockConverter.Create(new(format, policy) { Execution = new(backend), TensorScale = tensorScale });
            byte[] gotScales = new byte[scales.Length];
            byte[] gotCodes = new byte[codes.Length];
            uint[] gotBack = new uint[values.Length];
            converter.Quantize(values, gotScales, gotCodes, Seed);
            Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {choices} {tensorScale:X8}");
            converter.Dequantize(scales, codes, 1, values.Length, gotBack);
            Same.Words(values, back, gotBack, $"dequantise {backend} {choices} {tensorScale:X8}");
            converter.QuantizeDequantize(values, 1, values.Length, gotBack, Seed);
            Same.Words(values, back, gotBack, $"round trip {backend} {choices} {tensorScale:X8}");
        }
    }

    /// <summary>Random bits just short of carrying, just carrying and one beyond, for each element's own quotient.</summary>
    [Theory]
    [MemberData(nameof(StochasticCases))]
    public void Supplied_random_bits_at_the_carry(string mode, uint tensorScale)
    {
        BlockFormat format = MxFormats.Nvfp4;
        ConversionPolicy policy = Policies.Parse("rounding=" + mode);
        Dyadic t = Binary32.Decode(tensorScale).Finite;
        uint[] values = Adversarial(tensorScale);
        uint[] random = new uint[values.Length];
        byte[] scales = new byte[values.Length / 16];
        byte[] codes = new byte[values.Length];
        uint[] blockCodes = new uint[16];
        for (int block = 0; block < scales.Length; block++)
        {
            Span<uint> own = random.AsSpan(block * 16, 16);
            byte scale = BlockConversion.Quantize(format, ElementFormats.Binary32, values.AsSpan(block * 16, 16), policy, blockCodes, own,
                t);
            for (int i = 0; i < 16; i++)
            {
                own[i] = AtCarry(values[(block * 16) + i], scale, t, policy.Rounding.RandomBits, ((block + i) % 4) - 2);
            }

            scales[block] = BlockConversion.Quantize(format, ElementFormats.Binary32, values.AsSpan(block * 16, 16), policy, blockCodes,
                own, t);
            for (int i = 0; i < 16; i++)
            {
                codes[(block * 16) + i] = (byte)blockCodes[i];
            }
        }

        foreach (Backend backend in All)
        {
            foreach ((BlockAxis axis, int rows) in new[] { (BlockAxis.AlongRows, 1), (BlockAxis.AlongColumns, 16) })
            {
                // Down the columns of the turned matrix lie the same blocks.
                uint[] matrix = rows == 1 ? values : Matrices.Turned(values, values.Length / 16, 16);
                uint[] bits = rows == 1 ? random : Matrices.Turned(random, values.Length / 16, 16);
                BlockConverter converter = BlockConverter.Create(new(format, policy)
                {
                    Execution = new(backend),
                    TensorScale = tensorScale,
                    Axis = axis
                });
                byte[] gotScales = new byte[scales.Length];
                byte[] gotCodes = new byte[codes.Length];
                converter.Quantize(matrix, rows, values.Length / rows, gotScales, gotCodes, bits);
                gotCodes = rows == 1 ? gotCodes
                    : Array.ConvertAll(Matrices.Turned(Array.ConvertAll(gotCodes, c => (uint)c), 16, values.Length / 16), c => (byte)c);
                Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {axis} {mode} {tensorScale:X8}");
            }
        }
    }

    public static TheoryData<string, uint> StochasticCases()
    {
        TheoryData<string, uint> data = [];
        foreach (string mode in Stochastic)
        {
            foreach (uint tensorScale in TensorScales)
            {
                data.Add(mode, tensorScale);
            }
        }

        return data;
    }

    /// <summary>For every scale, the largest magnitudes around the one from which it is chosen; along both axes.</summary>
    [Theory]
    [InlineData(0x3F800000)]
    [InlineData(0x3DCCCCCD)]
    [InlineData(0x39C30C31)]
    [InlineData(0x00000001)]
    [InlineData(0x00FFFFFF)]
    [InlineData(0x7F7FFFFF)]
    [InlineData(0x7B3FFFFF)]
    [InlineData(0x05555555)]
    public void Scales_begin_where_the_reference_says(uint tensorScale)
    {
        BlockFormat format = MxFormats.Nvfp4;
        Dyadic t = Binary32.Decode(tensorScale).Finite;
        List<uint> largest = [];
        for (uint code = 1; code <= 0x7E; code++)
        {
            Dyadic twice = ScaleCodec.Decode(ScaleFormat.Ue4M3, (byte)code).Finite + ScaleCodec.Decode(ScaleFormat.Ue4M3,
                (byte)(code - 1)).Finite;
            uint at = Binary32.Round(twice * t * new Dyadic(false, 3, 0)) & 0x7FFFFFFF;
            largest.AddRange(new[] { at - 1, at, at + 1 }.Where(bits => bits < 0x7F800000));
        }

        for (uint field = 0; field < 0xFF; field++)
        {
            largest.AddRange([field << 23, (field << 23) | 1, (field << 23) | 0x400000, (field << 23) | 0x7FFFFF]);
        }

        uint[] values = new uint[largest.Count * 16];
        byte[] scales = new byte[largest.Count];
        byte[] codes = new byte[values.Length];
        uint[] blockCodes = new uint[16];
        for (int block = 0; block < scales.Length; block++)
        {
            Span<uint> own = values.AsSpan(block * 16, 16);
            own[block % 16] = largest[block] | (uint)(block % 2) << 31;
            own[(block + 5) % 16] = largest[block] / 2;
            scales[block] = BlockConversion.Quantize(format, ElementFormats.Binary32, own, ConversionPolicy.Ocp, blockCodes, default, t);
            for (int i = 0; i < 16; i++)
            {
                codes[(block * 16) + i] = (byte)blockCodes[i];
            }
        }

        foreach (Backend backend in All)
        {
            foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
            {
                int rows = axis == BlockAxis.AlongRows ? 1 : 16;
                BlockConverter converter = BlockConverter.Create(new(format, ConversionPolicy.Ocp)
                {
                    Execution = new(backend),
                    TensorScale = tensorScale,
                    Axis = axis,
                });
                byte[] gotScales = new byte[scales.Length];
                byte[] gotCodes = new byte[codes.Length];
                uint[] matrix = rows == 1 ? values : Matrices.Turned(values, scales.Length, 16);
                converter.Quantize(matrix, rows, values.Length / rows, gotScales, gotCodes);
                gotCodes = rows == 1 ? gotCodes
                    : Array.ConvertAll(Matrices.Turned(Array.ConvertAll(gotCodes, c => (uint)c), 16, scales.Length), c => (byte)c);
                Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {axis} {tensorScale:X8}");
            }
        }
    }

    /// <summary>Groups of every size, special values anywhere: what is done together and what is left over are the same.</summary>
    [Theory]
    [InlineData("ocp")]
    [InlineData("rounding=toward-negative")]
    [InlineData("negative-zero=lost")]
    [InlineData("rounding=stochastic:16")]
    public void Every_length_to_257_blocks_with_special_values(string choices)
    {
        BlockFormat format = MxFormats.Nvfp4;
        ConversionPolicy policy = Policies.Parse(choices);
        uint[] values = Inputs.Blocks(258 * 16, 21);
        uint[] specials = [0x7F800000, 0xFFC00000, 0x80000000, 0x00000001];
        for (int i = 0; i < 40; i++)
        {
            values[i * 103] = specials[i % 4];
        }

        uint[] random = Drawn(policy, values.Length);
        byte[] scales = new byte[258];
        byte[] codes = new byte[values.Length];
        uint[] blockCodes = new uint[16];
        for (int block = 0; block < scales.Length; block++)
        {
            scales[block] = BlockConversion.Quantize(format, ElementFormats.Binary32, values.AsSpan(block * 16, 16), policy, blockCodes,
                random.AsSpan(block * 16, 16));
            for (int i = 0; i < 16; i++)
            {
                codes[(block * 16) + i] = (byte)blockCodes[i];
            }
        }

        foreach (Backend backend in Backends.OfProcessor)
        {
            BlockConverter converter = BlockConverter.Create(new(format, policy) { Execution = new(backend) });
            for (int blocks = 0; blocks <= 257; blocks++)
            {
                // One more place than is asked for, which must stay as it was.
                byte[] gotScales = new byte[blocks + 1];
                byte[] gotCodes = new byte[(blocks * 16) + 1];
                (gotScales[blocks], gotCodes[^1]) = (0xA5, 0xA5);
                converter.Quantize(values.AsSpan(0, blocks * 16), gotScales.AsSpan(0, blocks), gotCodes.AsSpan(0, blocks * 16), Seed);
                string what = $"{backend} {choices} {blocks} blocks";
                Assert.Equal((0xA5, 0xA5), (gotScales[blocks], gotCodes[^1]));
                Same.Blocks(values.AsSpan(0, blocks * 16), scales.AsSpan(0, blocks), codes.AsSpan(0, blocks * 16),
                    gotScales.AsSpan(0, blocks), gotCodes.AsSpan(0, blocks * 16), what);
            }
        }
    }

    [Fact]
    public void A_fitted_tensor_scale_is_that_of_the_largest_finite_magnitude()
    {
        ElementFormat element = MxFormats.Nvfp4.Element;
        ElementFormat scale = MxFormats.Nvfp4.Scale.Element!;
        float[] values = Array.ConvertAll(Inputs.Blocks(257, 5), BitConverter.UInt32BitsToSingle);
        for (int length = 0; length <= values.Length; length++)
        {
            foreach (float special in new[] { 0f, float.NaN, float.NegativeInfinity })
            {
                float[] some = values[..length];
                if (special != 0 && length > 0)
                {
                    some[length * 7 % length] = special;
                    some[length / 2] = special;
                }

                float largest = some.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
                Assert.Equal(Fitted(largest), BitConverter.SingleToUInt32Bits(Fit.Fit(some, element, scale)));
            }
        }
    }

    [Fact]
    public void Lengths_columns_and_packing_make_no_difference()
    {
        uint[] values = Inputs.Blocks(50 * 90, 8);
        foreach ((int rows, int columns) in new[] { (1, 0), (1, 1), (1, 15), (1, 17), (3, 33), (50, 90), (16, 64), (17, 65) })
        {
            foreach (Backend backend in All)
            {
                foreach (CodeLayout packing in Enum.GetValues<CodeLayout>())
                {
                    uint[] matrix = values[..(rows * columns)];
                    uint[] turned = Matrices.Turned(matrix, rows, columns);
                    BlockConverter along = BlockConverter.Create(new(MxFormats.Nvfp4,
                        ConversionPolicy.Ocp)
                    { Execution = new(Backend.Scalar) });
                    uint[] expected = new uint[matrix.Length];
                    along.QuantizeDequantize(turned, columns, rows, expected);
                    expected = Matrices.Turned(expected, columns, rows);

                    BlockConverter down = BlockConverter.Create(new(MxFormats.Nvfp4, ConversionPolicy.Ocp)
                    {
                        Execution = new(backend),
                        Axis = BlockAxis.AlongColumns,
                        Packing = packing
                    });
                    byte[] scales = new byte[down.ScaleCount(rows, columns)];
                    byte[] codes = new byte[down.CodeBytes(rows, columns)];
                    uint[] got = new uint[matrix.Length];
                    down.Quantize(matrix, rows, columns, scales, codes);
                    down.Dequantize(scales, codes, rows, columns, got);
                    Same.Words(matrix, expected, got, $"{backend} {packing} {rows} x {columns}");
                    down.QuantizeDequantize(matrix, rows, columns, matrix);
                    Same.Words(matrix, expected, matrix, $"in place {backend} {packing} {rows} x {columns}");
                }
            }
        }
    }

    /// <summary>
    /// Every code under every scale along both axes: the products X t m that come as sums of two, and those that would leave binary32's
    /// range.
    /// </summary>
    [Fact]
    public void Every_code_under_every_scale_along_both_axes()
    {
        const int Scales = 128;
        byte[] scales = [.. Enumerable.Range(0, Scales).Select(s => (byte)s)];
        byte[] down = [.. Enumerable.Range(0, 16 * Scales).Select(i => (byte)(i / Scales))];
        byte[] along = [.. Enumerable.Range(0, 16 * Scales).Select(i => (byte)(i % 16))];
        foreach (uint tensorScale in TensorScales.Concat<uint>(Inputs.AnyBits(24, 17).Select(bits => bits & 0x7FFFFFFF))
            .Concat<uint>([0x0DA24261, 0x0DA24260, 0x7149F2C9, 0x7149F2CA, 0x00800001, 0x7EFFFFFF]).Where(bits => bits < 0x7F800000))
        {
            Dyadic t = Binary32.Decode(tensorScale).Finite;
            uint[] expected = [.. scales.SelectMany(scale =>
            {
                uint[] block = new uint[16];
                BlockConversion.Dequantize(MxFormats.Nvfp4, scale, [.. Enumerable.Range(0, 16).Select(code => (uint)code)], block, t);
                return block;
            })];
            foreach (Backend backend in All)
            {
                ConversionSettings settings = new(MxFormats.Nvfp4, ConversionPolicy.Ocp)
                {
                    Execution = new(backend),
                    TensorScale = tensorScale,
                };
                uint[] got = new uint[expected.Length];
                BlockConverter.Create(settings).Dequantize(scales, along, Scales, 16, got);
                Same.Words(expected, expected, got, $"{backend} rows {tensorScale:X8}");
                BlockConverter.Create(settings with { Axis = BlockAxis.AlongColumns }).Dequantize(scales, down, 16, Scales, got);
                Same.Words(expected, expected, Matrices.Turned(got, 16, Scales), $"{backend} columns {tensorScale:X8}");
            }
        }
    }

    [Fact]
    public void A_tensor_scale_that_scales_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(()
            => BlockConverter.Create(new(MxFormats.Mxfp4, ConversionPolicy.Ocp) { TensorScale = 0x40000000 }));
        Assert.Throws<ArgumentOutOfRangeException>(()
            => BlockConverter.Create(new(MxFormats.Nvfp4, ConversionPolicy.Ocp) { TensorScale = 0x7F800000 }));
    }

    private static uint[] Adversarial(uint tensorScale)
    {
        uint[] all = Inputs.Adversarial(MxFormats.Nvfp4.Element);
        return [.. all[..4096], .. all[^4096..], .. Near(tensorScale), .. Inputs.Blocks(4096, 3), .. Inputs.AnyBits(512, 9)];
    }

    private static uint[] Drawn(ConversionPolicy policy, int count)
    {
        uint[] random = new uint[count];
        for (int i = 0; i < count && policy.Rounding.IsStochastic; i++)
        {
            random[i] = Philox.Word((ulong)i, unchecked((uint)Seed), (uint)(Seed >> 32)) >> (32 - policy.Rounding.RandomBits);
        }

        return random;
    }

    /// <summary>2^n - floor(delta 2^n) and its neighbours, with delta what E2M1 discards of |V| / (X t).</summary>
    private static uint AtCarry(uint value, byte scale, Dyadic tensorScale, int n, int beside)
    {
        Number v = Binary32.Decode(value);
        Number x = ScaleCodec.Decode(ScaleFormat.Ue4M3, scale);
        if (!v.IsFinite || v.Finite.IsZero || !x.IsFinite || x.Finite.IsZero)
        {
            return 0;
        }

        Quotient quotient = (Quotient)v.Finite / (x.Finite * tensorScale);
        Discarded discarded = Rounding.Split(quotient, Math.Max(quotient.FloorLog2, 0) - 1).Discarded;
        return (uint)(((1L << n) - (long)discarded.Take(n).Item1 + beside) & ((1L << n) - 1));
    }

    /// <summary>Blocks whose values are the exact thresholds X t m and their neighbours, for every scale.</summary>
    private static uint[] Near(uint tensorScale)
    {
        List<uint> values = [];
        Dyadic t = Binary32.Decode(tensorScale).Finite;
        for (uint code = 1; code <= 0x7E; code++)
        {
            Dyadic x = ScaleCodec.Decode(ScaleFormat.Ue4M3, (byte)code).Finite * t;
            values.Add(Binary32.Round(x * new Dyadic(false, 6, 0)) & 0x7FFFFFFF);
            for (int i = 1; i < 16; i++)
            {
                int[] quarters = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 22, 24];
                uint near = Binary32.Round(x * new Dyadic(i % 2 == 0, quarters[i - 1], -2));
                uint step = (uint)((int)((code + (uint)i) % 3) - 1);
                values.Add((near & 0x7FFFFFFF) is 0 or >= 0x7F7FFFFF ? near & 0xFF7FFFFF : near + step);
            }
        }

        return [.. values];
    }

    /// <summary>amax / 2688 in binary32, 1 where there is none, the least number where it would be none.</summary>
    private static uint Fitted(float amax)
        => amax == 0 ? 0x3F800000
            : Math.Max(Binary32.Divide(Binary32.Decode(BitConverter.SingleToUInt32Bits(amax)).Finite, new Dyadic(false, 2688, 0)) is { } q
                ? Binary32.Encode(q) : 0, 1);
}
