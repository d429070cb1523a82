using System.Collections.Immutable;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;
using Mxact.Vectors;

namespace Mxact.Checkpoints.Which;

/// <summary>
/// Explains tensor after tensor: a sample of its blocks first, all of them after; what departs then joins the sample, and the search goes
/// on.
/// </summary>
/// <param name="original">The values.</param>
/// <param name="quantised">The codes.</param>
/// <param name="on">What converts, and on how many threads. No result depends on it.</param>
internal sealed class WhichRun(Checkpoint original, Checkpoint quantised, Execution on)
{
    private const int MostRounds = 3;
    private const uint One = 0x3F800000;

    private readonly List<ConversionPolicy> likely = [];

    /// <summary>Explains one tensor.</summary>
    /// <param name="pair">The tensor.</param>
    /// <param name="progress">Told how many of its blocks were counted.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public TensorFinding Explain(TensorPair pair, Action<long>? progress, CancellationToken stop)
    {
        StoredTensor stored = pair.Stored;
        if (pair.Original is null)
        {
            return new(pair, $"{original.Path} has no tensor of that name");
        }

        if (stored.Layout.Tile > 0)
        {
            return new(pair, $"it has a scale for a tile of {stored.Layout.Tile} x {stored.Layout.Tile}, not for a block of a row");
        }

        if (stored.Values.Count == 0)
        {
            return new(pair, "it has no elements");
        }

        TensorScaleValues? scales = TensorScaleValues.Read(quantised, stored);
        TensorScaleFinding? tensorScale = TensorScaleFinding.Of(scales);
        if (scales is { Stored.Length: > 1 })
        {
            return new(pair, "it has a tensor scale for each of several matrices");
        }

        return tensorScale is { IsUsable: false } ? new(pair, $"its tensor scale is {tensorScale.Stored}") { TensorScale = tensorScale }
            : Explain(pair, tensorScale, progress, stop);
    }

    private TensorFinding Explain(TensorPair pair, TensorScaleFinding? tensorScale, Action<long>? progress, CancellationToken stop)
    {
        uint? bits = tensorScale is null ? null : BitConverter.SingleToUInt32Bits(tensorScale.Factor);
        PairReader reader = new(original, quantised, pair);
        (BlockSample sample, PolicySearch search) = Search(bits);
        FaultFound? scaleFault = null;
        if (pair.Stored.Format.Scale.Element is not null && !search.IsMostlyChoices(likely))
        {
            float largest = Count(new(ConversionPolicy.Ocp, [], []) { Sampled = 0, Departing = 0 }).Largest;
            foreach ((float factor, FaultFound fault) in TensorScaleFinding.Others(tensorScale, largest, pair.Stored.Format))
            {
                uint other = BitConverter.SingleToUInt32Bits(factor);
                if (other is 0 or >= 0x7F800000 || Search(other) is not (BlockSample otherSample, PolicySearch otherSearch)
                    || !otherSearch.IsMostlyChoices(likely))
                {
                    continue;
                }

                (bits, sample, search, scaleFault) = (other, otherSample, otherSearch, fault);
                break;
            }
        }

        Explanation explanation = search.Find(likely);
        WholeCount whole = Count(explanation);
        for (int round = 0; round < MostRounds && sample.AddAll(whole.First); round++)
        {
            Explanation next = search.Find([explanation.Policy]);
            bool isOther = next.Policy != explanation.Policy || next.Written.HasValue != explanation.Written.HasValue;
            explanation = next;
            if (!isOther)
            {
                break;
            }

            whole = Count(explanation);
        }

        if (!likely.Contains(explanation.Policy))
        {
            likely.Insert(0, explanation.Policy);
        }

        return new(pair)
        {
            Explanation = explanation,
            Whole = whole,
            TensorScale = tensorScale,
            TensorScaleFault = scaleFault,
            First = whole.First.IsEmpty ? [] : Lines(pair, bits, explanation, whole.First[0]),
        };

        WholeCount Count(Explanation of) => WholeCount.Of(reader, of.Policy, of.Written, bits ?? One, on, progress, stop);

        (BlockSample Sample, PolicySearch Search) Search(uint? with)
        {
            BlockSample some = new(new(original, quantised, pair, BlockSample.SizeOfTiles), with ?? One, stop);
            return (some, new(pair, with, some, new(quantised, pair.Stored), stop));
        }
    }

    /// <summary>A block that departs, in words: its place, what was expected and what is there, bit by bit.</summary>
    private static IReadOnlyList<string> Lines(TensorPair pair, uint? bits, Explanation explanation, SampledBlock block)
    {
        Judged judged = BlockQuestion.Judge(BlockQuestion.Of(pair, bits, explanation.Policy), block);
        StoredTensor stored = pair.Stored;
        long columns = stored.Values.Columns;
        int size = stored.Format.BlockSize;
        long across = stored.Axis == BlockAxis.AlongRows ? (columns + size - 1) / size : columns;
        (long row, long column) = stored.Axis == BlockAxis.AlongRows ? (block.Index / across, block.Index % across * size)
            : (block.Index / across * size, block.Index % across);

        // A scale that a fault explains hides nothing: what is shown is what the choices alone expect.
        return judged.Verdict == Verdict.Pass ? [$"block {block.Index} (row {row}, column {column}) is as the choices have it"]
            : [$"block {block.Index} (row {row}, column {column}) is the first that departs", .. FailureText.Lines(judged).Skip(1)];
    }
}
