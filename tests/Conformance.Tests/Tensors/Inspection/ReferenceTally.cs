using Mxact.Tensors.Inspection;

namespace Mxact.Conformance.Tests.Tensors;

/// <summary>The tally's definition: an element at a time, by the formats' own tables of numbers.</summary>
internal static class ReferenceTally
{
    /// <summary>Counts rows of blocks along rows, or down columns.</summary>
    public static (ElementCounts Elements, long[] Scales, long[] Fills) Of(byte[] codes, byte[] scales, int rows, int columns,
        BlockFormat format, BlockAxis axis)
    {
        ElementClasses classes = new(format);
        ElementCounts counts = default;
        long[] scaleCounts = new long[256];
        long[] fills = new long[3 * 256];
        int across = axis == BlockAxis.AlongRows ? (columns + format.BlockSize - 1) / format.BlockSize : columns;
        byte[] largest = new byte[scales.Length];
        for (int i = 0; i < rows * columns; i++)
        {
            (int row, int column) = (i / columns, i % columns);
            int block = axis == BlockAxis.AlongRows ? (row * across) + (column / format.BlockSize)
                : (row / format.BlockSize * across) + column;
            int magnitude = format.Element == ElementFormat.Int8 ? Math.Min(Math.Abs((int)(sbyte)codes[i]), 127)
                : codes[i] & ((int)format.Element.SignMask - 1);
            counts.Add((byte)magnitude, classes);
            largest[block] = Math.Max(largest[block], (byte)magnitude);
        }

        for (int block = 0; block < scales.Length; block++)
        {
            scaleCounts[scales[block]]++;
            int kind = scales[block] == 0 ? 0 : format.Scale == ScaleFormat.E8M0 ? scales[block] == 0xFF ? 1 : 2
                : scales[block] is < 8 or >= 0x7F ? 1 : 2;
            fills[(kind * 256) + largest[block]]++;
        }

        return (counts, scaleCounts, fills);
    }
}
