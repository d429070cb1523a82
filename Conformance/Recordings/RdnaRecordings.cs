using System.Globalization;
using Mxact.Shell;

namespace Mxact.Conformance.Recordings;

/// <summary>Holds the dot products of RDNA3 and RDNA4 to a file of captured results, and says for each how many it reproduces.</summary>
internal sealed class RdnaRecordings(string path)
{
    private const int MostShown = 10;

    private readonly SortedDictionary<string, (long Rows, long Mismatches)> counts = new(StringComparer.Ordinal);
    private readonly List<RecordedRdnaDot> first = [];

    /// <summary>Rows read.</summary>
    public long Rows => counts.Values.Sum(count => count.Rows);

    /// <summary>Rows that differ.</summary>
    public long Mismatches => counts.Values.Sum(count => count.Mismatches);

    /// <summary>Reads and judges the whole file.</summary>
    /// <param name="rows">The file's rows.</param>
    /// <param name="model">A model of the table: the rows name their own instruction.</param>
    /// <exception cref="UsageException">A row cannot be read; the message names file and line. Or a model is given.</exception>
    public void Run(PeekedRows rows, MatrixUnit? model)
    {
        if (model is not null)
        {
            throw new UsageException($"{path}: every row names its instruction; --model {model.Name} is not for it");
        }

        foreach ((long line, IReadOnlyDictionary<string, string> cells) in rows)
        {
            RecordedRdnaDot row = RecordedRdnaDot.Parse(path, line, cells);
            bool differs = row.Expected != row.Result;
            (long read, long mismatches) = counts.GetValueOrDefault(row.Name);
            counts[row.Name] = (read + 1, mismatches + (differs ? 1 : 0));
            if (differs && first.Count < MostShown)
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
        foreach ((string name, (long rows, long mismatches)) in counts)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  {name,-34}  {rows - mismatches} of {rows}");
        }

        foreach (RecordedRdnaDot row in first)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"MISMATCH {path}:{row.Line}: {row.Name}: expected {row.Expected:x8}, recorded {row.Result:x8}");
        }
    }
}
