using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Tensors.Conversion;

/// <summary>Fills the tensors of a file in the making from those of another, tile by tile.</summary>
internal sealed class Converter
{
    /// <summary>Tiles between two looks at Ctrl-C.</summary>
    private const int TilesAtOnce = 256;

    /// <summary>Bytes that are copied at a time.</summary>
    private const int CopyBytes = 1 << 22;

    private readonly Checkpoint from;
    private readonly TensorWriter to;
    private readonly Dictionary<string, TensorInfo> targets;
    private readonly Execution on;
    private readonly Action<long>? progress;
    private readonly CancellationToken stop;
    private readonly int tileElements;
    private readonly ConcurrentBag<Buffers> idle = [];
    private long done;

    /// <summary>Makes one.</summary>
    /// <param name="from">Where values or codes come from.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="on">What converts, and how many threads share the tiles. No result depends on it.</param>
    /// <param name="progress">Told how many bytes of the first file are done.</param>
    /// <param name="stop">Ends any of its methods with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="tileElements">Elements of a tile, about.</param>
    public Converter(Checkpoint from, TensorWriter to, Execution on, Action<long>? progress, CancellationToken stop,
        int tileElements = Tiling.Elements)
    {
        this.from = from;
        this.to = to;
        this.on = on;
        this.progress = progress;
        this.stop = stop;
        this.tileElements = tileElements;
        targets = to.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>Copies a tensor as it is.</summary>
    public void Copy(TensorInfo tensor) => Copy(tensor, targets[tensor.Name]);

    private void Copy(TensorInfo tensor, TensorInfo target)
    {
        byte[] bytes = new byte[(int)Math.Min(CopyBytes, tensor.Bytes)];
        for (long at = 0; at < tensor.Bytes; at += bytes.Length)
        {
            stop.ThrowIfCancellationRequested();
            Span<byte> part = bytes.AsSpan(0, (int)Math.Min(bytes.Length, tensor.Bytes - at));
            from.FileOf(tensor).Read(tensor.Offset + at, part);
            to.Write(target.Offset + at, part);
            progress?.Invoke(done + at);
        }

        done += tensor.Bytes;
    }

    /// <summary>Quantises a tensor of wide values.</summary>
    /// <param name="tensor">The values.</param>
    /// <param name="layout">What becomes of them.</param>
    /// <param name="policy">Every choice.</param>
    /// <param name="seed">Of stochastic rounding.</param>
    /// <param name="tensorScale">NVFP4's second scale, a factor; 1 where there is none.</param>
    public void Quantize(TensorInfo tensor, StoredTensor layout, ConversionPolicy policy, ulong seed, float tensorScale = 1)
    {
        BlockConverter converter = BlockConverter.Create(new(layout.Format, policy)
        {
            Axis = layout.Axis,
            Packing = CodeLayout.Packed,
            TensorScale = BitConverter.SingleToUInt32Bits(tensorScale),
            Execution = new(on.Backend)
        });
        BlockPlaces places = new(Placed(layout), tileElements);
        MatrixBytes values = new(tensor.Offset, places.Tiling.Columns, tensor.Type.Bits);
        EachTile(places.Tiling, tensor.Bytes, (index, tile, buffers) =>
        {
            Span<uint> wide = buffers.Wide.AsSpan(0, tile.Count);
            ReadWide(tensor, values, tile, buffers);
            converter.Quantize(wide, tile.Rows, tile.Columns, buffers.Scales, buffers.Codes, TileSeed.Of(seed, tensor, index));
            places.Write(to, tile, buffers.Codes, buffers.Scales);
        });
        WriteTensorScale(layout, [layout.Layout.TensorScale?.IsDivisor == true ? 1 / tensorScale : tensorScale]);
    }

    /// <summary>Gives a quantised tensor's values.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">Binary32, to which a value is rounded once, or bfloat16, to which that is rounded again; ties to even.</param>
    /// <param name="keepNan">Whether scales that are NaN are passed on, as NaN values.</param>
    /// <exception cref="UsageException">A scale is NaN and is not to be kept.</exception>
    public void Dequantize(StoredTensor tensor, TensorType type, bool keepNan = false)
    {
        StoredValues stored = new(from, tensor, on.Backend, tileElements);
        MatrixBytes values = new(targets[tensor.Name].Offset, stored.Tiling.Columns, type.Bits);
        EachTile(stored.Tiling, tensor.Parts.Sum(part => part.Bytes), (_, tile, buffers) =>
        {
            stored.Read(tile, buffers.Codes, buffers.Scales, buffers.Narrow);
            if (!keepNan && stored.NanScale(tile, buffers.Scales) is >= 0 and long block)
            {
                throw NanScale(tensor, block);
            }

            stored.Values(tile, buffers.Codes, buffers.Scales, buffers.Wide);
            WriteWide(values, tile, type, buffers);
        });
    }

    /// <summary>Gives the values of elements that have no scales.</summary>
    public void Decode(TensorInfo tensor, ElementFormat element, TensorType type)
    {
        Tiling tiling = Tiling.Of(tensor, BlockAxis.AlongRows, 1, tileElements);
        MatrixBytes codes = new(tensor.Offset, tiling.Columns, tensor.Type.Bits);
        MatrixBytes values = new(targets[tensor.Name].Offset, tiling.Columns, type.Bits);
        EachTile(tiling, tensor.Bytes, (_, tile, buffers) =>
        {
            codes.Read(from.FileOf(tensor), tile, buffers.Codes);
            Elements.DecodeInto(element, buffers.Codes.AsSpan(0, tile.Count),
                MemoryMarshal.Cast<uint, float>(buffers.Wide.AsSpan(0, tile.Count)), new(on.Backend));
            WriteWide(values, tile, type, buffers);
        });
    }

    /// <summary>Gives a quantised tensor another layout: no code and no scale is computed anew.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="layout">Where it goes.</param>
    /// <param name="keepNan">Whether scales that are NaN are passed on.</param>
    /// <exception cref="UsageException">A scale is NaN and is not to be kept.</exception>
    public void Relay(StoredTensor tensor, StoredTensor layout, bool keepNan)
    {
        if (tensor.Layout.Tile > 0)
        {
            RelayTiles(tensor, layout, keepNan);
            return;
        }

        BlockPlaces source = new(tensor, tileElements);
        BlockPlaces target = new(Placed(layout), tileElements, source.Tiling);
        EachTile(source.Tiling, tensor.Parts.Sum(part => part.Bytes), (_, tile, buffers) =>
        {
            source.Read(from, tile, buffers.Codes, buffers.Scales);
            if (!keepNan && source.NanScale(tile, buffers.Scales) is >= 0 and long block)
            {
                throw NanScale(tensor, block);
            }

            target.Write(to, tile, buffers.Codes, buffers.Scales);
        });
        if (layout.TensorScale is not null)
        {
            // Where there was none, it is one.
            WriteTensorScale(layout, TensorScaleValues.Read(from, tensor)?.As(layout.Layout.TensorScale!.IsDivisor) ?? [1]);
        }
    }

    /// <summary>Square tiles: the codes as they are, the scales in the other type, where they are the same numbers there.</summary>
    private void RelayTiles(StoredTensor tensor, StoredTensor layout, bool keepNan)
    {
        Copy(tensor.Codes, targets[layout.Codes.Name]);
        float[] values = TileScales.Read(from, tensor).Values.ToArray();
        if (!keepNan && TileScales.FirstNaN(values) is int nan and >= 0)
        {
            throw NanScale(tensor, nan);
        }

        byte[] bytes = layout.Scales!.Type == TensorType.F32 ? MemoryMarshal.AsBytes<float>(values).ToArray()
            : Array.ConvertAll(values, value => TileScales.ExactE8M0(value) ?? throw new UsageException($"{from.Path}: tensor "
                + $"'{TensorInfo.Shown(tensor.Name)}': the scale {value} is no power of two, which is all that {layout.Layout} holds"));
        to.Write(targets[layout.Scales.Name].Offset, bytes);
        done += tensor.Scales!.Bytes;
    }

    private void ReadWide(TensorInfo tensor, MatrixBytes values, Tile tile, Buffers buffers)
    {
        Span<byte> bytes = buffers.Narrow.AsSpan(0, values.BytesOf(tile));
        values.Read(from.FileOf(tensor), tile, bytes);
        Widening.ToBinary32(tensor.Type, bytes, MemoryMarshal.Cast<uint, float>(buffers.Wide.AsSpan(0, tile.Count)));
    }

    private void WriteWide(MatrixBytes values, Tile tile, TensorType type, Buffers buffers)
    {
        Span<uint> wide = buffers.Wide.AsSpan(0, tile.Count);
        if (type == TensorType.BF16)
        {
            Narrowing.ToBFloat16(wide, MemoryMarshal.Cast<byte, ushort>(buffers.Narrow.AsSpan()));
        }

        values.Write(to, tile, type == TensorType.BF16 ? buffers.Narrow : MemoryMarshal.AsBytes(wide));
    }

    private void WriteTensorScale(StoredTensor layout, ReadOnlySpan<float> values)
    {
        if (layout.TensorScale is not null)
        {
            to.Write(targets[layout.TensorScale.Name].Offset, MemoryMarshal.AsBytes(values));
        }
    }

    /// <summary>A tensor that is to be written, with the offsets that it has in the new file.</summary>
    private StoredTensor Placed(StoredTensor layout) => layout with
    {
        Codes = targets[layout.Codes.Name],
        Scales = layout.Scales is null ? null : targets[layout.Scales.Name],
    };

    private UsageException NanScale(StoredTensor tensor, long block) => new($"{from.Path}: tensor '{TensorInfo.Shown(tensor.Name)}': the "
        + $"scale of block {block} is NaN, so that its values are lost; --keep-nan passes it on");

    private void EachTile(Tiling tiling, long bytes, Action<long, Tile, Buffers> work)
    {
        for (long first = 0; first < tiling.Count; first += TilesAtOnce)
        {
            stop.ThrowIfCancellationRequested();
            long start = first;
            TileWork.Share((int)Math.Min(TilesAtOnce, tiling.Count - first), on.Threads, tile =>
            {
                Buffers buffers = idle.TryTake(out Buffers? free) && free.Holds(tiling.LargestTile) ? free
                    : new Buffers(tiling.LargestTile);
                work(start + tile, tiling[start + tile], buffers);
                idle.Add(buffers);
            });
            progress?.Invoke(done + tiling.BytesBefore(Math.Min(first + TilesAtOnce, tiling.Count), bytes));
        }

        done += bytes;
    }

    /// <summary>A worker's memory.</summary>
    private sealed class Buffers(int elements)
    {
        /// <summary>Values as the file has them.</summary>
        public byte[] Narrow { get; } = new byte[elements * sizeof(float)];

        /// <summary>Values in binary32.</summary>
        public uint[] Wide { get; } = new uint[elements];

        public byte[] Codes { get; } = new byte[elements];

        /// <summary>A scale an element is more than any block size needs, partial blocks included.</summary>
        public byte[] Scales { get; } = new byte[elements];

        public bool Holds(int needed) => Wide.Length >= needed;
    }
}
