using System.Globalization;
using System.Text;
using System.Xml;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Randomness;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>
/// The outcome for a build server: one test case an operation and format, every failed row in its text, and one more where the kernel or
/// the run itself is at fault: whatever makes the exit code other than 0 fails here too. XML has no way to write most control characters:
/// a kernel's are shown as on a terminal.
/// </summary>
internal static class JUnitReport
{
    public static void Write(AtomicFile file, Outcome outcome)
    {
        using MemoryStream content = new();
        using (XmlWriter xml = XmlWriter.Create(content, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Printable.Line($"mxact {Names.Of(outcome.Selection.Level)}: {outcome.Kernel}"));
            string[] problems = [.. Problems(outcome)];
            int more = Incidents(outcome) + (problems.Length > 0 ? 1 : 0);
            (int asked, int found) = outcome.RandomBits is { } bits
                ? (bits.Questions.Count, bits.Questions.Count(draws => bits.Of(draws.Question).Any())) : (0, 0);
            xml.WriteAttributeString("tests", Number(outcome.Groups.Count + asked + more));
            xml.WriteAttributeString("failures", Number(outcome.Groups.Count(g => g[Verdict.Fail] > 0 && !IsError(g)) + found + more));
            xml.WriteAttributeString("errors", Number(outcome.Groups.Count(IsError)));
            xml.WriteAttributeString("skipped", Number(outcome.Groups.Count(IsSkipped)));
            foreach (Group group in outcome.Groups)
            {
                Case(xml, group, outcome);
            }

            OwnRandomBits(xml, outcome.RandomBits);
            Exchange(xml, outcome);
            if (problems.Length > 0)
            {
                FailedCase(xml, "the run", OutcomeText.VerdictOf(outcome), problems);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        file.Complete(content.ToArray());
    }

    private static void Case(XmlWriter xml, Group group, Outcome outcome)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", "mxact");
        xml.WriteAttributeString("name", Printable.Line(group.Name));
        if (IsError(group) || group[Verdict.Fail] > 0)
        {
            xml.WriteStartElement(IsError(group) ? "error" : "failure");
            xml.WriteAttributeString("message",
                $"{group[Verdict.Fail]} of {group.Rows} rows failed, {group[Verdict.KernelFailed] + group[Verdict.NotAsked]} crashed, "
                + $"hung or were not asked");
            xml.WriteString(string.Join('\n', Text(group, Diagnosis.Of(outcome)).Select(Printable.Line)));
            xml.WriteEndElement();
        }
        else if (IsSkipped(group))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", "the kernel does not support this");
            xml.WriteEndElement();
        }

        if (group.Departures.Count > 0 && outcome.Known is { } known)
        {
            xml.WriteStartElement("system-out");
            xml.WriteString(string.Join('\n', group.Departures.Select(d
                => Printable.Line($"{d.Row.Id} expected {d.Expected} got {d.Reply.Text}, known departure, cause {known.CauseOf(d)}"))));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>The causes, what none of them gives, one failure of each and of each kind that has none, and every failed row.</summary>
    private static IEnumerable<string> Text(Group group, Findings findings)
    {
        foreach ((Fault fault, Share share) in findings.Of(group.Name))
        {
            yield return $"{Number(share.Explained)} of {Number(share.Failures)} failures are what {fault.Name} gives ({fault.Words})";
        }

        if (findings.Remainders.FirstOrDefault(r => r.Group == group.Name) is { } left)
        {
            yield return OutcomeText.Headline(left);
        }

        foreach (string line in group.Failures.GroupBy(f => findings.CauseOf(f) ?? f.Row.FlagList.FirstOrDefault() ?? "")
            .Select(kind => Diagnosis.Plainest([.. kind])).SelectMany(FailureText.Lines))
        {
            yield return line;
        }

        foreach (Judged failure in group.Failures)
        {
            yield return $"{failure.Row.Id} expected {failure.Expected} got {failure.Reply.Text} cause "
                + $"{findings.CauseOf(failure) ?? "unknown"}";
        }

        foreach (FailedRow row in group.Further)
        {
            yield return $"{row.Id} expected {row.Expected} got {row.Got} cause not looked for";
        }

        if (group.Unlisted > 0)
        {
            yield return $"and {Number(group.Unlisted)} failures that are counted and not listed";
        }
    }

    /// <summary>What makes the run a finding and is neither a row's failure nor the exchange's.</summary>
    private static IEnumerable<string> Problems(Outcome outcome)
    {
        if (outcome.ControlsAccepted > 0)
        {
            yield return $"{Number(outcome.ControlsAccepted)} of {Number(outcome.ControlsMade)} wrong answers were accepted: "
                + "a bug of mxact";
        }

        if (outcome.Interrupted)
        {
            yield return "interrupted: not every row was asked";
        }

        if (outcome.Problem is { } problem)
        {
            yield return problem;
        }

        foreach (KnownDeparture vanished in outcome.Known?.Vanished ?? [])
        {
            yield return OutcomeText.Line(vanished);
        }

        Verdict[] said = [Verdict.Pass, Verdict.DeclaredVariant, Verdict.Fail, Verdict.KernelFailed, Verdict.NotAsked];
        if (said.All(verdict => outcome[verdict] == 0))
        {
            yield return "no row was answered right";
        }
    }

    /// <summary>One case a question whose random bits were held to what random bits are.</summary>
    private static void OwnRandomBits(XmlWriter xml, RandomBitsOutcome? bits)
    {
        foreach (QuestionDraws draws in bits?.Questions ?? [])
        {
            string name = $"own random bits: {draws.Question}";
            RandomBitsFinding[] findings = [.. bits!.Of(draws.Question)];
            if (findings.Length > 0)
            {
                FailedCase(xml, name, string.Join("; ", findings.Select(finding => finding.Name)),
                    findings.SelectMany(OwnRandomBitsText.Evidence));
                continue;
            }

            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "mxact");
            xml.WriteAttributeString("name", name);
            xml.WriteEndElement();
        }
    }

    /// <summary>One more case, and it fails, where something went wrong beside the answers.</summary>
    private static void Exchange(XmlWriter xml, Outcome outcome)
    {
        if (Incidents(outcome) == 0)
        {
            return;
        }

        FailedCase(xml, "the exchange with the kernel", string.Join("; ", outcome.Incidents.Select(IncidentText.Headline)),
            outcome.Incidents.SelectMany(IncidentText.Lines));
    }

    private static void FailedCase(XmlWriter xml, string name, string message, IEnumerable<string> lines)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", "mxact");
        xml.WriteAttributeString("name", name);
        xml.WriteStartElement("failure");
        xml.WriteAttributeString("message", Printable.Line(message));
        xml.WriteString(string.Join('\n', lines.Select(Printable.Line)));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static int Incidents(Outcome outcome) => outcome.Incidents.Count > 0 ? 1 : 0;

    private static bool IsError(Group group) => group[Verdict.KernelFailed] + group[Verdict.NotAsked] > 0;

    private static bool IsSkipped(Group group) => group[Verdict.Unsupported] == group.Rows;

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
