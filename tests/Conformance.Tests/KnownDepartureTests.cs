using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Tests.Accumulation;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Tests;

/// <summary>A list of known departures: what it excuses, what it does not, and what it misses.</summary>
public sealed class KnownDepartureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private string Path => System.IO.Path.Combine(folder.Path, "departures.csv");

    /// <summary>Row 1 is answered as the list says.</summary>
    [Fact]
    public void A_known_departure_is_no_failure()
    {
        Outcome outcome = Run("1,39,x", "38", "39", "38");
        Assert.Equal((2, 1, 0), (outcome[Verdict.Pass], outcome[Verdict.KnownDeparture], outcome[Verdict.Fail]));
        Assert.Empty(outcome.Known!.Vanished);
        Assert.Equal(ExitCodes.Success, outcome.ExitCode);
        Assert.Equal("x", outcome.Known.CauseOf(Assert.Single(outcome.Groups[0].Departures)));
    }

    [Fact]
    public void Another_wrong_answer_is_a_failure_and_the_known_one_has_vanished()
    {
        Outcome outcome = Run("1,39,x", "38", "3a", "38");
        Assert.Equal((2, 0, 1), (outcome[Verdict.Pass], outcome[Verdict.KnownDeparture], outcome[Verdict.Fail]));
        Assert.Equal(["1"], outcome.Known!.Vanished.Select(d => d.Id));
        Assert.Equal(ExitCodes.Mismatches, outcome.ExitCode);
    }

    [Fact]
    public void A_departure_that_is_right_now_has_vanished()
    {
        Outcome outcome = Run("1,39,x", "38", "38", "38");
        Assert.Equal(3, outcome[Verdict.Pass]);
        Assert.Equal(["1"], outcome.Known!.Vanished.Select(d => d.Id));
        Assert.Equal(ExitCodes.Mismatches, outcome.ExitCode);
    }

    /// <summary>A row outside the selection, or one that the kernel declines, says nothing of what it is known for.</summary>
    [Theory]
    [InlineData("9,39,x", "38")]
    [InlineData("1,39,x", "unsupported")]
    public void What_was_not_answered_has_not_vanished(string known, string second)
    {
        Outcome outcome = Run(known, "38", second, "38");
        Assert.Empty(outcome.Known!.Vanished);
        Assert.Equal(ExitCodes.Success, outcome.ExitCode);
    }

    [Theory]
    [InlineData("id,answer\n1,39\n", "the columns are not id,answer,cause")]
    [InlineData("id,answer,cause\n1,39,x\n1,39,x\n", "departures.csv:3: row 1 stands twice")]
    [InlineData("id,answer,cause\n0,39,x\n1,39\n", "departures.csv:3: 2 cells, not 3")]
    [InlineData("id,answer,cause\n1,39,x,y\n", "departures.csv:2: 4 cells, not 3")]
    public void A_list_that_is_none_is_refused_with_its_place(string text, string message)
    {
        File.WriteAllText(Path, text);
        Assert.Contains(message, Assert.Throws<UsageException>(() => KnownDepartures.Read(Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>1.0625 lies between 1 and 1.125, on the midpoint: a kernel of ties to away gives 39, and each failure is listed.</summary>
    [Fact]
    public void The_list_that_a_run_writes_is_what_it_found()
    {
        TestVector[] rows =
        [
            Row("0", "3f800000", "38"), Row("1", "3f880000", "38"), Row("2", "bf880000", "b8"), Row("3", "3f900000", "39"),
        ];
        using Stub kernel = new("38", "39", "b9", "00");
        Outcome outcome = Suite.Run(kernel, new([]), new(Level.Standard, [], []), rows, stop: TestContext.Current.CancellationToken);
        File.WriteAllBytes(Path, DepartureList.Write(outcome));
        string[] lines = File.ReadAllLines(Path);
        Assert.Equal("id,answer,cause", lines[0]);
        Assert.Equal(["1,39", "2,b9", "3,00"], lines[1..].Select(line => line[..line.LastIndexOf(',')]));
        Assert.EndsWith(",rounding=ties-to-away", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($",{Diagnosis.Of(outcome).CauseOf(outcome.Groups[0].Failures[2]) ?? KnownDepartures.Unnamed}", lines[3],
            StringComparison.Ordinal);

        // Read back, it excuses that run to the last row.
        using Stub again = new("38", "39", "b9", "00");
        Outcome excused = Suite.Run(again, new([]), new(Level.Standard, [], []), rows, known: KnownDepartures.Read(Path),
            stop: TestContext.Current.CancellationToken);
        Assert.Equal((1, 3, 0), (excused[Verdict.Pass], excused[Verdict.KnownDeparture], excused[Verdict.Fail]));
        Assert.Empty(excused.Known!.Vanished);
    }

    [Fact]
    public void No_list_is_written_of_a_run_that_did_not_reach_its_end()
    {
        foreach (Verdict verdict in (Verdict[])[Verdict.KernelFailed, Verdict.NotAsked, Verdict.Fail])
        {
            TestVector row = Row("1", "3f800000", "38");
            Outcome outcome = new("kernel", "profile=ocp", new(Level.Standard, [], [])) { StoppedEarly = verdict == Verdict.Fail };
            outcome.Add(new(row, row.Question, row.Request, row.Expected, new(ReplyKind.Answered, "00"), verdict));
            Assert.Contains("answers every row it is asked", Assert.Throws<UsageException>(() => DepartureList.Write(outcome)).Message,
                StringComparison.Ordinal);
        }
    }

    /// <summary>One, answered with the next code above, is a departure; the rest is right.</summary>
    private Outcome Run(string known, params string[] answers)
    {
        File.WriteAllText(Path, $"id,answer,cause\n{known}\n");
        using Stub kernel = new(answers);
        return Suite.Run(kernel, new([]), new(Level.Standard, [], []),
            Enumerable.Range(0, answers.Length).Select(i => Row($"{i}", "3f800000", "38")), known: KnownDepartures.Read(Path),
            stop: TestContext.Current.CancellationToken);
    }

    private static TestVector Row(string id, string operand, string expected)
        => new(id, Level.Standard, Operation.Encode, "e4m3", "overflow=saturate rounding=ties-to-even", operand, expected, "", "x", "");

    private sealed class Stub(params string[] answers) : IKernelUnderTest
    {
        public string Name => "stub";

        public IReadOnlyList<string> Declared => [];

        public bool CanBeAskedAgain => false;

        public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => answers.Select(Reply.Of);

        public void Dispose()
        {
        }
    }
}
