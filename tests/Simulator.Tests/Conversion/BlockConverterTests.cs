using Mxact.Simulator.Conversion;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Every processor backend against the exact reference.</summary>
public sealed class BlockConverterTests
{
    private static readonly BlockFormat[] Formats =
    [
        MxFormats.Mxfp8E5M2, MxFormats.Mxfp8E4M3, MxFormats.Mxfp6E3M2, MxFormats.Mxfp6E2M3, MxFormats.Mxfp4, MxFormats.Mxint8,
        MxFormats.Of(Mxact.ElementFormats.E4M3Fnuz), MxFormats.Of(Mxact.ElementFormats.E5M2Fnuz),
            MxFormats.Of(ElementFormat.Minifloat("e3m3", 3, 3, 3, SpecialValues.None)),
    ];

    private static readonly string[] Profiles = ["ocp", "torchao-floor", "torchao-ceil", "torchao-even", "torchao-rceil",
        "transformer-engine"];

    public static TheoryData<string, string> FormatsAndPolicies()
    {
        TheoryData<string, string> data = [];
        foreach (BlockFormat format in Formats)
        {
            foreach (string profile in Profiles)
            {
                data.Add(format.Name, profile);
            }

            foreach (ScaleRule rule in ScaleRule.PowerOfTwo.Where(r => r.IsThreshold))
            {
                data.Add(format.Name, "scale-rule=" + rule.Name);
            }

            foreach (RoundingMode mode in RoundingMode.Deterministic)
            {
                data.Add(format.Name, $"rounding={mode}");
                data.Add(format.Name, $"rounding={mode};overflow=non-finite");
            }

            foreach (string mode in new[] { "stochastic:32", "stochastic:16", "stochastic:5", "stochastic-b:32", "stochastic-b:7",
                "stochastic-c:32", "stochastic-c:8", "stochastic-odd:32", "stochastic-odd:12" })
            {
                data.Add(format.Name, $"rounding={mode}");
            }

            foreach (string choices in new[]
            {
                "scale-overflow=scale-nan;scale-rule=ceil", "nan-in-block=ignored;nan-without-code=negative-zero",
                    "nan-in-block=ignored;nan-without-code=signed-max;inf-in-block=scale-zero;inf-element=kept",
                "nan-in-block=scale-zero;nan-code=negative-all-ones", "zero-block=scale7f;int8-minus-two=clamped",
                    "zero-block=min-normal;negative-zero=lost",
                    "directed-overflow=as-policy;rounding=toward-zero;overflow=non-finite;scale-rule=trunc-quotient",
                "nan-in-block=ignored;inf-in-block=scale-max;overflow=non-finite;nan-code=quiet;rounding=toward-negative",
            })
            {
                data.Add(format.Name, choices);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FormatsAndPolicies))]
    public void Equals_the_reference(string formatName, string choices)
    {
        BlockFormat format = Formats.First(f => f.Name == formatName);
        ConversionPolicy policy = Policies.Parse(choices);
        bool thorough = choices is "ocp" or "transformer-engine" or "torchao-rceil" or "rounding=stochastic:32";
        uint[] values = [.. Inputs.Adversarial(format.Element), .. Inputs.Blocks(thorough ? 32 * 512 : 32 * 48, 7),
            .. Inputs.AnyBits(32 * 8, 3)];
        (byte[] scales, byte[] codes, uint[] back) = Matrices.Quantize(format, policy, Mxact.ElementFormats.Binary32, values, 1,
            values.Length, seed: 0x123456789ABCDEF0);
        foreach (Backend backend in Backends.OfProcessor)
        {
            BlockConverter converter = BlockConverter.Create(new(format, policy) { Execution = new(backend) });
            byte[] gotScales = new byte[scales.Length];
            byte[] gotCodes = new byte[codes.Length];
            uint[] gotBack = new uint[values.Length];
            converter.Quantize(values, gotScales, gotCodes, seed: 0x123456789ABCDEF0);
            Same.Blocks(values, scales, codes, gotScales, gotCodes, $"{backend} {format} {choices}");
            converter.Dequantize(scales, codes, 1, values.Length, gotBack);
            Same.Words(values, back, gotBack, $"dequantise {backend} {format} {choices}");
            Array.Clear(gotBack);
            converter.QuantizeDequantize(values, 1, values.Length, gotBack, seed: 0x123456789ABCDEF0);
            Same.Words(values, back, gotBack, $"round trip {backend} {format} {choices}");
        }
    }
}
