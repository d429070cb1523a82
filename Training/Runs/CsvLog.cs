using System.Globalization;
using CsvHelper;
using Mxact.Shell;

namespace Mxact.Training.Runs;

/// <summary>
/// A CSV file whose rows begin with a step, appended while a run goes on; a run that goes on drops the rows of steps that it will do again.
/// </summary>
internal sealed class CsvLog : IDisposable
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n" };
    private readonly FileStream file;
    private readonly CsvWriter csv;

    private CsvLog(FileStream file)
    {
        this.file = file;
        csv = CsvWriter.Create(file, Options, leaveOpen: true);
    }

    /// <summary>Opens the log, keeping the rows before a step.</summary>
    public static CsvLog Open(string path, IReadOnlyList<string> columns, int before)
    {
        List<string[]> kept = File.Exists(path)
            ? [.. Read(path, columns).Where(r => int.Parse(r[0], CultureInfo.InvariantCulture) < before)]
            : [];
        AtomicFile.Write(path, stream =>
        {
            using CsvWriter csv = CsvWriter.Create(stream, Options, leaveOpen: true);
            csv.WriteHeader([.. columns]);
            foreach (string[] row in kept)
            {
                csv.WriteRecord(row);
            }
        });
        return new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read));
    }

    /// <summary>The rows of a log; one that was cut off while it was written ends them.</summary>
    /// <exception cref="UsageException">Its columns are others.</exception>
    public static List<string[]> Read(string path, IReadOnlyList<string> columns)
    {
        List<string[]> rows = [];
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using CsvReader csv = CsvReader.Create(file, new CsvReaderOptions(), leaveOpen: true);
            if (!csv.Headers.SequenceEqual(columns))
            {
                throw new UsageException($"{path}: line 1: the columns are not {string.Join(',', columns)}");
            }

            while (csv.Read())
            {
                rows.Add([.. Enumerable.Range(0, columns.Count).Select(i => csv.GetString(i) ?? "")]);
            }
        }
        catch (Exception exception) when (exception is CsvFormatException or IndexOutOfRangeException or ArgumentException)
        {
            // Only the last row can be torn: every other was followed by one.
        }

        return rows;
    }

    public void Add(string[] fields) => csv.WriteRecord(fields);

    /// <summary>Hands the rows to the system.</summary>
    public void Flush()
    {
        csv.Flush();
        file.Flush();
    }

    public void Dispose()
    {
        csv.Dispose();
        file.Dispose();
    }
}
