using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// The tuned form of dequantising under E8M0 on AVX-512: the same answers as <see cref="ElementCodec.Decode"/>. Inside a window of
/// scales no product leaves binary32's normal range, so X is an addition to the exponent field.
/// </summary>
internal static unsafe class BlockDequantizeVector512
{
    private const int BlockSize = MxFormats.BlockSize;
    internal const uint LowestScale = 32;
    internal const uint HighestScale = 230;

    /// <summary>
    /// Minifloats; until a group of blocks has a scale outside the window or a special code. Returns how many blocks are done.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Dequantize<TFormat>(byte* scales, byte* codes, nint blocks, uint* result, in KernelParameters p, bool stream)
        where TFormat : struct, IElementFormat
    {
        // An exponent field of 1 is that of the smallest normal number: the element's own field goes on top of one less.
        Vector512<uint> base0 = Vector512.Create(p.EMin - 1);
        Vector512<byte> largest = Vector512.Create((byte)p.LargestMagnitude);
        Vector512<byte> magnitudeMask = Vector512.Create((byte)(p.CodeMask >> 1));
        bool special = p.LargestMagnitude != p.CodeMask >> 1;
        nint block = 0;
        for (; block + 2 <= blocks; block += 2)
        {
            uint x0 = scales[block];
            uint x1 = scales[block + 1];
            if (x0 - LowestScale > HighestScale - LowestScale || x1 - LowestScale > HighestScale - LowestScale)
            {
                break;
            }

            byte* from = codes + (block * BlockSize);
            if (special && Vector512.GreaterThanAny(Vector512.Load(from) & magnitudeMask, largest))
            {
                break;
            }

            if (stream)
            {
                Sse.Prefetch0(from + (BlockSize * BlockSize * 2));
            }

            uint* to = result + (block * BlockSize);
            Vector512<uint> first = (Vector512.Create(x0) + base0) << 23;
            Vector512<uint> second = (Vector512.Create(x1) + base0) << 23;
            Put(to, Value<TFormat>(from, first), stream);
            Put(to + 16, Value<TFormat>(from + 16, first), stream);
            Put(to + 32, Value<TFormat>(from + 32, second), stream);
            Put(to + 48, Value<TFormat>(from + 48, second), stream);
        }

        return block;
    }

    /// <summary>MXINT8; until a pair of blocks has a scale outside the window.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint DequantizeInt8(byte* scales, byte* codes, nint blocks, uint* result, bool stream)
    {
        nint block = 0;
        for (; block + 2 <= blocks; block += 2)
        {
            uint x0 = scales[block];
            uint x1 = scales[block + 1];
            if (x0 - LowestScale > HighestScale - LowestScale || x1 - LowestScale > HighestScale - LowestScale)
            {
                break;
            }

            byte* from = codes + (block * BlockSize);
            if (stream)
            {
                Sse.Prefetch0(from + (BlockSize * BlockSize * 2));
            }

            uint* to = result + (block * BlockSize);

            // X 2^-6, a power of two: the product of integers up to 128 is exact.
            Vector512<float> first = Vector512.Create((x0 - 6) << 23).AsSingle();
            Vector512<float> second = Vector512.Create((x1 - 6) << 23).AsSingle();
            Put(to, Integers(from) * first, stream);
            Put(to + 16, Integers(from + 16) * first, stream);
            Put(to + 32, Integers(from + 32) * second, stream);
            Put(to + 48, Integers(from + 48) * second, stream);
        }

        return block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Integers(byte* codes)
        => Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)codes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Value<TFormat>(byte* codes, Vector512<uint> origin)
        where TFormat : struct, IElementFormat
    {
        int bits = TFormat.ExponentBits + TFormat.MantissaBits;
        Vector512<uint> code = Avx512F.ConvertToVector512UInt32(Vector128.Load(codes));
        Vector512<uint> magnitude = (code << (23 - TFormat.MantissaBits))
            & Vector512.Create(((1u << bits) - 1) << (23 - TFormat.MantissaBits));
        Vector512<uint> normal = magnitude + origin;

        // A subnormal m 2^(emin - man) as (1 + m 2^-man) - 1 in emin's binade: exact, and a zero comes out as one.
        Vector512<uint> one = origin + Vector512.Create(1u << 23);
        Vector512<float> subnormal = (magnitude + one).AsSingle() - one.AsSingle();
        Vector512<float> value = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(1u << 23)),
            subnormal.AsUInt32(), normal).AsSingle();
        return Vector512.ConditionalSelect(Vector512.Create(0x80000000u), code << (31 - bits), value.AsUInt32()).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(uint* to, Vector512<float> value, bool stream)
    {
        if (stream)
        {
            value.AsUInt32().StoreAlignedNonTemporal(to);
        }
        else
        {
            value.AsUInt32().Store(to);
        }
    }
}
