using System.CommandLine;
using Mxact.Cli.Reports;
using System.Globalization;
using Spectre.Console;
using Mxact.Vectors;
using Mxact.Vectors.Answers;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact vectors generate|check|list</c>.</summary>
internal static class VectorsCommand
{
    public static Command Create()
    {
        Command command = new("vectors", "the golden set: generate it, check it, list it");
        command.Add(Generate());
        command.Add(Check());
        command.Add(List());
        return command;
    }

    private static Command Generate()
    {
        Command command = new("generate", "write the golden set into a folder");
        Argument<string> folder = new("folder") { Description = "where; created when missing" };
        command.Add(folder);
        command.SetAction(parsed =>
        {
            GoldenSet set = GoldenSet.Generate(parsed.GetRequiredValue(folder), (name, rows) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rows} rows")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set.Manifest.Rows} rows in {set.Manifest.Files.Length} files"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Check()
    {
        Command command = new("check", "check hashes, answer every row again with the reference, and regenerate the set byte for byte");
        Option<string?> folder = new("--vectors") { Description = "folder of the golden set (default: the one this program came with)", HelpName = "folder" };
        command.Add(folder);
        command.SetAction(parsed =>
        {
            GoldenSet set = GoldenSet.Open(parsed.GetValue(folder) ?? GoldenSet.DefaultFolder());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hashes: {set.Manifest.Files.Length} files as the manifest says"));
            (int rows, int wrong) = Recomputed(set);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"answers: {rows} rows, {wrong} differ from the reference"));
            IReadOnlyList<string> differences = GoldenSet.Differences(set.Folder);
            Console.WriteLine($"regeneration: {(differences.Count == 0 ? "byte-identical" : $"{string.Join(", ", differences)} differ")}");
            return wrong == 0 && differences.Count == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }

    private static (int Rows, int Wrong) Recomputed(GoldenSet set)
    {
        Dictionary<string, (Question Question, Answerer Answerer)> cache = [];
        int rows = 0;
        int wrong = 0;
        foreach (TestVector row in set.Rows())
        {
            string key = $"{row.Operation} {row.Formats} {row.Choices}";
            if (!cache.TryGetValue(key, out (Question Question, Answerer Answerer) entry))
            {
                Question question = row.Question;
                entry = (question, Answerer.For(question));
                cache.Add(key, entry);
            }

            rows++;
            if (!Expectation.Matches(row.Expected, entry.Answerer.Answer(row.Operands), Expectation.AnswerFormat(entry.Question)))
            {
                wrong++;
                Console.Error.WriteLine($"{row.Id}: {row.Request}: the file says {row.Expected}, the reference {entry.Answerer.Answer(row.Operands)}");
            }
        }

        return (rows, wrong);
    }

    private static Command List()
    {
        Command command = new("list", "the files of the golden set, and its flags");
        Option<string?> folder = new("--vectors") { Description = "folder of the golden set (default: the one this program came with)", HelpName = "folder" };
        Option<bool> flags = new("--flags") { Description = "list the flags instead" };
        command.Add(folder);
        command.Add(flags);
        CatalogueOutput output = new(command);
        command.SetAction(parsed =>
        {
            GoldenSet set = GoldenSet.Open(parsed.GetValue(folder) ?? GoldenSet.DefaultFolder());
            bool ofFlags = parsed.GetValue(flags);
            CatalogueTable table = ofFlags
                ? new(["flag", "kind", "case", "effect"], [.. Flag.All.Select(f => new[] { f.Name, f.Kind, f.Description, f.Effect })])
                : new(["file", "rows", "sha-256"], [.. set.Manifest.Files.Select(f => new[] { f.Name, f.Rows.ToString(CultureInfo.InvariantCulture), f.Sha256 })]);
            return output.Write(parsed, () => [table], () =>
            {
                Tables.Write(table.Columns, table.Rows);
                if (!ofFlags)
                {
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"golden set {set.Manifest.Set}, schema {set.Manifest.SchemaVersion}, {set.Manifest.Rows} rows, by {set.Manifest.Generator}, seed {set.Manifest.Seed}, {set.Manifest.License}"));
                }
            });
        });
        return command;
    }
}
