using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Tests.Oracle;

namespace Mxact.Simulator.Tests;

/// <summary>
/// All 2^16 binary16 and all 2^16 bfloat16 inputs, every element format, every deterministic mode, both overflow policies:
/// the reference and an oracle that shares no code with it agree on every code.
/// </summary>
public sealed class TwoOraclesTests
{
    public static TheoryData<string, string> Conversions()
    {
        TheoryData<string, string> data = [];
        foreach (ElementFormat format in ElementFormats.Mx.AddRange(ElementFormats.Extensions))
        {
            data.Add("fp16", format.Name);
            data.Add("bf16", format.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Conversions))]
    public void Every_16_bit_input_converts_to_the_same_code(string from, string to)
    {
        ElementFormat source = ElementFormats.Elements.First(f => f.Name == from);
        ElementFormat format = ElementFormats.Elements.First(f => f.Name == to);
        OracleFormat oracleSource = OracleFormat.Of(from);
        OracleFormat oracleFormat = OracleFormat.Of(to);
        long mismatches = 0;
        string first = "";
        Parallel.For(0, 1 << 8, high =>
        {
            for (uint low = 0; low < 1 << 8; low++)
            {
                uint bits = ((uint)high << 8) | low;
                Number value = ElementCodec.Decode(source, bits);
                OracleValue oracleValue = OracleElement.Decode(oracleSource, bits);
                foreach (OverflowPolicy overflow in Enum.GetValues<OverflowPolicy>())
                {
                    foreach (RoundingMode mode in RoundingMode.Deterministic)
                    {
                        uint code = ElementCodec.Encode(format, value, new() { Rounding = mode, Overflow = overflow });
                        if (!OracleElement.Encode(oracleFormat, oracleValue, mode.ToString(), Names.Of(overflow)).Accepts(oracleFormat,
                            code) && Interlocked.Increment(ref mismatches) == 1)
                        {
                            first = $"{from} {bits:x4} -> {to} {mode} {overflow}: {code:x2}";
                        }
                    }
                }
            }
        });
        Assert.True(mismatches == 0, $"{mismatches} mismatches, one of them {first}");
    }

    [Fact]
    public void Every_code_of_every_format_decodes_to_the_same_value_and_encodes_back()
    {
        foreach (ElementFormat format in ElementFormats.Elements.Where(f => f.Bits <= 19))
        {
            OracleFormat oracle = OracleFormat.Of(format.Name);
            for (uint code = 0; code <= format.CodeMask; code++)
            {
                Number value = ElementCodec.Decode(format, code);
                uint bits = Binary32.Encode(value);
                uint expected = OracleElement.DecodeToBinary32Bits(oracle, code);
                Assert.True(bits == expected || (value.IsNaN && (expected & 0x7FFFFFFF) > 0x7F800000),
                    $"{format} {code:x}: {bits:x8}, not {expected:x8}");
                if (value.IsFinite && format.IsSigned)
                {
                    Assert.Equal(code, ElementCodec.Encode(format, value, ConversionPolicy.Ocp));
                }
            }
        }
    }

    /// <summary>Declared minifloats of many shapes, held to the oracle on random binary32 inputs in every mode.</summary>
    [Theory]
    [InlineData("e3m4")]
    [InlineData("e2m5")]
    [InlineData("e5m3")]
    [InlineData("e4m3b11-fnuz")]
    [InlineData("e5m10-ieee")]
    [InlineData("e6m1-nan")]
    [InlineData("e1m2")]
    [InlineData("e5m0")]
    public void A_declared_minifloat_converts_like_the_oracle(string name)
    {
        Assert.True(ElementFormat.TryParse(name, out ElementFormat? format));
        string specials = format.Specials switch
        {
            SpecialValues.Ieee => "ieee",
            SpecialValues.NanOnly => "nan-only",
            SpecialValues.None
            => "finite",
            _ => "fnuz"
        };
        OracleFormat oracle = OracleFormat.Minifloat(format.ExponentBits, format.MantissaBits, format.Bias, specials);
        Random random = new(1);
        for (int i = 0; i < 4000; i++)
        {
            int exponent = random.Next(format.EMin - format.MantissaBits - 2, format.EMax + 3);
            uint bits = ((uint)random.Next(2) << 31) | ((uint)(exponent + 127) << 23) | ((uint)random.Next(1 << 23) & (i % 2 == 0
                ? 0x7FFFFFu : 0x7FFFFFu << (22 - Math.Min(format.MantissaBits, 20))));
            foreach (RoundingMode mode in RoundingMode.Deterministic)
            {
                foreach (OverflowPolicy overflow in Enum.GetValues<OverflowPolicy>())
                {
                    uint code = ElementCodec.Encode(format, Binary32.Decode(bits), new() { Rounding = mode, Overflow = overflow });
                    Assert.True(OracleElement.Encode(oracle, OracleValue.FromBinary32Bits(bits), mode.ToString(),
                        Names.Of(overflow)).Accepts(oracle, code), $"{name} {bits:x8} {mode} {overflow}: {code:x}");
                }
            }
        }
    }
}
