using System.Buffers;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Layouts;

/// <summary>
/// Where the blocks of a quantised tensor lie in its file: a tile of them is read and written as a stream of codes and the scales row by
/// row, whatever the layout.
/// </summary>
internal sealed class BlockPlaces
{
    private readonly StoredTensor tensor;
    private readonly MatrixBytes codes;
    private readonly MatrixBytes scales;
    private readonly ScaleStrips? strips;

    /// <summary>Finds them.</summary>
    /// <param name="tensor">The tensor, with the offsets of its parts.</param>
    /// <param name="tileElements">Elements of a tile, about.</param>
    /// <param name="cut">How it is cut into tiles where that is decided elsewhere.</param>
    public BlockPlaces(StoredTensor tensor, int tileElements = Tiling.Elements, Tiling? cut = null)
    {
        this.tensor = tensor;
        bool isTiled = tensor.ScaleOrder != ScaleLayout.RowMajor;
        Tiling = cut ?? Tiling.Of(tensor.Values, tensor.Axis, tensor.Format.BlockSize, tileElements, isFlat: !isTiled);
        codes = new(tensor.Codes.Offset, Tiling.Columns, tensor.Format.Element.Bits);
        if (isTiled)
        {
            strips = new(tensor.ScaleOrder, tensor.Scales!.Offset, tensor.MatrixRows, (int)Tiling.ScaleColumns);
        }
        else if (tensor.Scales is not null)
        {
            scales = new(tensor.Scales.Offset, Tiling.ScaleColumns, 8);
        }
    }

    /// <summary>How the tensor is cut into tiles.</summary>
    public Tiling Tiling { get; }

    /// <summary>Bytes of a tile's codes.</summary>
    public int CodeBytes(Tile tile) => codes.BytesOf(tile);

    /// <summary>Scales of a tile.</summary>
    public int ScaleCount(Tile tile) => Tiling.Scales(tile).Count;

    /// <summary>The first block among those of a tile whose scale is NaN, by its number in the tensor; -1 where none is.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="scaleBytes">Its scales.</param>
    public long NanScale(Tile tile, ReadOnlySpan<byte> scaleBytes)
    {
        scaleBytes = scaleBytes[..ScaleCount(tile)];
        int at = tensor.Format.Scale.Element is null ? scaleBytes.IndexOf((byte)ScaleFormat.E8M0NaN)
            : scaleBytes.IndexOfAny((byte)0x7F, (byte)0xFF);
        Tile part = Tiling.Scales(tile);
        return at < 0 ? -1 : ((part.Row + (at / part.Columns)) * Tiling.ScaleColumns) + part.Column + (at % part.Columns);
    }

    /// <summary>Reads a tile.</summary>
    /// <param name="from">The checkpoint.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="codeBytes">At least <see cref="CodeBytes"/> bytes.</param>
    /// <param name="scaleBytes">At least <see cref="ScaleCount"/> bytes.</param>
    public void Read(Checkpoint from, Tile tile, Span<byte> codeBytes, Span<byte> scaleBytes)
    {
        if (tensor.Scales is null)
        {
            (long offset, int length) = Blocks(tile);
            byte[] blocks = ArrayPool<byte>.Shared.Rent(length);
            from.FileOf(tensor.Codes).Read(offset, blocks.AsSpan(0, length));
            GgufStream.Unpack(tensor.Format, blocks.AsSpan(0, length), codeBytes, scaleBytes);
            ArrayPool<byte>.Shared.Return(blocks);
            return;
        }

        codes.Read(from.FileOf(tensor.Codes), tile, codeBytes);
        if (strips is not null)
        {
            ReadStrips(strips, from.FileOf(tensor.Scales), tile, scaleBytes);
        }
        else
        {
            scales.Read(from.FileOf(tensor.Scales), Tiling.Scales(tile), scaleBytes);
        }
    }

    /// <summary>Writes one.</summary>
    public void Write(TensorWriter to, Tile tile, ReadOnlySpan<byte> codeBytes, ReadOnlySpan<byte> scaleBytes)
    {
        if (tensor.Scales is null)
        {
            (long offset, int length) = Blocks(tile);
            byte[] blocks = ArrayPool<byte>.Shared.Rent(length);
            GgufStream.Pack(tensor.Format, codeBytes, scaleBytes, blocks.AsSpan(0, length));
            to.Write(offset, blocks.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(blocks);
            return;
        }

        codes.Write(to, tile, codeBytes);
        scales.Write(to, Tiling.Scales(tile), scaleBytes);
    }

    private void ReadStrips(ScaleStrips tiled, TensorFile file, Tile tile, Span<byte> scaleBytes)
    {
        Tile part = Tiling.Scales(tile);
        if (part.Columns == Tiling.ScaleColumns)
        {
            tiled.Read(file, part.Row, part.Rows, scaleBytes);
            return;
        }

        byte[] row = new byte[Tiling.ScaleColumns];
        for (int i = 0; i < part.Rows; i++)
        {
            tiled.Read(file, part.Row + i, 1, row);
            row.AsSpan((int)part.Column, part.Columns).CopyTo(scaleBytes[(i * part.Columns)..]);
        }
    }

    /// <summary>Where a tile's blocks lie in a GGUF file, whose rows are whole blocks: one long row.</summary>
    private (long Offset, int Length) Blocks(Tile tile)
    {
        int values = GgufStream.BlockValues(tensor.Format);
        int bytes = GgufStream.BlockBytes(tensor.Format);
        return (tensor.Codes.Offset + (((tile.Row * Tiling.Columns) + tile.Column) / values * bytes), tile.Count / values * bytes);
    }
}
