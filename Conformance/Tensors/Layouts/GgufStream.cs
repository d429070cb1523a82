using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Mxact.Simulator.Packing;

namespace Mxact.Tensors.Layouts;

/// <summary>
/// GGUF's blocks to and from scales and a plain stream of codes, eight codes at a time: <see cref="GgufBlocks"/> says what lies where, and
/// the two are held equal.
/// </summary>
internal static class GgufStream
{
    /// <summary>Bytes of a block.</summary>
    public static int BlockBytes(BlockFormat format) => IsNvfp4(format) ? GgufBlocks.Nvfp4Bytes : GgufBlocks.Mxfp4Bytes;

    /// <summary>Values of a block.</summary>
    public static int BlockValues(BlockFormat format) => IsNvfp4(format) ? GgufBlocks.Nvfp4Values : GgufBlocks.Mxfp4Values;

    /// <summary>Takes blocks apart.</summary>
    /// <param name="format">MXFP4 or NVFP4.</param>
    /// <param name="blocks">Whole blocks.</param>
    /// <param name="codes">Half a byte a value, low nibble first.</param>
    /// <param name="scales">One byte an MX block or a block of 16.</param>
    public static void Unpack(BlockFormat format, ReadOnlySpan<byte> blocks, Span<byte> codes, Span<byte> scales)
    {
        (int size, int halves, int runs) = Shape(format);
        for (int at = 0; at < blocks.Length; at += size)
        {
            blocks.Slice(at, runs).CopyTo(scales);
            scales = scales[runs..];
            for (int run = 0; run < runs; run++)
            {
                ReadOnlySpan<byte> from = blocks.Slice(at + runs + (run * halves), halves);
                if (halves == Vector128<byte>.Count)
                {
                    Together(Vector128.Create(from)).CopyTo(codes);
                }
                else
                {
                    // Eight bytes of codes: a block of sixteen.
                    ulong nibbles = BinaryPrimitives.ReadUInt64LittleEndian(from);
                    BinaryPrimitives.WriteUInt32LittleEndian(codes, Together(nibbles));
                    BinaryPrimitives.WriteUInt32LittleEndian(codes[(halves / 2)..], Together(nibbles >> 4));
                }

                codes = codes[halves..];
            }
        }
    }

    /// <summary>Puts blocks together.</summary>
    /// <param name="format">MXFP4 or NVFP4.</param>
    /// <param name="codes">Half a byte a value, low nibble first.</param>
    /// <param name="scales">One byte an MX block or a block of 16.</param>
    /// <param name="blocks">Whole blocks.</param>
    public static void Pack(BlockFormat format, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> scales, Span<byte> blocks)
    {
        (int size, int halves, int runs) = Shape(format);
        for (int at = 0; at < blocks.Length; at += size)
        {
            scales[..runs].CopyTo(blocks[at..]);
            scales = scales[runs..];
            for (int run = 0; run < runs; run++)
            {
                Span<byte> to = blocks.Slice(at + runs + (run * halves), halves);
                if (halves == Vector128<byte>.Count)
                {
                    Apart(Vector128.Create(codes[..halves])).CopyTo(to);
                }
                else
                {
                    ulong low = Apart(BinaryPrimitives.ReadUInt32LittleEndian(codes));
                    ulong high = Apart(BinaryPrimitives.ReadUInt32LittleEndian(codes[(halves / 2)..]));
                    BinaryPrimitives.WriteUInt64LittleEndian(to, low | (high << 4));
                }

                codes = codes[halves..];
            }
        }
    }

    /// <summary>Bytes of a block, bytes of codes that share a scale, and scales of a block.</summary>
    private static (int Size, int Halves, int Runs) Shape(BlockFormat format)
        => (BlockBytes(format), format.BlockSize / 2, BlockValues(format) / format.BlockSize);

    private static bool IsNvfp4(BlockFormat format) => format == MxFormats.Nvfp4;

    /// <summary>The low nibbles of sixteen bytes side by side, then the high ones.</summary>
    private static Vector128<byte> Together(Vector128<byte> bytes)
    {
        Vector128<ushort> pairs = bytes.AsUInt16();
        Vector128<ushort> low = Vector128.Create((ushort)0x000F), high = Vector128.Create((ushort)0x00F0);
        return Vector128.Narrow((pairs & low) | ((pairs >> 4) & high), ((pairs >> 4) & low) | ((pairs >> 8) & high));
    }

    /// <summary>The way back.</summary>
    private static Vector128<byte> Apart(Vector128<byte> codes)
    {
        (Vector128<ushort> first, Vector128<ushort> second) = Vector128.Widen(codes);
        Vector128<ushort> low = Vector128.Create((ushort)0x000F), high = Vector128.Create((ushort)0x00F0);
        return (((first & low) | ((first & high) << 4)) | (((second & low) << 4) | ((second & high) << 8))).AsByte();
    }

    /// <summary>The low nibbles of eight bytes, side by side.</summary>
    private static uint Together(ulong bytes)
    {
        ulong x = bytes & 0x0F0F0F0F0F0F0F0F;
        x = (x | (x >> 4)) & 0x00FF00FF00FF00FF;
        x = (x | (x >> 8)) & 0x0000FFFF0000FFFF;
        return (uint)(x | (x >> 16));
    }

    /// <summary>Eight nibbles, a byte each.</summary>
    private static ulong Apart(uint nibbles)
    {
        ulong x = nibbles;
        x = (x | (x << 16)) & 0x0000FFFF0000FFFF;
        x = (x | (x << 8)) & 0x00FF00FF00FF00FF;
        return (x | (x << 4)) & 0x0F0F0F0F0F0F0F0F;
    }
}
