using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>A .safetensors file in the making: under a temporary name until it is whole.</summary>
internal sealed class SafetensorsWriter : IDisposable
{
    private readonly AtomicFile file;
    private readonly SafeFileHandle handle;

    /// <summary>Lays the tensors out and writes the header.</summary>
    /// <param name="path">Where the file goes in the end.</param>
    /// <param name="tensors">In the order of their bytes; their offsets are not read.</param>
    /// <param name="metadata">The strings of <c>__metadata__</c>.</param>
    /// <exception cref="UsageException">The header would be longer than the format allows.</exception>
    public SafetensorsWriter(string path, IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        long end = 0;
        ImmutableArray<TensorInfo>.Builder placed = ImmutableArray.CreateBuilder<TensorInfo>();
        foreach (TensorInfo tensor in tensors)
        {
            placed.Add(tensor with { Offset = end });
            end += tensor.Bytes;
        }

        byte[] header;
        try
        {
            header = SafetensorsHeader.Write(placed, metadata);
        }
        catch (TensorFileException exception)
        {
            throw new UsageException($"{path}: {exception.Message}");
        }

        Tensors = [.. placed.Select(t => t with { Offset = t.Offset + header.Length })];
        file = AtomicFile.Create(path, isSeekable: true);
        handle = file.Stream.SafeFileHandle;
        try
        {
            RandomAccess.SetLength(handle, header.Length + end);
            Write(0, header);
        }
        catch
        {
            Dispose();
            throw;
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
