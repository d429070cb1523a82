using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// What <see cref="Nvfp4Conversion"/> says of each of UE4M3's codes under one tensor scale, said once for a conversion: there are only
/// 128 of them, and a matrix has millions of blocks.
/// </summary>
internal static unsafe class Nvfp4Scales
{
    /// <summary>Scale codes without the sign bit, which UE4M3 ignores.</summary>
    public const int Count = 128;

    /// <summary>Words of a scale's row.</summary>
    public const int Row = 16;

    private const int Magnitudes = Nvfp4Conversion.Magnitudes;
    private const int Line = 64;

    /// <summary>Words for so many a scale, with room to begin at a cache line.</summary>
    public static uint[] Allocate(int row) => GC.AllocateUninitializedArray<uint>((Count * row) + (Line / sizeof(uint)), pinned: true);

    /// <summary>Where the first row of pinned words begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* FirstRow(uint* words) => (uint*)(((nuint)words + Line - 1) & ~(nuint)(Line - 1));

    /// <summary>
    /// A row for each scale: the place of a magnitude's code holds <see cref="Nvfp4Conversion.BelowThreshold"/> of positive values, eight
    /// further on of negative ones.
    /// </summary>
    public static uint[] Thresholds<TLane, TRounding>(in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
        where TRounding : struct, IRounding
    {
        uint[] words = Allocate(Row);
        uint* some = stackalloc uint[TLane.Count];
        fixed (uint* start = words)
        {
            uint* rows = FirstRow(start);
            for (uint scale = 0; scale < Count; scale += (uint)TLane.Count)
            {
                TLane scales = From<TLane>(scale, some);
                for (int code = 1; code <= Magnitudes; code++)
                {
                    TLane.Store(some, Nvfp4Conversion.BelowThreshold<TLane, TRounding>(scales, code, negative: false, p));
                    Spread(some, TLane.Count, rows + (scale * Row) + code);
                    TLane.Store(some, Nvfp4Conversion.BelowThreshold<TLane, TRounding>(scales, code, negative: true, p));
                    Spread(some, TLane.Count, rows + (scale * Row) + code + (Row / 2));
                }
            }
        }

        return words;
    }

    /// <summary>A row for each scale: the binary32 bits that each of an element's sixteen codes stands for.</summary>
    public static uint[] Values<TLane>(in KernelParameters p)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        uint[] words = Allocate(Row);
        uint* some = stackalloc uint[TLane.Count];
        fixed (uint* start = words)
        {
            uint* rows = FirstRow(start);
            for (uint scale = 0; scale < Count; scale += (uint)TLane.Count)
            {
                TLane scales = From<TLane>(scale, some);
                for (uint code = 0; code < Row; code++)
                {
                    int magnitude = (int)code & Magnitudes;
                    TLane value = magnitude == 0 ? TLane.Splat(0) : Nvfp4Conversion.Value(scales, magnitude, p);
                    TLane.Store(some, Nvfp4Conversion.Signed(value, TLane.Splat(code), scales));
                    Spread(some, TLane.Count, rows + (scale * Row) + code);
                }
            }
        }

        return words;
    }

    private static TLane From<TLane>(uint first, uint* some)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        for (uint i = 0; i < (uint)TLane.Count; i++)
        {
            some[i] = first + i;
        }

        return TLane.Load(some);
    }

    private static void Spread(uint* from, int count, uint* to)
    {
        for (int i = 0; i < count; i++)
        {
            to[i * Row] = from[i];
        }
    }
}
