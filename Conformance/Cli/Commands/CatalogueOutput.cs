using System.CommandLine;
using System.Text.Json;
using Mxact.Conformance.Reports;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary>A table of a catalogue: a text a column.</summary>
/// <param name="Columns">Their names; the first says what a row is.</param>
/// <param name="Rows">The rows.</param>
internal sealed record CatalogueTable(string[] Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>The same with some of its columns.</summary>
    public CatalogueTable With(params string[] names)
    {
        int[] at = [.. names.Select(name => Array.IndexOf(Columns, name))];
        return new(names, [.. Rows.Select(row => Array.ConvertAll(at, i => row[i]))]);
    }
}

/// <summary>
/// <c>--json</c> and <c>--csv</c> of a command that shows a catalogue: complete, whatever the tables for a person leave out.
/// </summary>
internal sealed class CatalogueOutput
{
    private readonly Option<bool> json = new("--json") { Description = "as JSON, complete" };
    private readonly Option<bool> csv = new("--csv") { Description = "as comma-separated values, complete" };

    public CatalogueOutput(Command command)
    {
        command.Add(json);
        command.Add(csv);
    }

    /// <summary>Writes a catalogue in the way that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="tables">The tables, complete.</param>
    /// <param name="show">Shows them to a person.</param>
    /// <param name="writeJson">JSON that says more than the tables' texts; an object a row, of texts, unless given.</param>
    public int Write(ParseResult parsed, Func<IReadOnlyList<CatalogueTable>> tables, Action show, Action<Utf8JsonWriter>? writeJson = null)
    {
        switch (parsed.GetValue(json), parsed.GetValue(csv))
        {
            case (true, true):
                throw new UsageException("--json and --csv: give one");
            case (true, false):
                WriteJson(writeJson ?? (writer => Objects(writer, tables())));
                break;
            case (false, true):
                WriteCsv(tables());
                break;
            default:
                show();
                break;
        }

        return ExitCodes.Success;
    }

    private static void WriteJson(Action<Utf8JsonWriter> write)
    {
        using Stream output = Console.OpenStandardOutput();
        using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartArray();
        write(writer);
        writer.WriteEndArray();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void Objects(Utf8JsonWriter writer, IReadOnlyList<CatalogueTable> tables)
    {
        foreach ((string[] columns, IReadOnlyList<string[]> rows) in tables)
        {
            foreach (string[] row in rows)
            {
                writer.WriteStartObject();
                for (int i = 0; i < columns.Length; i++)
                {
                    writer.WriteString(columns[i], row[i]);
                }

                writer.WriteEndObject();
            }
        }
    }

    /// <summary>One table of all: with more than one a first column says which, and a row leaves the columns of the others empty.</summary>
    private static void WriteCsv(IReadOnlyList<CatalogueTable> tables)
    {
        string[] columns = [.. tables.SelectMany(table => table.Columns).Distinct()];
        using Stream output = Console.OpenStandardOutput();
        CsvText.Write(output, tables.Count > 1 ? ["table", .. columns] : columns, tables.SelectMany(table => table.Rows.Select(row =>
        {
            string[] cells = Array.ConvertAll(columns, column => Array.IndexOf(table.Columns, column) is >= 0 and int at ? row[at] : "");
            return tables.Count > 1 ? [table.Columns[0], .. cells] : cells;
        })));
    }
}
