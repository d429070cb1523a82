using Mxact.Simulator.Conversion;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>bfloat16 and binary16 inputs: all 2^16 patterns.</summary>
public sealed class HalfInputTests
{
    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> data = [];
        foreach (BlockFormat format in MxFormats.All.Where(f => f.Scale == ScaleFormat.E8M0))
        {
            data.Add(format.Name, "bf16");
            data.Add(format.Name, "fp16");
        }

        return data;
    }

    /// <summary>In order, so that neighbours share a block, and by a stride that mixes exponents and specials.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void All_patterns(string formatName, string inputName)
    {
        BlockFormat format = MxFormats.Find(formatName)!;
        Assert.True(ElementFormat.TryParse(inputName, out ElementFormat? input));
        foreach (int stride in new[] { 1, 40503 })
        {
            ushort[] values = new ushort[1 << 16];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (ushort)(i * stride);
            }

            uint[] wide = Array.ConvertAll(values, v => (uint)v);
            ConversionPolicy policy = stride == 1 ? ConversionPolicy.Ocp : Profile.Find("transformer-engine")!.Policy;
            (byte[] scales, byte[] codes, uint[] back) = Matrices.Quantize(format, policy, input, wide, 1, wide.Length);
            foreach (Backend backend in Backends.OfProcessor)
            {
                BlockConverter converter = BlockConverter.Create(new(format, policy) { Execution = new(backend) });
                byte[] gotScales = new byte[scales.Length];
                byte[] gotCodes = new byte[codes.Length];
                uint[] gotBack = new uint[wide.Length];
                converter.Quantize(input, values, 1, values.Length, gotScales, gotCodes);
                Same.Blocks(wide, scales, codes, gotScales, gotCodes, $"{backend} {format} {input}");
                converter.QuantizeDequantize(input, values, 1, values.Length, gotBack);
                Same.Words(wide, back, gotBack, $"{backend} {format} {input}");
            }
        }
    }

    /// <summary>Every scale code with every element code.</summary>
    [Theory]
    [MemberData(nameof(LayoutTests.FormatNames), MemberType = typeof(LayoutTests))]
    public void All_scales_and_codes_dequantise(string formatName)
    {
        BlockFormat format = MxFormats.Find(formatName)!;
        int codesOfFormat = (int)format.Element.CodeMask + 1;
        byte[] scales = new byte[256 * codesOfFormat / Math.Min(codesOfFormat, 32)];
        byte[] codes = new byte[scales.Length * 32];
        uint[] expected = new uint[codes.Length];
        for (int block = 0; block < scales.Length; block++)
        {
            scales[block] = (byte)(block * 256 / scales.Length);
            for (int i = 0; i < 32; i++)
            {
                codes[(block * 32) + i] = (byte)(((block * 32) + i) % codesOfFormat);
            }

            BlockConversion.Dequantize(format, scales[block], Array.ConvertAll(codes[(block * 32)..((block + 1) * 32)], c => (uint)c),
                expected.AsSpan(block * 32, 32));
        }

        foreach (Backend backend in Backends.OfProcessor)
        {
            uint[] got = new uint[codes.Length];
            BlockConverter.Create(new(format, ConversionPolicy.Ocp) { Execution = new(backend) }).Dequantize(scales, codes, 1, codes.Length,
                got);
            Same.Words(expected, expected, got, $"{backend} {format}");
        }
    }
}
