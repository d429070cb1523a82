namespace Mxact.Simulator.Tests;

/// <summary>The door to single elements.</summary>
public sealed class ElementsTests
{
    [Theory]
    [InlineData("e4m3", 4.25f, 0x48u, 4f)]
    [InlineData("e2m1", 100f, 0x7u, 6f)]
    [InlineData("fp16", 1.0009765625f, 0x3C01u, 1.0009765625f)]
    [InlineData("bf16", -3.1415927f, 0xC049u, -3.140625f)]
    public void A_number_becomes_a_code_and_a_number_again(string name, float value, uint code, float back)
    {
        Assert.True(ElementFormat.TryParse(name, out ElementFormat? format));
        Assert.Equal(code, Elements.Encode(format, value));
        Assert.Equal(back, Elements.Decode(format, code));
    }

    [Fact]
    public void Many_are_each_of_them()
    {
        float[] values = Sample.Normal(1000);
        byte[] codes = new byte[1000];
        float[] back = new float[1000];
        foreach (Backend backend in Execution.Available)
        {
            Elements.EncodeInto(ElementFormats.E4M3, values, codes, on: new(backend));
            Elements.DecodeInto(ElementFormats.E4M3, codes, back, new(backend));
            Assert.Equal([.. values.Select(v => (byte)Elements.Encode(ElementFormats.E4M3, v))], codes);
            Assert.Equal([.. codes.Select(c => Elements.Decode(ElementFormats.E4M3, c))], back);
        }
    }

    [Fact]
    public void Bits_are_asked_for_where_they_are_needed_and_nowhere_else()
    {
        ConversionPolicy stochastic = new() { Rounding = RoundingMode.Stochastic(8) };
        Assert.Throws<ArgumentException>("random", () => Elements.Encode(ElementFormats.E4M3, 1, stochastic));
        Assert.Throws<ArgumentException>("random", () => Elements.Encode(ElementFormats.E4M3, 1, random: 3));
        Assert.Throws<ArgumentException>("random", () => Elements.EncodeInto(ElementFormats.E4M3, [1, 2], new byte[2], stochastic));
        Assert.Throws<ArgumentException>("codes", () => Elements.EncodeInto(ElementFormats.E4M3, [1, 2], new byte[3]));
        Assert.Throws<ArgumentException>(() => Elements.EncodeInto(ElementFormats.Binary16, [1, 2], new byte[2]));
        Assert.Throws<ArgumentException>("values", () => Elements.DecodeInto(ElementFormats.E4M3, [1, 2], new float[1]));
    }

    [Fact]
    public void A_unit_s_dot_product_of_wide_codes()
    {
        uint[] ones = [.. Enumerable.Repeat(0x3C00u, 16)];
        Assert.Equal(BitConverter.SingleToUInt32Bits(18),
            Elements.Dot(MatrixUnits.Parse("hopper-fp16"), ElementFormats.Binary16, ones, ElementFormats.Binary16, ones,
            BitConverter.SingleToUInt32Bits(2)));
        Assert.Throws<ArgumentException>(()
            => Elements.Dot(MatrixUnits.Parse("blackwell-mxf4"), ElementFormats.Binary16, ones, ElementFormats.Binary16, ones));
    }
}
