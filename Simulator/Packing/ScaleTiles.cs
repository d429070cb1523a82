namespace Mxact.Simulator.Packing;

/// <summary>A tiled order of a matrix of scales, rows by scales a row, as a matrix unit loads it.</summary>
/// <param name="Name">The name a user types.</param>
/// <param name="RowPadding">Rows are padded to a multiple of this, with zeros.</param>
/// <param name="ScalePadding">Scales a row are padded to a multiple of this, with zeros.</param>
internal sealed record ScaleTiles(string Name, int RowPadding, int ScalePadding)
{
    /// <summary>128 x 4 tiles (cuBLAS, CUTLASS, torchao's to_blocked).</summary>
    public static ScaleTiles Nvidia { get; } = new("scale-tiles-nvidia", 128, 4);

    /// <summary>32 x 8 tiles (AMD gfx950).</summary>
    public static ScaleTiles Amd { get; } = new("scale-tiles-amd", 32, 8);

    /// <summary>The tiles of a layout, or null where scales lie row by row.</summary>
    public static ScaleTiles? Of(ScaleLayout layout) => layout switch
    {
        ScaleLayout.RowMajor => null,
        ScaleLayout.Nvidia128x4 => Nvidia,
        ScaleLayout.Amd32x8 => Amd,
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "no such layout of scales"),
    };

    /// <summary>Bytes of the padded matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative size, or more bytes than a span holds.</exception>
    public int Bytes(int rows, int scales)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(scales);
        long bytes = PaddedBytes(rows, scales);
        return bytes <= int.MaxValue ? (int)bytes
            : throw new ArgumentOutOfRangeException(nameof(rows), rows,
                $"{rows} x {scales} scales fill {bytes} bytes in tiles, more than {int.MaxValue}");
    }

    /// <summary>The same for sizes that are not negative, however many bytes they are; 2^62 and a little at most.</summary>
    public long PaddedBytes(int rows, int scales) => Padded(rows, RowPadding) * Padded(scales, ScalePadding);

    /// <summary>Offset of scale <paramref name="k"/> of row <paramref name="r"/> in the tiled order.</summary>
    /// <param name="r">Row, from zero.</param>
    /// <param name="k">Scale within the row, from zero.</param>
    /// <param name="scales">Scales a row before padding.</param>
    public int Offset(int r, int k, int scales)
    {
        int paddedScales = (int)Padded(scales, ScalePadding);
        if (this == Nvidia)
        {
            // Tiles of 128 rows by 4 scales; within one, row r % 32 leads, then r / 32, then the scale.
            return (((r / 128 * (paddedScales / 4)) + (k / 4)) * 512) + (r % 32 * 16) + (r % 128 / 32 * 4) + (k % 4);
        }

        // Tiles of 32 rows by 8 scales: scale % 4, row % 16, scale / 4, row / 16, slowest first.
        return (((((((r / 32 * (paddedScales / 8)) + (k / 8)) * 4) + (k % 4)) * 16) + (r % 16)) * 2 + (k % 8 / 4)) * 2 + (r % 32 / 16);
    }

    /// <summary>Tiles a row-major matrix of scales.</summary>
    /// <exception cref="ArgumentException">A span is too small.</exception>
    public void Tile(ReadOnlySpan<byte> matrix, int rows, int scales, Span<byte> tiled)
    {
        Require.AtLeast(Bytes(rows, scales), tiled.Length, nameof(tiled));
        Require.AtLeast((long)rows * scales, matrix.Length, nameof(matrix));
        tiled[..Bytes(rows, scales)].Clear();
        for (int r = 0; r < rows; r++)
        {
            for (int k = 0; k < scales; k++)
            {
                tiled[Offset(r, k, scales)] = matrix[(r * scales) + k];
            }
        }
    }

    /// <summary>Reads the matrix back from its tiles.</summary>
    /// <exception cref="ArgumentException">A span is too small.</exception>
    public void Untile(ReadOnlySpan<byte> tiled, int rows, int scales, Span<byte> matrix)
    {
        Require.AtLeast(Bytes(rows, scales), tiled.Length, nameof(tiled));
        Require.AtLeast((long)rows * scales, matrix.Length, nameof(matrix));
        for (int r = 0; r < rows; r++)
        {
            for (int k = 0; k < scales; k++)
            {
                matrix[(r * scales) + k] = tiled[Offset(r, k, scales)];
            }
        }
    }

    private static long Padded(int count, int multiple) => ((long)count + multiple - 1) / multiple * multiple;
}
