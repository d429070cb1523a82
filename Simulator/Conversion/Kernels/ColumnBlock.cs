using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// As many blocks as a lane has words, side by side, each running down its column; the last of a matrix may have fewer rows.
/// </summary>
/// <param name="tile">Where the blocks are.</param>
/// <param name="column">The first of the lane's columns.</param>
/// <param name="randomMask">The top n bits.</param>
internal readonly unsafe struct ColumnBlock<TLane, TRounding>(in ColumnTile tile, int column, uint randomMask) : IBlock<TLane>
    where TLane : unmanaged, IVectorLane<TLane>
    where TRounding : struct, IRounding
{
    private readonly uint* values = tile.Values + column;
    private readonly uint* words = tile.Words + column;
    private readonly byte* codes = tile.Codes + column;
    private readonly nint valueStride = tile.ValueStride;
    private readonly nint codeStride = tile.CodeStride;
    private readonly int rows = tile.Rows;

    public int Steps => rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value(int step) => TLane.Load(values + (step * valueStride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Random(int step) => TRounding.Direction == RoundingDirection.Stochastic
        ? TLane.Load(words + (step * ColumnTile.Width)) & TLane.Splat(randomMask)
        : TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetCode(int step, TLane code) => TLane.StoreBytes(codes + (step * codeStride), code);
}
