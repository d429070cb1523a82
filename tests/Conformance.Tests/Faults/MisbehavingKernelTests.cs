using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;

namespace Mxact.Conformance.Tests.Faults;

/// <summary>Every behaviour of the table gets its verdict, and costs no more than it may.</summary>
public sealed class MisbehavingKernelTests
{
    public static TheoryData<string> Names() => [.. Behaviour.All.Select(behaviour => behaviour.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_that_misbehaves_gets_its_verdict(string name)
    {
        Behaviour behaviour = Behaviour.All.Single(b => b.Name == name);
        using AwkKernel kernel = new(behaviour.Rules);
        Outcome outcome = kernel.Run();
        string text = string.Join('\n', OutcomeText.Lines(outcome));
        foreach (string says in behaviour.Says.Split('\n'))
        {
            Assert.Contains(says, text, StringComparison.Ordinal);
        }

        Assert.Equal(behaviour.ExitCode, outcome.ExitCode);
        Assert.Equal(Behaviour.Rows, outcome.Groups.Sum(group => group.Rows));
        if (behaviour.Passed is { } passed)
        {
            Assert.Equal(passed, outcome[Verdict.Pass]);
        }
    }

    [Fact]
    public void A_kernel_that_hangs_always_costs_twenty_requests_and_the_rest_is_not_asked()
    {
        long begin = Stopwatch.GetTimestamp();
        using AwkKernel kernel = new("{ hang() }");
        Outcome outcome = kernel.Run(timeLimit: 0.05);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal(20, outcome[Verdict.KernelFailed]);
        Assert.Equal(Behaviour.Rows - 20, outcome[Verdict.NotAsked]);
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 2, 30);
    }

    /// <summary>Each answer within its limit, all of them far beyond any: the total ends it.</summary>
    [Fact]
    public void The_total_time_ends_a_kernel_that_is_always_just_in_time()
    {
        long begin = Stopwatch.GetTimestamp();
        using AwkKernel kernel = new("""{ system("sleep 0.2") }""");
        Outcome outcome = kernel.Run(timeLimit: 5, totalTime: TimeSpan.FromSeconds(1));
        Assert.Equal(3, outcome.ExitCode);
        Assert.InRange(outcome[Verdict.Pass], 1, 6);
        Assert.Equal(Behaviour.Rows, outcome[Verdict.Pass] + outcome[Verdict.NotAsked]);
        Assert.Empty(outcome.Incidents);
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 1, 5);
    }

    [Fact]
    public void The_time_limit_is_what_it_says()
    {
        long begin = Stopwatch.GetTimestamp();
        using AwkKernel kernel = new("v { hang() }");
        _ = kernel.Run(timeLimit: 1);

        // The hang, and the same request alone.
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 2, 3.9);
    }

    /// <summary>A kernel that draws its own bits answers stochastic rows otherwise, and may say so.</summary>
    [Fact]
    public void Own_random_bits_are_no_change_of_mind()
    {
        const string draws = """/stochastic/ && n % 7 == 3 { print (($0 in a) && a[$0] == "00" ? "01" : "00"); next }""";
        using AwkKernel kernel = new(draws);
        Assert.Contains(kernel.Run().Incidents, incident => incident.Kind == IncidentKind.AnsweredDifferently);
        Assert.DoesNotContain(kernel.Run(ownRandomBits: true).Incidents, incident => incident.Kind == IncidentKind.AnsweredDifferently);
    }

    [Fact]
    public void The_reports_count_incidents()
    {
        using TemporaryFolder folder = new();
        using AwkKernel kernel = new("""n == 101 { print "\033[1mdying" > "/dev/stderr"; die(11) }""");
        Outcome outcome = kernel.Run();
        string file = Path.Combine(folder.Path, "r");
        using (AtomicFile written = AtomicFile.Create(file))
        {
            JsonReport.Write(written, outcome);
        }

        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement incident = Assert.Single(report.RootElement.GetProperty("incidents").EnumerateArray());
        Assert.Equal("died", incident.GetProperty("kind").GetString());
        Assert.Equal(6, incident.GetProperty("count").GetInt32());
        Assert.Equal(0, incident.GetProperty("reproduced_alone").GetInt32());
        Assert.StartsWith("encode e2m1 ", incident.GetProperty("request").GetString(), StringComparison.Ordinal);
        Assert.Contains(@"by signal 11 without an answer; it said: \x1b[1mdying", incident.GetProperty("text").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(1, report.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal(Behaviour.Rows, report.RootElement.GetProperty("asked_again").GetInt32());
        JsonElement constant = report.RootElement.GetProperty("constant_answer");
        Assert.Equal(("07", 75, Behaviour.Rows), (constant.GetProperty("answer").GetString(), constant.GetProperty("passes").GetInt32(),
            constant.GetProperty("rows").GetInt32()));

        using (AtomicFile written = AtomicFile.Create(file))
        {
            JUnitReport.Write(written, outcome);
        }

        XElement suite = XDocument.Load(file).Root!.Element("testsuite")!;
        Assert.Equal(("2", "1", "0"),
            (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value));
        Assert.Contains("died 6 times", suite.Elements("testcase").Last().Element("failure")!.Attribute("message")!.Value,
            StringComparison.Ordinal);
    }
}
