using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests;

/// <summary>Bit patterns at which this or another implementation once went wrong, each with its reason.</summary>
public sealed class PinnedBitsTests
{
    [Theory]
    [InlineData("e4m3", 0x43E80000u, "saturate", 0x7Eu)] // 464 is a tie between 448 and 480, and 448 is even
    [InlineData("e4m3", 0x43E80001u, "saturate", 0x7Eu)]
    [InlineData("e4m3", 0x43E80000u, "non-finite", 0x7Eu)]
    [InlineData("e4m3", 0x43E80001u, "non-finite", 0x7Fu)]
    [InlineData("e4m3", 0xC3F00000u, "non-finite", 0xFFu)]
    [InlineData("e4m3", 0x7F800000u, "saturate", 0x7Eu)]
    [InlineData("e5m2", 0x476FFFFFu, "non-finite", 0x7Bu)] // just below 61440
    [InlineData("e5m2", 0x47700000u, "non-finite", 0x7Cu)] // 61440 is a tie, and 57344 is odd
    [InlineData("e5m2", 0xFF800000u, "non-finite", 0xFCu)]
    [InlineData("e5m2", 0xFF800000u, "saturate", 0xFBu)]
    [InlineData("e2m1", 0xBE800000u, "saturate", 0x08u)] // -0.25 is a tie and rounds to -0
    [InlineData("e2m1", 0x3E800001u, "saturate", 0x01u)]
    [InlineData("e2m1", 0x40A00000u, "saturate", 0x06u)] // 5 is a tie between 4 and 6: even is 4
    [InlineData("e2m1", 0x7F800000u, "non-finite", 0x07u)] // no infinity, no NaN: max normal
    [InlineData("int8", 0xC0000000u, "saturate", 0x80u)]
    [InlineData("int8", 0x40000000u, "saturate", 0x7Fu)]
    [InlineData("int8", 0xBF820000u, "saturate", 0xBFu)] // -1.015625
    [InlineData("int8", 0x80000000u, "saturate", 0x00u)]
    public void Element(string format, uint bits, string overflow, uint code)
        => Assert.Equal(code,
            ElementCodec.Encode(ElementFormats.Elements.First(f => f.Name == format), Binary32.Decode(bits),
            Latitude.Find("overflow")!.With(ConversionPolicy.Ocp, overflow)!));

    /// <summary>Directed modes that point toward zero deliver max normal; those that point away follow the policy.</summary>
    [Theory]
    [InlineData("toward-zero", 0x7F7FFFFFu, 0x7Bu)]
    [InlineData("toward-negative", 0x7F7FFFFFu, 0x7Bu)]
    [InlineData("toward-positive", 0x7F7FFFFFu, 0x7Cu)]
    [InlineData("toward-positive", 0xFF7FFFFFu, 0xFBu)]
    [InlineData("toward-negative", 0xFF7FFFFFu, 0xFCu)]
    [InlineData("toward-zero", 0x7F800000u, 0x7Cu)]
    [InlineData("to-odd", 0x47700000u, 0x7Bu)]
    public void Directed_overflow_of_E5M2(string rounding, uint bits, uint code)
    {
        Assert.True(RoundingMode.TryParse(rounding, out RoundingMode mode));
        Assert.Equal(code,
            ElementCodec.Encode(ElementFormat.Of<E5M2>(), Binary32.Decode(bits),
            new() { Rounding = mode, Overflow = OverflowPolicy.NonFinite }));
    }

    /// <summary>round-up, exact against the binary32 quotients that fall below 2^-127.</summary>
    [Theory]
    [InlineData("mxfp8-e4m3", 0x04600001u, "exact", 0x01)]
    [InlineData("mxfp8-e4m3", 0x04600001u, "binary32-divide", 0x00)]
    [InlineData("mxfp8-e4m3", 0x04600001u, "binary32-multiply", 0x00)]
    [InlineData("mxfp4", 0x01400001u, "exact", 0x01)]
    [InlineData("mxfp4", 0x01400001u, "binary32-divide", 0x00)]
    public void Scale(string format, uint amax, string arithmetic, int code)
    {
        ConversionPolicy policy = Latitude.Find("scale-arithmetic")!.With(new() { ScaleRule = ScaleRule.RoundUp }, arithmetic)!;
        Assert.Equal(code, ScaleSelection.Select(MxFormats.Find(format)!, Binary32.Decode(amax).Finite, policy).Code);
    }

    /// <summary>
    /// The last binary32 values below a power of two have a logarithm that rounds up: 1 below 2^3, 5 below 2^16, 44 below 2^100.
    /// </summary>
    [Theory]
    [InlineData(3, 1)]
    [InlineData(16, 5)]
    [InlineData(100, 44)]
    public void Rounded_logarithm(int exponent, int ulps)
    {
        Dyadic Below(int n) => new(false, (1u << 24) - (uint)n, exponent - 24);
        Assert.Equal(exponent, Binary32.FloorRoundedLog2(Below(ulps)));
        Assert.Equal(exponent - 1, Binary32.FloorRoundedLog2(Below(ulps + 1)));
        Assert.Equal(exponent, Binary32.FloorRoundedLog2(Dyadic.PowerOfTwo(exponent)));
    }

    /// <summary>v / X lies below a tie that v * fl(1 / X) lands on: NVFP4 with X = 7 * 2^-9.</summary>
    [Fact]
    public void Dividing_is_not_multiplying_by_the_reciprocal()
    {
        uint[] block = new uint[16];
        block[0] = 0x3DA80000; // 6 * 7 * 2^-9
        block[1] = 0x3CC3FFFF;
        uint[] codes = new uint[16];
        Assert.Equal(0x07, BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32, block, ConversionPolicy.Ocp, codes));
        Assert.Equal(0x03u, codes[1]);
        BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32, block,
            new() { ScaleApplication = ScaleApplication.ReciprocalFlushed }, codes);
        Assert.Equal(0x04u, codes[1]);
    }

    /// <summary>NVFP4's second level divides by the tensor's scale, a number that need be no power of two.</summary>
    [Fact]
    public void Tensor_scale()
    {
        uint[] block = [.. Enumerable.Repeat(0x3F800000u, 16)];
        uint[] codes = new uint[16];
        byte scale = BlockConversion.Quantize(MxFormats.Nvfp4, ElementFormats.Binary32, block, ConversionPolicy.Ocp, codes,
            tensorScale: new Dyadic(false, 3, 0));
        uint[] back = new uint[16];
        BlockConversion.Dequantize(MxFormats.Nvfp4, scale, codes, back, new Dyadic(false, 3, 0));
        Assert.Equal(0x16, scale); // 1 / 18 is nearest to 0.0546875 = 1.75 * 2^-5
        Assert.All(codes, code => Assert.Equal(0x07u, code)); // 1 / (3 * 0.0546875) = 6.095
        Assert.All(back, value => Assert.Equal(0x3F7C0000u, value)); // 0.984375
    }

    /// <summary>The better of floor and floor + 1 by exact squared error: 0.997 throughout saturates under floor.</summary>
    [Fact]
    public void Least_squared_error()
    {
        uint[] block = [.. Enumerable.Repeat(0x3F7F3B64u, 32)];
        uint[] codes = new uint[32];
        Assert.Equal(0x76,
            BlockConversion.Quantize(MxFormats.Mxfp8E4M3, ElementFormats.Binary32, block, new() { ScaleRule = ScaleRule.Floor }, codes));
        Assert.All(codes, code => Assert.Equal(0x7Eu, code)); // 448 * 2^-9 = 0.875
        Assert.Equal(0x77,
            BlockConversion.Quantize(MxFormats.Mxfp8E4M3, ElementFormats.Binary32, block, new() { ScaleRule = ScaleRule.Mse }, codes));
        Assert.All(codes, code => Assert.Equal(0x78u, code)); // 256 * 2^-8 = 1
    }
}
