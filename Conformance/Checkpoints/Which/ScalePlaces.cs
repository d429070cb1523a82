using Mxact.Conformance.Identification.Conversions;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Checkpoints.Which;

/// <summary>
/// Right scales in wrong places: no block by itself shows that, so it is looked for in the scales of the whole tensor, where the codes are
/// those of the choices and the scales beside them are not.
/// </summary>
/// <param name="quantised">Where the scales are.</param>
/// <param name="stored">The tensor.</param>
internal sealed class ScalePlaces(Checkpoint quantised, StoredTensor stored)
{
    /// <summary>Fewer blocks fit a wrong place by chance.</summary>
    private const int LeastBlocks = 8;

    private readonly Lazy<byte[]> scales = new(() =>
    {
        byte[] all = new byte[(int)stored.Scales!.Bytes];
        quantised.FileOf(stored.Scales).Read(stored.Scales.Offset, all);
        return all;
    });

    /// <summary>The place in which the scales are right, or null where there is none such.</summary>
    /// <param name="evidence">The blocks.</param>
    /// <param name="indices">Their numbers in the tensor.</param>
    /// <param name="policy">The choices that give the codes.</param>
    public (string Name, string Words)? Find(ConversionEvidence evidence, IReadOnlyList<long> indices, ConversionPolicy policy)
    {
        if (stored.Scales is null || stored.ScaleOrder != ScaleLayout.RowMajor || stored.Axis != BlockAxis.AlongRows
            || stored.Scales.Bytes > int.MaxValue / 2)
        {
            return null;
        }

        List<(long Index, byte Scale, bool IsWrong)> right = [];
        foreach (Probe probe in evidence.Probes)
        {
            if (evidence.Expected(policy, probe.At) is { } expected && expected[2..] == probe.Answer[2..])
            {
                right.Add((indices[probe.At], Convert.ToByte(expected[..2], 16), expected[..2] != probe.Answer[..2]));
            }
        }

        return right.Count(block => block.IsWrong) < LeastBlocks || 2 * right.Count < evidence.Probes.Count ? null
            : Places().Where(place => Fits(place.Of, right)).Select(place => ((string, string)?)(place.Name, place.Words)).FirstOrDefault();
    }

    private bool Fits(Func<long, long> place, List<(long Index, byte Scale, bool IsWrong)> blocks)
    {
        int seen = 0;
        foreach ((long index, byte scale, _) in blocks)
        {
            long at = place(index);
            if (at >= 0 && at < scales.Value.Length)
            {
                if (scales.Value[at] != scale)
                {
                    return false;
                }

                seen++;
            }
        }

        return seen >= LeastBlocks;
    }

    private IEnumerable<(string Name, string Words, Func<long, long> Of)> Places()
    {
        long across = StoredTensor.ScaleShape(stored.Layout, stored.Shape, stored.Format, stored.Axis)[^1];
        long rows = stored.MatrixRows;
        yield return ("scales one block late", "every scale stands where the next block's should", i => i + 1);
        yield return ("scales one block early", "every scale stands where the block's before it should", i => i - 1);
        yield return ("scales one row late", "every scale stands in the next row", i => i + across);
        yield return ("scales one row early", "every scale stands in the row before", i => i - across);
        yield return ("scales in reverse", "the last block's scale stands first", i => scales.Value.Length - 1 - i);
        yield return ("scales transposed", "the matrix of scales lies column by column",
            i => (i / (rows * across) * rows * across) + (i % across * rows) + (i / across % rows));
        foreach ((ScaleTiles tiles, string name, string option) in new[]
        {
            (ScaleTiles.Nvidia, "scales in NVIDIA's tiles of 128 x 4", "nvidia"),
            (ScaleTiles.Amd, "scales in AMD's tiles of 32 x 8", "amd"),
        })
        {
            yield return (name, $"the scales lie as the matrix unit loads them, not row by row: --scale-layout {option} reads them",
                i => (i / (rows * across) * tiles.PaddedBytes((int)rows, (int)across))
                    + tiles.Offset((int)(i / across % rows), (int)(i % across), (int)across));
        }
    }
}
