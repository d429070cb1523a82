using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Readmemh;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact export --readmemh FOLDER</c>: questions and answers as memories of a hardware test bench.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Command command = new("export", "write questions and their answers as files that a hardware test bench reads");
        Option<string> folder = new("--readmemh")
        {
            Description = "a new folder: for all rows of one operation, formats, choices and lengths stimulus.hex, expected.hex, "
                + "mask.hex and nan.hex for $readmemh, and index.csv with the rows' ids; groups.csv lists them",
            Required = true,
            HelpName = "folder"
        };
        SuiteOptions options = new();
        command.Add(folder);
        options.AddTo(command, judges: false);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            MemoryFolder.Check(path);
            Declaration declaration = options.Declaration(parsed, []);
            Selection selection = options.Selection(parsed) with { For = declaration };
            GoldenSet golden = options.Golden(parsed);
            return Interruption.Run(stop =>
            {
                MemoryGroup[] groups = Collect(selection.Rows(golden), new Judge(declaration), stop);
                SuiteOptions.RequireRows(groups.Length > 0, selection);
                MemoryFolder.Write(path, groups, stop);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{groups.Sum(group => group.Rows)} rows in {groups.Length} group{(groups.Length > 1 ? "s" : "")}"));
                return ExitCodes.Success;
            });
        });
        return command;
    }

    /// <summary>Rows by what they have in common. No term selects a length, so a mixed selection is no mistake.</summary>
    private static MemoryGroup[] Collect(IEnumerable<TestVector> rows, Judge judge, CancellationToken stop)
    {
        Dictionary<string, MemoryGroup> groups = [];
        foreach (TestVector row in rows)
        {
            stop.ThrowIfCancellationRequested();

            // As of 'requests': what has no answer under the declared choices is left out.
            if (judge.Ask(row) is not { } asked)
            {
                continue;
            }

            string key = MemoryGroup.KeyOf(asked);
            if (!groups.TryGetValue(key, out MemoryGroup? group))
            {
                groups.Add(key, group = new(asked));
            }

            group.Add(asked);
        }

        return [.. groups.Values];
    }
}
