using System.Text.Unicode;

namespace Mxact.Shell;

/// <summary>
/// A stream of text as it is read, with its limits: lines no longer than so many bytes, a quoted cell of a CSV file being part of its line,
/// so that no input is held in memory whole; and UTF-8 alone.
/// </summary>
internal sealed class LimitedLines(Stream inner, string path, int mostLineBytes = LimitedLines.MostLine) : ForwardStream
{
    /// <summary>Far beyond any row of any file that is read so.</summary>
    public const int MostLine = 1 << 24;

    private readonly byte[] carried = new byte[4];
    private int carriedBytes;
    private long line = 1;
    private long bytesOfLine;
    private bool isQuoted;

    protected override Stream Inner => inner;

    /// <exception cref="UsageException">A limit is passed; the message names file and line.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int read = inner.Read(buffer);
        ReadOnlySpan<byte> bytes = buffer[..read];
        CheckText(bytes);
        foreach (byte b in bytes)
        {
            isQuoted ^= b == (byte)'"';
            bytesOfLine++;
            if (b == (byte)'\n')
            {
                line++;
                bytesOfLine = isQuoted ? bytesOfLine : 0;
            }

            if (bytesOfLine > mostLineBytes)
            {
                throw new UsageException($"{path}:{line}: is longer than {mostLineBytes} bytes{(isQuoted ? ", from a quote on" : "")}");
            }
        }

        return read;
    }

    /// <summary>Characters may be cut between two reads: up to three bytes wait for the rest.</summary>
    private void CheckText(ReadOnlySpan<byte> bytes)
    {
        bool isEnd = bytes.IsEmpty;
        while (carriedBytes > 0 && !bytes.IsEmpty)
        {
            carried[carriedBytes++] = bytes[0];
            bytes = bytes[1..];
            if (carriedBytes == BytesOf(carried[0]))
            {
                Require(Utf8.IsValid(carried.AsSpan(0, carriedBytes)));
                carriedBytes = 0;
            }
        }

        int waiting = 0;
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            if (bytes[^back] >= 0xc0)
            {
                waiting = BytesOf(bytes[^back]) > back ? back : 0;
                break;
            }
        }

        Require(Utf8.IsValid(bytes[..^waiting]) && !(isEnd && carriedBytes > 0));
        bytes[^waiting..].CopyTo(carried.AsSpan(carriedBytes));
        carriedBytes += waiting;
    }

    /// <summary>How many bytes a character takes that begins so.</summary>
    private static int BytesOf(byte first) => first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

    private void Require(bool isText)
    {
        if (!isText)
        {
            throw new UsageException($"{path}: is not UTF-8, at line {line} or soon after");
        }
    }
}
