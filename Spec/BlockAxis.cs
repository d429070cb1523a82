namespace Mxact;

/// <summary>Along which axis of a matrix the blocks run: the axis a matrix product reduces.</summary>
public enum BlockAxis
{
    /// <summary>A block is a run of one row.</summary>
    AlongRows,

    /// <summary>A block is a run of one column.</summary>
    AlongColumns,
}
