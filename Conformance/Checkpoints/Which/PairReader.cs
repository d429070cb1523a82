using System.Runtime.InteropServices;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Checkpoints.Which;

/// <summary>Reads a quantised tensor and its original side by side, tile by tile; several threads may do so at a time.</summary>
internal sealed class PairReader
{
    private readonly Checkpoint original;
    private readonly Checkpoint quantised;
    private readonly BlockPlaces places;
    private readonly MatrixBytes values;

    /// <summary>Begins.</summary>
    /// <param name="original">Where the values are.</param>
    /// <param name="quantised">Where the codes are.</param>
    /// <param name="pair">The tensor.</param>
    /// <param name="tileElements">Elements of a tile, about.</param>
    public PairReader(Checkpoint original, Checkpoint quantised, TensorPair pair, int tileElements = Tiling.Elements)
    {
        this.original = original;
        this.quantised = quantised;
        Pair = pair;
        places = new(pair.Stored, tileElements);
        values = new(pair.Original!.Offset, places.Tiling.Columns, pair.Original.Type.Bits);
    }

    /// <summary>What is read.</summary>
    public TensorPair Pair { get; }

    /// <summary>How it is cut.</summary>
    public Tiling Tiling => places.Tiling;

    /// <summary>Blocks of the tensor.</summary>
    public long Blocks => Tiling.ScaleRows * Tiling.ScaleColumns;

    /// <summary>Reads a tile.</summary>
    public void Read(Tile tile, PairTile into)
    {
        into.Tile = tile;
        Span<byte> bytes = into.Narrow.AsSpan(0, values.BytesOf(tile));
        values.Read(original.FileOf(Pair.Original!), tile, bytes);
        Widening.ToBinary32(Pair.Original!.Type, bytes, MemoryMarshal.Cast<uint, float>(into.Wide.AsSpan(0, tile.Count)));
        places.Read(quantised, tile, into.Codes, into.Scales);
    }

    /// <summary>The blocks of a tile.</summary>
    public TileBlocks BlocksOf(Tile tile) => new(Pair.Stored, Tiling, tile);
}
