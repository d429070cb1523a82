namespace Mxact.Simulator.Product;

/// <summary>Shares independent pieces of work among threads; which thread does which piece decides no bits.</summary>
internal static class WorkSharing
{
    /// <summary>
    /// Runs <paramref name="body"/> for 0 up to <paramref name="count"/> on a product's threads, until it is told to stop.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void For(int count, ProductOptions options, Action<int> body)
        => For(count, options.Execution.Threads, i =>
        {
            options.Cancel.ThrowIfCancellationRequested();
            body(i);
        });

    /// <summary>
    /// Runs <paramref name="body"/> for 0 up to <paramref name="count"/>; a degree of 0 is one thread for every processor.
    /// </summary>
    public static void For(int count, int degree, Action<int> body)
    {
        degree = degree <= 0 ? Environment.ProcessorCount : degree;
        if (degree == 1 || count <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = degree }, body);
        }
        catch (AggregateException failures) when (failures.InnerExceptions.All(e => e is OperationCanceledException))
        {
            throw failures.InnerExceptions[0];
        }
    }
}
