using System.Runtime.CompilerServices;
using Mxact.Simulator.Accelerated.Lanes;

namespace Mxact.Simulator.Accelerated.Kernels;

/// <summary>Quantises blocks, integers only; equals <see cref="Reference.BlockConversion"/> (MX 5.1, 6.3).</summary>
internal static partial class BlockConversion
{
    private const uint MagnitudeMask = 0x7FFFFFFF;

    /// <summary>One block whose elements lie along the lanes: X from the largest magnitude, P_i = quantise(V_i / X). Returns the scale's code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint QuantizeAlong<TLane, TRounding, TBlock>(TBlock block, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TBlock : struct, IBlock<TLane>
    {
        uint amax = TLane.MaxAcross(Amax<TLane, TBlock>(block, p));
        uint scale = ScaleSelection.Select(ScalarLane.Splat(amax), p).Word;
        QuantizeElements<TLane, TRounding, TBlock>(block, TLane.Splat(scale), p);
        return scale;
    }

    /// <summary>As many blocks as a lane has words, one in each: blocks along columns, or a GPU's thread with its own block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane QuantizeAcross<TLane, TRounding, TBlock>(TBlock block, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TBlock : struct, IBlock<TLane>
    {
        TLane scale = ScaleSelection.Select(Amax<TLane, TBlock>(block, p), p);
        QuantizeElements<TLane, TRounding, TBlock>(block, scale, p);
        return scale;
    }

    /// <summary>The largest magnitude's bits: above +Inf's when a NaN counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Amax<TLane, TBlock>(TBlock block, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TBlock : struct, IBlock<TLane>
    {
        TLane amax = TLane.Splat(0);
        for (int step = 0; step < block.Steps; step++)
        {
            TLane magnitude = block.Value(step) & TLane.Splat(MagnitudeMask);
            if (p.NansIgnored != 0)
            {
                magnitude = TLane.Select(TLane.Greater(magnitude, TLane.Splat(ElementCodec.Infinity)), TLane.Splat(0), magnitude);
            }

            amax = TLane.Max(amax, magnitude);
        }

        return amax;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuantizeElements<TLane, TRounding, TBlock>(TBlock block, TLane scale, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TBlock : struct, IBlock<TLane>
    {
        // X NaN: every v_i is NaN whatever the element (MX 5.1), so the codes are zero by convention.
        TLane live = TLane.Greater(TLane.Splat(255), scale);
        TLane origin = scale + TLane.Splat(p.EMin);
        for (int step = 0; step < block.Steps; step++)
        {
            block.SetCode(step, ElementCodec.Encode<TLane, TRounding>(block.Value(step), origin, live, block.Random(step), p));
        }
    }
}
