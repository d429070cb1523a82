using System.Globalization;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>The table of results: a row a mutant, added as it is known, so that a run goes on where it stopped.</summary>
internal sealed class NamedResults
{
    private static readonly string[] Columns
        = ["code", "file", "line", "original", "mutated", "nth", "expected", "smoke", "standard", "row", "named", "verdict"];

    private readonly string file;

    private readonly string code;

    private readonly List<List<string>> rows = [];

    private NamedResults(string file, string code) => (this.file, this.code) = (file, code);

    /// <summary>The table in a file; rows of other code and a torn last one are dropped.</summary>
    public static NamedResults Open(string file, string code)
    {
        NamedResults results = new(file, code);
        if (File.Exists(file))
        {
            results.rows.AddRange(File.ReadLines(file).Skip(1).Select(Csv.Cells)
                .Where(cells => cells.Count == Columns.Length && cells[0] == code));
        }

        return results;
    }

    /// <summary>Whether a mutant has its row.</summary>
    public bool Has(NamedSite site) => rows.Exists(row => KeyOf(row) == site.Key);

    /// <summary>Whether one survives that should not.</summary>
    public bool Survives => rows.Exists(row => row[^1] == NamedVerdict.Survived);

    /// <summary>Adds one, in the order of the code.</summary>
    public void Add(NamedSite site, Expectation expected, bool smoke, Judgement said)
    {
        string Killed(bool killed) => killed ? "killed" : "survives";
        rows.Add([code, site.Site.File, site.Site.Line.ToString(CultureInfo.InvariantCulture), site.Site.Original, site.Site.Mutated,
            site.Nth.ToString(CultureInfo.InvariantCulture), expected.Text, Killed(smoke), Killed(said.IsKilled), said.Row, said.Text,
            NamedVerdict.Of(expected, said)]);
        rows.Sort((a, b) => (string.CompareOrdinal(a[1], b[1]), Line(a).CompareTo(Line(b))) is var (byFile, byLine) && byFile != 0
            ? byFile : byLine);
        File.WriteAllLines(file + ".part", rows.Select(Csv.Row).Prepend(Csv.Row(Columns)));
        File.Move(file + ".part", file, overwrite: true);
    }

    /// <summary>The counts.</summary>
    public IEnumerable<string> Score()
    {
        List<List<string>> alive = rows.FindAll(row => row[^1] != NamedVerdict.Equivalent);
        string Share(int some) => string.Create(CultureInfo.InvariantCulture,
            $"{some} of {alive.Count} ({100.0 * some / Math.Max(1, alive.Count):F1}%)");
        yield return $"killed at smoke: {Share(alive.Count(row => row[7] == "killed"))}";
        yield return $"killed at standard: {Share(alive.Count(row => row[8] == "killed"))}";
        foreach (IGrouping<string, List<string>> verdict in alive.GroupBy(row => row[^1], StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()))
        {
            yield return $"{verdict.Key}: {Share(verdict.Count())}";
        }

        yield return $"equivalent: {rows.Count - alive.Count}";
    }

    private static string KeyOf(List<string> row) => NamedSite.KeyOf(row[1], row[3], row[4], row[5]);

    private static int Line(List<string> row) => int.Parse(row[2], CultureInfo.InvariantCulture);
}
