using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>Quantises blocks, integers only; equals <see cref="Reference.BlockConversion"/> (MX 5.1, 6.3).</summary>
internal static class BlockConversion
{
    private const uint MagnitudeMask = 0x7FFFFFFF;

    /// <summary>
    /// As many blocks as a lane has words, one in each: blocks along columns, or a GPU's thread with its own block. Returns the scales.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane QuantizeAcross<TLane, TRounding, TResults, TBlock>(TBlock block, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TResults : struct, IResults
        where TBlock : struct, IBlock<TLane>
    {
        TLane amax = Amax<TLane, TBlock>(block);
        if (p.NansIgnored != 0)
        {
            amax = AmaxOfNumbers<TLane, TBlock>(block);
        }

        TLane scale = ScaleSelection.Select(amax, p);
        QuantizeElements<TLane, TRounding, TResults, TBlock>(block, scale, p);
        return scale;
    }

    /// <summary>The largest magnitude's bits: above +Inf's when there is a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Amax<TLane, TBlock>(TBlock block)
        where TLane : unmanaged, ILane<TLane>
        where TBlock : struct, IBlock<TLane>
    {
        TLane amax = TLane.Splat(0);
        for (int step = 0; step < block.Steps; step++)
        {
            amax = TLane.Max(amax, block.Value(step) & TLane.Splat(MagnitudeMask));
        }

        return amax;
    }

    /// <summary>The largest magnitude's bits, NaNs left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane AmaxOfNumbers<TLane, TBlock>(TBlock block)
        where TLane : unmanaged, ILane<TLane>
        where TBlock : struct, IBlock<TLane>
    {
        TLane amax = TLane.Splat(0);
        for (int step = 0; step < block.Steps; step++)
        {
            TLane magnitude = block.Value(step) & TLane.Splat(MagnitudeMask);
            amax = TLane.Max(amax, TLane.Select(TLane.Greater(magnitude, TLane.Splat(ElementCodec.Infinity)), TLane.Splat(0), magnitude));
        }

        return amax;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuantizeElements<TLane, TRounding, TResults, TBlock>(TBlock block, TLane scale, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TResults : struct, IResults
        where TBlock : struct, IBlock<TLane>
    {
        // X NaN: every v_i is NaN whatever the element (MX 5.1), so the codes are zero by convention.
        TLane live = TLane.Greater(TLane.Splat(255), scale);
        TLane origin = scale + TLane.Splat(p.EMin);
        for (int step = 0; step < block.Steps; step++)
        {
            block.SetCode(step, ElementCodec.Encode<TLane, TRounding, FullRange,
                TResults>(block.Value(step), origin, live, block.Random(step), p));
        }
    }
}
