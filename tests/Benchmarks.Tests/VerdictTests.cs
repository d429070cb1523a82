using System.Text.Json;
using Mxact.Benchmarks.Comparison;

namespace Mxact.Benchmarks.Tests;

/// <summary>When a commit counts as slower than another.</summary>
public sealed class VerdictTests
{
    private const string Floor = "QuantizeBenchmarks.Floor(Elements=1)";
    private const string Dequantize = "DequantizeBenchmarks.Dequantize(Elements=1)";

    [Fact]
    public void A_run_that_was_disturbed_does_not_count()
    {
        Verdict verdict = Compare([100, 100, 900, 100, 100], [101, 101, 101, 5000, 1]);
        Assert.Equal(new Ratio(Floor, 100, 101), Assert.Single(verdict.Ratios));
        Assert.True(verdict.Passes);
    }

    [Theory]
    [InlineData(100.0, true)]
    [InlineData(101.0, true)]
    [InlineData(101.02, false)] // the mean, alone, is below 0.99
    [InlineData(90.0, true)]
    public void The_geometric_mean_may_lose_one_percent(double head, bool passes) => Assert.Equal(passes, Compare([100], [head]).Passes);

    [Theory]
    [InlineData(105.2, true)]
    [InlineData(105.3, false)]
    public void One_figure_may_lose_five_percent_where_others_gain(double head, bool passes)
    {
        Verdict verdict = Verdict.Compare(
            [new() { [Floor] = 100, [Dequantize] = 100 }],
            [new() { [Floor] = head, [Dequantize] = 50 }]);
        Assert.Equal(passes, verdict.Passes);
        Assert.Equal(passes ? [] : [Floor], verdict.Slower.Select(r => r.Name));
    }

    [Fact]
    public void Yardsticks_and_what_one_commit_lacks_are_shown_and_not_judged()
    {
        Verdict verdict = Verdict.Compare(
            [new() { [Floor] = 100, ["QuantizeBenchmarks.CopyPastCaches(Elements=1)"] = 100, ["A.Old()"] = 1 }],
            [new() { [Floor] = 100, ["QuantizeBenchmarks.CopyPastCaches(Elements=1)"] = 200, ["A.New()"] = 1 }]);
        Assert.True(verdict.Passes);
        Assert.Equal(["A.Old()"], verdict.OnlyInBase);
        Assert.Equal(["A.New()"], verdict.OnlyInHead);
        using StringWriter text = new();
        VerdictText.Write(text, verdict, "aaaaaaa", "bbbbbbb");
        Assert.Contains("yardsticks, the same code in both: 0.500 to 0.500", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("no loss: 1 judged, 0 below 0.95 of aaaaaaa, geometric mean 1.000", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_judged_is_nothing_proven() => Assert.False(Verdict.Compare([new()], [new()]).Passes);

    [Fact]
    public void Names_hold_over_namespaces_and_the_order_of_parameters()
    {
        Dictionary<string, double> figures = [];
        Add(figures, """
            {
              "Benchmarks": [
                {
                  "Namespace": "Mxact.Benchmarks", "Type": "QuantizeBenchmarks", "Method": "Floor",
                  "Parameters": "Format=mxfp4&Elements=32768", "Statistics": { "Median": 12.5, "Min": 1 }
                },
                { "Namespace": "Mxact.Benchmarks", "Type": "QuantizeBenchmarks", "Method": "Failed", "Parameters": "", "Statistics": null }
              ]
            }
            """);
        Assert.Equal([new("QuantizeBenchmarks.Floor(Elements=32768, Format=mxfp4)", 12.5)], figures);
    }

    [Fact]
    public void A_report_of_something_else_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("mxact-benchmarks-test-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "report.json"), "{ \"Benchmarks\": [ { \"Statistics\": {} } ] }");
            Assert.EndsWith(
                "report.json: is no report of BenchmarkDotNet",
                Assert.Throws<InvalidDataException>(() => Figures.Read(folder)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Verdict Compare(double[] left, double[] right)
        => Verdict.Compare(
            [.. left.Select(v => new Dictionary<string, double> { [Floor] = v })],
            [.. right.Select(v => new Dictionary<string, double> { [Floor] = v })]);

    private static void Add(Dictionary<string, double> figures, string json)
    {
        using JsonDocument report = JsonDocument.Parse(json);
        Figures.Add(figures, report.RootElement);
    }
}
