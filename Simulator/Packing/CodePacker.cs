using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Packing;

/// <summary>
/// Codes narrower than a byte, side by side: a little-endian stream of bits, so that FP4 has its low nibble first and four FP6
/// codes fill three bytes. The only packer there is: bits of a code above its width are ignored, bits behind the last code are zero.
/// </summary>
internal static unsafe class CodePacker
{
    /// <summary>Bytes that <paramref name="count"/> codes fill; the last one may be partly zero.</summary>
    public static long PackedBytes(long count, int bits) => ((count * bits) + 7) / 8;

    /// <summary>Packs codes, one a byte.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="packed">At least <see cref="PackedBytes"/> bytes.</param>
    /// <param name="bits">Bits of a code, 1 to 8.</param>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static void Pack(ReadOnlySpan<byte> codes, Span<byte> packed, int bits)
    {
        Require.CodeBits(bits);
        Require.AtLeast(PackedBytes(codes.Length, bits), packed.Length, nameof(packed));
        fixed (byte* from = codes, to = packed)
        {
            Pack(from, codes.Length, to, bits);
        }
    }

    /// <summary>Unpacks as many codes as <paramref name="codes"/> has room for, one a byte.</summary>
    /// <param name="packed">At least <see cref="PackedBytes"/> bytes.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="bits">Bits of a code, 1 to 8.</param>
    /// <exception cref="ArgumentException">The source is too small.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> codes, int bits)
    {
        Require.CodeBits(bits);
        Require.AtLeast(PackedBytes(codes.Length, bits), packed.Length, nameof(packed));
        fixed (byte* from = packed, to = codes)
        {
            Unpack(from, codes.Length, to, bits);
        }
    }

    /// <summary>Packs codes; the caller has checked the sizes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Pack(byte* codes, int count, byte* packed, int bits)
    {
        ulong mask = EachByte(bits);
        int i = 0;
        if (Avx512BW.IsSupported && bits == 4)
        {
            for (; i + 64 <= count; i += 64)
            {
                // Each even code plus sixteen times the odd one above it.
                Vector512<short> pairs = Avx512BW.MultiplyAddAdjacent(Vector512.Load(codes + i) & Vector512.Create((byte)0x0F),
                    Vector512.Create((short)0x1001).AsSByte());
                Avx512BW.ConvertToVector256Byte(pairs).Store(packed);
                packed += 32;
            }
        }
        else if (Avx512Vbmi.IsSupported && bits == 6)
        {
            for (; i + 64 <= count; i += 64)
            {
                // Two codes to twelve bits, two of those to 24, then three bytes out of each four.
                Vector512<short> pairs = Avx512BW.MultiplyAddAdjacent(Vector512.Load(codes + i) & Vector512.Create((byte)0x3F),
                    Vector512.Create((short)0x4001).AsSByte());
                Vector512<int> fours = Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create((4096 << 16) | 1).AsInt16());
                Vector512<byte> close = Avx512Vbmi.PermuteVar64x8(fours.AsByte(), ThreeOfFour);
                close.GetLower().Store(packed);
                close.GetUpper().GetLower().Store(packed + 32);
                packed += 48;
            }
        }

        for (; i + 8 <= count; i += 8)
        {
            ulong word = Extract(*(ulong*)(codes + i), mask, bits);
            StoreLow(packed, word, bits);
            packed += bits;
        }

        if (i < count)
        {
            ulong last = 0;
            for (int k = 0; k < count - i; k++)
            {
                last |= (codes[i + k] & (mask & 0xFF)) << (bits * k);
            }

            int bytes = (int)PackedBytes(count - i, bits);
            for (int k = 0; k < bytes; k++)
            {
                packed[k] = (byte)(last >> (8 * k));
            }
        }
    }

    /// <summary>Unpacks codes; the caller has checked the sizes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(byte* packed, int count, byte* codes, int bits)
    {
        ulong mask = EachByte(bits);
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            *(ulong*)(codes + i) = Deposit(LoadLow(packed, bits), mask, bits);
            packed += bits;
        }

        if (i < count)
        {
            int bytes = (int)PackedBytes(count - i, bits);
            ulong last = LoadLow(packed, bytes);
            for (int k = 0; k < count - i; k++)
            {
                codes[i + k] = (byte)((last >> (bits * k)) & ((1u << bits) - 1));
            }
        }
    }

    private static Vector512<byte> ThreeOfFour => Vector512.Create(
        0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25, 26, 28, 29, 30, 32, 33, 34, 36, 37, 38, 40, 41,
        42, 44, 45, 46, 48, 49, 50, 52, 53, 54, 56, 57, 58, 60, 61, 62, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)0);

    private static ulong EachByte(int bits) => 0x0101010101010101ul * ((1ul << bits) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Extract(ulong codes, ulong mask, int bits)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitExtract(codes, mask);
        }

        ulong word = 0;
        for (int k = 0; k < 8; k++)
        {
            word |= ((codes >> (8 * k)) & (mask & 0xFF)) << (bits * k);
        }

        return word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Deposit(ulong word, ulong mask, int bits)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitDeposit(word, mask);
        }

        ulong codes = 0;
        for (int k = 0; k < 8; k++)
        {
            codes |= ((word >> (bits * k)) & (mask & 0xFF)) << (8 * k);
        }

        return codes;
    }

    /// <summary>Eight codes fill as many bytes as a code has bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLow(byte* destination, ulong word, int bytes)
    {
        if (bytes == 4)
        {
            *(uint*)destination = (uint)word;
        }
        else if (bytes == 6)
        {
            *(uint*)destination = (uint)word;
            *(ushort*)(destination + 4) = (ushort)(word >> 32);
        }
        else
        {
            for (int k = 0; k < bytes; k++)
            {
                destination[k] = (byte)(word >> (8 * k));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LoadLow(byte* source, int bytes)
    {
        if (bytes == 4)
        {
            return *(uint*)source;
        }

        if (bytes == 6)
        {
            return *(uint*)source | ((ulong)*(ushort*)(source + 4) << 32);
        }

        ulong word = 0;
        for (int k = 0; k < bytes; k++)
        {
            word |= (ulong)source[k] << (8 * k);
        }

        return word;
    }
}
