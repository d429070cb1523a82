using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests;

/// <summary>What the reports count, which exit code follows, and the negative control itself: numbers, not shapes.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mxact-test-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// One group a format: passes alone, a failure among passes, an error beside a failure, nothing done, some of it not done.
    /// </summary>
    private static Outcome Mixed()
    {
        Outcome outcome = Of(
            ("e4m3", [Verdict.Pass, Verdict.Pass, Verdict.DeclaredVariant]),
            ("e5m2", [Verdict.Pass, Verdict.Fail, Verdict.Fail, Verdict.Unsupported]),
            ("e2m1", [Verdict.Fail, Verdict.KernelFailed, Verdict.NotAsked, Verdict.NotAsked]),
            ("e2m3", [Verdict.Unsupported, Verdict.Unsupported]),
            ("e3m2", [Verdict.Unsupported, Verdict.Pass]),
            ("int8", [Verdict.NotAsked]));
        outcome.ControlsMade = 7;
        outcome.ControlsAccepted = 2;
        outcome.StoppedEarly = true;
        return outcome;
    }

    [Fact]
    public void Junit_counts_cases_failures_errors_and_skipped()
    {
        string path = Path.Combine(folder, "junit.xml");
        using (AtomicFile written = AtomicFile.Create(path))
        {
            JUnitReport.Write(written, Mixed());
        }

        XElement suite = XDocument.Load(path).Root!.Element("testsuite")!;
        Assert.Equal(("7", "2", "2", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value,
            suite.Attribute("errors")!.Value, suite.Attribute("skipped")!.Value));
        string[] cases = [.. suite.Elements("testcase").Select(c
            => $"{c.Attribute("name")!.Value}: {c.Elements().SingleOrDefault()?.Name.LocalName} "
                + c.Elements().SingleOrDefault()?.Attribute("message")!.Value)];
        Assert.Equal(
        [
            "encode e4m3:  ",
            "encode e5m2: failure 2 of 4 rows failed, 0 crashed, hung or were not asked",
            "encode e2m1: error 1 of 4 rows failed, 3 crashed, hung or were not asked",
            "encode e2m3: skipped the kernel does not support this",
            "encode e3m2:  ",
            "encode int8: error 0 of 1 rows failed, 1 crashed, hung or were not asked",
            "the run: failure the negative control was accepted: this run proves nothing",
        ], cases);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Json_counts_each_verdict_the_controls_and_an_early_stop(bool stopped)
    {
        string path = Path.Combine(folder, "report.json");
        Outcome outcome = Mixed();
        outcome.StoppedEarly = stopped;
        using (AtomicFile written = AtomicFile.Create(path))
        {
            JsonReport.Write(written, outcome);
        }

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement root = json.RootElement;
        Assert.Equal(stopped, root.GetProperty("stopped_early").GetBoolean());
        Assert.Equal(ExitCodes.Bug, root.GetProperty("exit_code").GetInt32());
        Assert.Equal((7, 2), (root.GetProperty("negative_control").GetProperty("made").GetInt32(),
            root.GetProperty("negative_control").GetProperty("accepted").GetInt32()));
        Assert.Equal("pass 4, declared-variant 1, fail 3, known-departure 0, unsupported 4, kernel-failed 1, not-asked 3",
            Counts(root.GetProperty("counts")));
        Assert.Equal(
        [
            "encode e4m3: pass 2, declared-variant 1, fail 0, known-departure 0, unsupported 0, kernel-failed 0, not-asked 0",
            "encode e5m2: pass 1, declared-variant 0, fail 2, known-departure 0, unsupported 1, kernel-failed 0, not-asked 0",
            "encode e2m1: pass 0, declared-variant 0, fail 1, known-departure 0, unsupported 0, kernel-failed 1, not-asked 2",
            "encode e2m3: pass 0, declared-variant 0, fail 0, known-departure 0, unsupported 2, kernel-failed 0, not-asked 0",
            "encode e3m2: pass 1, declared-variant 0, fail 0, known-departure 0, unsupported 1, kernel-failed 0, not-asked 0",
            "encode int8: pass 0, declared-variant 0, fail 0, known-departure 0, unsupported 0, kernel-failed 0, not-asked 1",
        ], root.GetProperty("groups").EnumerateArray().Select(g
            => $"{g.GetProperty("name").GetString()}: {Counts(g.GetProperty("counts"))}"));
        Assert.Equal(["fail", "fail", "fail", "kernel-failed"],
            root.GetProperty("failures").EnumerateArray().Select(f => f.GetProperty("verdict").GetString()));

        // Other verdicts may join these; these stay.
        static string Counts(JsonElement counts)
        {
            string[] known = ["pass", "declared-variant", "fail", "known-departure", "unsupported", "kernel-failed", "not-asked"];
            return string.Join(", ", known.Select(name
                => $"{name} {counts.GetProperty(name).GetInt32().ToString(CultureInfo.InvariantCulture)}"));
        }
    }

    [Theory]
    [InlineData(ExitCodes.Success, nameof(Verdict.Pass))]
    [InlineData(ExitCodes.Success, nameof(Verdict.DeclaredVariant))]
    [InlineData(ExitCodes.Success, nameof(Verdict.DeclaredVariant), nameof(Verdict.Unsupported))]
    [InlineData(ExitCodes.Success, nameof(Verdict.Pass), nameof(Verdict.KnownDeparture))]
    [InlineData(ExitCodes.Mismatches, nameof(Verdict.Unsupported))]
    [InlineData(ExitCodes.Mismatches, nameof(Verdict.KnownDeparture))]
    [InlineData(ExitCodes.Mismatches, nameof(Verdict.Pass), nameof(Verdict.Fail))]
    [InlineData(ExitCodes.KernelFailed, nameof(Verdict.Fail), nameof(Verdict.KernelFailed))]
    [InlineData(ExitCodes.KernelFailed, nameof(Verdict.Pass), nameof(Verdict.NotAsked))]
    public void The_exit_code_follows_from_the_verdicts(int code, params string[] verdicts)
        => Assert.Equal(code, Of(("e4m3", [.. verdicts.Select(Enum.Parse<Verdict>)])).ExitCode);

    [Fact]
    public void The_exit_code_of_what_is_no_verdict()
    {
        Outcome outcome = Of(("e4m3", [Verdict.Pass, Verdict.KernelFailed]));
        outcome.Problem = "short";
        Assert.Equal(ExitCodes.BadInput, outcome.ExitCode);
        outcome.Interrupted = true;
        Assert.Equal(ExitCodes.Interrupted, outcome.ExitCode);
        outcome.ControlsAccepted = 1;
        Assert.Equal(ExitCodes.Bug, outcome.ExitCode);
    }

    /// <summary>
    /// The control flips the lowest bit, or takes a digit from a pattern: it is accepted only by an expectation that is too wide.
    /// </summary>
    [Theory]
    [InlineData("38", "38", 1, 0)]
    [InlineData("38|39", "38", 1, 1)]
    [InlineData("38|3a", "38", 1, 0)]
    [InlineData("nan:7f", "7f", 1, 0)]
    [InlineData("nan:any", "7f", 1, 0)]
    [InlineData("*2", "7f", 1, 0)]
    [InlineData("38", "39", 0, 0)]
    public void The_negative_control_finds_an_expectation_that_takes_anything(string expected, string answer, int made, int accepted)
    {
        Judge judge = new(new([]));
        Asked asked = judge.Ask(Row("e4m3") with { Expected = expected })!;
        judge.Of(asked, new(ReplyKind.Answered, answer));
        Assert.Equal((made, accepted), (judge.ControlsMade, judge.ControlsAccepted));
        judge.Of(asked, new(ReplyKind.Unsupported, "unsupported"));
        judge.Of(asked, new(ReplyKind.Crashed, ""));
        Assert.Equal((made, accepted), (judge.ControlsMade, judge.ControlsAccepted));
    }

    /// <summary>What the kernel declined says nothing of how little its passes may mean.</summary>
    [Fact]
    public void The_constant_answer_is_the_most_frequent_of_the_rows_that_were_not_declined()
    {
        ConstantAnswer constant = new();
        Assert.Equal(("", 0, 0), (constant.Answer, constant.Passes, constant.Rows));
        foreach ((string expected, Verdict verdict) in ((string, Verdict)[])
        [
            ("05", Verdict.Pass), ("07", Verdict.Fail), ("07", Verdict.KernelFailed), ("05", Verdict.Unsupported),
            ("05", Verdict.Unsupported), ("09", Verdict.DeclaredVariant),
        ])
        {
            TestVector row = Row("e4m3");
            constant.Add(new(row, row.Question, row.Request, expected, new(ReplyKind.Answered, "00"), verdict));
        }

        Assert.Equal(("07", 2, 4), (constant.Answer, constant.Passes, constant.Rows));
    }

    /// <summary>Crashes count among the failures that end a run.</summary>
    [Theory]
    [InlineData(3, 3, true)]
    [InlineData(4, 4, true)]
    [InlineData(0, 9, false)]
    public void Max_failures_counts_mismatches_and_crashes(int most, int judged, bool stopped)
    {
        TestVector[] rows = [.. Enumerable.Range(0, 9).Select(_ => Row("e4m3"))];
        using Stub kernel = new(i => i % 2 == 0 ? new(ReplyKind.Answered, "00") : new(ReplyKind.Crashed, "signal 11"));
        Outcome outcome = Suite.Run(kernel, new([]), new(Level.Standard, [], []), rows, maxFailures: most,
            stop: TestContext.Current.CancellationToken);
        Assert.Equal(judged, outcome.Groups.Sum(g => g.Rows));
        Assert.Equal(judged / 2, outcome[Verdict.KernelFailed]);
        Assert.Equal(judged - (judged / 2), outcome[Verdict.Fail]);
        Assert.Equal(stopped, outcome.StoppedEarly);
    }

    /// <summary>A row that names a choice keeps it whatever is declared, and asks only the kernels that declare it.</summary>
    [Fact]
    public void A_declaration_against_a_row_that_names_another_choice()
    {
        TestVector floor = Block("scale-rule=floor");
        TestVector ceil = Block("scale-rule=ceil");
        TestVector flush = Block("scale-rule=floor scale-underflow=flush-block");
        TestVector wrap = Block("scale-rule=floor scale-underflow=wrap");
        Declaration declared = new(["scale-rule=round-up", "scale-underflow=flush-block"]);
        Assert.Equal("round-up", declared.Of(floor.Question).Policy.ScaleRule.Name);
        Assert.Equal("ceil", declared.Of(ceil.Question).Policy.ScaleRule.Name);
        Assert.Equal("flush-block", declared.Of(floor.Question).Policy.Choice("scale-underflow"));
        Assert.Equal("wrap", declared.Of(wrap.Question).Policy.Choice("scale-underflow"));
        Assert.Equal([true, true, true, false], new[] { floor, ceil, flush, wrap }.Select(declared.Concerns));
        Assert.Equal([true, true, false, false], new[] { floor, ceil, flush, wrap }.Select(new Declaration([]).Concerns));
        Assert.False(new Declaration(["profile=ggml"]).Concerns(flush));
        Assert.True(new Declaration(["profile=ggml"]).Concerns(wrap));

        // Under the row's own choices the committed answer is expected; under others it is computed.
        Declaration flushes = new(["scale-underflow=flush-block"]);
        Assert.Equal(flush.Expected, new Judge(flushes).Ask(flush)!.Expected);
        Assert.NotEqual(floor.Expected, new Judge(flushes).Ask(floor)!.Expected);
        Selection selection = new(Level.Standard, [], []) { For = flushes };
        Assert.Equal([true, true, true, false], new[] { floor, ceil, flush, wrap }.Select(selection.Takes));
    }

    private static Outcome Of(params (string Format, Verdict[] Verdicts)[] groups)
    {
        Outcome outcome = new("kernel", "profile=ocp", new(Level.Standard, [], []));
        foreach ((string format, Verdict[] verdicts) in groups)
        {
            TestVector row = Row(format);
            foreach (Verdict verdict in verdicts)
            {
                outcome.Add(new(row, row.Question, row.Request, row.Expected, new(ReplyKind.Answered, "00"), verdict));
            }
        }

        return outcome;
    }

    private static TestVector Row(string format)
        => new("encode-" + format, Level.Standard, Operation.Encode, format, "overflow=saturate rounding=ties-to-even", "3f800000", "38",
            "",
            "x", "");

    /// <summary>A block whose scale under floor is just below 2^-127.</summary>
    private static TestVector Block(string choices)
        => new("scale", Level.Standard, Operation.Quantize, "mxfp4", $"overflow=saturate rounding=ties-to-even {choices}", "00200000",
            "a committed answer", "", "x", "");

    private sealed class Stub(Func<int, Reply> reply) : IKernelUnderTest
    {
        public string Name => "stub";

        public IReadOnlyList<string> Declared => [];

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select((_, i) => reply(i));

        public void Dispose()
        {
        }
    }
}
