using System.Diagnostics;
using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Sweeping;

/// <summary>Sweeps combinations in stretches, leaving out those that the log has.</summary>
internal sealed class Sweeper(SweepLog log, int threads)
{
    /// <summary>Chunks of a stretch: an eighth of a sweep.</summary>
    public const int StretchChunks = Sweep.Chunks / 8;

    /// <summary>The stretches of a combination, those of the log first.</summary>
    /// <param name="combination">The combination.</param>
    /// <param name="progress">Told the number of chunks done.</param>
    /// <param name="stop">Ends between chunks; the stretch under way is lost.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<Stretch> Run(Combination combination, Action<int> progress, CancellationToken stop)
    {
        List<Stretch> done = [.. log.Done.Where(s => s.Combination == combination.ToString())];
        int[] missing = [.. Enumerable.Range(0, Sweep.Chunks / StretchChunks).Select(i => i * StretchChunks).Where(first
            => !done.Any(s => s.First <= first && s.Last >= first + StretchChunks - 1))];
        int chunks = Sweep.Chunks - (missing.Length * StretchChunks);
        progress(chunks);
        if (missing.Length == 0)
        {
            return done;
        }

        Sweep sweep = new(combination.Element, combination.Policy, combination.Backend);
        foreach (int first in missing)
        {
            Stopwatch watch = Stopwatch.StartNew();
            IReadOnlyList<SweepChunk> results = sweep.Run([.. Enumerable.Range(first, StretchChunks)], threads, _
                => progress(Interlocked.Increment(ref chunks)), stop);
            Stretch stretch = new(combination.ToString(), first, first + StretchChunks - 1, results.Sum(c => c.Mismatches),
                results.FirstOrDefault(c => c.Mismatches > 0).First, watch.Elapsed.TotalSeconds);
            log.Add(stretch);
            done.Add(stretch);
        }

        return done;
    }
}
