using Mxact.Shell;
using Spectre.Console;

namespace Mxact.Cli.Reports;

/// <summary>
/// Tables no wider than the terminal, or than 100 columns in a pipe. Cells wrap between words; where the longest words alone are too wide
/// for that, every row becomes a paragraph, so that no word is broken.
/// </summary>
internal static class Tables
{
    /// <summary>What a page, a mail or a log shows without wrapping it itself.</summary>
    public const int PipeWidth = 100;

    private const string Indent = "  ";

    /// <summary>Blanks before a line and between columns: where it helps to fit, fewer of them.</summary>
    private static readonly (int Lead, int Gap)[] Spacings = [(2, 3), (0, 2)];

    /// <summary>How wide a table may be here.</summary>
    public static int Width => Console.IsOutputRedirected ? PipeWidth : AnsiConsole.Console.Profile.Width;

    /// <summary>Writes one.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="rows">A text a column; a row of one text is a heading over the rows below it.</param>
    /// <param name="numbersFrom">The first of the columns that hold numbers, which stand to the right; none unless said.</param>
    public static void Write(string[] columns, IReadOnlyList<string[]> rows, int numbersFrom = int.MaxValue)
    {
        foreach (string line in Lines(columns, [.. rows.Select(row => Array.ConvertAll(row, Printable.Line))], Width, numbersFrom))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>The lines of a table.</summary>
    internal static IEnumerable<string> Lines(string[] columns, IReadOnlyList<string[]> rows, int width, int numbersFrom = int.MaxValue)
    {
        string[][] cells = [columns, .. rows.Where(row => row.Length == columns.Length)];
        foreach (bool wraps in (bool[])[false, true])
        {
            foreach ((int lead, int gap) in Spacings)
            {
                if (Widths(cells, width - lead - (gap * (columns.Length - 1)), wraps) is { } widths)
                {
                    return new Grid(columns.Length, widths, lead, gap, numbersFrom, wraps).Lines(columns, rows, width);
                }
            }
        }

        return Paragraphs(columns, rows, width);
    }

    /// <summary>A text in lines of at most a width, broken between words, and inside a word only where it alone is longer.</summary>
    internal static IReadOnlyList<string> Wrap(string text, int width)
    {
        width = Math.Max(1, width);
        List<string> lines = [];
        string line = "";
        foreach (string whole in text.Split(' '))
        {
            string word = whole;
            if (line.Length > 0 && line.Length + 1 + word.Length <= width)
            {
                line += " " + word;
                continue;
            }

            if (line.Length > 0)
            {
                lines.Add(line);
            }

            for (; word.Length > width; word = word[width..])
            {
                lines.Add(word[..width]);
            }

            line = word;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>
    /// A width for every column, or null where the cells, or if they wrap their longest words, do not fit beside each other.
    /// </summary>
    private static int[]? Widths(string[][] rows, int available, bool wraps)
    {
        int[] all = [.. Enumerable.Range(0, rows[0].Length)];
        int[] widest = [.. all.Select(i => rows.Max(row => row[i].Length))];
        int[] widths = [.. all.Select(i => rows.Max(row => row[i].Split(' ').Max(word => word.Length)))];
        if (!wraps)
        {
            return widest.Sum() <= available ? widest : null;
        }

        // Room goes, a character at a time, to the column that has the most text for its width.
        int[] text = [.. all.Select(i => rows.Sum(row => row[i].Length))];
        for (int spare = available - widths.Sum(); spare > 0; spare--)
        {
            widths[all.Where(i => widths[i] < widest[i]).MaxBy(i => (double)text[i] / widths[i])]++;
        }

        return widths.Sum() <= available ? widths : null;
    }

    private static IEnumerable<string> Paragraphs(string[] columns, IReadOnlyList<string[]> rows, int width)
    {
        foreach (string[] row in rows)
        {
            foreach (string line in Wrap(row[0], width))
            {
                yield return line;
            }

            for (int i = 1; i < row.Length; i++)
            {
                if (row[i].Length > 0)
                {
                    foreach ((int number, string line) in Wrap($"{columns[i]}: {row[i]}", width - (2 * Indent.Length)).Index())
                    {
                        yield return number == 0 ? Indent + line : Indent + Indent + line;
                    }
                }
            }

            yield return "";
        }
    }

    /// <summary>A table whose columns have got their widths.</summary>
    private sealed class Grid(int columns, int[] widths, int lead, int gap, int numbersFrom, bool wraps)
    {
        public IEnumerable<string> Lines(string[] header, IReadOnlyList<string[]> rows, int width)
        {
            foreach (string line in Row(header))
            {
                yield return line;
            }

            yield return new string('─', Math.Min(width, widths.Sum() + (gap * (columns - 1)) + (2 * lead)));
            foreach ((int i, string[] row) in rows.Index())
            {
                // Where cells take several lines, only an empty one shows where the next row begins.
                bool isHeading = row.Length < columns;
                if (i > 0 && (wraps || isHeading))
                {
                    yield return "";
                }

                foreach (string line in isHeading ? Wrap(row[0], width - lead).Select(line => new string(' ', lead) + line) : Row(row))
                {
                    yield return line;
                }
            }

            yield return "";
        }

        private IEnumerable<string> Row(string[] row)
        {
            IReadOnlyList<string>[] cells = [.. row.Select((cell, i) => Wrap(cell, widths[i]))];
            for (int line = 0; line < cells.Max(cell => cell.Count); line++)
            {
                IEnumerable<string> parts = cells.Select((cell, i) =>
                {
                    string part = line < cell.Count ? cell[line] : "";
                    return i >= numbersFrom ? part.PadLeft(widths[i]) : part.PadRight(widths[i]);
                });
                yield return (new string(' ', lead) + string.Join(new string(' ', gap), parts)).TrimEnd();
            }
        }
    }
}
