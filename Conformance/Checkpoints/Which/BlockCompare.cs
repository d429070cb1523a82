namespace Mxact.Checkpoints.Which;

/// <summary>Whether two blocks are the same: the codes beside a scale that is NaN mean nothing (MX 5.1).</summary>
internal static class BlockCompare
{
    /// <summary>Whether a scale's code is NaN.</summary>
    public static bool IsNaN(BlockFormat format, byte scale)
        => format.Scale.Element is null ? scale == ScaleFormat.E8M0NaN : (scale & 0x7F) == 0x7F;

    /// <summary>Whether a block of a tile differs.</summary>
    public static bool Differ(BlockFormat format, TileBlocks of, int block, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes,
        ReadOnlySpan<byte> otherScales, ReadOnlySpan<byte> otherCodes)
    {
        if (scales[block] != otherScales[block])
        {
            return true;
        }

        if (IsNaN(format, scales[block]))
        {
            return false;
        }

        Span<int> places = stackalloc int[format.BlockSize];
        foreach (int place in places[..of.Elements(block, places)])
        {
            if (of.CodeAt(codes, place) != of.CodeAt(otherCodes, place))
            {
                return true;
            }
        }

        return false;
    }
}
