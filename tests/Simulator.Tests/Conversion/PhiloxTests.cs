using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>
/// The generator against its authors' known answers (Random123, kat_vectors), and its vector form against the scalar one.
/// </summary>
public sealed class PhiloxTests
{
    [Theory]
    [InlineData(0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Known_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3)
    {
        Philox.Block(c0, c1, c2, c3, k0, k1, out uint y0, out uint y1, out uint y2, out uint y3);
        Assert.Equal((x0, x1, x2, x3), (y0, y1, y2, y3));
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(5, 64)]
    [InlineData(63, 2)]
    [InlineData(64, 64)]
    [InlineData(0x3_FFFF_FFFB, 200)]
    public unsafe void Vectors_hold_the_same_words(long first, int count)
    {
        uint[] words = new uint[count + 1];
        fixed (uint* to = words)
        {
            PhiloxVector.Fill((ulong)first, count, 0x12345678, 0x9ABCDEF0, to);
        }

        for (int i = 0; i < count; i++)
        {
            Assert.Equal(Philox.Word((ulong)first + (uint)i, 0x12345678, 0x9ABCDEF0), words[i]);
        }

        Assert.Equal(0u, words[count]);
    }
}
