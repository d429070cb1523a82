using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Conversion;

/// <summary>Fills the tensors of a file in the making from those of another, tile by tile.</summary>
internal sealed class Converter
{
    /// <summary>Tiles between two looks at Ctrl-C.</summary>
    private const int TilesAtOnce = 256;

    /// <summary>Bytes that are copied at a time.</summary>
    private const int CopyBytes = 1 << 22;

    private readonly TensorFile from;
    private readonly SafetensorsWriter to;
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
    public Converter(TensorFile from, SafetensorsWriter to, Execution on, Action<long>? progress, CancellationToken stop,
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
    public void Copy(TensorInfo tensor)
    {
        TensorInfo target = targets[tensor.Name];
        byte[] bytes = new byte[(int)Math.Min(CopyBytes, tensor.Bytes)];
        for (long at = 0; at < tensor.Bytes; at += bytes.Length)
        {
            stop.ThrowIfCancellationRequested();
            Span<byte> part = bytes.AsSpan(0, (int)Math.Min(bytes.Length, tensor.Bytes - at));
            from.Read(tensor.Offset + at, part);
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
    public void Quantize(TensorInfo tensor, StoredTensor layout, ConversionPolicy policy, ulong seed)
    {
        BlockConverter converter = BlockConverter.Create(new(layout.Format, policy)
        {
            Axis = layout.Axis,
            Packing = CodeLayout.Packed,
            Execution = new(on.Backend)
        });
        Tiling tiling = Tiling.Of(tensor, layout.Axis, layout.Format.BlockSize, tileElements);
        MatrixBytes values = new(tensor.Offset, tiling.Columns, tensor.Type.Bits);
        MatrixBytes codes = new(targets[layout.Codes.Name].Offset, tiling.Columns, layout.Codes.Type.Bits);
        MatrixBytes scales = new(targets[layout.Scales.Name].Offset, tiling.ScaleColumns, layout.Scales.Type.Bits);
        EachTile(tiling, tensor, (index, tile, buffers) =>
        {
            Span<byte> bytes = buffers.Narrow.AsSpan(0, values.BytesOf(tile));
            Span<uint> wide = buffers.Wide.AsSpan(0, tile.Count);
            values.Read(from, tile, bytes);
            Widening.ToBinary32(tensor.Type, bytes, MemoryMarshal.Cast<uint, float>(wide));
            converter.Quantize(wide, tile.Rows, tile.Columns, buffers.Scales, buffers.Codes, TileSeed.Of(seed, tensor, index));
            codes.Write(to, tile, buffers.Codes);
            scales.Write(to, tiling.Scales(tile), buffers.Scales);
        });
    }

    /// <summary>Gives an MX tensor's values.</summary>
    /// <param name="tensor">The MX tensor.</param>
    /// <param name="type">Binary32, which holds them all, or bfloat16, to which they are rounded, ties to even.</param>
    public void Dequantize(StoredTensor tensor, TensorType type)
    {
        BlockConverter converter = BlockConverter.Create(new(tensor.Format, ConversionPolicy.Ocp)
        {
            Axis = tensor.Axis,
            Packing = CodeLayout.Packed,
            Execution = new(on.Backend)
        });
        Tiling tiling = Tiling.Of(tensor.Codes, tensor.Axis, tensor.Format.BlockSize, tileElements);
        MatrixBytes codes = new(tensor.Codes.Offset, tiling.Columns, tensor.Codes.Type.Bits);
        MatrixBytes scales = new(tensor.Scales.Offset, tiling.ScaleColumns, tensor.Scales.Type.Bits);
        MatrixBytes values = new(targets[tensor.Codes.Name].Offset, tiling.Columns, type.Bits);
        EachTile(tiling, tensor.Codes, (_, tile, buffers) =>
        {
            Span<uint> wide = buffers.Wide.AsSpan(0, tile.Count);
            codes.Read(from, tile, buffers.Codes);
            scales.Read(from, tiling.Scales(tile), buffers.Scales);
            converter.Dequantize(buffers.Scales, buffers.Codes, tile.Rows, tile.Columns, wide);
            if (type == TensorType.BF16)
            {
                Narrowing.ToBFloat16(wide, MemoryMarshal.Cast<byte, ushort>(buffers.Narrow.AsSpan()));
            }

            values.Write(to, tile, type == TensorType.BF16 ? buffers.Narrow : MemoryMarshal.AsBytes(wide));
        });
    }

    private void EachTile(Tiling tiling, TensorInfo tensor, Action<long, Tile, Buffers> work)
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
            progress?.Invoke(done + tiling.BytesBefore(Math.Min(first + TilesAtOnce, tiling.Count), tensor));
        }

        done += tensor.Bytes;
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
