using CsvHelper;
using Mxact.Shell;

namespace Mxact.Vectors;

/// <summary>Reads and writes rows as CSV: RFC 4180, UTF-8, one header line, lines ended by a line feed.</summary>
internal static class VectorFile
{
    private static readonly string[] Columns =
    [
        "id", "level", "operation", "formats", "choices", "operands", "expected", "latitudes", "clause", "flags",
    ];

    private static readonly Level[] Levels = Enum.GetValues<Level>();

    /// <summary>Writes rows to a stream, which stays open.</summary>
    public static void Write(Stream stream, IEnumerable<TestVector> rows)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(Columns);
        foreach (TestVector row in rows)
        {
            csv.WriteRecord(
                [
                    row.Id, Names.Of(row.Level), Names.Of(row.Operation), row.Formats, row.Choices, row.Operands, row.Expected,
                    row.Latitudes, row.Clause, row.Flags,
                ]);
        }
    }

    /// <summary>Reads the rows of a level and below from a file, one at a time; of the others no more than the level.</summary>
    /// <exception cref="VectorFileException">The file is not such a file; the message names file and line.</exception>
    public static IEnumerable<TestVector> Read(string path, Level level = Level.Deep)
    {
        using CsvReader csv = Open(path);
        RowCheck check = new();
        long line = 1;
        while (Advance(csv, path, line + 1))
        {
            line++;
            if (csv.FieldCount != Columns.Length || LevelOf(csv.GetString(1)) is not { } of
                || !Question.TryParseOperation(csv.GetString(2), out Operation operation))
            {
                throw new VectorFileException($"{path}:{line}: not a row of a golden set");
            }

            if (of > level)
            {
                continue;
            }

            TestVector row = new(
                csv.GetString(0), of, operation, csv.GetString(3), csv.GetString(4), csv.GetString(5),
                csv.GetString(6), csv.GetString(7), csv.GetString(8), csv.GetString(9));
            yield return check.Fault(row) is { } fault ? throw new VectorFileException($"{path}:{line}: {fault}") : row;
        }
    }

    private static Level? LevelOf(string name)
    {
        foreach (Level level in Levels)
        {
            if (Names.Of(level) == name)
            {
                return level;
            }
        }

        return null;
    }

    private static CsvReader Open(string path)
    {
        try
        {
            CsvReader csv = CsvReader.Create(new LimitedLines(InputFile.Open(path), path), new CsvReaderOptions(), leaveOpen: false);
            return csv.Headers.SequenceEqual(Columns) ? csv
                : throw new VectorFileException($"{path}: the columns are not {string.Join(',', Columns)}");
        }
        catch (Exception exception) when (exception is CsvFormatException or UsageException)
        {
            throw new VectorFileException(exception is UsageException ? exception.Message : $"{path}:1: {exception.Message.Split('\n')[0]}",
                exception);
        }
    }

    private static bool Advance(CsvReader csv, string path, long line)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException exception)
        {
            throw new VectorFileException($"{path}:{line}: {exception.Message.Split('\n')[0]}", exception);
        }
        catch (UsageException exception)
        {
            throw new VectorFileException(exception.Message, exception);
        }
    }
}

/// <summary>A golden file or manifest that is not what it says: one line that names the file and what is wrong.</summary>
internal sealed class VectorFileException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public VectorFileException(string message)
        : base(message)
    {
    }

    /// <summary>No message.</summary>
    public VectorFileException()
    {
    }

    /// <summary>Says what is wrong and what caused it.</summary>
    public VectorFileException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
