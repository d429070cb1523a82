using System.Globalization;
using Mxact.Shell;

namespace Mxact.Conformance.Recordings;

/// <summary>One captured result of an instruction, beside what this project gives for it.</summary>
internal interface ICapturedRow
{
    /// <summary>The row's line.</summary>
    long Line { get; }

    /// <summary>What it is counted under: the instruction, as the file calls it.</summary>
    string Name { get; }

    /// <summary>Whether the captured result is another.</summary>
    bool Differs { get; }

    /// <summary>Instruction, operands, both results.</summary>
    string Shown { get; }
}

/// <summary>Holds instructions to a file of captured results, and says for each of them how many it reproduces.</summary>
/// <param name="path">The file.</param>
/// <param name="parse">Reads a row: the file, its line, its cells.</param>
internal sealed class CapturedRows(string path, Func<string, long, IReadOnlyDictionary<string, string>, ICapturedRow> parse)
{
    private const int MostShown = 10;

    private readonly SortedDictionary<string, (long Rows, long Mismatches)> counts = new(StringComparer.Ordinal);
    private readonly List<ICapturedRow> first = [];

    /// <summary>Rows read.</summary>
    public long Rows => counts.Values.Sum(count => count.Rows);

    /// <summary>Rows that differ.</summary>
    public long Mismatches => counts.Values.Sum(count => count.Mismatches);

    /// <summary>How rows of such columns are read; null where they are no captured instructions.</summary>
    public static CapturedRows? Of(string path, IEnumerable<string> columns)
        => RecordedInstruction.AreColumns(columns) ? new(path, RecordedInstruction.Parse)
            : RecordedRdnaDot.AreColumns(columns) ? new(path, RecordedRdnaDot.Parse) : null;

    /// <summary>Reads and judges the whole file.</summary>
    /// <param name="rows">The file's rows.</param>
    /// <param name="model">An accumulation model, which no such row is held to.</param>
    /// <exception cref="UsageException">A row cannot be read; the message names file and line. Or a model is given.</exception>
    public void Run(PeekedRows rows, MatrixUnit? model)
    {
        if (model is not null)
        {
            throw new UsageException($"{path}: every row names its instruction; --model {model.Name} is for dot products that do not");
        }

        foreach ((long line, IReadOnlyDictionary<string, string> cells) in rows)
        {
            ICapturedRow row = parse(path, line, cells);
            (long read, long mismatches) = counts.GetValueOrDefault(row.Name);
            counts[row.Name] = (read + 1, mismatches + (row.Differs ? 1 : 0));
            if (row.Differs && first.Count < MostShown)
            {
                first.Add(row);
            }
        }
    }

    /// <summary>What was found, an instruction a line, and the first mismatches.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{path}: {Rows} rows, {Mismatches} mismatches; {counts.Count} instructions");
        int width = counts.Keys.Max(name => name.Length);
        foreach ((string name, (long rows, long mismatches)) in counts)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  {name.PadRight(width)}  {rows - mismatches} of {rows}");
        }

        foreach (ICapturedRow row in first)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"MISMATCH {path}:{row.Line}: {row.Shown}");
        }
    }
}
