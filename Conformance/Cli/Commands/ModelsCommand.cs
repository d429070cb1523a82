using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mxact.Cli.Reports;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Mxact.Simulator.Accumulation.Models;

namespace Mxact.Cli.Commands;

/// <summary>
/// <c>mxact models</c>: the table of accumulation models, how far to trust each row, and a plot of what five of them lose.
/// </summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        Command command = new("models", "how matrix units and algorithms accumulate: the table, with evidence grades and sources");
        TableFilters filters = new(command);
        Option<bool> notes = new("--notes") { Description = "everything of every model in words: hardware, sources and notes too" };
        Option<bool> markdown = new("--markdown") { Description = "as the table of Simulator/Accumulation/README.md" };
        Option<string?> plot = new("--error-plot")
        {
            Description = "instead of the table, write a plot of the error against K for five "
            + "models on the same data, as SVG",
            HelpName = "file.svg"
        };
        CatalogueOutput output = new(command);
        command.Add(notes);
        command.Add(markdown);
        command.Add(plot);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(plot) is { } path)
            {
                ErrorPlot.Write(path, Console.Out);
            }
            else if (parsed.GetValue(markdown))
            {
                foreach (string line in Markdown(Chosen(parsed, filters)))
                {
                    Console.WriteLine(line);
                }
            }
            else
            {
                IReadOnlyList<MatrixUnit> chosen = Chosen(parsed, filters);
                return output.Write(parsed, () => [Table(chosen)], () => WriteTable(chosen, parsed.GetValue(notes)),
                    json => WriteJson(json, chosen));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>A row of the table as text.</summary>
    internal static string[] Row(MatrixUnit model) =>
    [
        model.Name, model.Hardware, Elements(model), string.Join(", ", model.Outputs.Select(o => o.Format.Name)), Number(model.L),
            model.F2 == 0 ? Number(model.F) : $"{Number(model.F)}/{Number(model.F2)}", Number(model.G),
        string.Join(", ", model.Outputs.Select(o => o.Conversion.Name)), Aligns(model)
            ? string.Join(", ", model.Outputs.Select(o => o.EZero.ToString(CultureInfo.InvariantCulture))) : "-",
        string.Join(", ", model.Evidence), Number(model.RecordedRows),
        string.Join("; ", model.Evidence.Select(e => e.Source.Citation).Distinct()), model.Notes,
    ];

    /// <summary>The columns of <see cref="Row"/>.</summary>
    internal static readonly string[] Columns = ["model", "hardware", "inputs", "outputs", "L", "F", "group", "rho", "e_zero", "evidence",
        "recorded", "source", "notes"];

    /// <summary>Whether e_zero means anything to a family.</summary>
    internal static bool Aligns(MatrixUnit model)
        => model.Family is AccumulationFamily.TruncatedFused or AccumulationFamily.BlockScaled or AccumulationFamily.GroupedBlockScaled
            or AccumulationFamily.EmulatedFp8;

    /// <summary>The table without hardware and notes, which a page tells in words.</summary>
    internal static IEnumerable<string> Markdown(IEnumerable<MatrixUnit> models)
    {
        int[] shown = [.. Enumerable.Range(0, Columns.Length).Where(i => Columns[i] is not ("hardware" or "source" or "notes"))];
        yield return $"| {string.Join(" | ", shown.Select(i => Columns[i]))} |";
        yield return $"|{string.Concat(shown.Select(_ => "---|"))}";
        foreach (MatrixUnit model in models)
        {
            string[] row = Row(model);
            yield return $"| {string.Join(" | ", shown.Select(i => i == 0 ? $"`{row[i]}`" : row[i]))} |";
        }
    }

    /// <summary>The grades that a row has for any of its uses.</summary>
    private static IEnumerable<string> Grades(MatrixUnit model) => model.Evidence.Select(e => InstructionsCommand.Grade(e.Grade));

    private static IEnumerable<string> Formats(MatrixUnit model)
        => model.Elements.Select(e => e.Name).Concat(model.OutputFormats.Select(f => f.Name)).Concat(model.Scale is { } scale
            ? [scale.Format.Name] : []);

    private static IReadOnlyList<MatrixUnit> Chosen(ParseResult parsed, TableFilters filters)
        => filters.Chosen(parsed, MatrixUnits.All, Grades, model => model.Vendor, Formats);

    private static CatalogueTable Table(IEnumerable<MatrixUnit> models) => new(Columns, [.. models.Select(Row)]);

    private static void WriteTable(IReadOnlyList<MatrixUnit> models, bool inWords)
    {
        CatalogueTable table = inWords ? Table(models) : Table(models).With([.. Columns.Except(["hardware", "source", "notes"])]);
        Tables.Write(table.Columns, table.Rows);
        foreach (string line in (string[])
        [
            "HW: reproduces recorded outputs bit for bit, as many as 'recorded' says. SIM: another bit-accurate simulator only. EXT: "
                + "extrapolated. Architected: an instruction set defines the bits.",
            "With parameters of your own: t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133[,scale=e8m0/32], promote:N:MODEL, exact:ue4m3/16.",
            .. inWords ? Array.Empty<string>() : ["--notes, --json and --csv have hardware, sources and notes."],
        ])
        {
            foreach (string part in Tables.Wrap(line, Tables.Width))
            {
                Console.WriteLine(part);
            }
        }
    }

    private static void WriteJson(Utf8JsonWriter json, IEnumerable<MatrixUnit> models)
    {
        foreach (MatrixUnit model in models)
        {
            json.WriteStartObject();
            json.WriteString("name", model.Name);
            json.WriteString("hardware", model.Hardware);
            json.WriteString("vendor", model.Vendor);
            json.WriteNumber("recorded_rows", model.RecordedRows);
            json.WriteString("family", Names.Of(model.Family));
            json.WriteStartArray("inputs");
            foreach (ElementFormat element in model.Elements)
            {
                json.WriteStringValue(element.Name);
            }

            json.WriteEndArray();
            json.WriteString("scale", model.Scale?.ToString());
            json.WriteBoolean("scale_is_optional", model.ScaleIsOptional);
            json.WriteNumber("L", model.L);
            json.WriteNumber("F", model.F);
            json.WriteNumber("F2", model.F2);
            json.WriteNumber("group", model.G);
            json.WriteStartArray("outputs");
            foreach (ModelOutput o in model.Outputs)
            {
                json.WriteStartObject();
                json.WriteString("format", o.Format.Name);
                json.WriteString("rho", o.Conversion.Name);
                if (Aligns(model))
                {
                    json.WriteNumber("e_zero", o.EZero);
                }

                json.WriteString("nan", o.NaN.ToString("x" + o.Format.HexDigits, CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("evidence");
            foreach (Evidence evidence in model.Evidence)
            {
                json.WriteStartObject();
                json.WriteString("grade", evidence.Label);
                json.WriteString("covers", evidence.Covers);
                json.WriteString("source", evidence.Source.Citation);
                json.WriteString("says", evidence.Source.Says);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("notes", model.Notes);
            json.WriteEndObject();
        }
    }

    private static string Elements(MatrixUnit model)
        => (model.Elements.IsEmpty ? "any" : string.Join(", ", model.Elements.Select(e => e.Name)))
            + (model.Scale is null ? "" : model.ScaleIsOptional ? $" [{model.Scale}]" : $" under {model.Scale}");

    private static string Number(int n) => n == 0 ? "-" : n.ToString(CultureInfo.InvariantCulture);
}
