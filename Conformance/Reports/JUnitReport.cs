using System.Globalization;
using System.Text;
using System.Xml;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>
/// The outcome for a build server: one test case an operation and format, its failures as text. XML has no way to write most control
/// characters: a kernel's are shown as on a terminal.
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
            xml.WriteAttributeString("tests", Number(outcome.Groups.Count + Incidents(outcome)));
            xml.WriteAttributeString("failures",
                Number(outcome.Groups.Count(g => g[Verdict.Fail] > 0 && !IsError(g)) + Incidents(outcome)));
            xml.WriteAttributeString("errors", Number(outcome.Groups.Count(IsError)));
            xml.WriteAttributeString("skipped", Number(outcome.Groups.Count(IsSkipped)));
            foreach (Group group in outcome.Groups)
            {
                Case(xml, group, Diagnosis.Of(outcome));
            }

            Exchange(xml, outcome);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        file.Complete(content.ToArray());
    }

    private static void Case(XmlWriter xml, Group group, Findings findings)
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
            xml.WriteString(string.Join('\n', Text(group, findings).Select(Printable.Line)));
            xml.WriteEndElement();
        }
        else if (IsSkipped(group))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", "the kernel does not support this");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>The causes, one failure of each and of each kind that has none, and the id of every failure.</summary>
    private static IEnumerable<string> Text(Group group, Findings findings)
    {
        foreach ((Fault fault, Share share) in findings.Of(group.Name))
        {
            yield return $"{Number(share.Explained)} of {Number(share.Failures)} failures are what {fault.Name} gives ({fault.Words})";
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
    }

    /// <summary>One more case, and it fails, where something went wrong beside the answers.</summary>
    private static void Exchange(XmlWriter xml, Outcome outcome)
    {
        if (Incidents(outcome) == 0)
        {
            return;
        }

        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", "mxact");
        xml.WriteAttributeString("name", "the exchange with the kernel");
        xml.WriteStartElement("failure");
        xml.WriteAttributeString("message", Printable.Line(string.Join("; ", outcome.Incidents.Select(IncidentText.Headline))));
        xml.WriteString(string.Join('\n', outcome.Incidents.SelectMany(IncidentText.Lines).Select(Printable.Line)));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static int Incidents(Outcome outcome) => outcome.Incidents.Count > 0 ? 1 : 0;

    private static bool IsError(Group group) => group[Verdict.KernelFailed] + group[Verdict.NotAsked] > 0;

    private static bool IsSkipped(Group group) => group[Verdict.Unsupported] == group.Rows;

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
