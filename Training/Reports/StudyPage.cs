using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using Mxact.Shell;

namespace Mxact.Training.Reports;

/// <summary>
/// A study's page, written by hand, whose figures are drawn from its results: what stands between
/// <c>&lt;!-- figure KIND PLAN ... --&gt;</c> and <c>&lt;!-- end of figure --&gt;</c> is made anew.
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
        string page = Draw(InputFile.ReadAllText(path), study, path);
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
            List<(string Plan, IReadOnlyDictionary<string, string> Row)> Rows(string file, string[] words, string[] numbers) => [.. plans
                .SelectMany(plan => Read(Path.Combine(study, "results", plan, file), words, numbers).Select(row => (plan, row)))];
            string svg = figure.Groups[1].Value switch
            {
                "phase" => StudyPlots.Phase(Rows("arms.csv", ["setting", "arm"], ["runs", "events", "event_at_median"])),
                "forest" => StudyPlots.Forest(Rows("arms.csv", ["setting", "arm"], ["runs", "events", "events_low", "events_high"])),
                "warning" => StudyPlots.Warning(Rows("runs.csv", [], ["event_at", "warning_at", "own_warning_at"])),
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

    /// <summary>The rows of a report's file, of the columns that a figure shows; a number may be left out.</summary>
    private static List<IReadOnlyDictionary<string, string>> Read(string path, string[] words, string[] numbers)
    {
        try
        {
            using CsvReader csv = CsvReader.Create(new LimitedLines(InputFile.Open(path), path), new CsvReaderOptions(), leaveOpen: false);
            if (words.Concat(numbers).FirstOrDefault(column => !csv.Headers.Contains(column)) is { } missing)
            {
                throw new UsageException($"{path}: has no column {missing}");
            }

            List<IReadOnlyDictionary<string, string>> rows = [];
            while (csv.Read())
            {
                string place = $"{path}:{rows.Count + 2}";
                if (csv.FieldCount != csv.Headers.Count)
                {
                    throw new UsageException($"{place}: {csv.FieldCount} cells under {csv.Headers.Count} columns");
                }

                Dictionary<string, string> row = Enumerable.Range(0, csv.FieldCount).ToDictionary(i => csv.Headers[i], csv.GetString);
                rows.Add(numbers.FirstOrDefault(column => !IsNumber(row[column])) is { } wrong
                    ? throw new UsageException($"{place}: {wrong} is '{Printable.Short(row[wrong], 40)}', which is no number")
                    : row);
            }

            return rows.Count > 0 ? rows : throw new UsageException($"{path}: has no rows");
        }
        catch (CsvFormatException exception)
        {
            throw new UsageException($"{path}: {exception.Message.Split('\n')[0]}");
        }
    }

    private static bool IsNumber(string cell)
        => cell.Length == 0 || double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
