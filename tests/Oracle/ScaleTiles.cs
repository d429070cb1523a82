namespace Mxact.Tests.Oracle;

/// <summary>
/// Which scale, by row and by block along the row, lies at each byte of a tiled buffer: the coordinates in the order of
/// the bytes, those of the padding included.
/// </summary>
internal static class ScaleTiles
{
    /// <summary>
    /// Tiles of 128 rows by 4 scales, a row of tiles after the other. In a tile, 32 groups of 16 bytes: group g has the
    /// four scales of row g, then of rows g + 32, g + 64 and g + 96.
    /// </summary>
    public static IEnumerable<(int Row, int K)> Nvidia(int rows, int scalesPerRow)
    {
        for (var tileRow = 0; tileRow < rows; tileRow += 128)
        {
            for (var tileK = 0; tileK < scalesPerRow; tileK += 4)
            {
                for (var group = 0; group < 32; group++)
                {
                    for (var quarter = 0; quarter < 128; quarter += 32)
                    {
                        for (var k = 0; k < 4; k++)
                        {
                            yield return (tileRow + quarter + group, tileK + k);
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// Tiles of 32 rows by 8 scales, a row of tiles after the other. In a tile, scale k and row r go with scale k + 4 and
    /// row r + 16 in groups of four bytes, the row changing first; the groups run over 16 rows, then over 4 scales.
    /// </summary>
    public static IEnumerable<(int Row, int K)> Gfx950(int rows, int scalesPerRow)
    {
        for (var tileRow = 0; tileRow < rows; tileRow += 32)
        {
            for (var tileK = 0; tileK < scalesPerRow; tileK += 8)
            {
                for (var k = 0; k < 4; k++)
                {
                    for (var row = 0; row < 16; row++)
                    {
                        yield return (tileRow + row, tileK + k);
                        yield return (tileRow + row + 16, tileK + k);
                        yield return (tileRow + row, tileK + k + 4);
                        yield return (tileRow + row + 16, tileK + k + 4);
                    }
                }
            }
        }
    }
}
