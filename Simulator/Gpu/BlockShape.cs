namespace Mxact.Simulator.Gpu;

/// <summary>How a device's threads share a matrix out: one thread a block, its scale at the thread's own index.</summary>
internal struct BlockShape
{
    /// <summary>Rows.</summary>
    public int Rows;

    /// <summary>Columns.</summary>
    public int Columns;

    /// <summary>Elements of a full block.</summary>
    public int BlockSize;

    /// <summary>1 where blocks run down columns, 0 where they run along rows.</summary>
    public int DownColumns;

    /// <summary>Blocks, and so threads.</summary>
    public readonly long Blocks => DownColumns != 0 ? Ceiling(Rows, BlockSize) * Columns : (long)Rows * Ceiling(Columns, BlockSize);

    /// <summary>The first element of a thread's block.</summary>
    public readonly long First(int thread)
    {
        int across = DownColumns != 0 ? Columns : (int)Ceiling(Columns, BlockSize);
        long line = thread / across;
        long place = thread % across;
        return DownColumns != 0 ? (line * BlockSize * Columns) + place : (line * Columns) + (place * BlockSize);
    }

    /// <summary>Elements of a thread's block: fewer at the end of a line.</summary>
    public readonly int Count(int thread)
    {
        int across = DownColumns != 0 ? Columns : (int)Ceiling(Columns, BlockSize);
        int left = DownColumns != 0 ? Rows - (thread / across * BlockSize) : Columns - (thread % across * BlockSize);
        return left < BlockSize ? left : BlockSize;
    }

    /// <summary>From one element of a block to the next.</summary>
    public readonly int Stride => DownColumns != 0 ? Columns : 1;

    private static long Ceiling(int a, int b) => (a + (long)b - 1) / b;
}
