namespace Mxact.Simulator.Packing;

/// <summary>Two four-bit codes a byte, the first in the low nibble: <c>byte = code[2i] | code[2i+1] &lt;&lt; 4</c>.</summary>
internal static class Nibbles
{
    /// <summary>Bytes that hold <paramref name="count"/> codes; the last high nibble of an odd count is zero.</summary>
    public static int Bytes(int count) => (count + 1) / 2;

    /// <summary>Packs codes; bits above the fourth are ignored.</summary>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static void Pack(ReadOnlySpan<uint> codes, Span<byte> packed)
    {
        Require.AtLeast(Bytes(codes.Length), packed.Length, nameof(packed));
        packed[..Bytes(codes.Length)].Clear();
        for (int i = 0; i < codes.Length; i++)
        {
            packed[i / 2] |= (byte)((codes[i] & 0xF) << (i % 2 * 4));
        }
    }

    /// <summary>Unpacks <c>codes.Length</c> codes.</summary>
    /// <exception cref="ArgumentException">The source is too small.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<uint> codes)
    {
        Require.AtLeast(Bytes(codes.Length), packed.Length, nameof(packed));
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (uint)(packed[i / 2] >> (i % 2 * 4)) & 0xF;
        }
    }
}
