using Mxact.Common;

namespace Mxact.Conformance.Tests;

/// <summary>
/// What the README and the page of the command show is what the program does: every session in a console block is run, and its output
/// compared.
/// </summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.At("README.md"));

    public static TheoryData<string> Sessions()
    {
        TheoryData<string> data = [];
        foreach (string folder in (string[])["", "Conformance", "Spec"])
        {
            foreach (string block in ConsolePage.Blocks(File.ReadAllText(Repository.At(folder, "README.md")), "console"))
            {
                data.Add(block);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void Sessions_print_what_is_shown(string session)
    {
        foreach ((string command, string shown) in ConsolePage.Steps(session))
        {
            Assert.Equal(ConsolePage.Trimmed(shown),
                ConsolePage.Trimmed(ConsolePage.Shell($"mxact() {{ {MxactProgram.Shell} \"$@\"; }}; export -f mxact", command)));
        }
    }

    /// <summary>The README's C# is a method of these tests, line by line, and runs.</summary>
    [Fact]
    public void The_program_in_the_README_runs()
    {
        string source = File.ReadAllText(Repository.At("tests", "Conformance.Tests", "ReadmeProgram.cs"));
        string[] between = source.Split("        // README\n");
        string code = string.Join('\n',
            between[1].Split('\n').Select(line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line)).TrimEnd();
        string shown = ConsolePage.Blocks(Readme, "csharp").First().TrimEnd();
        Assert.Equal(shown, "using Mxact;\n\n" + code);
        ReadmeProgram.Run();
    }

    /// <summary>The table of formats is the one <c>mxact formats</c> prints, narrowed.</summary>
    [Fact]
    public void The_table_of_formats_is_generated()
    {
        (string[] columns, IReadOnlyList<string[]> rows) = Mxact.Cli.Commands.CatalogueCommands.FormatTables()()[0];
        int[] shown = [.. columns.Index().Where(c => c.Item is not ("min normal" or "source")).Select(c => c.Index)];
        int formats = ElementFormats.Mx.Length + ElementFormats.Extensions.Length;
        string[] table = [.. rows.Take(formats).Prepend([.. columns.Select(_ => "---")]).Prepend(columns).Select(row
            => $"| {string.Join(" | ", shown.Select(i => row[i]))} |")];
        Assert.Contains(string.Join('\n', table), Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        foreach (string page in Directory.GetFiles(Repository.Root, "*.md", SearchOption.AllDirectories).Where(p
            => !p.Contains("/bin/", StringComparison.Ordinal) && !p.Contains("/obj/", StringComparison.Ordinal)
            && !p.Contains("/artifacts/", StringComparison.Ordinal)))
        {
            foreach (string part in File.ReadAllText(page).Split("](").Skip(1))
            {
                string target = part.Split(')', '#', ' ')[0];
                if (target.Length > 0 && !target.Contains(':') && !target.Contains('\n'))
                {
                    string path = Path.Combine(Path.GetDirectoryName(page)!, target);
                    Assert.True(File.Exists(path) || Directory.Exists(path), $"{page} links to {target}");
                }
            }
        }
    }
}
