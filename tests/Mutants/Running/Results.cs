using System.Globalization;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Running;

/// <summary>The table of results: a row a mutant, added as it is known, so that a run goes on where it stopped.</summary>
internal sealed class Results
{
    /// <summary>No test fails.</summary>
    public const string Survived = "survived";

    /// <summary>It survived, and a test was written.</summary>
    public const string KilledSince = "killed-since";

    /// <summary>Written into the table by hand, with the reason: nothing that the program promises is another.</summary>
    public const string Equivalent = "equivalent";

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

    /// <summary>What the table says of a mutant of this code, or null.</summary>
    public string? ResultOf(string code, Site site) => rows.Find(row => IsOf(row, code, site))?[^2];

    /// <summary>Adds one; a mutant that survived until a test was written for it is killed since.</summary>
    public void Add(string code, Site site, Verdict verdict)
    {
        int known = rows.FindIndex(row => IsOf(row, code, site));
        if (known >= 0)
        {
            bool dies = rows[known][^2] == Survived && verdict.Result != Survived;
            rows[known] = [code, .. site.Cells(), dies ? KilledSince : verdict.Result, verdict.By];
            File.WriteAllLines(file, rows.Select(Csv.Row).Prepend(Csv.Row(Columns)));
            return;
        }

        List<string> row = [code, .. site.Cells(), verdict.Result, verdict.By];
        File.AppendAllLines(file, [Csv.Row(row)]);
        rows.Add(row);
    }

    /// <summary>How many of each room were killed, those left out that are the same program.</summary>
    public IEnumerable<string> Score() => rows.GroupBy(row => row[2], StringComparer.Ordinal).Select(room =>
    {
        int same = room.Count(row => row[^2] == Equivalent), all = room.Count() - same;
        int since = room.Count(row => row[^2] == KilledSince), survived = room.Count(row => row[^2] == Survived);
        int killed = all - survived;
        return string.Create(CultureInfo.InvariantCulture,
            $"{room.Key}: {killed} of {all} killed ({100.0 * killed / all:F0}%), {since} of them since; {same} are the same program");
    });

    private static bool IsOf(List<string> row, string code, Site site) => row[0] == code && Site.FromCells(row[1..]).Id == site.Id;
}
