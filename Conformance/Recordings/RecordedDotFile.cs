using System.Globalization;
using CsvHelper;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Recordings;

/// <summary>
/// Files of recorded dot products, plain or gzipped CSV, and of questions for a machine to record: the same layout with an empty
/// column D. <see cref="Simulator.Accumulation.RecordedDots"/> says what the columns mean.
/// </summary>
internal static class RecordedDotFile
{
    /// <summary>Cells by column name with the line each row stands on, one row at a time, so that a file's size does not matter.</summary>
    /// <exception cref="VectorFileException">The file is not CSV; the message names file and line.</exception>
    public static IEnumerable<(long Line, IReadOnlyDictionary<string, string> Cells)> Read(string path)
    {
        using Stream file = GzipInput.OpenAny(path);
        using CsvReader csv = Open(new LimitedLines(file, path), path);
        for (long line = 2; Advance(csv, path, line); line++)
        {
            if (csv.FieldCount != csv.Headers.Count)
            {
                throw new VectorFileException(string.Create(CultureInfo.InvariantCulture,
                    $"{path}:{line}: {csv.FieldCount} cells under {csv.Headers.Count} columns"));
            }

            Dictionary<string, string> cells = new(csv.FieldCount, StringComparer.Ordinal);
            for (int i = 0; i < csv.FieldCount; i++)
            {
                cells[csv.Headers[i]] = csv.GetString(i);
            }

            yield return (line, cells);
        }
    }

    /// <summary>
    /// Writes questions: <c>id,kind,fa,fb,K,A,B,[SA,SB,]C,D</c>. An element has two digits or more, or one where both formats are
    /// E2M1 under scales, as FP4 units are fed.
    /// </summary>
    /// <param name="stream">Where; stays open.</param>
    /// <param name="shape">The shape every question has.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="answer">Fills D; null leaves it empty.</param>
    public static void Write(Stream stream, DotShape shape, IEnumerable<DotQuestion> questions, Func<DotQuestion, uint>? answer = null)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        bool scaled = shape.Scale is not null;
        bool nibbles = scaled && shape.A.Bits == 4 && shape.B.Bits == 4;
        csv.WriteHeader(["id", "kind", "fa", "fb", "K", "A", "B", .. scaled ? (string[])["SA", "SB"] : [], "C", "D"]);
        long id = 0;
        foreach (DotQuestion q in questions)
        {
            csv.WriteRecord([
                id++.ToString(CultureInfo.InvariantCulture), q.Kind, Name(shape.A, shape), Name(shape.B, shape),
                    q.A.Length.ToString(CultureInfo.InvariantCulture),
                HexWords.Write(q.A, nibbles ? 1 : shape.A.HexDigits), HexWords.Write(q.B, nibbles ? 1 : shape.B.HexDigits),
                .. scaled ? (string[])[Convert.ToHexStringLower(q.ScalesA), Convert.ToHexStringLower(q.ScalesB)] : [],
                HexWords.Write(q.C, shape.Output.HexDigits), answer is null ? "" : HexWords.Write(answer(q), shape.Output.HexDigits),
            ]);
        }
    }

    private static string Name(ElementFormat element, DotShape shape) => shape.Scale is null ? element.Name : $"{element}/{shape.Scale}";

    private static CsvReader Open(Stream stream, string path)
    {
        try
        {
            CsvReader csv = CsvReader.Create(stream, new CsvReaderOptions(), leaveOpen: false);
            return csv.Headers.GroupBy(header => header, StringComparer.Ordinal).FirstOrDefault(header => header.Count() > 1) is { } twice
                ? throw new VectorFileException($"{path}:1: two columns are called '{twice.Key}'") : csv;
        }
        catch (CsvFormatException exception)
        {
            throw new VectorFileException($"{path}:1: {exception.Message.Split('\n')[0]}", exception);
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
            throw new VectorFileException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}: {exception.Message.Split('\n')[0]}"),
                exception);
        }
    }
}
