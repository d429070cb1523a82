using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Inspection;

/// <summary>Counts the quantised tensors of a checkpoint on several threads. Counts are whole numbers: no order of adding shows.</summary>
internal sealed class Inspector
{
    /// <summary>Tiles that a thread takes at a time: a few mebibytes.</summary>
    private const long TilesOfPiece = 32;

    private readonly Checkpoint from;
    private readonly int threads;
    private readonly ConcurrentBag<TallyBuffers> idle = [];
    private readonly ConcurrentBag<BlockTally> tallies = [];

    private Inspector(Checkpoint from, int threads)
    {
        this.from = from;
        this.threads = threads;
    }

    /// <summary>Inspects.</summary>
    /// <param name="from">The checkpoint.</param>
    /// <param name="selected">Its tensors that are meant: those whose codes are among them are counted.</param>
    /// <param name="finder">Finds the quantised ones.</param>
    /// <param name="threads">Threads at most; 0 is one a processor.</param>
    /// <param name="progress">Told how many bytes are done, now and then, on any thread.</param>
    /// <param name="stop">Ends it: what was counted whole until then is the outcome.</param>
    /// <exception cref="UsageException">Nothing is quantised in a known layout, and something looks like codes; or a tensor could be
    /// read in two ways.</exception>
    public static InspectionOutcome Run(Checkpoint from, ImmutableArray<TensorInfo> selected, LayoutFinder finder, int threads,
        Action<long>? progress, CancellationToken stop)
    {
        ImmutableArray<StoredTensor> found = finder.All(selected);
        if (found.IsEmpty && finder.Nearest(selected) is { } nearest)
        {
            throw new UsageException($"{from.Path}: no quantised tensor is recognised: {nearest}");
        }

        HashSet<TensorInfo> parts = new(found.SelectMany(tensor => tensor.Parts), ReferenceEqualityComparer.Instance);
        return new(from.Path, from.Config, new Inspector(from, threads).Count(found, progress, stop), found.Length,
            [.. selected.Where(tensor => !parts.Contains(tensor)).GroupBy(tensor => tensor.Type.Name).OrderBy(type => type.Key,
                StringComparer.Ordinal).Select(type => new PlainTensors(type.Key, type.Count(), type.Sum(tensor => tensor.Bytes)))]);
    }

    private ImmutableArray<InspectedTensor> Count(ImmutableArray<StoredTensor> found, Action<long>? progress, CancellationToken stop)
    {
        InspectedTensor?[] done = new InspectedTensor?[found.Length];
        long bytes = 0;
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads,
            CancellationToken = stop,
        };
        try
        {
            Parallel.ForEach(Partitioner.Create(Pieces(found), EnumerablePartitionerOptions.NoBuffering), options, piece =>
            {
                if (piece.Work.Add(piece.First, piece.Count, stop) is { } inspected)
                {
                    done[piece.Work.Index] = inspected;
                    progress?.Invoke(Interlocked.Add(ref bytes, inspected.Tensor.Parts.Sum(part => part.Bytes)));
                }
            });
        }
        catch (OperationCanceledException)
        {
            // What is whole is reported.
        }
        catch (AggregateException exception)
        {
            // What went wrong in one piece is what went wrong: a file that was cut short is told as that.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return [.. done.OfType<InspectedTensor>()];
    }

    /// <summary>Small tensors are a piece each, large ones many, so that a few large ones keep every thread busy too.</summary>
    private IEnumerable<(TensorWork Work, long First, long Count)> Pieces(ImmutableArray<StoredTensor> found)
    {
        for (int index = 0; index < found.Length; index++)
        {
            TensorWork work = new(this, found[index], index);
            for (long first = 0; first == 0 || first < work.Tiles; first += TilesOfPiece)
            {
                yield return (work, first, Math.Min(TilesOfPiece, work.Tiles - first));
            }
        }
    }

    /// <summary>A tensor while it is counted.</summary>
    private sealed class TensorWork(Inspector inspector, StoredTensor tensor, int index)
    {
        private readonly Lock guard = new();
        private readonly SquareTally? square = tensor.Layout.Tile == 0 ? null
            : new(tensor, TileScales.Read(inspector.from, tensor).Values);
        private ITally? tiles;
        private BlockTally? total;
        private long left;

        public int Index => index;

        public long Tiles
        {
            get
            {
                if (tiles is null)
                {
                    tiles = square ?? (ITally)new TileTally(tensor);
                    left = Math.Max((tiles.Tiles + TilesOfPiece - 1) / TilesOfPiece, 1);
                }

                return tiles.Tiles;
            }
        }

        /// <summary>Counts a piece; after the last, what the tensor is made of, and else null.</summary>
        public InspectedTensor? Add(long first, long count, CancellationToken stop)
        {
            TallyBuffers buffers = inspector.idle.TryTake(out TallyBuffers? free) ? free : new();
            for (long tile = first; tile < first + count; tile++)
            {
                stop.ThrowIfCancellationRequested();
                tiles!.Add(inspector.from, tile, buffers, buffers.Tally);
            }

            buffers.Tally.Close();
            BlockTally? whole = null;
            lock (guard)
            {
                left--;
                if (left == 0 && total is null)
                {
                    whole = buffers.Tally;
                }
                else
                {
                    total ??= inspector.tallies.TryTake(out BlockTally? spare) ? spare : new();
                    total.Add(buffers.Tally);
                    whole = left == 0 ? total : null;
                }
            }

            InspectedTensor? inspected = whole is null ? null : Summary(whole);
            buffers.Tally.Clear();
            inspector.idle.Add(buffers);
            if (inspected is not null && total is not null)
            {
                total.Clear();
                inspector.tallies.Add(total);
                total = null;
            }

            return inspected;
        }

        private ImmutableArray<float> TensorScales()
            => TensorScaleValues.Read(inspector.from, tensor) is { } values ? [.. values.Stored] : [];

        private InspectedTensor Summary(BlockTally tally)
        {
            ScaleCounts scales = square is not null && tensor.Scales!.Type == TensorType.F32 ? ScaleCounts.Of(square.Scales)
                : ScaleCounts.Of(tally.Scales, ScaleClasses.Of(tensor.Format.Scale));
            InspectedTensor inspected = new(tensor, tally.Elements, scales, FillCounts.Of(tally.Fills, new(tensor.Format)),
                TensorScales(), ScaleOrders.Better(inspector.from, tensor));
            return inspected with { Verdicts = Verdicts.Of(inspected) };
        }
    }
}
