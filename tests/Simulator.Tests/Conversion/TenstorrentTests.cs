using System.Numerics;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Tenstorrent's block floats, which are composed formats here, beside integers written from their description.</summary>
public sealed class TenstorrentTests
{
    private const int Size = 16;

    private static readonly ConversionPolicy Packer = new()
    {
        ScaleRule = ScaleRule.Floor,
        Rounding = RoundingMode.TiesToAway,
    };

    /// <summary>A magnitude over the bits below its highest place, times 2^(exponent - 127); the code of -0 is the machine's own.</summary>
    [Theory]
    [InlineData("bfp8", 8)]
    [InlineData("bfp4", 4)]
    [InlineData("bfp2", 2)]
    public void A_code_is_a_sign_and_a_magnitude(string name, int bits)
    {
        BlockFormat format = MxFormats.Find(name)!;
        Assert.Equal((Size, bits), (format.BlockSize, format.Element.Bits));
        uint[] value = new uint[1];
        for (int exponent = 10; exponent < 250; exponent += 17)
        {
            for (uint code = 0; code < 1u << bits; code++)
            {
                uint magnitude = code & ((1u << (bits - 1)) - 1);
                if (magnitude == 0 && code != 0)
                {
                    continue;
                }

                BlockConversion.Dequantize(format, (byte)exponent, [code], value);
                double expected = Math.ScaleB(magnitude, exponent - 127 - (bits - 2)) * (magnitude == code ? 1 : -1);
                Assert.Equal((float)expected, BitConverter.UInt32BitsToSingle(value[0]));
            }
        }
    }

    /// <summary>
    /// The highest exponent is shared, and each significand of bfloat16 is shifted right to it, a half going up. BFP4 and BFP2 are what
    /// is left of BFP8's codes.
    /// </summary>
    [Fact]
    public void A_packer_rounds_ties_away_to_the_shared_exponent()
    {
        BlockFormat format = MxFormats.Find("bfp8")!;
        Random random = new(3);
        uint[] codes = new uint[Size];
        int ties = 0;
        for (int i = 0; i < 20_000; i++)
        {
            int middle = random.Next(20, 230), spread = 1 + (i % 12);
            uint[] values = [.. Enumerable.Range(0, Size).Select(_ => ((uint)random.Next(2) << 31)
                | ((uint)(middle + random.Next(-spread, spread + 1)) << 23) | ((uint)random.Next(128) << 16))];
            int shared = values.Max(value => (int)(value >> 23) & 0xFF);
            Assert.Equal(shared, BlockConversion.Quantize(format, ElementFormats.Binary32, values, Packer, codes));
            for (int k = 0; k < Size; k++)
            {
                // Eight bits of significand become seven, and one less for each place below the shared exponent.
                uint significand = 0x80 | ((values[k] >> 16) & 0x7F);
                int shift = shared - ((int)(values[k] >> 23) & 0xFF) + 1;
                uint magnitude = shift > 16 ? 0 : (significand + (1u << (shift - 1))) >> shift;
                ties += shift <= 16 && BitOperations.TrailingZeroCount(significand) == shift - 1 ? 1 : 0;
                Assert.Equal((Math.Min(magnitude, 0x7F), values[k] >> 31), (codes[k] & 0x7F, codes[k] >> 7));
            }
        }

        Assert.True(ties > 1000, $"{ties} ties");
    }
}
