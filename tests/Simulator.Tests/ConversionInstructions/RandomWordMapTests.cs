namespace Mxact.Simulator.Tests.ConversionInstructions;

/// <summary>How one random word reaches the elements of a vector.</summary>
public sealed class RandomWordMapTests
{
    /// <summary>Measured on a B200 for FP8; for E2M1 the 16 bits that the bytes of a pair make.</summary>
    [Theory]
    [InlineData("reversed-halves", 0x12345678u, new uint[] { 0x2C48, 0x1234, 0x1E6A, 0x5678 })]
    [InlineData("reversed-bytes:16", 0x12345678u, new uint[] { 0x6A48, 0x1256, 0x1E2C, 0x3478 })]
    [InlineData("reversed-bytes:8", 0x12345678u, new uint[] { 0x6A, 0x12, 0x1E, 0x34 })]
    [InlineData("reversed-bytes:6", 0x12345678u, new uint[] { 0x6A >> 2, 0x12 >> 2, 0x1E >> 2, 0x34 >> 2 })]
    [InlineData("halves:16", 0x12345678u, new uint[] { 0x1234, 0x5678 })]
    [InlineData("halves:13", 0xF234F678u, new uint[] { 0x1234, 0x1678 })]
    [InlineData("top:20", 0x12345678u, new uint[] { 0x12345 })]
    [InlineData("top:32", 0x12345678u, new uint[] { 0x12345678 })]
    public void A_word_is_spread_as_its_name_says(string name, uint word, uint[] bits)
    {
        RandomWordMap map = RandomWordMap.Parse(name);
        Assert.Equal(name, map.ToString());
        Assert.Equal(bits.Length, map.Elements);
        Assert.Equal([.. bits, .. new uint[bits.Length]], map.Spread([word, 0]));
        Assert.Equal(bits, Enumerable.Range(0, bits.Length).Select(element => map.Take(word, element)));
        Assert.All(bits, b => Assert.True((ulong)b < 1UL << map.Bits));
        Assert.NotEmpty(map.Says);
    }

    [Theory]
    [InlineData("halves")]
    [InlineData("halves:0")]
    [InlineData("reversed-halves:16")]
    [InlineData("reversed-bytes:17")]
    [InlineData("top:33")]
    [InlineData("")]
    public void Another_name_is_one_line_that_lists_them(string name)
        => Assert.StartsWith($"no map of a random word is called '{name}'; there are reversed-halves, ",
            Assert.Throws<ArgumentException>(() => RandomWordMap.Parse(name)).Message, StringComparison.Ordinal);

    /// <summary>A conversion that draws as cvt.rs does is cvt.rs.</summary>
    [Fact]
    public void A_tensor_can_draw_as_an_instruction_does()
    {
        float[] values = [1.03f, 1.07f, 1.11f, 1.13f, 1.17f, 1.19f, 1.21f, 1.23f];
        uint[] words = [0x9ABCDEF0, 0x13579BDF];
        byte[] codes = new byte[values.Length];
        Elements.EncodeInto(ElementFormats.E4M3, values, codes,
            new ConversionPolicy { Rounding = RoundingMode.Stochastic(RandomWordMap.ReversedHalves.Bits) },
            RandomWordMap.ReversedHalves.Spread(words));
        Instruction cvt = Instructions.Parse("cvt.rs.satfinite.e4m3x4.f32");
        for (int i = 0; i < words.Length; i++)
        {
            ulong[] sources = [.. values.AsSpan(4 * i, 4).ToArray().Select(v => (ulong)BitConverter.SingleToUInt32Bits(v))];
            ulong packed = codes.AsSpan(4 * i, 4).ToArray().Aggregate(0UL, (word, code) => (word << 8) | code);
            Assert.Equal(packed, cvt.Compute(sources, words[i]));
        }

        Assert.NotEqual(codes.Min(), codes.Max());
    }
}
