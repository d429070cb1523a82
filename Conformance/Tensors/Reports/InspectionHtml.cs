using System.Globalization;
using System.Text;
using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;

namespace Mxact.Tensors.Reports;

/// <summary>An inspection as one page that needs nothing else: what is wrong, every tensor's numbers, and histograms.</summary>
internal static class InspectionHtml
{
    /// <summary>Tensors whose histograms are drawn; each takes some kilobytes.</summary>
    private const int MostPlots = 24;

    /// <summary>Tensors of the table: a browser takes no more.</summary>
    private const int MostRows = 2000;

    /// <summary>Two histograms beside each other.</summary>
    private const string Style = ".pair{display:flex;flex-wrap:wrap;gap:.5rem}td.name{max-width:20rem;overflow-wrap:anywhere}"
        + "body{max-width:72rem}";

    /// <summary>Writes the page.</summary>
    public static void Write(AtomicFile file, InspectionOutcome outcome) => file.Complete(Encoding.UTF8.GetBytes(Page(outcome)));

    private static string Page(InspectionOutcome outcome)
    {
        StringBuilder page = new();
        string title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(outcome.Path)));
        HtmlPage.Begin(page, title, Style);
        page.Append("<h1>").Append(HtmlPage.Safe(title)).Append("</h1>\n");
        Head(page, outcome);
        VerdictCards(page, outcome);
        Table(page, outcome);
        Plots(page, outcome);
        HtmlPage.End(page);
        return page.ToString();
    }

    private static void Head(StringBuilder page, InspectionOutcome outcome)
    {
        int suspects = outcome.Suspects.Count();
        string verdict = outcome.Found == 0 ? "holds no quantised tensors"
            : suspects == 0 ? $"nothing impossible or suspicious in {InspectionWords.Count(outcome.Found, "quantised tensor")}"
            : $"{suspects} of {InspectionWords.Count(outcome.Found, "quantised tensor")} impossible or suspicious";
        page.Append("<p class=\"").Append(suspects == 0 ? "good" : "bad").Append("\"><strong>").Append(HtmlPage.Safe(verdict))
            .Append("</strong></p>\n");
        if (InspectionWords.Text(outcome.Config) is { } config)
        {
            page.Append("<p class=\"soft\">").Append(HtmlPage.Safe(config)).Append("</p>\n");
        }

        if (!outcome.Plain.IsEmpty)
        {
            page.Append("<p class=\"soft\">not quantised: ")
                .Append(HtmlPage.Safe(string.Join(", ", outcome.Plain.Select(InspectionWords.Text)))).Append("</p>\n");
        }
    }

    private static void VerdictCards(StringBuilder page, InspectionOutcome outcome)
    {
        foreach (InspectedTensor tensor in outcome.Suspects.Take(MostRows))
        {
            page.Append("<div class=\"card\"><h3>").Append(HtmlPage.Safe(TensorInfo.Shown(tensor.Tensor.Name))).Append("</h3>\n");
            foreach (Verdict verdict in tensor.Verdicts)
            {
                page.Append("<p><span class=\"bad\">").Append(verdict.Kind).Append("</span> ").Append(HtmlPage.Safe(verdict.Words))
                    .Append("</p>\n");
            }

            page.Append("</div>\n");
        }
    }

    private static void Table(StringBuilder page, InspectionOutcome outcome)
    {
        if (outcome.Tensors.IsEmpty)
        {
            return;
        }

        page.Append("<h2>Tensors</h2>\n<div class=\"scroll\"><table><tr><th>tensor</th>");
        foreach (string column in InspectionWords.Columns)
        {
            page.Append("<th>").Append(column).Append("</th>");
        }

        page.Append("</tr>\n");
        foreach (InspectedTensor tensor in Ranked(outcome).Take(MostRows))
        {
            Row(page, InspectionWords.Heading(tensor), InspectionWords.Cells(tensor));
        }

        foreach (FormatTotal total in FormatTotal.Of(outcome.Tensors))
        {
            Row(page, InspectionWords.Heading(total), InspectionWords.Cells(total));
        }

        page.Append("</table></div>\n");
        if (outcome.Tensors.Length > MostRows)
        {
            page.Append("<p class=\"soft\">Shown are ").Append(MostRows).Append(" tensors, those with a verdict first.</p>\n");
        }
    }

    private static void Row(StringBuilder page, string name, string[] cells)
    {
        page.Append("<tr><td class=\"name\">").Append(HtmlPage.Safe(name)).Append("</td>");
        foreach (string cell in cells)
        {
            page.Append("<td>").Append(HtmlPage.Safe(cell)).Append("</td>");
        }

        page.Append("</tr>\n");
    }

    private static void Plots(StringBuilder page, InspectionOutcome outcome)
    {
        InspectedTensor[] drawn = [.. Ranked(outcome).Where(tensor => tensor.Scales.Count > 0).Take(MostPlots)];
        if (drawn.Length == 0)
        {
            return;
        }

        page.Append("<h2>Scales, and how full blocks are</h2>\n");
        int number = 0;
        foreach (InspectedTensor tensor in drawn)
        {
            page.Append("<div class=\"card\"><h3>").Append(HtmlPage.Safe(TensorInfo.Shown(tensor.Tensor.Name)))
                .Append("</h3><div class=\"pair\">");
            IEnumerable<string> plots = tensor.Scales.Codes.IsEmpty ? [InspectionPlot.OfFill(tensor)]
                : [InspectionPlot.OfScales(tensor), InspectionPlot.OfFill(tensor)];
            foreach (string plot in plots)
            {
                // Each plot numbers its clip paths from one; on one page they must differ.
                string own = string.Create(CultureInfo.InvariantCulture, $"plot{++number}-clipPath");
                page.Append(plot.Replace("\"clipPath", $"\"{own}", StringComparison.Ordinal)
                    .Replace("#clipPath", $"#{own}", StringComparison.Ordinal));
            }

            page.Append("</div></div>\n");
        }

        if (drawn.Length < outcome.Tensors.Length)
        {
            page.Append("<p class=\"soft\">Drawn are ").Append(drawn.Length).Append(" tensors, those with a verdict first.</p>\n");
        }
    }

    private static IEnumerable<InspectedTensor> Ranked(InspectionOutcome outcome)
        => outcome.Tensors.OrderBy(tensor => tensor.Verdicts.IsEmpty);
}
