using System.Runtime.ExceptionServices;

namespace Mxact.Tensors.Files;

/// <summary>Shares tiles between threads.</summary>
internal static class TileWork
{
    /// <summary>Does the work of each tile, on several threads at a time.</summary>
    /// <param name="tiles">How many.</param>
    /// <param name="threads">Threads at most; 0 is one a processor.</param>
    /// <param name="work">Told a tile's number.</param>
    public static void Share(int tiles, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, tiles, new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads },
                work);
        }
        catch (AggregateException exception)
        {
            // What went wrong in one tile is what went wrong: a file that was cut short is told as that.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
