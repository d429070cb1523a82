using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using Mxact.Shell;

namespace Mxact.Training.Reports;

/// <summary>
/// A study's page, written by hand, whose figures are drawn from its results: what stands between <c>&lt;!-- figure KIND PLAN ... --&gt;</c> and
/// <c>&lt;!-- end of figure --&gt;</c> is made anew.
/// </summary>
internal static partial class StudyPage
{
    private const string End = "<!-- end of figure -->";

    /// <summary>The page's name in a study's folder.</summary>
    public const string Name = "page.html";

    /// <summary>Draws the figures of a study's page; returns the page's path.</summary>
    /// <param name="study">The study's folder, with <see cref="Name"/> and results/.</param>
    /// <exception cref="UsageException">There is no page, or a figure of it has no results; the message says where and what.</exception>
    public static string Write(string study)
    {
        string path = Path.Combine(study, Name);
        string page = Draw(Encoding.UTF8.GetString(InputFile.ReadAllBytes(path)), study, path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(page));
        return path;
    }

    /// <summary>The page with its figures drawn.</summary>
    public static string Draw(string page, string study, string path)
    {
        StringBuilder drawn = new();
        int at = 0;
        foreach (Match figure in Figure().Matches(page))
        {
            int end = page.IndexOf(End, figure.Index, StringComparison.Ordinal);
            int line = 1 + page.AsSpan(0, figure.Index).Count('\n');
            if (end < 0)
            {
                throw new UsageException($"{path}: line {line}: the figure is not followed by {End}");
            }

            string[] plans = figure.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            List<(string Plan, IReadOnlyDictionary<string, string> Row)> Rows(string file)
                => [.. plans.SelectMany(plan => Read(Path.Combine(study, "results", plan, file)).Select(row => (plan, row)))];
            string svg = figure.Groups[1].Value switch
            {
                "phase" => StudyPlots.Phase(Rows("arms.csv")),
                "forest" => StudyPlots.Forest(Rows("arms.csv")),
                "warning" => StudyPlots.Warning(Rows("runs.csv")),
                string other => throw new UsageException(
                    $"{path}: line {line}: a figure is phase, forest or warning, not '{Printable.Short(other, 40)}'"),
            };
            drawn.Append(page, at, figure.Index + figure.Length - at).Append('\n')
                .Append(Plots.Named(svg, figure.Groups[1].Value + plans.FirstOrDefault()).Trim()).Append('\n');
            at = end;
        }

        return drawn.Append(page, at, page.Length - at).ToString();
    }

    [GeneratedRegex("<!-- figure ([^ ]+) ([^>]+)-->")]
    private static partial Regex Figure();

    private static List<IReadOnlyDictionary<string, string>> Read(string path)
    {
        try
        {
            using CsvReader csv = CsvReader.Create(new LimitedLines(InputFile.Open(path), path), new CsvReaderOptions(), leaveOpen: false);
            List<IReadOnlyDictionary<string, string>> rows = [];
            while (csv.Read())
            {
                rows.Add(Enumerable.Range(0, csv.Headers.Count).ToDictionary(
                    i => csv.Headers[i],
                    i => i < csv.FieldCount ? csv.GetString(i) : throw new UsageException(
                        $"{path}:{rows.Count + 2}: {csv.FieldCount} cells under {csv.Headers.Count} columns")));
            }

            return rows;
        }
        catch (CsvFormatException exception)
        {
            throw new UsageException($"{path}: {exception.Message.Split('\n')[0]}");
        }
    }
}
