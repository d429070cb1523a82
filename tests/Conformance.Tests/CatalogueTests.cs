using System.Text.Json;
using Mxact.Cli.Reports;

namespace Mxact.Conformance.Tests;

/// <summary>What a person reads fits a page; what a program reads is complete.</summary>
public sealed class CatalogueTests
{
    public static TheoryData<string> Catalogues() => ["formats", "latitudes", "profiles", "models", "instructions", "vectors list",
        "vectors list --flags"];

    [Theory]
    [MemberData(nameof(Catalogues))]
    [InlineData("models --notes")]
    [InlineData("compare tests/Conformance.Tests/Samples/layer.safetensors --rounding stochastic-odd:16 --scale-rule nearest-linear "
        + "--seed 1")]
    public void No_line_is_over_100_columns_in_a_pipe(string command)
    {
        (int code, string output, string error) = MxactProgram.Run("",
            command.Replace("tests/", Mxact.Common.Repository.Root + "/tests/", StringComparison.Ordinal).Split(' '));
        Assert.Equal((0, ""), (code, error));
        Assert.NotEmpty(output);
        string[] lines = [.. output.Split('\n').Where(line => !line.Contains(".safetensors: ", StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.True(line.Length <= Tables.PipeWidth, $"{line.Length}: {line}"));
    }

    /// <summary>Every text of the JSON stands in the CSV, and the columns are as many in every record.</summary>
    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Programs_read_everything(string command)
    {
        (int code, string json, _) = MxactProgram.Run("", [.. command.Split(' '), "--json"]);
        Assert.Equal(0, code);
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.True(document.RootElement.GetArrayLength() > 5);
        (code, string csv, _) = MxactProgram.Run("", [.. command.Split(' '), "--csv"]);
        Assert.Equal(0, code);
        List<string[]> records = Records(csv);
        Assert.Equal(document.RootElement.GetArrayLength(), records.Count - 1);
        Assert.All(records, record => Assert.Equal(records[0].Length, record.Length));
        foreach ((JsonElement row, string[] record) in document.RootElement.EnumerateArray().Zip(records.Skip(1)))
        {
            string[] texts = [.. row.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String
                && records[0].Contains(p.Name)).Select(p => p.Value.GetString()!)];
            Assert.NotEmpty(texts);
            Assert.All(texts, text => Assert.Contains(text, record));
        }

        (code, _, string error) = MxactProgram.Run("", [.. command.Split(' '), "--csv", "--json"]);
        Assert.Equal((2, "mxact: --json and --csv: give one\n"), (code, error));
    }

    [Theory]
    [InlineData(30, new[] { "  a    words", "──────────────────", "  1    two words", "  22   x", "" })]
    [InlineData(14, new[] { "a   words", "─────────────", "1   two words", "22  x", "" })]
    [InlineData(10, new[] { "a   words", "──────────", "1   two", "    words", "", "22  x", "" })]
    public void A_table_wraps_between_words(int width, string[] lines)
    {
        Assert.Equal(lines, Tables.Lines(["a", "words"], [["1", "two words"], ["22", "x"]], width));
    }

    private static List<string[]> Records(string csv)
    {
        List<string[]> records = [];
        List<string> record = [];
        System.Text.StringBuilder cell = new();
        bool quoted = false;
        for (int i = 0; i < csv.Length; i++)
        {
            char c = csv[i];
            if (c == '"')
            {
                if (quoted && i + 1 < csv.Length && csv[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (!quoted && c is ',' or '\n')
            {
                record.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    records.Add([.. record]);
                    record.Clear();
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        return records;
    }
}
