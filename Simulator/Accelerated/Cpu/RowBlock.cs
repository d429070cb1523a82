using System.Runtime.CompilerServices;
using Mxact.Simulator.Accelerated.Kernels;
using Mxact.Simulator.Accelerated.Lanes;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Cpu;

/// <summary>A full block whose elements lie side by side in memory.</summary>
/// <param name="values">The first value.</param>
/// <param name="words">The first random word; not read by deterministic modes.</param>
/// <param name="codes">The first code.</param>
/// <param name="randomMask">The top n bits.</param>
internal readonly unsafe struct RowBlock<TLane, TRounding>(uint* values, uint* words, byte* codes, uint randomMask) : IBlock<TLane>
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    public int Steps => MxFormats.BlockSize / TLane.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value(int step) => TLane.Load(values + (step * TLane.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Random(int step) => TRounding.Direction == RoundingDirection.Stochastic
        ? TLane.Load(words + (step * TLane.Count)) & TLane.Splat(randomMask)
        : TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetCode(int step, TLane code) => TLane.StoreBytes(codes + (step * TLane.Count), code);
}
