using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Mxact.Shell;

namespace Mxact.Tensors.Files;

/// <summary>A file of tensors, opened: what is in it is known and checked, no tensor is in memory yet.</summary>
internal sealed class TensorFile : IDisposable
{
    private static readonly string[] RawExtensions = [".bin", ".f32", ".raw"];

    private TensorFile(string path, SafeFileHandle handle)
    {
        Path = path;
        Handle = handle;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public ImmutableArray<TensorInfo> Tensors { get; private set; } = [];

    /// <summary>The strings that a .safetensors file carries.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The header of a .gguf file, with what a copy of the file needs besides its tensors; null for other files.</summary>
    public GgufHeader? Gguf { get; private set; }

    private SafeFileHandle Handle { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">A .safetensors, .npy, .gguf, .bin, .f32 or .raw file, or one of another extension that begins as .gguf
    /// files do.</param>
    /// <param name="raw">Whether it is binary32 numbers and nothing else, whatever its extension.</param>
    /// <param name="nameless">What the elements of a .npy file are for which NumPy had no name, or null.</param>
    /// <exception cref="UsageException">It is none of these, or its header breaks a rule.</exception>
    public static TensorFile Open(string path, bool raw = false, TensorType? nameless = null)
    {
        string extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        InputFile.Check(path);
        TensorFile file = new(path, File.OpenHandle(path));
        try
        {
            long length = file.Length();
            if (nameless is not null && (raw || extension != ".npy"))
            {
                throw new TensorFileException("--as is about a .npy file");
            }

            if (raw || RawExtensions.Contains(extension))
            {
                file.OpenRaw(length);
            }
            else if (extension == ".npy")
            {
                file.OpenNpy(length, nameless);
            }
            else if (extension == ".safetensors")
            {
                file.OpenSafetensors(length);
            }
            else if (extension == ".gguf" || file.BeginsAsGguf(length))
            {
                file.OpenGguf(length);
            }
            else
            {
                throw new TensorFileException($"'{extension}' is no known extension: .safetensors, .npy, .gguf, or "
                    + $"{string.Join(", ", RawExtensions)} for raw binary32 (--raw for a file of another name)");
            }

            return file;
        }
        catch (Exception exception)
        {
            file.Dispose();
            throw exception is TensorFileException ? new UsageException($"{path}: {exception.Message}") : exception;
        }
    }

    /// <summary>Fills a buffer from a place in the file; several threads may read at a time.</summary>
    /// <exception cref="UsageException">The file has become shorter.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(Handle, buffer, offset);
            if (read == 0)
            {
                throw new UsageException($"{Path}: ends at byte {offset}: it was cut short while it was read");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }

    public void Dispose() => Handle.Dispose();

    private long Length()
    {
        try
        {
            return RandomAccess.GetLength(Handle);
        }
        catch (NotSupportedException)
        {
            throw new TensorFileException("is a pipe or a device; a tensor file is read in several places at once");
        }
    }

    private void OpenRaw(long length)
        => Tensors = length % sizeof(float) == 0
            ? [new(System.IO.Path.GetFileNameWithoutExtension(Path), TensorType.F32, [length / sizeof(float)], 0, length)]
            : throw new TensorFileException($"{length} bytes are no whole number of binary32 values");

    private void OpenNpy(long length, TensorType? nameless)
    {
        byte[] prefix = new byte[(int)Math.Min(length, NpyHeader.Prefix)];
        Read(0, prefix);
        (int begin, int end) = NpyHeader.Extent(prefix, length);
        byte[] dictionary = new byte[end - begin];
        Read(begin, dictionary);
        Tensors = [NpyHeader.Parse(dictionary, System.IO.Path.GetFileNameWithoutExtension(Path), end, length, nameless)];
    }

    private bool BeginsAsGguf(long length) => length >= GgufHeader.Magic.Length
        && GgufHeader.Magic.SequenceEqual(Bytes(0, GgufHeader.Magic.Length));

    private void OpenGguf(long length)
    {
        Gguf = GgufHeader.Read(Bytes, length);
        Tensors = Gguf.Tensors;
    }

    private byte[] Bytes(long offset, int count)
    {
        byte[] bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    private void OpenSafetensors(long length)
    {
        byte[] prefix = new byte[(int)Math.Min(length, SafetensorsHeader.Prefix)];
        Read(0, prefix);
        byte[] json = new byte[SafetensorsHeader.CheckedLength(prefix.Length < SafetensorsHeader.Prefix ? 0 : BitConverter.ToUInt64(prefix),
            length)];
        Read(SafetensorsHeader.Prefix, json);
        SafetensorsHeader header = SafetensorsHeader.Parse(json, length - SafetensorsHeader.Prefix - json.Length);
        (Tensors, Metadata) = (header.Tensors, header.Metadata);
    }
}
