using Mxact.Simulator.Conversion;
using Mxact.Simulator.Packing;
using Mxact.Simulator.Reference;
using ReferenceCodec = Mxact.Simulator.Reference.ElementCodec;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>
/// What no kernel computes falls back to the reference: the same bits for every format, choice, axis, packing, input and backend.
/// </summary>
public sealed class FallbackTests
{
    private const ulong Seed = 0x0123456789ABCDEF;

    private static readonly BlockFormat[] Formats =
    [
        .. MxFormats.All,
        MxFormats.Of(ElementFormats.E4M3Fnuz),
        new("wide-blocks", ElementFormat.Of<E2M3>(), ScaleFormat.E8M0, 64, Clauses.Block),
        new("long-nvfp4", ElementFormat.Of<E2M1>(), ScaleFormat.Ue4M3, 32, Clauses.Nvfp4),
    ];

    private static readonly string[] Combined =
    [
        "input-precision=bfloat16;rounding=stochastic:16",
        "scale-rule=mse;rounding=stochastic-b:5",
        "element-arithmetic=binary32-add-half;nan-in-block=ignored",
        "scale-underflow=flush-block;subnormal-inputs=flush-block;rounding=toward-negative",
        "scale-application=reciprocal-flushed;rounding=stochastic-odd:32",
        "scale-rule=four-over-six;scale-overflow=scale-nan;rounding=stochastic:9",
        "element-divisor=unrounded;scale-application=binary32-reciprocal;scale-arithmetic=binary32-multiply",
        "element-divisor=unrounded;element-arithmetic=binary32-search;scale-underflow=scale01",
    ];

    /// <summary>Every choice of every latitude, every profile, and some together.</summary>
    private static readonly string[] Policies =
    [
        .. Latitude.All.SelectMany(l => l.Choices.Select(c => $"{l.Id}={Written(c)}")),
        .. Profile.All.Select(p => p.Name), .. Combined,
    ];

    public static TheoryData<string> FormatNames => [.. Formats.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void Every_choice_on_every_backend(string name)
    {
        BlockFormat format = Formats.First(f => f.Name == name);
        int fellBack = 0;
        for (int i = 0; i < Policies.Length; i++)
        {
            ConversionPolicy policy = Conversion.Policies.Parse(Policies[i]);
            fellBack += BlockConverter.Unsupported(format, policy) is null ? 0 : 1;
            int length = policy.PartialBlock == PartialBlock.Error ? format.BlockSize : ((i * 31) + 1) % 71;
            foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
            {
                Check(format, policy, axis, (CodeLayout)(i % 2), length, across: 3, [Backend.Reference, .. Backends.OfProcessor],
                    Policies[i]);
            }
        }

        Assert.InRange(fellBack, 10, Policies.Length);
    }

    [Theory]
    [InlineData("mxfp4", "microxcaling")]
    [InlineData("mxfp6-e3m2", "input-precision=bfloat16;rounding=stochastic:16")]
    [InlineData("mxint8", "subnormal-inputs=flush-block")]
    [InlineData("nvfp4", "element-arithmetic=binary32-search")]
    public void Lengths_0_to_70(string name, string choices)
    {
        BlockFormat format = MxFormats.Find(name)!;
        ConversionPolicy policy = Conversion.Policies.Parse(choices);
        Assert.NotNull(BlockConverter.Unsupported(format, policy));
        for (int length = 0; length <= 70; length++)
        {
            foreach (CodeLayout packing in Enum.GetValues<CodeLayout>())
            {
                Check(format, policy, (BlockAxis)(length % 2), packing, length, across: 1 + (length % 3),
                    [Backends.OfProcessor[^1], Backend.IlgpuCpu], choices);
            }
        }
    }

    [Fact]
    public void Tensor_scales_halves_supplied_bits_and_threads()
    {
        BlockFormat format = MxFormats.Nvfp4;
        const int rows = 37;
        const int columns = 150;
        const uint tensorScale = 0x3DCCCCCD;
        ConversionPolicy policy = Conversion.Policies.Parse("input-precision=bfloat16;rounding=stochastic:12");
        foreach (ElementFormat input in new[] { ElementFormats.BFloat16, ElementFormats.Binary16 })
        {
            ushort[] halves = Array.ConvertAll(Inputs.AnyBits(rows * columns, 5), v => (ushort)v);
            uint[] values = Array.ConvertAll(halves, h => (uint)h);
            uint[] words = [.. Enumerable.Range(0, halves.Length).Select(i => Matrices.RandomBits(policy, i, Seed) | 0xABCDE000)];
            foreach (BlockAxis axis in Enum.GetValues<BlockAxis>())
            {
                (byte[] scales, byte[] codes, uint[] back) = Matrices.Quantize(format, policy, input, values, rows, columns, axis, Seed,
                    Binary32.Decode(tensorScale).Finite);
                foreach (int threads in new[] { 1, 3, 0 })
                {
                    BlockConverter converter = BlockConverter.Create(new(format, policy)
                    {
                        Axis = axis,
                        TensorScale = tensorScale,
                        Execution = new(Backend.Scalar, threads)
                    });
                    Assert.Equal(Backend.Reference, converter.Backend);
                    byte[] gotScales = new byte[scales.Length];
                    byte[] gotCodes = new byte[codes.Length];
                    uint[] got = new uint[back.Length];
                    converter.Quantize(input, halves, rows, columns, gotScales, gotCodes, Seed);
                    Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{input} {axis} {threads}");
                    gotCodes.AsSpan().Clear();
                    converter.Quantize(input, halves, rows, columns, gotScales, gotCodes, words);
                    Same.Blocks(values, scales, codes, gotScales, gotCodes, $"supplied {input} {axis} {threads}");
                    converter.Dequantize(scales, codes, rows, columns, got);
                    Same.Words(values, back, got, $"dequantise {input} {axis} {threads}");
                    got.AsSpan().Clear();
                    converter.QuantizeDequantize(input, halves, rows, columns, got, Seed);
                    Same.Words(values, back, got, $"round trip {input} {axis} {threads}");
                }
            }
        }
    }

    [Theory]
    [InlineData("negative-zero=made-only")]
    [InlineData("negative-zero=made-only;rounding=stochastic:7")]
    [InlineData("input-precision=binary16")]
    [InlineData("input-precision=bfloat16;overflow=non-finite;rounding=stochastic:7")]
    [InlineData("subnormal-inputs=flush-element;rounding=toward-positive")]
    public void Single_elements(string choices)
    {
        ConversionPolicy policy = Conversion.Policies.Parse(choices);
        ElementFormat element = ElementFormat.Of<E3M2>();
        uint[] values = [.. Inputs.AnyBits(500, 3), .. Inputs.Blocks(300, 5), 0x80000000, 0x80000001];
        uint[] words = policy.Rounding.IsStochastic ? Inputs.AnyBits(values.Length, 9) : [];
        byte[] expected = [.. values.Select((v, i)
            => (byte)ReferenceCodec.Encode(element, InputNarrowing.Narrow(Binary32.Decode(v), policy), policy,
                words.Length == 0 ? 0 : words[i] & 0x7F))];
        uint[] back = Array.ConvertAll(expected, c => Binary32.Encode(ReferenceCodec.Decode(element, c)));
        foreach (Backend backend in Backends.All.Where(Backends.IsAvailable))
        {
            ElementConverter converter = ElementConverter.Create(element, policy, backend);
            byte[] got = new byte[values.Length];
            uint[] gotBack = new uint[values.Length];
            converter.Encode(values, got, words);
            converter.Decode(got, gotBack);
            Assert.Equal(Backend.Reference, converter.Backend);
            Assert.Equal(expected, got);
            Assert.Equal(back, gotBack);
        }
    }

    [Fact]
    public void The_reference_is_a_backend_of_single_elements_too()
    {
        byte[] got = new byte[2];
        ElementConverter converter = ElementConverter.Create(ElementFormat.Of<E4M3>(), ConversionPolicy.Ocp, Backend.Reference);
        converter.Encode(ElementFormats.BFloat16, [0x3F80, 0xC000], got);
        Assert.Equal(Backend.Reference, converter.Backend);
        Assert.Equal([0x38, 0xC0], got);
    }

    /// <summary>A choice with a number where its name has a letter for one.</summary>
    private static string Written(string choice)
        => choice.Replace(":T", ":1.5", StringComparison.Ordinal).Replace(":N", ":16", StringComparison.Ordinal);

    private static void Check(BlockFormat format, ConversionPolicy policy, BlockAxis axis, CodeLayout packing, int length, int across,
        Backend[] backends, string choices)
    {
        int rows = axis == BlockAxis.AlongRows ? across : length;
        int columns = axis == BlockAxis.AlongRows ? length : across;
        uint[] values = [.. Inputs.AnyBits(rows * columns / 3, (uint)length),
            .. Inputs.Blocks((rows * columns) - (rows * columns / 3), (ulong)length)];
        (byte[] scales, byte[] codes, uint[] back) = Matrices.Quantize(format, policy, ElementFormats.Binary32, values, rows, columns, axis,
            Seed);
        byte[] expected = packing == CodeLayout.Packed ? Packed(codes, rows, columns, format.Element.Bits) : codes;
        foreach (Backend backend in backends)
        {
            string what = $"{backend} {format} {choices} {axis} {packing} {rows} x {columns}";
            BlockConverter converter = BlockConverter.Create(new(format, policy)
            {
                Execution = new(backend),
                Axis = axis,
                Packing = packing
            });
            bool isKernel = BlockConverter.Unsupported(format, policy) is null && !(Backends.IsDevice(backend)
                && policy.ScaleRule == ScaleRule.FourOverSix);
            Assert.Equal(isKernel ? backend : Backend.Reference, converter.Backend);
            byte[] gotScales = new byte[converter.ScaleCount(rows, columns)];
            byte[] gotCodes = new byte[converter.CodeBytes(rows, columns)];
            uint[] got = new uint[values.Length];
            converter.Quantize(values, rows, columns, gotScales, gotCodes, Seed);
            Assert.True(scales.AsSpan().SequenceEqual(gotScales), "scales " + what);
            Assert.True(expected.AsSpan().SequenceEqual(gotCodes), "codes " + what);
            converter.Dequantize(scales, expected, rows, columns, got);
            Same.Words(values, back, got, "dequantise " + what);
            values.CopyTo(got, 0);
            converter.QuantizeDequantize(got, rows, columns, got, Seed);
            Same.Words(values, back, got, "in place " + what);
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
