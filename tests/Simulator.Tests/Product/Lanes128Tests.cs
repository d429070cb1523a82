using System.Runtime.Intrinsics;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Tests.Product;

/// <summary>The 128-bit lane's ways round instructions that this machine may have, and so never takes by itself.</summary>
public sealed class Lanes128Tests
{
    [Fact]
    public void Products_of_bytes_and_half_words_are_added_in_pairs()
    {
        Random random = new(2);
        for (int trial = 0; trial < 2000; trial++)
        {
            // Unsigned bytes below 32, as the packers make them: no int16 sum overflows.
            uint x = (uint)random.NextInt64(1L << 32);
            uint y = (uint)random.NextInt64(1L << 32);
            uint small = x & 0x1F1F1F1F;
            int low = ((byte)small * (sbyte)y) + ((byte)(small >> 8) * (sbyte)(y >> 8));
            int high = ((byte)(small >> 16) * (sbyte)(y >> 16)) + ((byte)(small >> 24) * (sbyte)(y >> 24));
            uint bytes = (ushort)low | ((uint)high << 16);
            Vector128<int> answer = GemmLanes128.MultiplyAddBytesApart(Vector128.Create(small).AsInt16(), Vector128.Create(y).AsInt16());
            Assert.Equal(bytes, (uint)answer[1]);
            int halves = ((short)x * (short)y) + ((short)(x >> 16) * (short)(y >> 16));
            Assert.Equal(halves, GemmLanes128.MultiplyAddShortsApart(Vector128.Create(x).AsInt32(), Vector128.Create(y).AsInt32())[1]);
        }
    }
}
