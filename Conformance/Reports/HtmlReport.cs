using System.Globalization;
using System.Text;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Causes;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports;

/// <summary>
/// The outcome as one page that needs nothing else: the verdict, each operation, each cause with its plainest case, what is unexplained,
/// and where the codes are off. Light and dark as the reader's machine is; it prints.
/// </summary>
internal static class HtmlReport
{
    private const int MaxPlots = 4;
    private const int MaxPlotLetters = 150_000;

    /// <summary>Writes the page.</summary>
    public static void Write(AtomicFile file, Outcome outcome) => file.Complete(Encoding.UTF8.GetBytes(Page(outcome)));

    private static string Page(Outcome outcome)
    {
        Findings findings = Diagnosis.Of(outcome);
        StringBuilder page = new();
        HtmlPage.Begin(page, outcome.Kernel);
        Head(page, outcome);
        Operations(page, outcome);
        CauseCards(page, findings);
        Unexplained(page, findings);
        OwnRandomBits(page, outcome);
        Incidents(page, outcome);
        Plots(page, outcome, findings);
        HtmlPage.End(page);
        return page.ToString();
    }

    private static void Head(StringBuilder page, Outcome outcome)
    {
        string verdict = OutcomeText.Closing(outcome).Last();
        page.Append("<h1>").Append(Safe(outcome.Kernel)).Append("</h1>\n<p class=\"soft\">held to ").Append(Safe(outcome.Declaration))
            .Append(", level ").Append(Safe(Names.Of(outcome.Selection.Level))).Append("</p>\n<p class=\"")
            .Append(outcome.ExitCode == ExitCodes.Success ? "good" : "bad").Append("\"><strong>").Append(Safe(verdict))
                .Append("</strong></p>\n");
        foreach (string line in OutcomeText.Closing(outcome).Skip(1).SkipLast(1))
        {
            page.Append("<p class=\"soft\">").Append(Safe(line)).Append("</p>\n");
        }
    }

    private static void Operations(StringBuilder page, Outcome outcome)
    {
        page.Append("<h2>Operations</h2>\n<div class=\"scroll\"><table><tr><th>operation</th><th>rows asked</th><th>passed</th>")
            .Append("<th>declared variant</th><th>failed</th><th>crashed</th><th>unsupported</th><th></th></tr>\n");
        foreach (Group group in outcome.Groups.Where(g => g[Verdict.Unsupported] < g.Rows))
        {
            int asked = group.Rows - group[Verdict.Unsupported];
            int right = group[Verdict.Pass] + group[Verdict.DeclaredVariant] + group[Verdict.KnownDeparture];
            int broken = group[Verdict.KernelFailed] + group[Verdict.NotAsked];
            page.Append("<tr><td>").Append(Safe(group.Name)).Append("</td>");
            foreach (int cell in (int[])[asked, group[Verdict.Pass], group[Verdict.DeclaredVariant], group[Verdict.Fail], broken,
                group[Verdict.Unsupported]])
            {
                page.Append("<td>").Append(cell.ToString(CultureInfo.InvariantCulture)).Append("</td>");
            }

            string width = (asked == 0 ? 0 : 100.0 * right / asked).ToString("0.#", CultureInfo.InvariantCulture);
            page.Append("<td><span class=\"bar\" title=\"").Append(width).Append("% right\"><i style=\"width:").Append(width)
                .Append("%\"></i></span></td></tr>\n");
        }

        page.Append("</table></div>\n");
        string[] none = [.. outcome.Groups.Where(g => g[Verdict.Unsupported] == g.Rows).Select(g => g.Name)];
        if (none.Length > 0)
        {
            page.Append("<p class=\"soft\">Nothing answered: ").Append(Safe(string.Join(", ", none))).Append("</p>\n");
        }
    }

    private static void CauseCards(StringBuilder page, Findings findings)
    {
        if (findings.Causes.Count == 0)
        {
            return;
        }

        page.Append("<h2>Causes</h2>\n<p class=\"soft\">Each reproduces the answers it explains bit for bit, and no passing answer that "
            + "was tried ")
            .Append("contradicts it.</p>\n");
        foreach (Cause cause in findings.Causes)
        {
            page.Append("<div class=\"card\"><h3>").Append(Safe(cause.Fault.Name)).Append("</h3><p>").Append(Safe(cause.Fault.Words))
                .Append("</p>\n");
            if (cause.Alternatives.Count > 0)
            {
                page.Append("<p class=\"soft\">No row tells it from: ").Append(Safe(string.Join("; ", cause.Alternatives)))
                    .Append("</p>\n");
            }

            foreach (Share share in cause.Shares)
            {
                page.Append("<p>").Append(Safe(string.Create(CultureInfo.InvariantCulture,
                    $"{share.Group}: {share.Explained} of {share.Failures} failures; {share.Passes} passing answers tried")))
                        .Append("</p>\n");
            }

            Case(page, cause.Example);
            page.Append("</div>\n");
        }
    }

    private static void Unexplained(StringBuilder page, Findings findings)
    {
        if (findings.Remainders.Count == 0)
        {
            return;
        }

        page.Append("<h2>Unexplained</h2>\n");
        foreach (Remainder left in findings.Remainders)
        {
            string flags = string.Join(", ", left.Flags.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Flag} {f.Count}")));
            page.Append("<div class=\"card\"><h3>").Append(Safe(left.Group)).Append("</h3><p>")
                .Append(Safe(string.Create(CultureInfo.InvariantCulture, $"{left.Failures} failures; by kind: {flags}"))).Append("</p>\n");
            if (left.Region is not null)
            {
                page.Append("<p>All of them ").Append(Safe(left.Region)).Append("; no passing answer does.</p>\n");
            }

            foreach (Judged example in left.Examples)
            {
                Case(page, example);
            }

            page.Append("</div>\n");
        }
    }

    private static void OwnRandomBits(StringBuilder page, Outcome outcome)
    {
        if (outcome.RandomBits is not null)
        {
            page.Append("<h2>Its own random bits</h2>\n<pre>").Append(Safe(string.Join('\n', OwnRandomBitsText.Findings(outcome)
                .Concat(OwnRandomBitsText.Closing(outcome)).Select(Printable.Line)))).Append("</pre>\n");
        }
    }

    private static void Incidents(StringBuilder page, Outcome outcome)
    {
        if (outcome.Incidents.Count > 0)
        {
            page.Append("<h2>The exchange</h2>\n<pre>").Append(Safe(string.Join('\n', outcome.Incidents.SelectMany(IncidentText.Lines)
                .Select(Printable.Line)))).Append("</pre>\n");
        }
    }

    private static void Plots(StringBuilder page, Outcome outcome, Findings findings)
    {
        var plots = outcome.Groups.OrderByDescending(g => g[Verdict.Fail]).Select(g => (g.Name, Plot: FailurePlot.Of(g, findings)))
            .Where(p => p.Plot is { } plot && plot.Svg.Length < MaxPlotLetters).Take(MaxPlots).Select(p => (p.Name, Plot: p.Plot!.Value))
                .ToArray();
        if (plots.Length > 0)
        {
            page.Append("<h2>Where the codes are off</h2>\n");
        }

        int number = 0;
        foreach ((string name, (string svg, IReadOnlyList<(string Cause, string Colour)> key)) in plots)
        {
            page.Append("<div class=\"card\"><h3>").Append(Safe(name)).Append("</h3><p class=\"soft\">");
            foreach ((string cause, string colour) in key)
            {
                page.Append("<span class=\"key\"><i style=\"background:").Append(colour).Append("\"></i>").Append(Safe(cause))
                    .Append("</span> ");
            }

            // Each plot numbers its clip paths from one; on one page they must differ.
            string own = string.Create(CultureInfo.InvariantCulture, $"plot{++number}-clipPath");
            page.Append("</p>").Append(svg.Replace("\"clipPath", $"\"{own}", StringComparison.Ordinal)
                .Replace("#clipPath", $"#{own}", StringComparison.Ordinal))
                .Append("</div>\n");
        }
    }

    private static void Case(StringBuilder page, Judged failure)
        => page.Append("<pre>").Append(Safe(string.Join('\n', FailureText.Lines(failure).Select(Printable.Line)))).Append("</pre>\n");

    /// <summary>Text from outside, printable and no markup; lines stay lines.</summary>
    private static string Safe(string text) => string.Join('\n', text.Split('\n').Select(HtmlPage.Safe));
}
