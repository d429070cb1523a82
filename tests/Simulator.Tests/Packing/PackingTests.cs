using Mxact.Simulator.Packing;
using Mxact.Simulator.Tests.Conversion;

namespace Mxact.Simulator.Tests.Packing;

/// <summary>The one bit packer, and the orders of scales.</summary>
public sealed class PackingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Bit_i_of_the_stream_is_bit_i_of_the_codes(int bits)
    {
        for (int count = 0; count < 200; count++)
        {
            // Bits above the width are there, and ignored.
            byte[] codes = Array.ConvertAll(Inputs.AnyBits(count, (uint)(count + bits)), c => (byte)c);
            byte[] packed = new byte[CodePacker.PackedBytes(count, bits) + 2];
            packed.AsSpan().Fill(0xA5);
            CodePacker.Pack(codes, packed.AsSpan(1, packed.Length - 2), bits);
            byte[] expected = new byte[packed.Length];
            for (int bit = 0; bit < count * bits; bit++)
            {
                expected[1 + (bit / 8)] |= (byte)(((codes[bit / bits] >> (bit % bits)) & 1) << (bit % 8));
            }

            expected[0] = expected[^1] = 0xA5;
            Assert.Equal(expected, packed);
            byte[] back = new byte[count];
            CodePacker.Unpack(packed.AsSpan(1, packed.Length - 2), back, bits);
            Assert.Equal(Array.ConvertAll(codes, c => (byte)(c & ((1 << bits) - 1))), back);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        Refused("packed", "2 packed are needed, 1 given", () => CodePacker.Pack(new byte[3], new byte[1], 4));
        Refused("packed", "3 packed are needed, 2 given", () => CodePacker.Unpack(new byte[2], new byte[4], 6));
        Refused("bits", "9", () => CodePacker.Pack(new byte[3], new byte[9], 9));
        Refused("bits", "0", () => CodePacker.Unpack(new byte[3], new byte[9], 0));
        Refused("codes", "32 codes are needed, 31 given", () => GgufBlocks.PackMxfp4(0, new uint[31], new byte[17]));
        Refused("codes", "32 codes are needed, 31 given", () => GgufBlocks.UnpackMxfp4(new byte[17], new uint[31]));
        Refused("scales", "4 scales are needed, 3 given", () => GgufBlocks.PackNvfp4(new byte[3], new uint[64], new byte[36]));
        Refused("codes", "64 codes are needed, 63 given", () => GgufBlocks.UnpackNvfp4(new byte[36], new byte[4], new uint[63]));
        Refused("rows", "-1", () => ScaleTiles.Nvidia.Bytes(-1, 4));
        Refused("rows", "9007199254740992 bytes", () => ScaleTiles.Amd.Bytes(1 << 30, 1 << 23));
        Refused("matrix", "130 matrix are needed, 129 given", () => ScaleTiles.Nvidia.Tile(new byte[129], 130, 1, new byte[1024]));
        Refused("tiled", "1024 tiled are needed, 1023 given", () => ScaleTiles.Nvidia.Untile(new byte[1023], 130, 1, new byte[130]));
    }

    [Fact]
    public void Every_layout_of_scales_has_its_tiles()
    {
        Assert.Null(ScaleTiles.Of(ScaleLayout.RowMajor));
        Assert.Same(ScaleTiles.Nvidia, ScaleTiles.Of(ScaleLayout.Nvidia128x4));
        Assert.Same(ScaleTiles.Amd, ScaleTiles.Of(ScaleLayout.Amd32x8));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScaleTiles.Of((ScaleLayout)3));
    }

    private static void Refused(string parameter, string says, Action action)
    {
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, refusal.ParamName);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }
}
