using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Reports;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact instructions</c>: the table of conversion instructions, and how surely the bits of each are known.</summary>
internal static class InstructionsCommand
{
    private static readonly string[] Columns = ["instruction", "vendor", "hardware", "sources", "destination", "random", "grade", "rows",
        "source"];

    private static readonly string[] Shown = ["instruction", "operands", "grade", "rows"];

    public static Command Create()
    {
        Command command = new("instructions", "conversion instructions of machines, bit for bit: the table, with grades and sources");
        Argument<string?> name = new("name")
        {
            Description = "only this one, which need not be in the table: a scalar PTX cvt, or one with options",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> markdown = new("--markdown") { Description = "as the table of Simulator/ConversionInstructions/README.md" };
        CatalogueOutput output = new(command);
        command.Add(name);
        TableFilters filters = new(command);
        command.Add(markdown);
        command.SetAction(parsed =>
        {
            IReadOnlyList<Instruction> chosen = parsed.GetValue(name) is { } one ? [Named(one)]
                : filters.Chosen(parsed, Instructions.All, instruction => [Grade(instruction.Evidence.Grade)],
                    instruction => instruction.Vendor, instruction => instruction.Formats);
            if (parsed.GetValue(markdown))
            {
                foreach (string line in Markdown(chosen))
                {
                    Console.WriteLine(line);
                }

                return ExitCodes.Success;
            }

            return output.Write(parsed, () => [new(Columns, [.. chosen.Select(Row)])], () => Show(chosen));
        });
        return command;
    }

    /// <summary>A grade as these tables print it.</summary>
    internal static string Grade(EvidenceGrade grade) => grade == EvidenceGrade.Hardware ? "recorded" : Names.Of(grade);

    /// <summary>The table of the page.</summary>
    internal static IEnumerable<string> Markdown(IEnumerable<Instruction> instructions)
    {
        yield return $"| {string.Join(" | ", Shown)} |";
        yield return $"|{string.Concat(Shown.Select(_ => "---|"))}";
        foreach (Instruction instruction in instructions)
        {
            string[] row = ShownRow(instruction);
            yield return $"| `{row[0]}` | {string.Join(" | ", row.Skip(1))} |";
        }
    }

    /// <summary>The instruction of a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    internal static Instruction Named(string name)
    {
        try
        {
            return Instructions.Named(name);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static void Show(IReadOnlyList<Instruction> instructions)
    {
        Tables.Write(Shown, [.. instructions.Select(ShownRow)]);
        foreach (string line in Tables.Wrap("rows: captured results given to this project, all reproduced. --json and --csv have hardware "
            + "and sources. PTX's scalar cvt that are not listed can be named all the same.", Tables.Width))
        {
            Console.WriteLine(line);
        }
    }

    private static string[] ShownRow(Instruction instruction)
    {
        string[] row = Row(instruction);
        IEnumerable<string> operands = instruction.Sources.Select(source => source.Name.Split('.')[0]);
        return [row[0], string.Join(' ', operands) + (instruction.TakesRandomWord ? " random" : ""), row[6], row[7]];
    }

    private static string[] Row(Instruction instruction) =>
    [
        instruction.Name, instruction.Vendor, instruction.Hardware, string.Join(", ", instruction.Sources.Select(s => s.Name)),
        instruction.Destination.Name, instruction.TakesRandomWord ? "32 bits" : "-", Grade(instruction.Evidence.Grade),
        instruction.RecordedRows.ToString(CultureInfo.InvariantCulture), instruction.Evidence.Source.Citation,
    ];
}
