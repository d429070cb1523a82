using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Mxact.Shell;

namespace Mxact.Training.Runs;

/// <summary>
/// A CSV file whose rows begin with a step, appended while a run goes on; a run that goes on drops the rows of steps that it will do again.
/// Its last column is the check of the <see cref="RowChain"/>: a row that is not as it was written is refused, never left out.
/// </summary>
internal sealed class CsvLog : IDisposable
{
    /// <summary>Logs whose last row was told to be cut off: a run that goes on reads one twice.</summary>
    private static readonly ConcurrentDictionary<string, bool> Told = [];
    private readonly FileStream file;
    private readonly StreamWriter text;
    private readonly RowChain chain;

    private CsvLog(FileStream file, RowChain chain)
    {
        this.file = file;
        this.chain = chain;
        text = new(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
    }

    /// <summary>The check of the last row.</summary>
    public string Check => chain.Last;

    /// <summary>Opens the log, keeping the rows before a step.</summary>
    /// <exception cref="UsageException">The log that is there is damaged.</exception>
    public static CsvLog Open(string path, IReadOnlyList<string> columns, int before)
    {
        string head = RowChain.Head(string.Join(',', columns));
        RowChain chain = new(head);
        StringBuilder kept = new(head + "\n");
        foreach (string row in File.Exists(path) ? Read(path, columns).Rows.Where(r => StepOf(r) < before) : [])
        {
            kept.Append(row).Append(',').Append(chain.Add(row)).Append('\n');
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(kept.ToString()));
        return new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), chain);
    }

    /// <summary>Whether a log begins with these columns.</summary>
    public static bool Has(string path, IReadOnlyList<string> columns)
    {
        InputFile.Check(path);
        using StreamReader file = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        char[] head = new char[RowChain.Head(string.Join(',', columns)).Length + 1];
        return file.ReadBlock(head) == head.Length && new string(head) == RowChain.Head(string.Join(',', columns)) + "\n";
    }

    /// <summary>The rows of a log. One that was cut off while it was written ends them, and the error stream is told.</summary>
    /// <exception cref="UsageException">Its columns are others, or it is damaged; the message says in which row.</exception>
    public static ChainedRows Read(string path, IReadOnlyList<string> columns)
    {
        InputFile.Check(path);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        ChainedRows log = ChainedRows.Read(file, string.Join(',', columns), path);
        if (!log.HasHead)
        {
            throw new UsageException($"{path}: line 1: is cut off");
        }

        int last = 0;
        for (int i = 0; i < log.Rows.Count; i++)
        {
            int step = StepOf(log.Rows[i]) is { } number && log.Rows[i].Split(',').Length == columns.Count ? number
                : throw new UsageException($"{log.Place(i)}: is no row of {string.Join(',', columns)}");
            last = step >= last ? step : throw new UsageException($"{log.Place(i)}: is of step {step}, after one of step {last}");
        }

        if (log.IsTorn && Told.TryAdd(Path.GetFullPath(path), true))
        {
            Console.Error.WriteLine($"mxact-train: {Printable.Line(log.TornText)}");
        }

        return log;
    }

    public void Add(string[] fields)
    {
        string row = string.Join(',', fields);
        if (fields.Any(f => f.AsSpan().ContainsAny(",\"\r\n")))
        {
            throw new InvalidOperationException($"a field of a log needs quotes: {row}");
        }

        text.WriteLine($"{row},{chain.Add(row)}");
    }

    /// <summary>Puts the rows on the disk: a checkpoint that follows must not know of steps that the log lacks.</summary>
    public void Flush()
    {
        text.Flush();
        file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        text.Dispose();
        file.Dispose();
    }

    private static int? StepOf(string row)
        => int.TryParse(row.AsSpan(0, Math.Max(0, row.IndexOf(','))), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            ? step
            : null;
}
