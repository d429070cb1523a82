using System.Collections.Immutable;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Comparison;

/// <summary>One tensor and what each candidate did to it.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Tallies">One a candidate.</param>
internal sealed record ComparedTensor(TensorInfo Tensor, ImmutableArray<QuantizationError> Tallies);

/// <summary>What a comparison found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Axis">Along which axis blocks ran.</param>
/// <param name="Candidates">The ways to quantise.</param>
/// <param name="Compared">The tensors that were compared, in the file's order.</param>
/// <param name="PassedOver">How many others were selected, by the reason why they were not.</param>
/// <param name="Selected">Tensors that were selected.</param>
/// <param name="StoppedEarly">Whether it was stopped before the last.</param>
internal sealed record ComparisonOutcome(
    string Path,
    BlockAxis Axis,
    ImmutableArray<Candidate> Candidates,
    ImmutableArray<ComparedTensor> Compared,
    ImmutableSortedDictionary<string, int> PassedOver,
    int Selected,
    bool StoppedEarly)
{
    /// <summary>The tallies of all tensors together, one a candidate, added in the file's order.</summary>
    public ImmutableArray<QuantizationError> Totals
        => [.. Candidates.Select((_, c) => Compared.Aggregate(default(QuantizationError), (sum, tensor) => sum + tensor.Tallies[c]))];

    /// <summary>Compares.</summary>
    /// <param name="file">The file.</param>
    /// <param name="selected">Its tensors that are meant.</param>
    /// <param name="candidates">At least one way to quantise.</param>
    /// <param name="axis">Along which axis blocks run.</param>
    /// <param name="seed">Of stochastic rounding.</param>
    /// <param name="on">What converts, on how many threads.</param>
    /// <param name="progress">Told how many bytes of the selected tensors are done.</param>
    /// <param name="stop">Ends it: what was compared until then is the outcome.</param>
    /// <exception cref="UsageException">No tensor that is meant can be compared, or the policy refuses one.</exception>
    public static ComparisonOutcome Of(Checkpoint file, ImmutableArray<TensorInfo> selected, ImmutableArray<Candidate> candidates,
        BlockAxis axis, ulong seed, Execution on, Action<long>? progress, CancellationToken stop)
    {
        SortedDictionary<string, int> passedOver = new(StringComparer.Ordinal);
        List<TensorInfo> taken = [];
        foreach (TensorInfo tensor in selected)
        {
            if ((Unsuitable(tensor, axis) ?? Unmatched(tensor, candidates, axis)) is string reason)
            {
                passedOver[reason] = passedOver.GetValueOrDefault(reason) + 1;
                continue;
            }

            RequireWholeBlocks(file, tensor, candidates, axis);
            taken.Add(tensor);
        }

        if (taken.Count == 0)
        {
            throw new UsageException($"{file.Path}: no tensor can be compared: {Text(passedOver)}");
        }

        Comparer comparer = new(candidates, axis, seed, on);
        ImmutableArray<ComparedTensor>.Builder compared = ImmutableArray.CreateBuilder<ComparedTensor>();
        long before = 0;
        try
        {
            foreach (TensorInfo tensor in taken)
            {
                long done = before;
                compared.Add(new(tensor, comparer.Run(file, tensor, progress is null ? null : bytes => progress(done + bytes), stop)));
                before += tensor.Bytes;
            }
        }
        catch (OperationCanceledException)
        {
            // What is whole is reported.
        }

        return new(file.Path, axis, candidates, compared.ToImmutable(), passedOver.ToImmutableSortedDictionary(StringComparer.Ordinal),
            selected.Length, compared.Count < taken.Count);
    }

    /// <summary>Reasons and their counts as a phrase.</summary>
    public static string Text(IEnumerable<KeyValuePair<string, int>> passedOver)
        => string.Join(", ", passedOver.Select(p => $"{p.Value} {p.Key}"));

    /// <summary>Why a tensor cannot be quantised, or null.</summary>
    private static string? Unsuitable(TensorInfo tensor, BlockAxis axis)
        => !tensor.Type.IsWide ? $"of {tensor.Type}"
        : tensor.Count == 0 ? "empty"
        : axis == BlockAxis.AlongColumns && tensor.Shape.Length != 2 ? "no matrix"
        : null;

    /// <summary>Why a tensor cannot be held against one that is stored, or null.</summary>
    private static string? Unmatched(TensorInfo tensor, ImmutableArray<Candidate> candidates, BlockAxis axis)
    {
        foreach (Candidate candidate in candidates.Where(c => c.Stored is not null))
        {
            StoredTensor? stored = candidate.Of(tensor);
            string? reason = stored is null ? $"not in {candidate.Rounding}"
                : !stored.Shape.SequenceEqual(tensor.Shape) ? $"of another shape in {candidate.Rounding}"
                : stored.Axis != axis ? $"with blocks along {BlockAxes.NameOf(stored.Axis)} in {candidate.Rounding}"
                : null;
            if (reason is not null)
            {
                return reason;
            }
        }

        return null;
    }

    private static void RequireWholeBlocks(Checkpoint file, TensorInfo tensor, ImmutableArray<Candidate> candidates, BlockAxis axis)
    {
        long length = axis == BlockAxis.AlongRows ? tensor.Columns : tensor.Rows;
        if (candidates.FirstOrDefault(c => c.Policy.PartialBlock == PartialBlock.Error
            && length % c.Format.BlockSize != 0) is { } candidate)
        {
            throw new UsageException($"{file.Path}: tensor '{tensor.ShownName}': {length} elements do not fill blocks of "
                + $"{candidate.Format.BlockSize} (partial-block=error)");
        }
    }
}
