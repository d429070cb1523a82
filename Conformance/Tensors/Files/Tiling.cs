namespace Mxact.Tensors.Files;

/// <summary>A rectangle of a matrix.</summary>
/// <param name="Row">First row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Column">First column.</param>
/// <param name="Columns">Columns.</param>
internal readonly record struct Tile(long Row, int Rows, long Column, int Columns)
{
    /// <summary>Elements.</summary>
    public int Count => Rows * Columns;
}

/// <summary>
/// How a tensor is cut into tiles of whole blocks: small enough for a cache, large enough to be worth a read. The cut follows from
/// the shape alone, so that sums taken tile by tile do not depend on how many threads share the work.
/// </summary>
internal sealed class Tiling
{
    /// <summary>Elements of a tile, about: its inputs, codes and results stay in the second-level cache.</summary>
    public const int Elements = 1 << 16;

    /// <summary>Columns of a tile whose blocks run down the columns, at most: 32 rows of it are a quarter of a million elements.</summary>
    private const int MostColumns = 1 << 13;

    private readonly int tall;
    private readonly int wide;
    private readonly int blockSize;
    private readonly BlockAxis axis;

    private Tiling(long rows, long columns, BlockAxis axis, int blockSize, int tall, int wide)
    {
        Rows = rows;
        Columns = columns;
        this.axis = axis;
        this.blockSize = blockSize;
        this.tall = tall;
        this.wide = wide;
    }

    /// <summary>Rows of the matrix that is cut.</summary>
    public long Rows { get; }

    /// <summary>Its columns.</summary>
    public long Columns { get; }

    /// <summary>Rows of its scales.</summary>
    public long ScaleRows => axis == BlockAxis.AlongRows ? Rows : Blocks(Rows);

    /// <summary>Columns of its scales.</summary>
    public long ScaleColumns => axis == BlockAxis.AlongRows ? Blocks(Columns) : Columns;

    /// <summary>Elements of the largest tile.</summary>
    public int LargestTile => (int)(Math.Min(tall, Rows) * Math.Min(wide, Columns));

    /// <summary>Tiles.</summary>
    public long Count => Rows == 0 || Columns == 0 ? 0 : Ceiling(Rows, tall) * Ceiling(Columns, wide);

    /// <summary>One of them, row by row.</summary>
    public Tile this[long index]
    {
        get
        {
            long across = Ceiling(Columns, wide);
            long row = index / across * tall;
            long column = index % across * wide;
            return new(row, (int)Math.Min(tall, Rows - row), column, (int)Math.Min(wide, Columns - column));
        }
    }

    /// <summary>Cuts a tensor.</summary>
    /// <param name="tensor">The tensor: a matrix of <see cref="TensorInfo.Rows"/> by <see cref="TensorInfo.Columns"/>.</param>
    /// <param name="axis">Along which axis its blocks run.</param>
    /// <param name="blockSize">Elements of a block.</param>
    /// <param name="elements">Elements of a tile, about.</param>
    /// <param name="isFlat">Whether rows of whole blocks may be taken for one long row.</param>
    public static Tiling Of(TensorInfo tensor, BlockAxis axis, int blockSize, int elements = Elements, bool isFlat = true)
    {
        if (axis == BlockAxis.AlongColumns)
        {
            int wide = (int)Math.Clamp(tensor.Columns, 1, MostColumns);
            return new(tensor.Rows, tensor.Columns, axis, blockSize, blockSize * Math.Max(elements / (blockSize * wide), 1), wide);
        }

        // Rows of whole blocks are one long row.
        (long rows, long columns) = isFlat && tensor.Columns % blockSize == 0 ? (Math.Min(tensor.Rows, 1), tensor.Count)
            : (tensor.Rows, tensor.Columns);
        int whole = Math.Max(elements / blockSize, 1) * blockSize;
        return columns > whole
            ? new(rows, columns, axis, blockSize, 1, whole)
            : new(rows, columns, axis, blockSize, (int)(whole / Math.Max(columns, 1)), (int)Math.Max(columns, 1));
    }

    /// <summary>The same tiles for blocks of another size, which divides the one they were cut for.</summary>
    public Tiling WithBlocksOf(int size) => new(Rows, Columns, axis, size, tall, wide);

    /// <summary>The rectangle of scales that belongs to a tile.</summary>
    public Tile Scales(Tile tile) => axis == BlockAxis.AlongRows
        ? tile with { Column = tile.Column / blockSize, Columns = (int)Blocks(tile.Columns) }
        : tile with { Row = tile.Row / blockSize, Rows = (int)Blocks(tile.Rows) };

    /// <summary>Bytes of the tensor that the first tiles cover, about: what a progress bar shows.</summary>
    public long BytesBefore(long tiles, long bytes) => (long)((double)tiles / Count * bytes);

    private static long Ceiling(long a, long b) => (a / b) + (a % b == 0 ? 0 : 1);

    private long Blocks(long length) => Ceiling(length, blockSize);
}
