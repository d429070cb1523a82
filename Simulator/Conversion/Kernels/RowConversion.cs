using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// <see cref="BlockConversion"/> for blocks whose elements lie along the lanes, up to sixteen at once: maxima first, then all
/// their scales side by side, then the elements. Its parts are separate methods because the just-in-time compiler stops inlining
/// in one that grows too large.
/// </summary>
internal static unsafe class RowConversion
{
    /// <summary>Blocks of a group.</summary>
    public const int Group = 16;

    private const int BlockSize = MxFormats.BlockSize;
    private const uint MagnitudeMask = 0x7FFFFFFF;

    /// <summary>Quantises a group of blocks.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Quantize<TLane, TRounding,
        TResults>(uint* values, uint* words, int blocks, byte* scales, byte* codes, in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
        where TRounding : struct, IRounding
        where TResults : struct, IResults
    {
        uint* amax = stackalloc uint[Group];
        byte* selected = stackalloc byte[Group];
        bool nans = false;
        for (int block = 0; block < Group; block++)
        {
            uint largest = block < blocks ? Amax<TLane>(values + (block * BlockSize)) : 0x3F800000;
            nans |= largest > ElementCodec.Infinity;
            amax[block] = largest > ElementCodec.Infinity && p.NansIgnored != 0 ? AmaxOfNumbers(values + (block * BlockSize)) : largest;
        }

        bool ordinary = Select<TLane>(amax, selected, p) && !nans;
        for (int block = 0; block < blocks; block++)
        {
            scales[block] = selected[block];
        }

        if (ordinary)
        {
            Elements<TLane, TRounding, OrdinaryRange, TResults>(values, words, blocks, selected, codes, p);
        }
        else
        {
            Elements<TLane, TRounding, FullRange, TResults>(values, words, blocks, selected, codes, p);
        }
    }

    /// <summary>The top n bits of a word.</summary>
    public static uint RandomMask(in KernelParameters p) => p.RandomBits == 0 ? 0 : uint.MaxValue << (int)(32 - p.RandomBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Amax<TLane>(uint* values)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        TLane amax = TLane.Splat(0);
        for (int i = 0; i < BlockSize; i += TLane.Count)
        {
            amax = TLane.Max(amax, TLane.Load(values + i) & TLane.Splat(MagnitudeMask));
        }

        return TLane.MaxAcross(amax);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static uint AmaxOfNumbers(uint* values)
    {
        uint amax = 0;
        for (int i = 0; i < BlockSize; i++)
        {
            uint magnitude = values[i] & MagnitudeMask;
            amax = Math.Max(amax, magnitude > ElementCodec.Infinity ? 0 : magnitude);
        }

        return amax;
    }

    /// <summary>Scales of a group; true when every block's values are in the ordinary range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Select<TLane>(uint* amax, byte* selected, in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        TLane outside = TLane.Splat(0);
        for (int i = 0; i < Group; i += TLane.Count)
        {
            TLane largest = TLane.Load(amax + i);
            TLane scale = ScaleSelection.Select(largest, p);
            TLane.StoreBytes(selected + i, scale);
            outside |= TLane.Greater(largest, TLane.Splat(ElementCodec.Infinity - 1)) | TLane.Greater(TLane.Splat(1),
                scale + TLane.Splat(p.EMin)) | TLane.Greater(scale, TLane.Splat(254));
        }

        return TLane.MaxAcross(outside & TLane.Splat(1)) == 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Elements<TLane, TRounding, TRange,
        TResults>(uint* values, uint* words, int blocks, byte* scales, byte* codes, in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
        where TRounding : struct, IRounding
        where TResults : struct, IResults
        where TRange : struct, IRange
    {
        TLane randomMask = TLane.Splat(RandomMask(p));
        for (int block = 0; block < blocks; block++)
        {
            // X NaN: every v_i is NaN whatever the element (MX 5.1), so the codes are zero by convention.
            uint scale = scales[block];
            TLane live = TLane.Splat(scale < 255 ? uint.MaxValue : 0);
            TLane origin = TLane.Splat(scale + p.EMin);
            for (int i = block * BlockSize; i < (block + 1) * BlockSize; i += TLane.Count)
            {
                TLane random = TRounding.Direction == RoundingDirection.Stochastic ? TLane.Load(words + i) & randomMask : TLane.Splat(0);
                TLane.StoreBytes(codes + i, ElementCodec.Encode<TLane, TRounding, TRange,
                    TResults>(TLane.Load(values + i), origin, live, random, p));
            }
        }
    }
}
