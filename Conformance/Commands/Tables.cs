using Spectre.Console;

namespace Mxact.Conformance.Commands;

/// <summary>Tables as a terminal shows them; in a pipe they keep their full width, so that no cell is cut or wrapped.</summary>
internal static class Tables
{
    private const int PipeWidth = 4000;

    public static void Write(string[] columns, IReadOnlyList<string[]> rows)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PipeWidth;
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
}
