using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Mxact.Shell;

/// <summary>
/// A gzipped file as it is read: one member, whole, and nothing behind it. The decompressor alone notices none of that: it gives what it
/// has of a file that was cut short, and does not look at what follows.
/// </summary>
internal sealed class GzipInput : ForwardStream
{
    /// <summary>The most that is decompressed of one file: what a small file can be made to give has no other end.</summary>
    public const long MostBytes = 1L << 36;

    /// <summary>CRC-32 and length: the last bytes of a member.</summary>
    private const int TrailerBytes = 8;

    private const int LeastBytes = 18;

    /// <summary>What a member begins with (RFC 1952 2.3.1).</summary>
    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8)
        .Aggregate((uint)i, (crc, _) => (crc >> 1) ^ ((crc & 1) * 0xedb88320u)))];

    private readonly string path;
    private readonly GZipStream plain;
    private readonly uint expectedCrc, expectedLength;
    private uint crc = uint.MaxValue;
    private long length;

    private GzipInput(string path, FileStream file, ReadOnlySpan<byte> trailer)
    {
        this.path = path;
        expectedCrc = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        expectedLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        plain = new(file, CompressionMode.Decompress);
    }

    protected override Stream Inner => plain;

    /// <summary>Opens a file that may be gzipped, which its first two bytes say, or a name that ends so.</summary>
    /// <exception cref="UsageException">It is none, or is gzipped and cut short.</exception>
    public static Stream OpenAny(string path)
    {
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return Open(path);
        }

        FileStream file = InputFile.Open(path);
        if (!file.CanSeek)
        {
            return file;
        }

        bool isGzip = file.ReadByte() == Magic[0] && file.ReadByte() == Magic[1];
        file.Position = 0;
        if (!isGzip)
        {
            return file;
        }

        file.Dispose();
        return Open(path);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="UsageException">It is none, or too short to be gzipped.</exception>
    public static GzipInput Open(string path)
    {
        FileStream file = InputFile.Open(path);
        try
        {
            if (!file.CanSeek || file.Length < LeastBytes)
            {
                throw new UsageException($"{path}: "
                    + (file.CanSeek ? "is no gzip file, or is cut short" : "is a pipe; decompress it first"));
            }

            Span<byte> trailer = stackalloc byte[TrailerBytes];
            file.Position = file.Length - TrailerBytes;
            file.ReadExactly(trailer);
            file.Position = 0;
            return new(path, file, trailer);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="UsageException">The file is damaged, cut short, goes on after its end, or never ends.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int read;
        try
        {
            read = plain.Read(buffer);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException($"{path}: is damaged as a gzip file: {exception.Message}");
        }

        foreach (byte b in buffer[..read])
        {
            crc = (crc >> 8) ^ Table[(byte)(crc ^ b)];
        }

        length += read;
        if (length > MostBytes)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{path}: decompresses to more than {MostBytes} bytes"));
        }

        return read > 0 || (~crc == expectedCrc && (uint)length == expectedLength) ? read
            : throw new UsageException($"{path}: its last bytes are not the check sum of its content: it is cut short, or has bytes "
                + "behind its end, or is several gzip files in one");
    }
}
