using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests;

/// <summary>Reports of real runs, of every kind there is: as the committed schema has them, and with everything that was found.</summary>
public sealed class CompleteReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private string JsonPath => Path.Combine(folder.Path, "report.json");

    private string JUnitPath => Path.Combine(folder.Path, "report.xml");

    [Fact]
    public void A_conformant_kernel()
    {
        (JsonNode report, XElement suite) = Run(0, "run", "builtin", "--level", "smoke", "--only", "encode+e2m1");
        Assert.Equal("conformant", Text(report, "verdict"));
        Assert.Empty(report["causes"]!.AsArray());
        Assert.Empty(report["failures"]!.AsArray());
        Assert.Equal(["encode+e2m1"], report["selection"]!["only"]!.AsArray().Select(term => (string?)term));
        Assert.Equal(("0", "0"), (suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value));
    }

    [Fact]
    public void Failures_stand_with_their_causes_and_each_row_in_both_reports()
    {
        (JsonNode report, XElement suite) = Run(1, "run", "--only", "encode+e2m1", "--", "sh", "-c",
            $"sed s/ties-to-even/ties-to-away/ | {MxactProgram.Shell} serve");
        JsonNode cause = Assert.Single(report["causes"]!.AsArray())!;
        Assert.StartsWith("rounding=ties-to-away", Text(cause, "name"), StringComparison.Ordinal);
        Assert.Equal(["encode e2m1"], cause["groups"]!.AsArray().Select(name => (string?)name));
        JsonNode[] failures = [.. report["failures"]!.AsArray().OfType<JsonNode>()];
        Assert.Equal((int)report["counts"]!["fail"]!, failures.Length);
        Assert.All(failures, failure => Assert.Equal(Text(cause, "name"), Text(failure, "cause")));
        Assert.Contains(failures, failure => Text(failure, "id") == Text(cause, "example"));
        string all = Assert.Single(suite.Elements("testcase").Elements("failure")).Value;
        Assert.All(failures, failure => Assert.Contains($"{Text(failure, "id")} expected {Text(failure, "expected")} got "
            + $"{Text(failure, "got")} cause {Text(cause, "name")}", all, StringComparison.Ordinal));
    }

    [Fact]
    public void What_went_wrong_beside_the_answers()
    {
        (JsonNode report, XElement suite) = Run(1, "run", "--level", "smoke", "--only", "encode+e2m1", "--", "sh", "-c",
            $"{MxactProgram.Shell} serve; echo 00; exit 3");
        Assert.Contains(report["incidents"]!.AsArray(), incident => Text(incident!, "kind") is "bad-end" or "output-after-end");
        Assert.Equal("not conformant", Text(report, "verdict"));
        XElement exchange = Assert.Single(suite.Elements("testcase"), c => c.Attribute("name")!.Value == "the exchange with the kernel");
        Assert.NotEmpty(exchange.Element("failure")!.Value);
    }

    [Fact]
    public void A_kernel_that_dies()
    {
        (JsonNode report, XElement suite) = Run(3, "run", "--level", "smoke", "--only", "encode+e2m1+midpoint", "--", "sh", "-c",
            "read x; exit 1");
        Assert.Equal("kernel failed", Text(report, "verdict"));
        Assert.Contains(report["failures"]!.AsArray(), failure => Text(failure!, "verdict") == "kernel-failed");
        Assert.NotEqual("0", suite.Attribute("errors")!.Value);
    }

    [Fact]
    public void Declared_variants()
    {
        (JsonNode report, _) = Run(0, "run", "builtin", "--level", "smoke", "--only", "quantize+mxfp4", "--profile", "triton-down");
        Assert.True((int)report["counts"]!["declared-variant"]! > 0);
        Assert.Equal("profile=triton-down", Text(report, "declaration"));
        Assert.Null(report["known_departures"]);
    }

    /// <summary>One is there, another has gone, and that alone makes the run a finding: both reports say so.</summary>
    [Fact]
    public void Known_departures_and_those_that_have_vanished()
    {
        string[] kernel = ["--", "sh", "-c", $"sed s/ties-to-even/ties-to-away/ | {MxactProgram.Shell} serve"];
        string list = Path.Combine(folder.Path, "known.csv");
        Run(1, ["run", "--level", "smoke", "--only", "encode+e2m1", "--write-departures", list, .. kernel]);
        (JsonNode report, XElement suite) = Run(0, ["run", "--level", "smoke", "--only", "encode+e2m1", "--departures", list, .. kernel]);
        JsonNode[] known = [.. report["known_departures"]!["found"]!.AsArray().OfType<JsonNode>()];
        Assert.Equal((int)report["counts"]!["known-departure"]!, known.Length);
        Assert.All(known, departure => Assert.StartsWith("rounding=ties-to-away", Text(departure, "cause"), StringComparison.Ordinal));
        Assert.Contains(Text(known[0], "id"), Assert.Single(suite.Elements("testcase")).Element("system-out")!.Value,
            StringComparison.Ordinal);

        (report, suite) = Run(1, "run", "builtin", "--level", "smoke", "--only", "encode+e2m1", "--departures", list);
        Assert.Equal(known.Length, report["known_departures"]!["vanished"]!.AsArray().Count);
        Assert.Equal("known departures have vanished", Text(report, "verdict"));
        Assert.Contains("VANISHED " + Text(known[0], "id"), suite.Elements("testcase").Last().Element("failure")!.Value,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_that_end_too_soon()
    {
        string answers = folder.Write("answers", "00\n");
        (JsonNode report, XElement suite) = Run(2, "verify", answers, "--level", "smoke", "--only", "encode+e2m1");
        Assert.NotEqual("null", Text(report, "problem"));
        Assert.NotEqual("0", suite.Attribute("failures")!.Value);
    }

    /// <summary>More failures than are explained: the others are named with what was answered.</summary>
    [Fact]
    public void Every_failed_row_is_listed_however_many_there_are()
    {
        const int rows = 12_500;
        Outcome outcome = new("kernel", "profile=ocp", new(Level.Standard, [], []));
        for (int i = 0; i < rows; i++)
        {
            TestVector row = new(string.Create(CultureInfo.InvariantCulture, $"row-{i:d5}"), Level.Standard, Operation.Encode, "e4m3",
                "overflow=saturate rounding=ties-to-even", "3f800000", "38", "", "x", "");
            outcome.Add(new(row, row.Question, row.Request, row.Expected, new(ReplyKind.Answered, "00"), Verdict.Fail));
        }

        (JsonNode report, XElement suite) = Written(outcome);
        JsonNode group = Assert.Single(report["groups"]!.AsArray())!;
        string[] ids = [.. report["failures"]!.AsArray().Concat(group["further_failures"]!.AsArray()).Select(failure
            => Text(failure!, "id"))];
        Assert.Equal(rows, ids.Distinct().Count());
        Assert.Equal((rows, 0), (ids.Length, (int)group["failures_not_listed"]!));
        string all = suite.Element("testcase")!.Element("failure")!.Value;
        Assert.All(ids, id => Assert.Contains(id, all, StringComparison.Ordinal));
    }

    private (JsonNode Report, XElement Suite) Run(int code, params string[] arguments)
    {
        int end = Array.IndexOf(arguments, "--") is >= 0 and int at ? at : arguments.Length;
        (int exit, _, string error) = MxactProgram.Run("", [.. arguments[..end], "--json", JsonPath, "--junit", JUnitPath,
            .. arguments[end..]]);
        Assert.True(code == exit, $"{exit}: {error}");
        (JsonNode report, XElement suite) = Read();
        Assert.Equal(code, (int)report["exit_code"]!);

        // A build server reads one file and the shell another: they must come to the same verdict.
        Assert.Equal(code == ExitCodes.Success, suite.Attribute("failures")!.Value == "0" && suite.Attribute("errors")!.Value == "0");
        return (report, suite);
    }

    private (JsonNode Report, XElement Suite) Written(Outcome outcome)
    {
        using (AtomicFile json = AtomicFile.Create(JsonPath))
        using (AtomicFile junit = AtomicFile.Create(JUnitPath))
        {
            JsonReport.Write(json, outcome);
            JUnitReport.Write(junit, outcome);
        }

        return Read();
    }

    private (JsonNode Report, XElement Suite) Read()
        => (Schema.Holds("report.schema.json", File.ReadAllText(JsonPath)), XDocument.Load(JUnitPath).Root!.Element("testsuite")!);

    private static string Text(JsonNode node, string member) => (string?)node[member] ?? "null";
}
