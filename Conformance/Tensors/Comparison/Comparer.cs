using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Errors;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Comparison;

/// <summary>Quantises tensors in every candidate way, tile by tile, and keeps what became of them.</summary>
internal sealed class Comparer
{
    /// <summary>Tiles between two looks at Ctrl-C; their tallies wait in memory to be added in order.</summary>
    private const int TilesAtOnce = 256;

    /// <summary>The most elements after which blocks of all candidates begin together.</summary>
    private const int MostInStep = 1 << 18;

    private readonly ImmutableArray<Candidate> candidates;
    private readonly Backend backend;
    private readonly int blockSize;
    private readonly LargestCodes[] largest;
    private readonly BlockAxis axis;
    private readonly ulong seed;
    private readonly int threads;
    private readonly int tileElements;
    private readonly ConcurrentBag<Buffers> idle = [];

    /// <summary>Makes one.</summary>
    /// <param name="candidates">At least one. What no kernel computes (<see cref="BlockConverter.Unsupported"/>) the reference
    /// does.</param>
    /// <param name="axis">Along which axis blocks run.</param>
    /// <param name="seed">Of stochastic rounding; all candidates draw the same bits.</param>
    /// <param name="on">What converts, and how many threads share the tiles. No result depends on it.</param>
    /// <param name="tileElements">Elements of a tile, about.</param>
    public Comparer(ImmutableArray<Candidate> candidates, BlockAxis axis, ulong seed, Execution on, int tileElements = Tiling.Elements)
    {
        this.candidates = candidates;
        this.axis = axis;
        this.seed = seed;
        threads = on.Threads;
        this.tileElements = tileElements;
        backend = on.Backend;
        blockSize = (int)candidates.Aggregate(1L, (common, c) => Common(common, c.Format.BlockSize));
        largest = [.. candidates.Select(c => new LargestCodes(c.Format.Element, c.Policy))];
    }

    /// <summary>The least common multiple, as every block lies in one tile.</summary>
    private static long Common(long one, long other)
        => one / (long)BigInteger.GreatestCommonDivisor(one, other) * other is var common && common <= MostInStep ? common
            : throw new UsageException($"blocks of {one} and of {other} elements meet only every {common}, and at most {MostInStep} are "
                + "compared side by side");

    /// <summary>One tally a candidate.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tensor">One of its tensors, of a wide type; a matrix where blocks run along columns.</param>
    /// <param name="progress">Told how many bytes are done, of this tensor, now and then.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public ImmutableArray<QuantizationError> Run(Checkpoint file, TensorInfo tensor, Action<long>? progress, CancellationToken stop)
    {
        Tiling tiling = Tiling.Of(tensor, axis, blockSize, tileElements);
        Way[] ways = [.. candidates.Select(c => WayOf(c, file, tensor, tiling))];
        QuantizationError[] totals = new QuantizationError[candidates.Length];
        QuantizationError[] tallies = new QuantizationError[TilesAtOnce * candidates.Length];
        for (long first = 0; first < tiling.Count; first += TilesAtOnce)
        {
            stop.ThrowIfCancellationRequested();
            int tiles = (int)Math.Min(TilesAtOnce, tiling.Count - first);
            long start = first;
            TileWork.Share(tiles, threads, tile
                => CompareTile(file, tensor, tiling, ways, start + tile, tallies.AsSpan(tile * candidates.Length, candidates.Length)));
            for (int i = 0; i < tiles * candidates.Length; i++)
            {
                totals[i % candidates.Length] += tallies[i];
            }

            progress?.Invoke(tiling.BytesBefore(first + tiles, tensor.Bytes));
        }

        return [.. totals];
    }

    private void CompareTile(Checkpoint file, TensorInfo tensor, Tiling tiling, Way[] ways, long index,
        Span<QuantizationError> tallies)
    {
        Tile tile = tiling[index];
        Buffers buffers = idle.TryTake(out Buffers? free) && free.Holds(tiling.LargestTile) ? free : new Buffers(tiling.LargestTile);
        Span<float> values = buffers.Values.AsSpan(0, tile.Count);
        Span<byte> bytes = tensor.Type == TensorType.F32 ? MemoryMarshal.AsBytes(values)
            : buffers.Bytes.AsSpan(0, tensor.Type.Bits / 8 * tile.Count);
        Span<float> results = buffers.Results.AsSpan(0, tile.Count);
        Span<byte> codes = buffers.Codes.AsSpan(0, tile.Count);
        new MatrixBytes(tensor.Offset, tiling.Columns, tensor.Type.Bits).Read(file.FileOf(tensor), tile, bytes);
        if (tensor.Type != TensorType.F32)
        {
            Widening.ToBinary32(tensor.Type, bytes, values);
        }

        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        for (int c = 0; c < ways.Length; c++)
        {
            if (ways[c].Stored is { } stored)
            {
                stored.Read(tile, codes, buffers.Scales, buffers.Packed);
                stored.Values(tile, codes, buffers.Scales, MemoryMarshal.Cast<float, uint>(results));
            }
            else
            {
                BlockConverter converter = ways[c].Converter!;
                converter.Quantize(bits, tile.Rows, tile.Columns, buffers.Scales, codes, TileSeed.Of(seed, tensor, index));
                converter.Dequantize(buffers.Scales, codes, tile.Rows, tile.Columns, MemoryMarshal.Cast<float, uint>(results));
            }

            tallies[c] = ErrorSums.Add(values, results, codes, largest[c]);
        }

        idle.Add(buffers);
    }

    /// <summary>How a candidate's values of a tensor come about: what is stored is read, anything else is quantised.</summary>
    private Way WayOf(Candidate candidate, Checkpoint file, TensorInfo tensor, Tiling tiling)
    {
        if (candidate.Stored is { } stored)
        {
            return new(null, new(stored, candidate.Of(tensor)!, backend, tileElements, tiling));
        }

        float tensorScale = candidate.Format.Scale.Element is null ? 1
            : MxTensor.FitTensorScale([LargestMagnitude.Of(file, tensor, threads)], candidate.Format);
        return new(BlockConverter.Create(new(candidate.Format, candidate.Policy)
        {
            Axis = axis,
            TensorScale = BitConverter.SingleToUInt32Bits(tensorScale),
            Execution = new(backend),
        }), null);
    }

    private readonly record struct Way(BlockConverter? Converter, StoredValues? Stored);

    /// <summary>A worker's memory.</summary>
    private sealed class Buffers(int elements)
    {
        public byte[] Bytes { get; } = new byte[elements * sizeof(ushort)];

        public float[] Values { get; } = new float[elements];

        public float[] Results { get; } = new float[elements];

        public byte[] Codes { get; } = new byte[elements];

        public byte[] Packed { get; } = new byte[elements];

        /// <summary>A scale an element is more than any block size needs, partial blocks included.</summary>
        public byte[] Scales { get; } = new byte[elements];

        public bool Holds(int needed) => Values.Length >= needed;
    }
}
