using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Mxact.Common;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Kernels.Reports;
using Mxact.Vectors;

namespace Mxact.Kernels.Tests;

/// <summary>
/// The hall of bugs: each report's kernel is caught and named as its table says, and the page shows what the program prints. The runs of
/// the page are made in this process, as they are many; one of them and everything else on the page is typed into a shell.
/// </summary>
public sealed partial class HallTests
{
    private const int Columns = 140;

    private static readonly string Page = File.ReadAllText(Repository.At("Conformance", "HALL.md"));

    private static readonly ConcurrentDictionary<string, Outcome> Outcomes = [];

    public static TheoryData<string> Ids() => [.. AllReports.All.Select(report => report.Id)];

    public static TheoryData<string> Sessions() => [.. ConsolePage.Blocks(Page, "console")];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_report_is_named_by_its_cause(string id)
    {
        Report report = AllReports.Find(id)!;
        Outcome outcome = OutcomeOf(report);
        Findings findings = Diagnosis.Of(outcome);
        Assert.True(outcome[Verdict.Fail] > 0);
        Assert.Equal(string.Join('\n', report.Causes), string.Join('\n', findings.Causes.Select(cause => cause.Fault.Name)));
        Assert.Empty(findings.Remainders);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_report_stands_on_the_page(string id)
    {
        Report report = AllReports.Find(id)!;
        Assert.Contains($"[{report.Source}]({report.Link})", Page, StringComparison.Ordinal);
        Assert.Contains($"\n> {report.Asks}\n", Page, StringComparison.Ordinal);
        Assert.Contains($"$ mxact run --only {report.Only} -- $kernels report {id} | short\n", Page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void A_session_prints_what_is_shown(string session)
    {
        foreach ((string command, string shown) in ConsolePage.Steps(session))
        {
            Match run = RunOfReport().Match(command);
            Assert.Equal(ConsolePage.Trimmed(shown), ConsolePage.Trimmed(run.Success
                ? Short(AllReports.Find(run.Groups[1].Value)!) : Typed(command)));
        }
    }

    /// <summary>The page's own definitions and one of its runs, typed: what the others show is what a reader sees.</summary>
    [Fact]
    public void A_run_that_is_typed_prints_what_the_page_shows()
    {
        Report report = AllReports.All[0];
        Assert.Equal(Short(report), ConsolePage.Trimmed(Typed($"mxact run --only {report.Only} -- $kernels report {report.Id} | short")));
    }

    [Fact]
    public void An_unknown_report_is_one_line_and_code_2()
        => Assert.Equal("Mxact.Kernels: no report 'none'; 'report' alone lists them\n2",
            ConsolePage.Trimmed(Typed("{ $kernels report none; echo $?; } 2>&1")));

    /// <summary>The page's <c>short</c>, over the report's lines.</summary>
    private static string Short(Report report) => ConsolePage.Trimmed(string.Join('\n', OutcomeText.Lines(OutcomeOf(report))
        .Where(line => ShortLines().IsMatch(line)).Select(line => line[..Math.Min(Columns, line.Length)])));

    /// <summary>A command after the definitions that the page begins with, on the programs beside the tests.</summary>
    private static string Typed(string command)
    {
        string definitions = $"mxact() {{ dotnet {Real.Command} \"$@\"; }}; export -f mxact; "
            + ConsolePage.Blocks(Page, "sh").First().TrimEnd().Replace('\n', ';')
            .Replace("tests/Kernels/bin/Release/net10.0/", AppContext.BaseDirectory, StringComparison.Ordinal);
        return ConsolePage.Shell(definitions, command);
    }

    private static Outcome OutcomeOf(Report report)
        => Outcomes.GetOrAdd(report.Id, _ => Real.Run(new InProcess(report), [], report.Only));

    [GeneratedRegex(@"^mxact run --only \S+ -- \$kernels report (\S+) \| short$")]
    private static partial Regex RunOfReport();

    [GeneratedRegex("^CAUSE|^UNEXPLAINED|failures are what|^  (request|expected|got) ")]
    private static partial Regex ShortLines();

    /// <summary>A report's kernel without its pipe.</summary>
    private sealed class InProcess(Report report) : IKernelUnderTest
    {
        private readonly ReportKernel kernel = new(report);

        public string Name => report.Id;

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => kernel.Answer(requests).Select(Reply.Of);

        public void Dispose()
        {
        }
    }
}
