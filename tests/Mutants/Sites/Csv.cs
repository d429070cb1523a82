using System.Text;

namespace Mxact.Mutants.Sites;

/// <summary>Rows of comma-separated cells, one line each.</summary>
internal static class Csv
{
    /// <summary>One row.</summary>
    public static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell));

    /// <summary>The cells of one row.</summary>
    public static List<string> Cells(string row)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] == '"')
            {
                bool doubled = quoted && i + 1 < row.Length && row[i + 1] == '"';
                quoted = doubled || !quoted;
                _ = doubled ? cell.Append(row[++i]) : cell;
            }
            else if (row[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(row[i]);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }

    private static string Cell(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.AsSpan().IndexOfAny(",\"") < 0 ? line : $"\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
