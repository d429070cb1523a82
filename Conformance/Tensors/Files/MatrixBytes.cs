namespace Mxact.Tensors.Files;

/// <summary>Where the elements of a row-major matrix lie in a file.</summary>
/// <param name="Offset">Of its first element.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="Bits">Bits of an element. A tile begins and ends on a whole byte in every row.</param>
internal readonly record struct MatrixBytes(long Offset, long Columns, int Bits)
{
    /// <summary>Bytes of one row of a tile.</summary>
    public int RowBytes(Tile tile) => (int)((long)tile.Columns * Bits / 8);

    /// <summary>Bytes of a tile.</summary>
    public int BytesOf(Tile tile) => tile.Rows * RowBytes(tile);

    /// <summary>Reads a tile: in one go where its rows follow each other.</summary>
    public void Read(TensorFile file, Tile tile, Span<byte> bytes)
    {
        if (tile.Columns == Columns)
        {
            file.Read(At(tile.Row, 0), bytes[..BytesOf(tile)]);
            return;
        }

        int rowBytes = RowBytes(tile);
        for (int row = 0; row < tile.Rows; row++)
        {
            file.Read(At(tile.Row + row, tile.Column), bytes.Slice(row * rowBytes, rowBytes));
        }
    }

    /// <summary>Writes a tile likewise.</summary>
    public void Write(TensorWriter file, Tile tile, ReadOnlySpan<byte> bytes)
    {
        if (tile.Columns == Columns)
        {
            file.Write(At(tile.Row, 0), bytes[..BytesOf(tile)]);
            return;
        }

        int rowBytes = RowBytes(tile);
        for (int row = 0; row < tile.Rows; row++)
        {
            file.Write(At(tile.Row + row, tile.Column), bytes.Slice(row * rowBytes, rowBytes));
        }
    }

    private long At(long row, long column)
    {
        long element = (row * Columns) + column;
        return Offset + (element / 8 * Bits) + (element % 8 * Bits / 8);
    }
}
