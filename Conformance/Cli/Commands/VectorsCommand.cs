using System.CommandLine;
using System.Globalization;
using Mxact.Cli.Reports;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact.Vectors.Answers;
using Spectre.Console;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact vectors generate|check|list|show</c>.</summary>
internal static class VectorsCommand
{
    public static Command Create()
    {
        Command command = new("vectors", "the golden set: generate it, check it, list it, show a row");
        command.Add(Generate());
        command.Add(Check());
        command.Add(List());
        command.Add(Show());
        return command;
    }

    private static Command Generate()
    {
        Command command = new("generate", "write the golden set into a folder");
        Argument<string> folder = new("folder") { Description = "where; created when missing" };
        command.Add(folder);
        command.SetAction(parsed =>
        {
            GoldenSet set = GoldenSet.Generate(parsed.GetRequiredValue(folder), (name, rows)
                => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rows} rows")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{set.Manifest.Rows} rows in {set.Manifest.Files.Length} files"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Check()
    {
        Command command = new("check",
            "check hashes, answer every row again with the reference, and prove that every row is still generated, under its id and "
            + "with its answer");
        Option<string?> folder = new("--vectors")
        {
            Description = "folder of the golden set (default: the one this program came with)",
            HelpName = "folder"
        };
        Option<bool> exact = new("--exact")
        {
            Description = "the fresh generation must be the committed set byte for byte: no "
            + "additions, no other flags"
        };
        command.Add(folder);
        command.Add(exact);
        command.SetAction(parsed =>
        {
            GoldenSet set = GoldenSet.Open(parsed.GetValue(folder) ?? GoldenSet.DefaultFolder());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"hashes: {set.Manifest.Files.Length} files as the manifest says"));
            (int rows, int wrong) = Recomputed(set);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"answers: {rows} rows, {wrong} differ from the reference"));
            GoldenChanges changes = set.CompareWithFresh();
            Write(changes, rows);
            bool isKept = wrong == 0 && changes.Broken.IsEmpty && (changes.DifferentFiles.IsEmpty || !parsed.GetValue(exact));
            return isKept ? ExitCodes.Success : ExitCodes.Mismatches;
        });
        return command;
    }

    private static void Write(GoldenChanges changes, int rows)
    {
        foreach ((TestVector committed, TestVector? fresh) in changes.Broken)
        {
            Complain($"{committed.Id}: committed {committed.Request} -> {committed.Expected}");
            Complain($"{committed.Id}: generated {(fresh is null ? "no more" : $"{fresh.Request} -> {fresh.Expected}")}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"rows: {rows - changes.Broken.Length} generated again with the same id and answer, {changes.Broken.Length} vanished or "
            + $"changed"));
        foreach ((string file, int added) in changes.Added)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"additions: {file}: {added} rows"));
        }

        if (changes.Redescribed > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"descriptions: {changes.Redescribed} rows with another level, latitudes, clause or flags"));
        }

        Console.WriteLine($"regeneration: "
            + $"{(changes.DifferentFiles.IsEmpty ? "byte-identical" : $"{string.Join(", ", changes.DifferentFiles)} differ")}");
    }

    /// <summary>What a file says is shown as a terminal may be given it.</summary>
    private static void Complain(string line) => Console.Error.WriteLine(Printable.Line(line));

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
            if (row.Id != RowId.Create(row.Operation, row.Formats, row.Choices, row.Operands))
            {
                wrong++;
                Complain($"{row.Id}: {row.Request}: not the id of this request");
            }

            if (!Expectation.Matches(row.Expected, entry.Answerer.Answer(row.Operands), Expectation.AnswerFormat(entry.Question)))
            {
                wrong++;
                Complain($"{row.Id}: {row.Request}: the file says {row.Expected}, the reference "
                    + $"{entry.Answerer.Answer(row.Operands)}");
            }
        }

        return (rows, wrong);
    }

    private static Command List()
    {
        Command command = new("list", "the files of the golden set, and its flags");
        Option<string?> folder = new("--vectors")
        {
            Description = "folder of the golden set (default: the one this program came with)",
            HelpName = "folder"
        };
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
                : new(["file", "rows", "sha-256"],
                    [.. set.Manifest.Files.Select(f => new[] { f.Name, f.Rows.ToString(CultureInfo.InvariantCulture), f.Sha256 })]);
            return output.Write(parsed, () => [table], () =>
            {
                Tables.Write(table.Columns, table.Rows);
                if (!ofFlags)
                {
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"golden set {set.Manifest.Set}, schema {set.Manifest.SchemaVersion}, {set.Manifest.Rows} rows, by "
                            + $"{set.Manifest.Generator}, seed {set.Manifest.Seed}, {set.Manifest.License}"));
                }
            });
        });
        return command;
    }

    private static Command Show()
    {
        Command command = new("show", "show the row of an id: what it asks, the answer, and what is said of it");
        Argument<string> id = new("id") { Description = "the id, or its last digits" };
        Option<string?> folder = new("--vectors")
        {
            Description = "folder of the golden set (default: the one this program came with)",
            HelpName = "folder"
        };
        command.Add(id);
        command.Add(folder);
        command.SetAction(parsed =>
        {
            GoldenSet set = GoldenSet.Open(parsed.GetValue(folder) ?? GoldenSet.DefaultFolder());
            string sought = parsed.GetRequiredValue(id);
            TestVector[] found = [.. set.Rows().Where(row => row.Id == sought || row.Id.EndsWith("-" + sought, StringComparison.Ordinal))];
            foreach (TestVector row in found)
            {
                foreach (string line in (string[])
                [
                    row.Id, $"  request    {row.Request}", $"  expected   {row.Expected}",
                    $"  latitudes  {Or(row.Latitudes, "no other choice changes the answer")}", $"  clause     {row.Clause}",
                    $"  level      {Names.Of(row.Level)}", $"  flags      {Or(row.Flags, "none")}",
                ])
                {
                    Console.WriteLine(Printable.Line(line));
                }

                foreach (Flag flag in row.FlagList.Select(Flag.Find).OfType<Flag>())
                {
                    Console.WriteLine($"    {flag.Name}: {flag.Description}; when wrong: {flag.Effect}");
                }
            }

            return found.Length > 0 ? ExitCodes.Success
                : throw new UsageException($"no row '{sought}' in golden set {set.Manifest.Set}; rows of the deep level are not kept");
        });
        return command;

        static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
    }
}
