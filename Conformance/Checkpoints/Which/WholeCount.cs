using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Packing;
using Mxact.Tensors.Files;

namespace Mxact.Checkpoints.Which;

/// <summary>A tensor quantised anew and held to what the file has, every block of it.</summary>
/// <param name="Blocks">How many there are.</param>
/// <param name="Departing">How many differ.</param>
/// <param name="First">The first of those.</param>
/// <param name="Largest">The largest finite magnitude of the values.</param>
internal sealed record WholeCount(long Blocks, long Departing, ImmutableArray<SampledBlock> First, float Largest)
{
    private const int TilesAtOnce = 256, MostKept = 64;

    /// <summary>Counts.</summary>
    /// <param name="reader">The tensor.</param>
    /// <param name="policy">The choices that it is quantised under.</param>
    /// <param name="written">What is written in place of each scale's code, or null where it is the code.</param>
    /// <param name="tensorScale">Binary32 bits of NVFP4's second scale; 1 where there is none.</param>
    /// <param name="on">What converts, and on how many threads. No result depends on it.</param>
    /// <param name="progress">Told how many blocks are done.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static WholeCount Of(PairReader reader, ConversionPolicy policy, ImmutableArray<byte>? written, uint tensorScale, Execution on,
        Action<long>? progress, CancellationToken stop)
    {
        BlockConverter converter = BlockConverter.Create(new(reader.Pair.Stored.Format, policy)
        {
            Axis = reader.Pair.Stored.Axis,
            Packing = CodeLayout.Packed,
            TensorScale = tensorScale,
            Execution = new(on.Backend),
        });
        ConcurrentBag<(PairTile Tile, byte[] Scales, byte[] Codes)> idle = [];
        List<SampledBlock> first = [];
        long departing = 0;
        uint largest = 0;
        Tiling tiling = reader.Tiling;
        for (long start = 0; start < tiling.Count; start += TilesAtOnce)
        {
            stop.ThrowIfCancellationRequested();
            long from = start;
            TileResult[] results = new TileResult[(int)Math.Min(TilesAtOnce, tiling.Count - start)];
            bool keep = first.Count < MostKept;
            TileWork.Share(results.Length, on.Threads, i =>
            {
                (PairTile Tile, byte[] Scales, byte[] Codes) buffers = idle.TryTake(out var free) ? free
                    : (new(tiling.LargestTile), new byte[tiling.LargestTile], new byte[tiling.LargestTile]);
                reader.Read(tiling[from + i], buffers.Tile);
                results[i] = Compare(reader, converter, written, buffers, keep);
                idle.Add(buffers);
            });
            foreach (TileResult result in results)
            {
                departing += result.Departing;
                largest = Math.Max(largest, result.Largest);
                first.AddRange(result.First.Take(MostKept - first.Count));
            }

            progress?.Invoke(tiling.BytesBefore(start + results.Length, reader.Blocks));
        }

        return new(reader.Blocks, departing, [.. first.OrderBy(block => block.Index)], BitConverter.UInt32BitsToSingle(largest));
    }

    private static TileResult Compare(PairReader reader, BlockConverter converter, ImmutableArray<byte>? written,
        (PairTile Tile, byte[] Scales, byte[] Codes) buffers, bool keep)
    {
        (PairTile file, byte[] scales, byte[] codes) = buffers;
        TileBlocks of = reader.BlocksOf(file.Tile);
        ReadOnlySpan<uint> values = file.Wide.AsSpan(0, file.Tile.Count);
        converter.Quantize(values, file.Tile.Rows, file.Tile.Columns, scales, codes);
        if (written is { } table)
        {
            foreach (ref byte scale in scales.AsSpan(0, of.Count))
            {
                scale = table[scale];
            }
        }

        uint largest = 0;
        foreach (uint bits in values)
        {
            uint magnitude = bits & 0x7FFFFFFF;
            largest = magnitude < 0x7F800000 && magnitude > largest ? magnitude : largest;
        }

        // Nearly every tile is right as a whole.
        if (scales.AsSpan(0, of.Count).SequenceEqual(file.Scales.AsSpan(0, of.Count))
            && codes.AsSpan(0, of.CodeBytes).SequenceEqual(file.Codes.AsSpan(0, of.CodeBytes)))
        {
            return new(0, [], largest);
        }

        long departing = 0;
        List<SampledBlock> first = [];
        for (int block = 0; block < of.Count; block++)
        {
            if (BlockCompare.Differ(reader.Pair.Stored.Format, of, block, scales, codes, file.Scales, file.Codes))
            {
                departing++;
                if (keep && first.Count < MostKept)
                {
                    first.Add(SampledBlock.Of(reader, file, block, SampledBlock.Departing));
                }
            }
        }

        return new(departing, first, largest);
    }

    private readonly record struct TileResult(long Departing, IReadOnlyList<SampledBlock> First, uint Largest);
}
