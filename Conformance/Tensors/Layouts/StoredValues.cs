using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>
/// The values of a quantised tensor, a tile at a time: code x scale x tensor scale (or over it), rounded to binary32 once.
/// </summary>
internal sealed class StoredValues
{
    private readonly Checkpoint from;
    private readonly StoredTensor tensor;
    private readonly BlockPlaces? places;
    private readonly BlockConverter? converter;
    private readonly TensorScaleValues? tensorScale;
    private readonly TileScales? tiles;
    private readonly MatrixBytes codes;
    private readonly Backend backend;

    /// <summary>Opens a tensor.</summary>
    /// <param name="from">The checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="backend">What converts. No result depends on it.</param>
    /// <param name="tileElements">Elements of a tile, about.</param>
    /// <param name="cut">How it is cut into tiles, where something else is cut so beside it.</param>
    public StoredValues(Checkpoint from, StoredTensor tensor, Backend backend, int tileElements = Tiling.Elements, Tiling? cut = null)
    {
        this.from = from;
        this.tensor = tensor;
        this.backend = backend;
        if (tensor.Layout.Tile > 0)
        {
            tiles = TileScales.Read(from, tensor);
            Tiling = cut ?? Tiling.Of(tensor.Values, BlockAxis.AlongRows, 1, tileElements);
            codes = new(tensor.Codes.Offset, Tiling.Columns, 8);
            return;
        }

        places = new(tensor, tileElements, cut?.WithBlocksOf(tensor.Format.BlockSize));
        Tiling = places.Tiling;
        tensorScale = TensorScaleValues.Read(from, tensor);
        converter = BlockConverter.Create(new(tensor.Format, ConversionPolicy.Ocp) { Axis = tensor.Axis, Execution = new(backend) });
    }

    /// <summary>How the tensor is cut into tiles.</summary>
    public Tiling Tiling { get; }

    /// <summary>The first block among those of a tile, or square tile of the tensor, whose scale is NaN; -1 where none is.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="scales">What <see cref="Read"/> gave.</param>
    public long NanScale(Tile tile, ReadOnlySpan<byte> scales)
        => places?.NanScale(tile, scales) ?? TileScales.FirstNaN(tiles!.Values);

    /// <summary>Reads a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="codeBytes">At least a byte an element; gets a code each.</param>
    /// <param name="scales">At least a byte a block; gets the scales.</param>
    /// <param name="packed">At least as large as <paramref name="codeBytes"/>; the codes as the file has them.</param>
    public void Read(Tile tile, Span<byte> codeBytes, Span<byte> scales, Span<byte> packed)
    {
        if (places is null)
        {
            codes.Read(from.FileOf(tensor.Codes), tile, codeBytes);
            return;
        }

        int bits = tensor.Format.Element.Bits;
        if (bits == 8)
        {
            places.Read(from, tile, codeBytes, scales);
            return;
        }

        places.Read(from, tile, packed, scales);

        // Every row of a tile is on a whole byte.
        int rowBytes = places.CodeBytes(tile) / tile.Rows;
        for (int row = 0; row < tile.Rows; row++)
        {
            CodePacker.Unpack(packed.Slice(row * rowBytes, rowBytes), codeBytes.Slice(row * tile.Columns, tile.Columns), bits);
        }
    }

    /// <summary>The values of a tile that was read.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="codeBytes">Its codes, one a byte.</param>
    /// <param name="scales">Its scales.</param>
    /// <param name="values">One an element, binary32.</param>
    public void Values(Tile tile, ReadOnlySpan<byte> codeBytes, ReadOnlySpan<byte> scales, Span<uint> values)
    {
        values = values[..tile.Count];
        long first = (tile.Row * Tiling.Columns) + tile.Column;
        Span<float> numbers = MemoryMarshal.Cast<uint, float>(values);
        if (tiles is not null)
        {
            Elements.DecodeInto(tensor.Format.Element, codeBytes[..tile.Count], numbers, new(backend));
            tiles.Apply(numbers, first);
            return;
        }

        converter!.Dequantize(scales, codeBytes, tile.Rows, tile.Columns, values);
        tensorScale?.Apply(numbers, first);
    }
}
