using System.Buffers.Binary;
using System.Globalization;
using System.Text;
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

    private TokenFile(string path, SafeFileHandle file, long start, int width)
    {
        this.path = path;
        this.file = file;
        this.start = start;
        this.width = width;
        Count = (RandomAccess.GetLength(file) - start) / width;
    }

    /// <summary>Tokens.</summary>
    public long Count { get; }

    /// <summary>How many different tokens there can be.</summary>
    public int Vocabulary => width == 1 ? ByteVocabulary : TokenVocabulary;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="least">Tokens it must have.</param>
    /// <exception cref="UsageException">It is missing, too short, or no such .npy file.</exception>
    public static TokenFile Open(string path, int least)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: not found");
        }

        SafeFileHandle handle = File.OpenHandle(path);
        string ending = Path.GetExtension(path).ToLowerInvariant();
        TokenFile tokens = new(
            path,
            handle,
            ending == ".npy" ? FindNpyData(path, handle) : 0,
            ending is ".npy" or ".u16" ? sizeof(ushort) : 1);
        return tokens.Count >= least
            ? tokens
            : throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"{path}: has {tokens.Count} tokens, and a sequence needs {least}"));
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

    /// <summary>Where the data of a .npy file of uint16 begins (NumPy format 1 and 2).</summary>
    private static long FindNpyData(string path, SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[12];
        int read = RandomAccess.Read(file, head, 0);
        if (read < 12
            || !head[..6].SequenceEqual((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'])
            || head[6] is < 1 or > 2)
        {
            throw new UsageException($"{path}: is not a .npy file of version 1 or 2");
        }

        int before = head[6] == 1 ? 10 : 12;
        long length = head[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (length > 1 << 16 || before + length > RandomAccess.GetLength(file))
        {
            throw new UsageException($"{path}: its header is longer than the file or than 65536 bytes");
        }

        byte[] header = new byte[length];
        RandomAccess.Read(file, header, before);
        string text = Encoding.Latin1.GetString(header).Replace(" ", "", StringComparison.Ordinal);
        return text.Contains("'descr':'<u2'", StringComparison.Ordinal) && text.Contains(",)", StringComparison.Ordinal)
            ? before + length
            : throw new UsageException($"{path}: is not a flat array of little-endian uint16 ('<u2')");
    }
}
