using Spectre.Console;

namespace Mxact.Conformance.Commands;

/// <summary>Tables as wide as their cells; where a terminal is too narrow for that, one paragraph a row, so that no word is broken.</summary>
internal static class Tables
{
    /// <summary>A pipe takes any width.</summary>
    private const int PipeWidth = 4000;

    private const int Gap = 3;

    public static void Write(string[] columns, IReadOnlyList<string[]> rows)
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
        foreach (string column in columns)
        {
            table.AddColumn(Markup.Escape(column));
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
