using System.Globalization;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Running;

/// <summary>The table of results: a row a mutant, added as it is known, so that a run goes on where it stopped.</summary>
internal sealed class Results
{
    private static readonly string[] Columns = ["code", .. Site.Columns, "result", "by"];

    private readonly string file;

    private readonly List<List<string>> rows = [];

    private Results(string file) => this.file = file;

    /// <summary>The table in a file; a torn last row is dropped.</summary>
    public static Results Open(string file)
    {
        Results results = new(file);
        if (File.Exists(file))
        {
            results.rows.AddRange(File.ReadLines(file).Skip(1).Select(Csv.Cells).Where(cells => cells.Count == Columns.Length));
        }
        else
        {
            File.WriteAllLines(file, [Csv.Row(Columns)]);
        }

        return results;
    }

    /// <summary>Whether a mutant of this code has its verdict.</summary>
    public bool Has(string code, Site site) => rows.Any(row => row[0] == code && Site.FromCells(row[1..]).Id == site.Id);

    /// <summary>Adds one.</summary>
    public void Add(string code, Site site, Verdict verdict)
    {
        List<string> row = [code, .. site.Cells(), verdict.Result, verdict.By];
        File.AppendAllLines(file, [Csv.Row(row)]);
        rows.Add(row);
    }

    /// <summary>How many of each room were killed.</summary>
    public IEnumerable<string> Score() => rows.GroupBy(row => row[2], StringComparer.Ordinal).Select(room =>
    {
        int all = room.Count(), killed = room.Count(row => row[^2] != "survived");
        return string.Create(CultureInfo.InvariantCulture, $"{room.Key}: {killed} of {all} killed ({100.0 * killed / all:F0}%)");
    });
}
