using System.Numerics.Tensors;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Inspection;

/// <summary>Counts a tensor's blocks, a tile at a time. Tiles may be counted on several threads, each with buffers of its own.</summary>
internal sealed class TileTally : ITally
{
    /// <summary>Elements of a tile, about: its codes stay in the second-level cache, and reading them is worth a system call.</summary>
    private const int TileElements = 1 << 18;

    private readonly BlockPlaces places;
    private readonly BlockFormat format;
    private readonly BlockAxis axis;
    private readonly ElementClasses elements;
    private readonly ScaleClasses scales;

    /// <summary>Makes one.</summary>
    /// <param name="tensor">A tensor whose blocks are no square tiles.</param>
    /// <param name="tileElements">Elements of a tile, about.</param>
    public TileTally(StoredTensor tensor, int tileElements = TileElements)
    {
        places = new(tensor, tileElements);
        format = tensor.Format;
        axis = tensor.Axis;
        elements = new(format);
        scales = ScaleClasses.Of(format.Scale);
    }

    /// <inheritdoc/>
    public long Tiles => places.Tiling.Count;

    /// <inheritdoc/>
    public void Add(Checkpoint from, long index, TallyBuffers buffers, BlockTally tally)
    {
        Tile tile = places.Tiling[index];
        Span<byte> codes = buffers.Codes(places.CodeBytes(tile));
        Span<byte> scaleCodes = buffers.Scales(places.ScaleCount(tile));
        places.Read(from, tile, codes, scaleCodes);
        int bits = format.Element.Bits;
        if (bits is 4 or 8 && axis == BlockAxis.AlongRows && tile.Columns % format.BlockSize == 0)
        {
            Span<byte> folded = buffers.Folded(codes.Length);
            tally.Elements += CodeCounter.Count(codes, bits, elements, folded);

            // Two codes a byte, or two bytes, have become one.
            tally.AddBlocks(scaleCodes, CodeCounter.Largest(folded[..(tile.Count / 2)], format.BlockSize / 2), scales);
            return;
        }

        Span<byte> magnitudes = buffers.Wide(tile.Count);
        Unpack(codes, magnitudes, bits);
        tally.Elements += CodeCounter.Count(magnitudes, 8, elements, buffers.Folded(tile.Count));
        CodeCounter.ToMagnitudes(magnitudes, elements);

        Span<byte> largest = buffers.Folded(scaleCodes.Length);
        LargestOf(magnitudes, tile, largest);
        tally.AddBlocks(scaleCodes, largest, scales);
    }

    private static void Unpack(ReadOnlySpan<byte> codes, Span<byte> wide, int bits)
    {
        if (bits == 8)
        {
            codes.CopyTo(wide);
        }
        else
        {
            CodePacker.Unpack(codes, wide, bits);
        }
    }

    /// <summary>The largest magnitude of each block, where one may be partly filled or run down a column.</summary>
    private void LargestOf(ReadOnlySpan<byte> magnitudes, Tile tile, Span<byte> largest)
    {
        int size = format.BlockSize;
        if (axis == BlockAxis.AlongColumns)
        {
            for (int row = 0; row < tile.Rows; row++)
            {
                Span<byte> blocks = largest.Slice(row / size * tile.Columns, tile.Columns);
                ReadOnlySpan<byte> own = magnitudes.Slice(row * tile.Columns, tile.Columns);
                if (row % size == 0)
                {
                    own.CopyTo(blocks);
                }
                else
                {
                    TensorPrimitives.Max(own, blocks, blocks);
                }
            }

            return;
        }

        int at = 0;
        for (int row = 0; row < tile.Rows; row++)
        {
            for (int column = 0; column < tile.Columns; column += size)
            {
                largest[at++] = TensorPrimitives.Max(magnitudes.Slice((row * tile.Columns) + column,
                    Math.Min(size, tile.Columns - column)));
            }
        }
    }
}
