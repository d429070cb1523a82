namespace Mxact.Simulator.Packing;

/// <summary>Six-bit codes without gaps: element i at bits [6i, 6i+6), little-endian, four codes in three bytes.</summary>
internal static class Fp6
{
    /// <summary>Bytes that hold <paramref name="count"/> codes; bits beyond the last code are zero.</summary>
    public static int Bytes(int count) => (int)((((long)count * 6) + 7) / 8);

    /// <summary>Packs codes; bits above the sixth are ignored.</summary>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static void Pack(ReadOnlySpan<uint> codes, Span<byte> packed)
    {
        Require.AtLeast(Bytes(codes.Length), packed.Length, nameof(packed));
        packed[..Bytes(codes.Length)].Clear();
        for (int i = 0; i < codes.Length; i++)
        {
            int bit = i * 6;
            uint placed = (codes[i] & 0x3F) << (bit % 8);
            packed[bit / 8] |= (byte)placed;
            if (bit % 8 > 2)
            {
                packed[(bit / 8) + 1] |= (byte)(placed >> 8);
            }
        }
    }

    /// <summary>Unpacks <c>codes.Length</c> codes.</summary>
    /// <exception cref="ArgumentException">The source is too small.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<uint> codes)
    {
        Require.AtLeast(Bytes(codes.Length), packed.Length, nameof(packed));
        for (int i = 0; i < codes.Length; i++)
        {
            int bit = i * 6;
            uint window = packed[bit / 8];
            if (bit % 8 > 2)
            {
                window |= (uint)packed[(bit / 8) + 1] << 8;
            }

            codes[i] = (window >> (bit % 8)) & 0x3F;
        }
    }
}
