using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Mxact.Shell;

namespace Mxact.Training.Models;

/// <summary>
/// Tokens to learn from: any file by bytes, or flat little-endian uint16 tokens (.u16, or a one-dimensional .npy of them). Read where it is
/// needed, whatever its size.
/// </summary>
internal sealed class TokenFile : IDisposable
{
    private const int ByteVocabulary = 256;

    /// <summary>The published vocabulary; token files with larger tokens are refused when they are met.</summary>
    private const int TokenVocabulary = 32000;

    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly long start;
    private readonly int width;

    private TokenFile(string path, SafeFileHandle file, long start, int width, long count)
    {
        this.path = path;
        this.file = file;
        this.start = start;
        this.width = width;
        Count = count;
    }

    /// <summary>Tokens.</summary>
    public long Count { get; }

    /// <summary>How many different tokens there can be.</summary>
    public int Vocabulary => width == 1 ? ByteVocabulary : TokenVocabulary;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="least">Tokens it must have.</param>
    /// <exception cref="UsageException">It is missing or too short, or a .npy file whose header does not fit what follows it.</exception>
    public static TokenFile Open(string path, int least)
    {
        InputFile.Check(path);
        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            TokenFile tokens = Open(path, handle);
            return tokens.Count >= least
                ? tokens
                : throw new UsageException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}: has {tokens.Count} tokens, and a sequence needs {least}"));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads consecutive tokens.</summary>
    /// <exception cref="UsageException">One is outside the vocabulary.</exception>
    public void Read(long first, Span<long> tokens)
    {
        byte[] bytes = new byte[tokens.Length * width];
        int read = 0;
        while (read < bytes.Length)
        {
            int got = RandomAccess.Read(file, bytes.AsSpan(read), start + (first * width) + read);
            read += got > 0 ? got : throw new UsageException($"{path}: shrank while it was read");
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = width == 1 ? bytes[i] : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)));
            if (tokens[i] >= Vocabulary)
            {
                throw new UsageException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{path}: token {first + i} is {tokens[i]}, but the vocabulary has {Vocabulary}"));
            }
        }
    }

    public void Dispose() => file.Dispose();

    private static TokenFile Open(string path, SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (ending == ".npy")
        {
            (long start, long count) = TokenHeader.Read(path, file, length);
            return new(path, file, start, sizeof(ushort), count);
        }

        int width = ending == ".u16" ? sizeof(ushort) : 1;
        return length % width == 0
            ? new(path, file, 0, width, length / width)
            : throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"{path}: has {length} bytes, and tokens of {width} bytes each"));
    }
}
