using System.Globalization;
using System.Text;

namespace Mxact.Shell;

/// <summary>
/// A log read back under its <see cref="RowChain"/>. A log grows at its end, so only its last row can have been cut off while it was
/// written: that one has no line end, and is left out. Everything else that is not as it was written is refused.
/// </summary>
internal sealed class ChainedRows
{
    /// <summary>Bytes of a line, at most: far above what any log writes.</summary>
    private const int MostBytes = 4096;

    private readonly List<string> rows = [];
    private readonly string path;

    private ChainedRows(string head, string path)
    {
        this.path = path;
        Chain = new(head);
    }

    /// <summary>The rows' texts, without their checks.</summary>
    public IReadOnlyList<string> Rows => rows;

    /// <summary>The chain after the last of them.</summary>
    public RowChain Chain { get; }

    /// <summary>Whether the head is there; a log that was killed while it was made may lack the end of it.</summary>
    public bool HasHead { get; private set; }

    /// <summary>Bytes of what is whole.</summary>
    public long WholeBytes { get; private set; }

    /// <summary>Whether a last row was cut off, and left out.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>One line about a last row that was cut off.</summary>
    public string TornText => $"{Place(rows.Count)}: was cut off while it was written, and is dropped";

    /// <summary>Reads a log.</summary>
    /// <param name="stream">Its content.</param>
    /// <param name="columns">Its columns but for the check.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="UsageException">It is no such log, or is damaged; the message says in which row.</exception>
    public static ChainedRows Read(Stream stream, string columns, string path)
    {
        string head = RowChain.Head(columns);
        ChainedRows log = new(head, path);
        foreach ((string text, bool isEnded) in Lines(stream))
        {
            if (!log.HasHead)
            {
                log.TakeHead(text, isEnded, head, columns);
            }
            else if (isEnded)
            {
                log.TakeRow(text);
            }
            else
            {
                log.IsTorn = true;
                continue;
            }

            log.WholeBytes += log.HasHead ? text.Length + 1 : 0;
        }

        return log;
    }

    /// <summary>Where a row is, as messages say it.</summary>
    /// <param name="row">Counted from zero.</param>
    public string Place(int row) => string.Create(CultureInfo.InvariantCulture, $"{path}: row {row + 1} (line {row + 2})");

    private void TakeHead(string text, bool isEnded, string head, string columns)
    {
        if (isEnded && text == columns)
        {
            throw new UsageException($"{path}: line 1: has no column '{RowChain.Column}': an earlier build wrote this log, "
                + "and nothing shows that it is whole");
        }

        if (isEnded ? text != head : !head.StartsWith(text, StringComparison.Ordinal))
        {
            throw new UsageException($"{path}: line 1: the columns are not {head}");
        }

        HasHead = isEnded;
    }

    private void TakeRow(string text)
    {
        int comma = text.LastIndexOf(',');
        if (comma < 0 || text[(comma + 1)..] != Chain.Add(text[..comma]))
        {
            throw new UsageException($"{Place(rows.Count)}: its check is not that of what it says: the file is damaged here");
        }

        rows.Add(text[..comma]);
    }

    /// <summary>Lines, and whether a line end follows. One that is too long ends where it is too long, and is no row then.</summary>
    private static IEnumerable<(string Text, bool IsEnded)> Lines(Stream stream)
    {
        byte[] buffer = new byte[1 << 16];
        StringBuilder line = new();
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            int start = 0;
            while (start < read)
            {
                int end = Array.IndexOf(buffer, (byte)'\n', start, read - start);
                int stop = end < 0 ? read : end;
                line.Append(Encoding.Latin1.GetString(buffer, start, Math.Min(stop - start, MostBytes + 1)));
                start = stop + 1;
                if (end >= 0 || line.Length > MostBytes)
                {
                    yield return (line.ToString(), true);
                    line.Clear();
                }
            }
        }

        if (line.Length > 0)
        {
            yield return (line.ToString(), false);
        }
    }
}
