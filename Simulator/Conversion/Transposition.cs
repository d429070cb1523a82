namespace Mxact.Simulator.Conversion;

/// <summary>Bytes of a matrix to the places of its transpose.</summary>
internal static class Transposition
{
    /// <summary>A square of bytes that stays in the first-level cache, both ways.</summary>
    private const int Tile = 64;

    /// <summary>Moves a row-major matrix of bytes to its transpose.</summary>
    public static void Move(ReadOnlySpan<byte> matrix, int rows, int columns, Span<byte> transposed)
    {
        for (int firstRow = 0; firstRow < rows; firstRow += Tile)
        {
            int endRow = Math.Min(firstRow + Tile, rows);
            for (int firstColumn = 0; firstColumn < columns; firstColumn += Tile)
            {
                int endColumn = Math.Min(firstColumn + Tile, columns);
                for (int column = firstColumn; column < endColumn; column++)
                {
                    Span<byte> to = transposed.Slice((column * rows) + firstRow, endRow - firstRow);
                    for (int row = firstRow; row < endRow; row++)
                    {
                        to[row - firstRow] = matrix[(row * columns) + column];
                    }
                }
            }
        }
    }
}
