using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Checkpoints.Which;

/// <summary>Where the blocks of a tile lie in it.</summary>
internal readonly struct TileBlocks
{
    private readonly StoredTensor stored;
    private readonly Tiling tiling;
    private readonly Tile tile;
    private readonly Tile scales;
    private readonly int rowBytes;

    /// <summary>Finds them.</summary>
    public TileBlocks(StoredTensor stored, Tiling tiling, Tile tile)
    {
        this.stored = stored;
        this.tiling = tiling;
        this.tile = tile;
        scales = tiling.Scales(tile);
        rowBytes = (int)((long)tile.Columns * stored.Format.Element.Bits / 8);
    }

    /// <summary>How many there are.</summary>
    public int Count => scales.Count;

    /// <summary>Bytes of all codes.</summary>
    public int CodeBytes => tile.Rows * rowBytes;

    /// <summary>A block's number in the tensor, as its scale is counted.</summary>
    public long IndexOf(int block) => ((scales.Row + (block / scales.Columns)) * tiling.ScaleColumns) + scales.Column
        + (block % scales.Columns);

    /// <summary>The places of a block's elements in the tile.</summary>
    /// <param name="block">Which.</param>
    /// <param name="places">Room for a whole block.</param>
    /// <returns>How many there are.</returns>
    public int Elements(int block, Span<int> places)
    {
        int size = stored.Format.BlockSize;
        (int down, int across) = (block / scales.Columns, block % scales.Columns);
        bool alongRows = stored.Axis == BlockAxis.AlongRows;
        int first = alongRows ? across * size : down * size;
        int count = Math.Min(size, (alongRows ? tile.Columns : tile.Rows) - first);
        for (int i = 0; i < count; i++)
        {
            places[i] = alongRows ? (down * tile.Columns) + first + i : ((first + i) * tile.Columns) + across;
        }

        return count;
    }

    /// <summary>The code at a place.</summary>
    public uint CodeAt(ReadOnlySpan<byte> codes, int place)
    {
        int bits = stored.Format.Element.Bits;
        int bit = place % tile.Columns * bits;
        int at = (place / tile.Columns * rowBytes) + (bit / 8);
        uint word = codes[at] | ((bit % 8) + bits > 8 ? (uint)codes[at + 1] << 8 : 0);
        return (word >> (bit % 8)) & ((1u << bits) - 1);
    }
}
