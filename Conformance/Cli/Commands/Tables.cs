using Spectre.Console;

namespace Mxact.Cli.Commands;

/// <summary>Tables as wide as their cells; where a terminal is too narrow for that, one paragraph a row, so that no word is broken.</summary>
internal static class Tables
{
    /// <summary>A pipe takes any width.</summary>
    private const int PipeWidth = 4000;

    private const int Gap = 3;

    /// <summary>Writes one.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="rows">A text a column.</param>
    /// <param name="numbersFrom">The first of the columns that hold numbers, which stand to the right; none unless said.</param>
    public static void Write(string[] columns, IReadOnlyList<string[]> rows, int numbersFrom = int.MaxValue)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PipeWidth;
        }

        int width = columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max() + Gap).Sum();
        if (width > console.Profile.Width)
        {
            WriteParagraphs(columns, rows);
            return;
        }

        Table table = new() { Border = TableBorder.Simple };
        foreach ((int i, string column) in columns.Index())
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = i >= numbersFrom ? Justify.Right : Justify.Left });
        }

        foreach (string[] row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        console.Write(table);
    }

    private static void WriteParagraphs(string[] columns, IReadOnlyList<string[]> rows)
    {
        foreach (string[] row in rows)
        {
            Console.WriteLine(row[0]);
            for (int i = 1; i < columns.Length; i++)
            {
                if (row[i].Length > 0)
                {
                    Console.WriteLine($"  {columns[i]}: {row[i]}");
                }
            }

            Console.WriteLine();
        }
    }
}
