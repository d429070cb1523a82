using System.Xml.Linq;
using Mxact.Cli.Commands;
using Mxact.Common;
using Mxact.Conformance.Reports;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests.Accumulation;

/// <summary>
/// What <c>Simulator/Accumulation/README.md</c> and <c>mxact models</c> say is what the table is and what the commands print.
/// </summary>
public sealed class AccumulationPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("Simulator", "Accumulation", "README.md"));

    [Fact]
    public void The_table_of_the_page_is_the_table()
        => Assert.All(ModelsCommand.Markdown(MatrixUnits.All), line => Assert.Contains(line + "\n", Page, StringComparison.Ordinal));

    [Fact]
    public void Every_row_has_every_column()
        => Assert.All(MatrixUnits.All, model => Assert.All(ModelsCommand.Row(model)[..^1], Assert.NotEmpty));

    [Theory]
    [InlineData("--vendor amd --grade recorded", "rdna3-fp16", "cdna3-fp16")]
    [InlineData("--vendor none", "kahan", "hopper-fp16")]
    [InlineData("--format float8_ue4m3", "blackwell-nvfp4", "blackwell-mxf4")]
    [InlineData("--grade architected", "riscv-fp8", "hopper-fp16")]
    [InlineData("--grade recorded --format fp16 --vendor nvidia", "volta-fp16", "blackwell-bf16")]
    public void Filters_choose(string words, string shown, string hidden)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["models", "--csv", .. words.Split(' ')]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"\n{shown},", output, StringComparison.Ordinal);
        Assert.DoesNotContain($"\n{hidden},", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--vendor ibm", "--vendor 'ibm' is none of nvidia, amd, arm, risc-v, intel, none")]
    [InlineData("--grade HW", "--grade 'HW' is none of ")]
    [InlineData("--format e9m9", "--format 'e9m9' is none of ")]
    public void What_there_is_not_is_one_line(string words, string line)
    {
        (int code, string output, string error) = MxactProgram.Run("", ["models", .. words.Split(' ')]);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("mxact: " + line, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void The_worked_example_is_what_the_commands_print()
    {
        string[] lines = Page.Split('\n');
        int checkedLines = 0;
        for (int i = 0; i + 1 < lines.Length; i++)
        {
            if (lines[i].StartsWith("$ echo '", StringComparison.Ordinal))
            {
                string operands = lines[i].Split('\'')[1];
                string[] words = lines[i].Split(' ');
                string Word(string option) => words[Array.IndexOf(words, option) + 1];
                Question question = Question.Of(Operation.Dot, [Word("--a"), Word("--b")], [$"model={Word("--model")}"]);
                Assert.Equal(lines[i + 1], Answerer.For(question).Answer(operands));
                checkedLines++;
            }
        }

        Assert.Equal(6, checkedLines);
    }

    [Fact]
    public void Files_the_page_names_exist()
    {
        foreach (string target in Page.Split("](").Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)]))
        {
            Assert.True(File.Exists(Repository.At("Simulator", "Accumulation", target)), target);
        }
    }

    /// <summary>The committed plot is the one that its command draws.</summary>
    [Fact]
    public void The_plot_of_the_page_is_drawn_by_its_command()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "plot.svg");
        ErrorPlot.Write(path, TextWriter.Null);
        Assert.Equal(File.ReadAllText(Repository.At("Simulator", "Accumulation", "error-against-k.svg")), File.ReadAllText(path));
        XElement svg = XDocument.Load(path).Root!;
        Assert.Equal(ErrorPlot.Models.Length, svg.Descendants().Count(element => element.Name.LocalName == "polyline"
            && element.Attribute("style")!.Value.Contains("stroke-width:2.2", StringComparison.Ordinal)));
        Assert.All(ErrorPlot.Models, model => Assert.Contains(svg.Descendants(), element => element.Value == model));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
