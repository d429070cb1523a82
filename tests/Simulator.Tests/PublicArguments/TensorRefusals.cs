using System.Runtime.InteropServices;

namespace Mxact.Simulator.Tests.PublicArguments;

/// <summary>Bad arguments to tensors. Each parameter is met once with matrices large enough that a hasty allocation shows.</summary>
internal static class TensorRefusals
{
    private const int Side = 1024;

    private static readonly BlockFormat Mxfp4 = MxFormats.Mxfp4;
    private static readonly BlockFormat Wide = MxFormats.Of(ElementFormats.Binary16);
    private static readonly ConversionPolicy Stochastic = new() { Rounding = RoundingMode.Stochastic(8) };
    private static readonly ConversionPolicy WholeBlocks = ConversionPolicy.Ocp.With("partial-block", "error");
    private static readonly RandomBits Bits = RandomBits.Philox(1);
    private static readonly RandomBits FewBits = RandomBits.Supplied(new uint[5]);
    private static readonly Half[] Halves = new Half[Memory.Many];
    private static readonly ushort[] BFloats = new ushort[Memory.Many];
    private static readonly MxTensor Small = MxTensor.Quantize(new float[6], 2, 3, Mxfp4);
    private static readonly MxTensor Nvfp4 = MxTensor.Quantize(new float[32], 2, 16, MxFormats.Nvfp4, tensorScale: 2);
    private static readonly MxTensor Large = MxTensor.Quantize(Memory.Large, Side, Side, Mxfp4);
    private static readonly MxTensor LargeColumns = MxTensor.Quantize(Memory.Large, Side, Side, Mxfp4, axis: BlockAxis.AlongColumns);
    private static readonly MxTensor LargeFp8 = MxTensor.Quantize(Memory.Large, Side, Side, MxFormats.Mxfp8E4M3);
    private static readonly MxTensor LargeNvfp4 = MxTensor.Quantize(Memory.Large, Side, Side, MxFormats.Nvfp4);
    private static readonly MxTensor Empty = MxTensor.Quantize(ReadOnlySpan<float>.Empty, int.MaxValue, 0, Mxfp4);

    /// <summary>How one of the three conversions is called.</summary>
    private delegate MxTensor Conversion(int count, int rows, int columns, BlockFormat format, ConversionPolicy? policy = null,
        BlockAxis axis = BlockAxis.AlongRows, float tensorScale = 1, RandomBits? bits = null);

    /// <summary>All of them.</summary>
    public static Refusal[] All { get; } =
    [
        .. Quantize("MxTensor.Quantize<Single>", (n, rows, columns, format, policy, axis, scale, bits)
            => MxTensor.Quantize(Memory.Large.AsSpan(0, n), rows, columns, format, policy, axis, scale, bits)),
        .. Quantize("MxTensor.Quantize<Half>", (n, rows, columns, format, policy, axis, scale, bits)
            => MxTensor.Quantize(Halves.AsSpan(0, n), rows, columns, format, policy, axis, scale, bits)),
        .. Quantize("MxTensor.QuantizeBFloat16", (n, rows, columns, format, policy, axis, scale, bits)
            => MxTensor.QuantizeBFloat16(BFloats.AsSpan(0, n), rows, columns, format, policy, axis, scale, bits)),
        .. QuantizeInto(),
        .. FromCodes(),
        .. Unpack(),
        .. Multiply(),
        new("MxTensor.DequantizeInto", "values", "short", () => Small.DequantizeInto(Memory.Floats[..5])),
        new("MxTensor.DequantizeInto", "values", "long", () => Small.DequantizeInto(Memory.Floats[..7])),
        new("MxTensor.DequantizeInto", "values", "over the codes",
            () => Large.DequantizeInto(MemoryMarshal.CreateSpan(ref Over(Large.Codes), Memory.Many))),
        new("MxTensor.ErrorAgainst", "values", "short", () => Large.ErrorAgainst(Memory.Large.AsSpan(1))),
        new("MxTensor.FitTensorScale", "format", "null", () => MxTensor.FitTensorScale([1], null!)),
        new("MxTensor.FitTensorScale", "format", "without tensor scale", () => MxTensor.FitTensorScale([1], Mxfp4)),
        new("TensorScaleRule.Choose", "format", "null", () => TensorScaleRule.One.Choose([1], null!)),
        new("TensorScaleRule.Choose", "format", "without tensor scale", () => TensorScaleRule.One.Choose([1], Mxfp4)),
        new("TensorScaleRule.Find", "name", "null", () => TensorScaleRule.Find(null!)),
        new("TensorScaleRule.Given", "scale", "zero", () => TensorScaleRule.Given(0)),
        new("TensorScaleRule.Given", "scale", "negative", () => TensorScaleRule.Given(-1)),
        new("TensorScaleRule.Given", "scale", "infinite", () => TensorScaleRule.Given(float.PositiveInfinity)),
        new("TensorScaleRule.Given", "scale", "NaN", () => TensorScaleRule.Given(float.NaN)),
        new("TensorScaleRule.Percentile", "percent", "zero", () => TensorScaleRule.Percentile(0)),
        new("TensorScaleRule.Percentile", "percent", "negative", () => TensorScaleRule.Percentile(-1)),
        new("TensorScaleRule.Percentile", "percent", "above 100", () => TensorScaleRule.Percentile(100.5m)),
        new("MxTensor.Pack", "codeLayout", "undefined", () => Large.Pack((CodeLayout)2)),
        new("MxTensor.Pack", "scaleLayout", "undefined", () => Large.Pack(CodeLayout.Bytes, (ScaleLayout)3)),
        new("MxTensor.PackInto", "packed", "short", () => Small.PackInto(Memory.Bytes[..7], CodeLayout.Bytes)),
        new("MxTensor.PackInto", "packed", "long", () => Small.PackInto(Memory.Bytes[..9], CodeLayout.Bytes)),
        new("MxTensor.PackInto", "codeLayout", "undefined", () => Small.PackInto(Memory.Bytes[..8], (CodeLayout)2)),
        new("MxTensor.PackInto", "scaleLayout", "undefined", () => Small.PackInto(Memory.Bytes[..8], CodeLayout.Bytes, (ScaleLayout)3)),
    ];

    private static ref float Over(ReadOnlySpan<byte> codes)
        => ref System.Runtime.CompilerServices.Unsafe.As<byte, float>(ref MemoryMarshal.GetReference(codes));

    private static IEnumerable<Refusal> Quantize(string member, Conversion convert) =>
    [
        new(member, "values", "short", () => convert(Memory.Many - 1, Side, Side, Mxfp4)),
        new(member, "values", "none for an enormous matrix", () => convert(0, 2_000_000_000, 1, Mxfp4)),
        new(member, "rows", "negative", () => convert(6, -2, -3, Mxfp4)),
        new(member, "columns", "negative", () => convert(6, 2, -3, Mxfp4)),
        new(member, "columns", "too many", () => convert(6, int.MaxValue, int.MaxValue, Mxfp4)),
        new(member, "columns", "no whole blocks", () => convert(Memory.Many, Side * 64, Side / 64, Mxfp4, WholeBlocks)),
        new(member, "rows", "no whole blocks",
            () => convert(Memory.Many, Side / 64, Side * 64, Mxfp4, WholeBlocks, BlockAxis.AlongColumns)),
        new(member, "format", "null", () => convert(6, 2, 3, null!)),
        new(member, "format", "16 bits", () => convert(Memory.Many, Side, Side, Wide)),
        new(member, "axis", "nine", () => convert(Memory.Many, Side, Side, Mxfp4, axis: (BlockAxis)9)),
        new(member, "tensorScale", "negative", () => convert(Memory.Many, Side, Side, MxFormats.Nvfp4, tensorScale: -1)),
        new(member, "tensorScale", "zero", () => convert(Memory.Many, Side, Side, MxFormats.Nvfp4, tensorScale: 0)),
        new(member, "tensorScale", "NaN", () => convert(Memory.Many, Side, Side, MxFormats.Nvfp4, tensorScale: float.NaN)),
        new(member, "tensorScale", "infinite", () => convert(Memory.Many, Side, Side, MxFormats.Nvfp4,
            tensorScale: float.PositiveInfinity)),
        new(member, "tensorScale", "of a format without one", () => convert(Memory.Many, Side, Side, Mxfp4, tensorScale: 2)),
        new(member, "bits", "missing", () => convert(Memory.Many, Side, Side, Mxfp4, Stochastic)),
        new(member, "bits", "not wanted", () => convert(Memory.Many, Side, Side, Mxfp4, bits: Bits)),
        new(member, "bits", "few", () => convert(Memory.Many, Side, Side, Mxfp4, Stochastic, bits: FewBits)),
    ];

    private static IEnumerable<Refusal> QuantizeInto()
    {
        const string member = "MxTensor.QuantizeInto";
        return
        [
            .. Quantize(member, (n, rows, columns, format, policy, axis, scale, bits) =>
            {
                bool fits = format is not null && rows >= 0 && columns >= 0 && (long)rows * columns <= Memory.Many;
                MxTensor.QuantizeInto(Memory.Large.AsSpan(0, n), rows, columns, format!, fits ? Codes(rows * columns) : [],
                    fits ? Scales(rows, columns, format!, axis) : [], policy, axis, scale, bits);
                return Small;
            }).Where(refusal => refusal.What != "none for an enormous matrix"),
            new(member, "codes", "none for an enormous matrix",
                () => MxTensor.QuantizeInto([], 2_000_000_000, 1, Mxfp4, [], [])),
            new(member, "codes", "short",
                () => MxTensor.QuantizeInto(new float[6], 2, 3, Mxfp4, Memory.Bytes[..5], Memory.Bytes.Slice(100, 2))),
            new(member, "codes", "over the scales",
                () => MxTensor.QuantizeInto(new float[6], 2, 3, Mxfp4, Memory.Bytes[..6], Memory.Bytes.Slice(5, 2))),
            new(member, "codes", "over the values",
                () => MxTensor.QuantizeInto(Memory.Floats[..6], 2, 3, Mxfp4, Memory.Bytes.Slice(20, 6), Memory.Bytes.Slice(100, 2))),
            new(member, "scales", "long",
                () => MxTensor.QuantizeInto(new float[6], 2, 3, Mxfp4, Memory.Bytes[..6], Memory.Bytes.Slice(100, 3))),
        ];
    }

    private static Span<byte> Codes(int count) => MemoryMarshal.AsBytes(BFloats.AsSpan())[..count];

    private static Span<byte> Scales(int rows, int columns, BlockFormat format, BlockAxis axis)
    {
        int k = format.BlockSize;
        int count = axis == BlockAxis.AlongColumns ? (rows + k - 1) / k * columns : rows * ((columns + k - 1) / k);
        return MemoryMarshal.AsBytes(Halves.AsSpan())[..count];
    }

    private static IEnumerable<Refusal> FromCodes()
    {
        const string member = "MxTensor.FromCodes";
        byte[] codes = new byte[Memory.Many];
        byte[] scales = new byte[Memory.Many / 32];
        byte[] halved = new byte[Memory.Many / 16];
        byte[] wide = [.. codes[..^1], 0x10];
        return
        [
            new(member, "format", "null", () => MxTensor.FromCodes(null!, 1, 1, [0], [0])),
            new(member, "format", "16 bits", () => MxTensor.FromCodes(Wide, Side, Side, codes, scales)),
            new(member, "rows", "negative", () => MxTensor.FromCodes(Mxfp4, -1, Side, codes, scales)),
            new(member, "columns", "negative", () => MxTensor.FromCodes(Mxfp4, Side, -1, codes, scales)),
            new(member, "columns", "too many", () => MxTensor.FromCodes(Mxfp4, 1 << 16, 1 << 16, codes, scales)),
            new(member, "codes", "short", () => MxTensor.FromCodes(Mxfp4, Side, Side, codes.AsSpan(1), scales)),
            new(member, "codes", "wider than the format", () => MxTensor.FromCodes(Mxfp4, Side, Side, wide, scales)),
            new(member, "scales", "long", () => MxTensor.FromCodes(Mxfp4, Side, Side, codes, halved)),
            new(member, "axis", "nine", () => MxTensor.FromCodes(Mxfp4, Side, Side, codes, scales, (BlockAxis)9)),
            new(member, "tensorScale", "of a format without one",
                () => MxTensor.FromCodes(Mxfp4, Side, Side, codes, scales, tensorScale: 2)),
            new(member, "tensorScale", "NaN",
                () => MxTensor.FromCodes(MxFormats.Nvfp4, Side, Side, codes, halved, tensorScale: float.NaN)),
        ];
    }

    private static IEnumerable<Refusal> Unpack()
    {
        const string member = "MxTensor.Unpack";
        byte[] packed = new byte[Memory.Many + (Memory.Many / 32)];
        byte[] ofNvfp4 = new byte[Memory.Many + (Memory.Many / 16)];
        byte[] wide = [0xFF, .. packed.AsSpan(1)];
        return
        [
            new(member, "format", "null", () => MxTensor.Unpack(null!, 1, 1, [0, 0], CodeLayout.Bytes)),
            new(member, "rows", "negative", () => MxTensor.Unpack(Mxfp4, -1, 1, [0, 0], CodeLayout.Bytes)),
            new(member, "columns", "negative", () => MxTensor.Unpack(Mxfp4, 1, -1, [0, 0], CodeLayout.Bytes)),
            new(member, "columns", "too many", () => MxTensor.Unpack(Mxfp4, int.MaxValue, 2, [0, 0], CodeLayout.Bytes)),
            new(member, "packed", "short", () => MxTensor.Unpack(Mxfp4, Side, Side, packed.AsSpan(1), CodeLayout.Bytes)),
            new(member, "packed", "wider than the format", () => MxTensor.Unpack(Mxfp4, Side, Side, wide, CodeLayout.Bytes)),
            new(member, "codeLayout", "undefined", () => MxTensor.Unpack(Mxfp4, Side, Side, packed, (CodeLayout)2)),
            new(member, "scaleLayout", "undefined",
                () => MxTensor.Unpack(Mxfp4, Side, Side, packed, CodeLayout.Bytes, (ScaleLayout)3)),
            new(member, "scaleLayout", "tiles of four times 2^30 bytes",
                () => MxTensor.Unpack(Mxfp4, 1 << 30, 1, [0, 0], CodeLayout.Bytes, ScaleLayout.Nvidia128x4)),
            new(member, "axis", "nine", () => MxTensor.Unpack(Mxfp4, Side, Side, packed, CodeLayout.Bytes, axis: (BlockAxis)9)),
            new(member, "tensorScale", "of a format without one",
                () => MxTensor.Unpack(Mxfp4, Side, Side, packed, CodeLayout.Bytes, tensorScale: 2)),
            new(member, "tensorScale", "negative",
                () => MxTensor.Unpack(MxFormats.Nvfp4, Side, Side, ofNvfp4, CodeLayout.Bytes, tensorScale: -2)),
        ];
    }

    private static IEnumerable<Refusal> Multiply()
    {
        MatrixUnit fp8 = MatrixUnits.BlackwellMxf8f6f4;
        foreach (string member in new[] { "MxTensor.MultiplyTransposed", "MxTensor.MultiplyInto" })
        {
            bool into = member.EndsWith("Into", StringComparison.Ordinal);
            void Product(MxTensor a, MxTensor b, MatrixUnit? unit = null, ElementFormat? output = null,
                ReadOnlySpan<float> addend = default)
            {
                if (into)
                {
                    a.MultiplyInto(b, addend.IsEmpty ? Memory.Large : MemoryMarshal.CreateSpan(
                        ref MemoryMarshal.GetReference(addend), addend.Length), unit, output);
                }
                else
                {
                    a.MultiplyTransposed(b, unit, addend, output);
                }
            }

            yield return new(member, "other", "null", () => Product(Large, null!));
            yield return new(member, "other", "other columns", () => Product(Large, Small));
            yield return new(member, "other", "blocks along columns", () => Product(Large, LargeColumns));
            yield return new(member, "other", "other scales", () => Product(LargeFp8, LargeNvfp4));
            yield return new(member, "other", "more results than an array holds", () => Product(Empty, Empty));
            yield return new(member, "other", "a format the unit lacks",
                () => Product(Large, LargeFp8, MatrixUnits.BlackwellMxf4));
            yield return new(member, "unit", "lacks the format", () => Product(Large, Large, MatrixUnits.HopperFp16));
            yield return new(member, "unit", "without scales", () => Product(LargeFp8, LargeFp8, MatrixUnits.HopperWgmmaFp8));
            yield return new(member, "unit", "without steps", () => Product(LargeFp8, LargeFp8, fp8 with { L = 0 }));
            yield return new(member, "output", "not there", () => Product(LargeFp8, LargeFp8, fp8, ElementFormats.BFloat16));
            string addend = into ? "result" : "addend";
            yield return new(member, addend, "short", () => Product(Small, Small, addend: Memory.Floats[..3]));
            yield return new(member, addend, "long", () => Product(Small, Small, addend: Memory.Floats[..5]));
            yield return new(member, addend, "beside tensor scales",
                () => Product(Nvfp4, Nvfp4, MatrixUnits.BlackwellNvfp4, addend: Memory.Floats[..4]));
            yield return new(member, addend, "no number of the output", () =>
            {
                float[] third = [1f / 3, 1, 1, 1];
                Product(Small, Small, output: ElementFormats.Binary16, addend: third);
            });
        }
    }
}
