namespace Mxact;

/// <summary>How codes lie in memory. They keep the places of their elements, row by row, whichever way the blocks run.</summary>
public enum CodeLayout
{
    /// <summary>One code a byte.</summary>
    Bytes,

    /// <summary>
    /// Without gaps inside a row, each row on a whole byte: FP4 low nibble first, four FP6 codes in three bytes, little-endian.
    /// </summary>
    Packed,
}
