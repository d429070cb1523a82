namespace Mxact.Simulator.Packing;

/// <summary>
/// The block layouts of GGUF files. <c>block_mxfp4</c> (type 39): the scale byte, then 16 bytes, value j in the low nibble of
/// byte j and value j + 16 in the high one; its value table is doubled there and its scale halved, which cancels.
/// <c>block_nvfp4</c> (type 40): four UE4M3 scales, then 32 bytes for four sub-blocks of 16, split in halves the same way.
/// </summary>
internal static class GgufBlocks
{
    /// <summary>Bytes of a block_mxfp4.</summary>
    public const int Mxfp4Bytes = 17;

    /// <summary>Values of a block_mxfp4.</summary>
    public const int Mxfp4Values = 32;

    /// <summary>Bytes of a block_nvfp4.</summary>
    public const int Nvfp4Bytes = 36;

    /// <summary>Scales of a block_nvfp4.</summary>
    public const int Nvfp4Scales = 4;

    /// <summary>Values of a block_nvfp4.</summary>
    public const int Nvfp4Values = 64;

    /// <summary>Packs one scale and 32 codes.</summary>
    /// <exception cref="ArgumentException">A span is too small.</exception>
    public static void PackMxfp4(byte scale, ReadOnlySpan<uint> codes, Span<byte> block)
    {
        Require.AtLeast(Mxfp4Bytes, block.Length, nameof(block));
        Require.AtLeast(Mxfp4Values, codes.Length, nameof(codes));
        block[0] = scale;
        PackHalves(codes[..Mxfp4Values], block[1..Mxfp4Bytes]);
    }

    /// <summary>Unpacks one scale and 32 codes.</summary>
    /// <exception cref="ArgumentException">A span is too small.</exception>
    public static byte UnpackMxfp4(ReadOnlySpan<byte> block, Span<uint> codes)
    {
        Require.AtLeast(Mxfp4Bytes, block.Length, nameof(block));
        Require.AtLeast(Mxfp4Values, codes.Length, nameof(codes));
        UnpackHalves(block[1..Mxfp4Bytes], codes[..Mxfp4Values]);
        return block[0];
    }

    /// <summary>Packs four scales and 64 codes.</summary>
    /// <exception cref="ArgumentException">A span is too small.</exception>
    public static void PackNvfp4(ReadOnlySpan<byte> scales, ReadOnlySpan<uint> codes, Span<byte> block)
    {
        Require.AtLeast(Nvfp4Bytes, block.Length, nameof(block));
        Require.AtLeast(Nvfp4Scales, scales.Length, nameof(scales));
        Require.AtLeast(Nvfp4Values, codes.Length, nameof(codes));
        scales[..Nvfp4Scales].CopyTo(block);
        for (int s = 0; s < Nvfp4Scales; s++)
        {
            PackHalves(codes.Slice(16 * s, 16), block.Slice(4 + (8 * s), 8));
        }
    }

    /// <summary>Unpacks four scales and 64 codes.</summary>
    /// <exception cref="ArgumentException">A span is too small.</exception>
    public static void UnpackNvfp4(ReadOnlySpan<byte> block, Span<byte> scales, Span<uint> codes)
    {
        Require.AtLeast(Nvfp4Bytes, block.Length, nameof(block));
        Require.AtLeast(Nvfp4Scales, scales.Length, nameof(scales));
        Require.AtLeast(Nvfp4Values, codes.Length, nameof(codes));
        block[..Nvfp4Scales].CopyTo(scales);
        for (int s = 0; s < Nvfp4Scales; s++)
        {
            UnpackHalves(block.Slice(4 + (8 * s), 8), codes.Slice(16 * s, 16));
        }
    }

    private static void PackHalves(ReadOnlySpan<uint> codes, Span<byte> bytes)
    {
        for (int j = 0; j < bytes.Length; j++)
        {
            bytes[j] = (byte)((codes[j] & 0xF) | ((codes[j + bytes.Length] & 0xF) << 4));
        }
    }

    private static void UnpackHalves(ReadOnlySpan<byte> bytes, Span<uint> codes)
    {
        for (int j = 0; j < bytes.Length; j++)
        {
            codes[j] = (uint)bytes[j] & 0xF;
            codes[j + bytes.Length] = (uint)bytes[j] >> 4;
        }
    }
}
