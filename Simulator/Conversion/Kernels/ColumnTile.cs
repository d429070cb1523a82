using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>Up to <see cref="Width"/> blocks side by side, each running down a column.</summary>
internal unsafe struct ColumnTile
{
    /// <summary>Columns of a full tile: a cache line of codes, four of binary32 values.</summary>
    public const int Width = 64;

    /// <summary>Rows from one that is written to one that is prefetched.</summary>
    private const int RowsAhead = 4;

    /// <summary>The first value.</summary>
    public uint* Values;

    /// <summary>Values from one row to the next.</summary>
    public nint ValueStride;

    /// <summary>The first random word; rows are <see cref="Width"/> apart.</summary>
    public uint* Words;

    /// <summary>The first code.</summary>
    public byte* Codes;

    /// <summary>Codes from one row to the next.</summary>
    public nint CodeStride;

    /// <summary>The first scale; the blocks' scales lie side by side.</summary>
    public byte* Scales;

    /// <summary>Elements of each block: 32, or fewer at the end of the matrix.</summary>
    public int Rows;

    /// <summary>Blocks: a multiple of every lane's width.</summary>
    public int Columns;

    /// <summary>
    /// Prefetches values that will be written a few rows on, on x86: a processor foresees steps within a page, and rows of a matrix lie
    /// pages apart. After the last row come the first ones of the next tile.
    /// </summary>
    /// <param name="row">The row that is written.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PrefetchRow(int row)
    {
        int next = row + RowsAhead;
        uint* to = Values + (next < Rows ? next * ValueStride : ((next - Rows) * ValueStride) + Width);
        Sse.Prefetch0(to);
        Sse.Prefetch0(to + 16);
        Sse.Prefetch0(to + 32);
        Sse.Prefetch0(to + 48);
    }
}
