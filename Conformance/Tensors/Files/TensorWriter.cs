using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>A file of tensors in the making: under a temporary name until it is whole.</summary>
internal sealed class TensorWriter : IDisposable
{
    private readonly AtomicFile file;
    private readonly SafeFileHandle handle;

    private TensorWriter(string path, byte[] header, ImmutableArray<TensorInfo> tensors, long length)
    {
        Tensors = [.. tensors.Select(t => t with { Offset = t.Offset + header.Length })];
        file = AtomicFile.Create(path, isSeekable: true);
        handle = file.Stream.SafeFileHandle;
        try
        {
            RandomAccess.SetLength(handle, header.Length + length);
            Write(0, header);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Lays the tensors out in a .safetensors file and writes the header.</summary>
    /// <param name="path">Where the file goes in the end.</param>
    /// <param name="tensors">In the order of their bytes; their offsets are not read.</param>
    /// <param name="metadata">The strings of <c>__metadata__</c>.</param>
    /// <exception cref="UsageException">The header would be longer than the format allows.</exception>
    public static TensorWriter Safetensors(string path, IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        long end = 0;
        ImmutableArray<TensorInfo>.Builder placed = ImmutableArray.CreateBuilder<TensorInfo>();
        foreach (TensorInfo tensor in tensors)
        {
            placed.Add(tensor with { Offset = end });
            end += tensor.Bytes;
        }

        return Make(path, () => (SafetensorsHeader.Write(placed, metadata), placed.ToImmutable(), end));
    }

    /// <summary>Lays the tensors out in a GGUF file and writes the header.</summary>
    /// <param name="path">Where the file goes in the end.</param>
    /// <param name="tensors">In the order of their bytes; their offsets are not read.</param>
    /// <param name="keyValues">The key-value section, as it lies in a file.</param>
    /// <param name="count">Its pairs.</param>
    /// <param name="alignment">Bytes on a multiple of which each tensor begins.</param>
    /// <exception cref="UsageException">GGUF cannot name or shape a tensor so.</exception>
    public static TensorWriter Gguf(string path, IReadOnlyList<TensorInfo> tensors, byte[] keyValues, long count, int alignment)
        => Make(path, () =>
        {
            (byte[] header, ImmutableArray<long> offsets) = GgufHeader.Write(tensors, keyValues, count, alignment);
            ImmutableArray<TensorInfo> placed = [.. tensors.Select((t, i) => t with { Offset = offsets[i] })];
            long end = placed.IsEmpty ? 0 : placed[^1].Offset + placed[^1].Bytes;
            return (header, placed, (end + alignment - 1) / alignment * alignment);
        });

    private static TensorWriter Make(string path, Func<(byte[] Header, ImmutableArray<TensorInfo> Tensors, long Length)> lay)
    {
        try
        {
            (byte[] header, ImmutableArray<TensorInfo> tensors, long length) = lay();
            return new(path, header, tensors, length);
        }
        catch (TensorFileException exception)
        {
            throw new UsageException($"{path}: {exception.Message}");
        }
    }

    /// <summary>The tensors, with the offsets that they have in the file.</summary>
    public ImmutableArray<TensorInfo> Tensors { get; }

    /// <summary>Writes bytes at a place in the file; several threads may write at a time.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

    /// <summary>Gives the file its name: it is whole.</summary>
    public void Finish() => file.Commit();

    public void Dispose() => file.Dispose();
}
