namespace Mxact.Simulator.Conversion;

/// <summary>A rectangle of a matrix; along columns, one row of blocks.</summary>
/// <param name="Row">First row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Column">First column.</param>
/// <param name="Columns">Columns.</param>
internal readonly record struct MatrixPart(long Row, long Rows, long Column, long Columns);

/// <summary>How a matrix is shared out: parts large enough to be worth a thread, small enough to balance.</summary>
internal readonly struct WorkUnits
{
    private const long ElementsAlongRow = 1 << 18;
    private const long ColumnsWide = 1 << 12;

    private readonly long rows;
    private readonly long columns;
    private readonly long tall;
    private readonly long wide;

    private WorkUnits(long rows, long columns, long tall, long wide)
    {
        this.rows = rows;
        this.columns = columns;
        this.tall = tall;
        this.wide = wide;
    }

    /// <summary>How many.</summary>
    public long Count => rows == 0 || columns == 0 ? 0 : Ceiling(rows, tall) * Ceiling(columns, wide);

    /// <summary>One of them.</summary>
    public MatrixPart this[long unit]
    {
        get
        {
            long across = Ceiling(columns, wide);
            long row = unit / across * tall;
            long column = unit % across * wide;
            return new(row, Math.Min(tall, rows - row), column, Math.Min(wide, columns - column));
        }
    }

    /// <summary>Parts of so many rows and columns; those at the edges are smaller.</summary>
    public static WorkUnits Of(in MatrixJob job, long tall, long wide) => new(job.Rows, job.Columns, tall, wide);

    /// <summary>Runs of whole blocks in a row, or several short rows.</summary>
    public static WorkUnits AlongRows(in MatrixJob job, int blockSize)
        => new(job.Rows, job.Columns, Math.Max(ElementsAlongRow / Math.Max(job.Columns, 1), 1), ElementsAlongRow / blockSize * blockSize);

    /// <summary>One row of blocks, as wide as is good for the caches.</summary>
    public static WorkUnits AlongColumns(in MatrixJob job, int blockSize) => new(job.Rows, job.Columns, blockSize, ColumnsWide);

    private static long Ceiling(long a, long b) => (a + b - 1) / b;
}
