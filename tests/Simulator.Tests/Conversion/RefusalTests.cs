using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using ReferenceCodec = Mxact.Simulator.Reference.ElementCodec;
using ReferenceConversion = Mxact.Simulator.Reference.BlockConversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Bad sizes, spans and bits are refused by name, with what is needed and what was given, before anything is written.</summary>
public sealed class RefusalTests
{
    private static readonly ConversionPolicy Random = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(16) };

    public static TheoryData<Backend> Backends => [Backend.Reference, .. Mxact.Backends.OfProcessor];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Sizes_that_do_not_fit(Backend backend)
    {
        BlockConverter converter = BlockConverter.Create(new(MxFormats.Mxfp4, ConversionPolicy.Ocp) { Execution = new(backend) });
        byte[] scales = new byte[2];
        byte[] codes = new byte[6];
        Refused("values", "a 2 x 3 matrix needs 6 values, 5 given", () => converter.Quantize(new uint[5], 2, 3, scales, codes));
        Refused("scales", "a 2 x 3 matrix needs 2 scales, 1 given",
            () => converter.Quantize(new uint[6], 2, 3, scales.AsSpan(0, 1), codes));
        Refused("codes", "a 2 x 3 matrix needs 6 codes, 5 given", () => converter.Quantize(new uint[6], 2, 3, scales, codes.AsSpan(0, 5)));
        Refused("values", "a 65536 x 65536 matrix needs 4294967296 values, 6 given",
            () => converter.Quantize(new uint[6], 65536, 65536, scales, codes));
        Refused("values", "a 2147483647 x 2147483647 matrix needs 4611686014132420609 values, 0 given",
            () => converter.Quantize([], int.MaxValue, int.MaxValue, scales, codes));
        Refused("rows", "must be a non-negative value", () => converter.Quantize(new uint[6], -2, 3, scales, codes));
        Refused("columns", "must be a non-negative value", () => converter.Quantize(new uint[6], 2, -3, scales, codes));
        Refused("columns", "must be a non-negative value", () => converter.ScaleCount(2, -3));
        Refused("rows", "must be a non-negative value", () => converter.CodeBytes(-1, 1));
        Refused("scales", "a 2 x 3 matrix needs 2 scales, 1 given",
            () => converter.Dequantize(scales.AsSpan(0, 1), codes, 2, 3, new uint[6]));
        Refused("codes", "a 2 x 3 matrix needs 6 codes, 5 given",
            () => converter.Dequantize(scales, codes.AsSpan(0, 5), 2, 3, new uint[6]));
        Refused("values", "a 2 x 3 matrix needs 6 values, 5 given", () => converter.Dequantize(scales, codes, 2, 3, new uint[5]));
        Refused("result", "a 2 x 3 matrix needs 6 result, 5 given", () => converter.QuantizeDequantize(new uint[6], 2, 3, new uint[5]));
        BlockConverter whole = BlockConverter.Create(new(MxFormats.Mxfp4,
            ConversionPolicy.Ocp.With("partial-block", "error"))
        { Execution = new(backend), Axis = BlockAxis.AlongColumns });
        Refused("rows", "2 elements do not fill blocks of 32 (partial-block=error)",
            () => whole.Quantize(new uint[6], 2, 3, scales, codes));
        Assert.All(codes.Concat(scales), b => Assert.Equal(0, b));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Spans_that_overlap(Backend backend)
    {
        BlockConverter converter = BlockConverter.Create(new(MxFormats.Mxfp8E4M3, ConversionPolicy.Ocp) { Execution = new(backend) });
        uint[] memory = new uint[200];
        memory.AsSpan().Fill(0x3F800000);
        uint[] before = [.. memory];
        Assert.Equal("scales",
            Assert.Throws<ArgumentException>(() => converter.Quantize(memory.AsSpan(0, 64), 1, 64, Bytes(252, 2), new byte[64])).ParamName);
        Assert.Equal("codes",
            Assert.Throws<ArgumentException>(() => converter.Quantize(memory.AsSpan(0, 64), 1, 64, new byte[2], Bytes(255, 64))).ParamName);
        Assert.Equal("codes",
            Assert.Throws<ArgumentException>(
                () => converter.Quantize(memory.AsSpan(0, 64), 1, 64, Bytes(300, 2), Bytes(301, 64))).ParamName);
        Assert.Equal("values",
            Assert.Throws<ArgumentException>(() => converter.Dequantize(Bytes(0, 2), new byte[64], 1, 64, memory.AsSpan(0, 64))).ParamName);
        Assert.Equal("values",
            Assert.Throws<ArgumentException>(
                () => converter.Dequantize(new byte[2], Bytes(255, 64), 1, 64, memory.AsSpan(0, 64))).ParamName);
        Assert.Equal("result",
            Assert.Throws<ArgumentException>(
                () => converter.QuantizeDequantize(memory.AsSpan(0, 64), 1, 64, memory.AsSpan(1, 64))).ParamName);
        Assert.Equal("result", Assert.Throws<ArgumentException>(
            () => converter.QuantizeDequantize(ElementFormats.BFloat16, MemoryMarshal.Cast<uint, ushort>(memory.AsSpan(0, 32)), 1, 64,
                memory.AsSpan(0, 64))).ParamName);
        Assert.Equal(before, memory);

        // What lies beyond the sizes given is nobody's.
        converter.Quantize(memory.AsSpan(0, 164), 1, 64, Bytes(256, 2), Bytes(258, 64));
        Assert.Equal(before.AsSpan(0, 64), memory.AsSpan(0, 64));

        Span<byte> Bytes(int start, int length) => MemoryMarshal.AsBytes(memory.AsSpan()).Slice(start, length);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Random_bits_are_never_made_up(Backend backend)
    {
        uint[] values = new uint[6];
        ushort[] halves = new ushort[6];
        byte[] scales = new byte[2];
        byte[] codes = new byte[6];
        BlockConverter stochastic = BlockConverter.Create(new(MxFormats.Mxfp4, Random) { Execution = new(backend) });
        const string missing = "rounding=stochastic:16 needs random bits: give a seed or bits";
        Refused("seed", missing, () => stochastic.Quantize(values, scales, codes));
        Refused("seed", missing, () => stochastic.Quantize(values, 2, 3, scales, codes));
        Refused("seed", missing, () => stochastic.Quantize(ElementFormats.BFloat16, halves, 2, 3, scales, codes));
        Refused("seed", missing, () => stochastic.QuantizeDequantize(values, 2, 3, values));
        Refused("seed", missing, () => stochastic.QuantizeDequantize(ElementFormats.Binary16, halves, 2, 3, values));
        Refused("random", "a 2 x 3 matrix needs 6 random, 5 given", () => stochastic.Quantize(values, 2, 3, scales, codes, new uint[5]));
        stochastic.Quantize(values, 2, 3, scales, codes, seed: 0);

        // A seed is no bits: a caller need not know the mode.
        BlockConverter nearest = BlockConverter.Create(new(MxFormats.Mxfp4, ConversionPolicy.Ocp) { Execution = new(backend) });
        nearest.Quantize(values, 2, 3, scales, codes, seed: 1);
        Refused("random", "rounding=ties-to-even takes no random bits", () => nearest.Quantize(values, 2, 3, scales, codes, new uint[6]));
    }

    [Fact]
    public void Codes_wider_than_a_byte()
        => Refused("settings", "codes have at most 8 bits, those of bf16 16",
            () => BlockConverter.Create(new(MxFormats.Of(ElementFormats.BFloat16), ConversionPolicy.Ocp)));

    [Fact]
    public void The_reference_refuses_by_name()
    {
        BlockFormat format = MxFormats.Mxfp4;
        ElementFormat binary32 = ElementFormats.Binary32;
        ConversionPolicy ocp = ConversionPolicy.Ocp;
        uint[] codes = new uint[32];
        Refused("format", "null", () => ReferenceConversion.Quantize(null!, binary32, new uint[32], ocp, codes));
        Refused("input", "null", () => ReferenceConversion.Quantize(format, null!, new uint[32], ocp, codes));
        Refused("policy", "null", () => ReferenceConversion.Quantize(format, binary32, new uint[32], null!, codes));
        Refused("values", "a block of mxfp4 has 1 to 32 values, not 33",
            () => ReferenceConversion.Quantize(format, binary32, new uint[33], ocp, codes));
        Refused("codes", "32 values need as many codes, 31 given",
            () => ReferenceConversion.Quantize(format, binary32, new uint[32], ocp, codes.AsSpan(1)));
        Refused("random", "rounding=stochastic:16 needs 32 words of random bits, 0 given",
            () => ReferenceConversion.Quantize(format, binary32, new uint[32], Random, codes));
        Refused("tensorScale", "mxfp4 has no tensor scale",
            () => ReferenceConversion.Quantize(format, binary32, new uint[32], ocp, codes, tensorScale: Dyadic.PowerOfTwo(0)));
        Refused("tensorScale", "a tensor scale is positive",
            () => ReferenceConversion.Quantize(MxFormats.Nvfp4, binary32, new uint[16], ocp, codes, tensorScale: Dyadic.Zero));
        Refused("format", "null", () => ReferenceConversion.Dequantize(null!, 0, codes, new uint[32]));
        Refused("values", "32 codes need as many values, 31 given", () => ReferenceConversion.Dequantize(format, 0, codes, new uint[31]));
        Refused("format", "null", () => ReferenceCodec.Decode(null!, 0));
        Refused("format", "null", () => ReferenceCodec.Encode(null!, Number.NaN, ocp));
        Refused("policy", "null", () => ReferenceCodec.Encode(format.Element, Number.NaN, null!));
        Refused("policy", "null", () => ReferenceCodec.EncodeFinite(format.Element, Dyadic.Zero, null!));
        Refused("policy", "null", () => ScaleCodec.EncodeE8M0(Number.NaN, null!));
        Refused("a", "null", () => Dot.Product(null!, 0, codes, format, 0, codes));
        Refused("pB", "one block of mxfp4 has 32 elements, not 31", () => Dot.Product(format, 0, codes, format, 0, codes.AsSpan(1)));
        Refused("pB", "32 elements of A and 31 of B: a dot product needs as many of each",
            () => Dot.General(format, [0], codes, format, [0], codes.AsSpan(1)));
        Refused("xA", "1 blocks need as many scales, 0 given", () => Dot.General(format, [], codes, format, [0], codes));
        Refused("xB", "1 blocks need as many scales, 2 given", () => Dot.General(format, [0], codes, format, [0, 0], codes));
        Refused("pA", "31 elements are not whole blocks of 32",
            () => Dot.General(format, [0], codes.AsSpan(1), format, [0], codes.AsSpan(1)));
        Refused("bCodes", "32 elements of A and 0 of B: a dot product needs as many of each",
            () => Dot.Product(format.Element, codes, format.Element, []));
    }

    private static void Refused(string parameter, string says, Action action)
    {
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, refusal.ParamName);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }
}
