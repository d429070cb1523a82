using System.Text.Json.Nodes;
using Mxact.Conformance.Reports.Matrix;
using Mxact.Conformance.Tests.Accumulation;

namespace Mxact.Conformance.Tests;

/// <summary>Reports of several kernels side by side: what the table, the page and the files say, and what is refused.</summary>
public sealed class MatrixTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    [Fact]
    public void Kernels_stand_side_by_side_with_what_is_wrong_with_each()
    {
        string right = Report("right.json", "builtin");
        string wrong = Report("wrong.json", "--", "sh", "-c",
            $"sed s/ties-to-even/ties-to-away/ | {MxactProgram.Shell} serve # <b>bold</b>");
        (string json, string csv, string html) = (At("m.json"), At("m.csv"), At("m.html"));
        (int code, string output, string error) = MxactProgram.Run("", "matrix", right, wrong, "--json", json, "--csv", csv,
            "--html", html);
        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 100, line));
        Assert.Contains(lines, line => line.Trim().StartsWith("operation", StringComparison.Ordinal) && line.EndsWith('B'));
        Assert.Contains(lines, line => line.Contains("rounding=ties-to-away", StringComparison.Ordinal));
        Assert.Contains("A  builtin, held to profile=ocp, level smoke", output, StringComparison.Ordinal);

        JsonNode matrix = Schema.Holds("matrix.schema.json", File.ReadAllText(json));
        JsonNode[] cells = [.. Assert.Single(matrix["operations"]!.AsArray())!["cells"]!.AsArray().OfType<JsonNode>()];
        Assert.Equal(0, (int)cells[0]["counts"]!["fail"]!);
        int failed = (int)cells[1]["counts"]!["fail"]!;
        JsonNode cause = Assert.Single(matrix["causes"]!.AsArray())!;
        Assert.StartsWith("rounding=ties-to-away", (string?)cause["name"], StringComparison.Ordinal);
        Assert.Equal([0, failed], cause["explained"]!.AsArray().Select(n => (int)n!));

        string[] rows = File.ReadAllLines(csv);
        Assert.Equal(3, rows.Length);
        Assert.StartsWith("file,kernel,declaration,level,operation,passed,declared_variants,failed,", rows[0], StringComparison.Ordinal);
        Assert.Contains($"rounding=ties-to-away", rows[2], StringComparison.Ordinal);

        string page = File.ReadAllText(html);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;bold", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);

        // 11 rem for the names, and 8 for each of two kernels.
        Assert.Contains("style=\"min-width:27rem\"", page, StringComparison.Ordinal);
    }

    /// <summary>An operation that one kernel was not asked has an empty place there, and seven kernels fit into 100 columns.</summary>
    [Fact]
    public void Many_kernels_and_other_selections_fit()
    {
        string one = Report("one.json", "builtin");
        string other = Report("other.json", "builtin", "--only", "encode+e4m3");
        (int code, string output, _) = MxactProgram.Run("", "matrix", one, other, one, one, one, one, one, At("one.json"));
        Assert.Equal(0, code);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.Contains("encode e4m3", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_go_on_after_z()
        => Assert.Equal(["A", "Z", "AA", "AZ", "BA"], new[] { 0, 25, 26, 51, 52 }.Select(KernelMatrix.Label));

    [Theory]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    [InlineData("null", "is no report of 'mxact run --json'")]
    [InlineData("{}", "is no report of 'mxact run --json'")]
    [InlineData("""{"kernel":"k","kernel":"l"}""", "kernel")]
    [InlineData("""{"kernel":"k","declaration":"d","level":"smoke","counts":{},"groups":[]}""", "earlier version")]
    [InlineData("""{"kernel":"k","declaration":"d","level":"smoke","verdict":"v","exit_code":0,"counts":{},"groups":[null]}""",
        "groups[0]")]
    [InlineData("""{"kernel":"k","declaration":"d","level":"smoke","verdict":"v","exit_code":0,"counts":{},"groups":[{"name":"a"}]}""",
        "groups[0]")]
    [InlineData("""
        {"kernel":"k","declaration":"d","level":"smoke","verdict":"v","exit_code":0,"counts":{},
        "groups":[{"name":"a","counts":{}},{"name":"a","counts":{}}]}
        """, "'a' stands twice")]
    [InlineData("""
        {"kernel":"k","declaration":"d","level":"smoke","verdict":"v","exit_code":0,"counts":{"pass":99999999999},"groups":[]}
        """, "counts")]
    public void What_is_no_report_is_one_line(string text, string says) => Refused(folder.Write("r.json", text), says);

    [Fact]
    public void What_is_not_there_is_one_line() => Refused(At("none.json"), "not found");

    private static void Refused(string path, string says)
    {
        (int code, string output, string error) = MxactProgram.Run("", "matrix", path);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    private string Report(string name, params string[] kernel)
    {
        string[] only = kernel.Contains("--only") ? [] : ["--only", "encode+e2m1"];
        MxactProgram.Run("", ["run", "--level", "smoke", "--json", At(name), .. only, .. kernel]);
        return At(name);
    }

    private string At(string name) => Path.Combine(folder.Path, name);
}
