using System.Globalization;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>What is said of an outcome in words: each cause with its plainest failure, what no cause explains, the counts and the
/// verdict.</summary>
internal static class OutcomeText
{
    private const int MaxFlags = 6;

    /// <summary>Every line, the verdict last.</summary>
    public static IEnumerable<string> Lines(Outcome outcome)
    {
        foreach (string line in Broken(outcome).Concat(CauseLines(outcome)))
        {
            yield return line;
        }

        foreach (string line in Departures(outcome))
        {
            yield return line;
        }

        foreach (string line in OwnRandomBitsText.Findings(outcome).Concat(outcome.Incidents.SelectMany(IncidentText.Lines)))
        {
            yield return line;
        }

        foreach (string line in Closing(outcome))
        {
            yield return line;
        }
    }

    /// <summary>What the kernel is known for, one row of each cause with its bits, and what it is known for no more.</summary>
    private static IEnumerable<string> Departures(Outcome outcome)
    {
        if (outcome.Known is not { } known)
        {
            yield break;
        }

        foreach (Group group in outcome.Groups.Where(g => g.Departures.Count > 0))
        {
            foreach (IGrouping<string, Judged> cause in group.Departures.GroupBy(known.CauseOf))
            {
                yield return $"{group.Name}: {Number(cause.Count())} known departures, "
                    + $"{(cause.Key == KnownDepartures.Unnamed ? "which no one choice gives" : $"which are what {cause.Key} gives")}, "
                    + $"such as";
                foreach (string line in FailureText.Lines(cause.First()))
                {
                    yield return "  " + line;
                }
            }
        }

        foreach (KnownDeparture vanished in known.Vanished)
        {
            yield return Line(vanished);
        }
    }

    /// <summary>What the kernel was known for, and does no more.</summary>
    public static string Line(KnownDeparture vanished)
        => $"VANISHED {vanished.Id}: known to answer {vanished.Answer}, and does so no more";

    /// <summary>The kernel, the controls, and the verdict last.</summary>
    public static IEnumerable<string> Closing(Outcome outcome)
    {
        yield return $"kernel {outcome.Kernel}, held to {outcome.Declaration}";
        yield return $"negative control: {Number(outcome.ControlsMade)} right answers with one bit flipped or one digit missing, "
            + $"{Number(outcome.ControlsMade - outcome.ControlsAccepted)} rejected";
        if (outcome.AskedAgain > 0)
        {
            int differently = outcome.Incidents.FirstOrDefault(i => i.Kind == IncidentKind.AnsweredDifferently)?.Count ?? 0;
            yield return $"asked again: {Number(outcome.AskedAgain)} rows in another order, {Number(differently)} answered differently";
        }

        foreach (string line in OwnRandomBitsText.Closing(outcome))
        {
            yield return line;
        }

        if (outcome.Constant.Rows > 0)
        {
            yield return $"for comparison: '{Printable.Short(outcome.Constant.Answer, 40)}' to everything would pass "
                + $"{Share(outcome.Constant.Passes, outcome.Constant.Rows)}, this kernel passes "
                + $"{Share(outcome[Verdict.Pass] + outcome[Verdict.DeclaredVariant], outcome.Constant.Rows)} "
                + $"of {Number(outcome.Constant.Rows)} rows";
        }

        if (outcome.StoppedEarly)
        {
            yield return "stopped early: not every row was asked";
        }

        string known = outcome.Known is null ? "" : $"{Number(outcome[Verdict.KnownDeparture])} known departures, ";
        yield return $"{VerdictOf(outcome)}: {Number(outcome[Verdict.Pass])} passed, {Number(outcome[Verdict.Fail])} failed, {known}"
            + $"{Number(outcome[Verdict.DeclaredVariant])} declared variants, {Number(outcome[Verdict.Unsupported])} unsupported, "
            + $"{Number(outcome[Verdict.KernelFailed] + outcome[Verdict.NotAsked])} crashed, hung or not asked";
    }

    /// <summary>The verdict in a few words.</summary>
    public static string VerdictOf(Outcome outcome) => outcome.ExitCode switch
    {
        ExitCodes.Success when outcome[Verdict.KnownDeparture] > 0 => "conformant but for what it is known for",
        ExitCodes.Success => "conformant",
        ExitCodes.BadInput or ExitCodes.Interrupted => "incomplete",
        ExitCodes.Bug => "the negative control was accepted: this run proves nothing",
        ExitCodes.Mismatches when outcome[Verdict.Fail] == 0 && outcome.Incidents.Count + (outcome.RandomBits?.Findings.Count ?? 0) > 0
            => "not conformant",
        ExitCodes.Mismatches when outcome.Known?.Vanished.Count > 0 && outcome[Verdict.Fail] == 0 => "known departures have vanished",
        ExitCodes.Mismatches when outcome[Verdict.Fail] == 0 => "nothing answered",
        ExitCodes.Mismatches => "not conformant",
        _ => "kernel failed",
    };

    /// <summary>The first requests of each operation that the kernel did not live through.</summary>
    private static IEnumerable<string> Broken(Outcome outcome)
        => outcome.Groups.Select(g => g.Failures.FirstOrDefault(f => f.Verdict == Verdict.KernelFailed)).OfType<Judged>()
            .SelectMany(failure => FailureText.Lines(failure).Append(""));

    /// <summary>Every cause with what it explains and one failure; then what none explains, a failure of each kind of case.</summary>
    private static IEnumerable<string> CauseLines(Outcome outcome)
    {
        Findings findings = Diagnosis.Of(outcome);
        int number = 0;
        foreach (Cause cause in findings.Causes)
        {
            yield return $"CAUSE {Number(++number)} of {Number(findings.Causes.Count)}: {cause.Fault.Name} ({cause.Fault.Words})";
            if (cause.Alternatives.Count > 0)
            {
                yield return $"  no row tells it from: {string.Join("; ", cause.Alternatives)}";
            }

            foreach (Share share in cause.Shares)
            {
                yield return $"{share.Group}: {Number(share.Explained)} of {Number(share.Failures)} failures are what {cause.Fault.Name} "
                    + $"gives";
            }

            foreach (string line in FailureText.Lines(cause.Example))
            {
                yield return line;
            }

            yield return "";
        }

        foreach (Remainder left in findings.Remainders)
        {
            yield return $"UNEXPLAINED {left.Group}: {Headline(left)}";
            if (left.Region is not null)
            {
                yield return $"  all of them {left.Region}; no passing answer does";
            }

            foreach (string line in left.Examples.SelectMany(f => FailureText.Lines(f).Append("")))
            {
                yield return line;
            }
        }
    }

    /// <summary>How many failures no cause gives, and of which kinds they are.</summary>
    public static string Headline(Remainder left)
    {
        string flags = string.Join(", ", left.Flags.Take(MaxFlags).Select(f => $"{f.Flag} {Number(f.Count)}"));
        string tried = left.IsCutShort ? " that was tried (the search ended at its budget)" : "";
        return $"{Number(left.Failures)} failures are what no cause{tried} gives; by kind: {flags}";
    }

    private static string Share(int part, int all) => string.Create(CultureInfo.InvariantCulture, $"{part} ({100.0 * part / all:0.0}%)");

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
