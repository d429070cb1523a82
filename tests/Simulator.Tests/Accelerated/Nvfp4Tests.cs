using Mxact.Simulator.Accelerated;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Spec;

namespace Mxact.Simulator.Tests.Accelerated;

/// <summary>NVFP4 against the exact reference: scales that are no powers of two, tensor scales of every size.</summary>
public sealed class Nvfp4Tests
{
    public static TheoryData<string, uint> Cases()
    {
        TheoryData<string, uint> data = [];
        foreach (RoundingMode mode in RoundingMode.Deterministic)
        {
            foreach (uint tensorScale in new uint[] { 0x3F800000, 0x3DCCCCCD, 0x4640E6B5, 0x00000001, 0x007FFFFF, 0x7F7FFFFF, 0x3FFFFFFF, 0x00C00000 })
            {
                data.Add($"rounding={mode}", tensorScale);
            }
        }

        foreach (string choices in new[] { "transformer-engine", "nan-in-block=ignored;nan-without-code=signed-max;inf-in-block=scale-zero", "nan-in-block=scale-zero;overflow=non-finite;negative-zero=lost", "nan-in-block=ignored;inf-in-block=scale-max;inf-element=zero" })
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
        uint[] values = [.. Inputs.Adversarial(format.Element)[..4096], .. Inputs.Adversarial(format.Element)[^4096..], .. Near(tensorScale), .. Inputs.Blocks(4096, 3), .. Inputs.AnyBits(512, 9)];
        byte[] scales = new byte[values.Length / 16];
        byte[] codes = new byte[values.Length];
        uint[] back = new uint[values.Length];
        uint[] blockCodes = new uint[16];
        for (int block = 0; block < scales.Length; block++)
        {
            scales[block] = BlockConversion.Quantize(format, Formats.Binary32, values.AsSpan(block * 16, 16), policy, blockCodes, tensorScale: t);
            BlockConversion.Dequantize(format, scales[block], blockCodes, back.AsSpan(block * 16, 16), t);
            for (int i = 0; i < 16; i++)
            {
                codes[(block * 16) + i] = (byte)blockCodes[i];
            }
        }

        foreach (Backend backend in Backends.OfProcessor)
        {
            BlockConverter converter = BlockConverter.Create(new(format, policy) { Backend = backend, TensorScale = tensorScale });
            byte[] gotScales = new byte[scales.Length];
            byte[] gotCodes = new byte[codes.Length];
            uint[] gotBack = new uint[values.Length];
            converter.Quantize(values, gotScales, gotCodes);
            Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {choices} {tensorScale:X8}");
            converter.Dequantize(scales, codes, 1, values.Length, gotBack);
            Same.Words(values, back, gotBack, $"dequantise {backend} {choices} {tensorScale:X8}");
            converter.QuantizeDequantize(values, 1, values.Length, gotBack);
            Same.Words(values, back, gotBack, $"round trip {backend} {choices} {tensorScale:X8}");
        }
    }

    [Fact]
    public void Lengths_columns_and_packing_make_no_difference()
    {
        uint[] values = Inputs.Blocks(50 * 90, 8);
        foreach ((int rows, int columns) in new[] { (1, 0), (1, 1), (1, 15), (1, 17), (3, 33), (50, 90), (16, 64), (17, 65) })
        {
            foreach (Backend backend in Backends.OfProcessor)
            {
                foreach (CodePacking packing in Enum.GetValues<CodePacking>())
                {
                    uint[] matrix = values[..(rows * columns)];
                    uint[] turned = Turned(matrix, rows, columns);
                    BlockConverter along = BlockConverter.Create(new(MxFormats.Nvfp4, ConversionPolicy.Ocp) { Backend = Backend.Scalar });
                    uint[] expected = new uint[matrix.Length];
                    along.QuantizeDequantize(turned, columns, rows, expected);
                    expected = Turned(expected, columns, rows);

                    BlockConverter down = BlockConverter.Create(new(MxFormats.Nvfp4, ConversionPolicy.Ocp) { Backend = backend, Axis = BlockAxis.AlongColumns, Packing = packing });
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

    [Fact]
    public void What_is_not_computed_is_refused()
    {
        ConversionPolicy stochastic = ConversionPolicy.Ocp with { Rounding = RoundingMode.Stochastic(8) };
        Assert.Contains("reference", Assert.Throws<NotSupportedException>(() => BlockConverter.Create(new(MxFormats.Nvfp4, stochastic))).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => BlockConverter.Create(new(MxFormats.Mxfp4, Profile.Find("microxcaling")!.Policy)));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockConverter.Create(new(MxFormats.Mxfp4, ConversionPolicy.Ocp) { TensorScale = 0x40000000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockConverter.Create(new(MxFormats.Nvfp4, ConversionPolicy.Ocp) { TensorScale = 0x7F800000 }));
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

    private static uint[] Turned(uint[] matrix, int rows, int columns)
    {
        uint[] turned = new uint[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            turned[(i % columns * rows) + (i / columns)] = matrix[i];
        }

        return turned;
    }
}
