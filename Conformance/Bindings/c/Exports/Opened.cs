using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mxact.Native.Abi;
using Mxact.Tensors.Files;
using Mxact.Tensors.Layouts;

namespace Mxact.Native.Exports;

/// <summary>An open checkpoint: its quantised tensors, and those that are no part of one.</summary>
internal sealed unsafe class Opened : IDisposable
{
    private const int PieceBytes = 1 << 20;

    private readonly Checkpoint from;
    private readonly ImmutableArray<(StoredTensor? Stored, TensorInfo Values)> tensors;
    private readonly List<nint> texts = [];
    private readonly Dictionary<long, (nint Name, nint Layout, nint Format, nint Shape)> described = [];

    public Opened(Checkpoint from, LayoutFinder finder)
    {
        this.from = from;
        ImmutableArray<StoredTensor> found = finder.All(from.Tensors);
        HashSet<TensorInfo> parts = new(found.SelectMany(tensor => tensor.Parts), ReferenceEqualityComparer.Instance);
        tensors = [.. found.Select(tensor => ((StoredTensor?)tensor, tensor.Values)),
            .. from.Tensors.Where(tensor => !parts.Contains(tensor)).Select(tensor => ((StoredTensor?)null, tensor))];
    }

    /// <summary>Tensors there are.</summary>
    public int Count => tensors.Length;

    /// <summary>What a tensor is; the texts live as long as this.</summary>
    public void Describe(long index, Tensor* tensor)
    {
        (StoredTensor? stored, TensorInfo values) = At(index);
        if (!described.TryGetValue(index, out (nint Name, nint Layout, nint Format, nint Shape) own))
        {
            long* shape = (long*)Keep((nint)NativeMemory.Alloc((nuint)Math.Max(values.Shape.Length, 1), sizeof(long)));
            values.Shape.AsSpan().CopyTo(new Span<long>(shape, values.Shape.Length));
            own = (Text(values.Name), stored is null ? 0 : Text(stored.Layout.Name), Text(stored?.Format.Name ?? values.Type.Name),
                (nint)shape);
            described.Add(index, own);
        }

        tensor->Quantized = stored is null ? 0 : 1;
        tensor->Name = (byte*)own.Name;
        tensor->Layout = (byte*)own.Layout;
        tensor->Format = (byte*)own.Format;
        tensor->Axis = (int)(stored?.Axis ?? BlockAxis.AlongRows);
        tensor->Dimensions = (uint)values.Shape.Length;
        tensor->Shape = (long*)own.Shape;
        tensor->Elements = values.Count;
    }

    /// <summary>The values of a tensor, binary32.</summary>
    public void Read(long index, Span<uint> target)
    {
        (StoredTensor? stored, TensorInfo values) = At(index);
        if (target.Length != values.Count)
        {
            throw new ArgumentException($"tensor '{values.ShownName}' has {values.Count} elements, and count is {target.Length}");
        }

        if (stored is null)
        {
            ReadPlain(values, target);
            return;
        }

        StoredValues reader = new(from, stored, Execution.Default.Backend);
        byte[] codes = [], scales = [], packed = [];
        uint[] piece = [];
        for (long i = 0; i < reader.Tiling.Count; i++)
        {
            Tile tile = reader.Tiling[i];
            if (piece.Length < tile.Count)
            {
                (codes, packed, piece) = (new byte[tile.Count + 64], new byte[tile.Count + 64], new uint[tile.Count]);
                scales = new byte[tile.Count + 64];
            }

            reader.Read(tile, codes, scales, packed);
            reader.Values(tile, codes, scales, piece);
            for (int row = 0; row < tile.Rows; row++)
            {
                piece.AsSpan(row * tile.Columns, tile.Columns).CopyTo(
                    target[(int)(((tile.Row + row) * reader.Tiling.Columns) + tile.Column)..]);
            }
        }
    }

    public void Dispose()
    {
        texts.ForEach(text => NativeMemory.Free((void*)text));
        from.Dispose();
    }

    private (StoredTensor? Stored, TensorInfo Values) At(long index)
        => index >= 0 && index < tensors.Length ? tensors[(int)index]
            : throw new ArgumentException($"index is 0 to {tensors.Length - 1}, not {index}");

    private void ReadPlain(TensorInfo tensor, Span<uint> target)
    {
        if (tensor.Type != TensorType.F32 && tensor.Type != TensorType.F16 && tensor.Type != TensorType.BF16)
        {
            throw new NotSupportedException($"tensor '{tensor.ShownName}' is {tensor.Type.Name}: its values are not given as binary32");
        }

        int width = tensor.Type.Bits / 8;
        byte[] bytes = new byte[(int)Math.Min(PieceBytes, tensor.Bytes)];
        for (long at = 0; at < tensor.Bytes; at += bytes.Length)
        {
            Span<byte> piece = bytes.AsSpan(0, (int)Math.Min(bytes.Length, tensor.Bytes - at));
            from.FileOf(tensor).Read(tensor.Offset + at, piece);
            Widening.ToBinary32(tensor.Type, piece, MemoryMarshal.Cast<uint, float>(target.Slice((int)(at / width), piece.Length / width)));
        }
    }

    private nint Text(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        byte* memory = (byte*)Keep((nint)NativeMemory.AllocZeroed((nuint)bytes.Length + 1));
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return (nint)memory;
    }

    private nint Keep(nint memory)
    {
        texts.Add(memory);
        return memory;
    }
}
