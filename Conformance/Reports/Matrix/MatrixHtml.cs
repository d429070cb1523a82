using System.Globalization;
using System.Text;
using Mxact.Conformance.Checks;
using Mxact.Shell;

namespace Mxact.Conformance.Reports.Matrix;

/// <summary>A matrix as one page that needs nothing else: the kernels, what each does, operation by operation, and the causes.</summary>
internal static class MatrixHtml
{
    /// <summary>Columns of one width, whatever their kernel is called; what is as it should be is quiet.</summary>
    private const string Style = "body{max-width:80rem}table{table-layout:fixed}td{vertical-align:top}th{vertical-align:bottom}"
        + "td.none{color:var(--soft)}td{overflow-wrap:anywhere}table.causes th:first-child{width:45%}"
        + ".kernel{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;font-size:.8rem;"
        + "overflow-wrap:anywhere}td .bar{min-width:0;margin-top:.25rem}td .soft,td .bad{display:block;font-size:.8rem}"
        + "@media print{.scroll{overflow:visible}table{min-width:0!important}th,td{padding:.15rem .3rem;font-size:.75rem}"
        + "tr{break-inside:avoid}}";

    /// <summary>So many rem at least for the first column and for each kernel: more of them scroll.</summary>
    private const int FirstWidth = 11, KernelWidth = 8;

    /// <summary>Writes the page.</summary>
    public static void Write(AtomicFile file, KernelMatrix matrix) => file.Complete(Encoding.UTF8.GetBytes(Page(matrix)));

    private static string Page(KernelMatrix matrix)
    {
        StringBuilder page = new();
        string title = string.Create(CultureInfo.InvariantCulture,
            $"{matrix.Kernels.Length} {(matrix.Kernels.Length == 1 ? "kernel" : "kernels side by side")}");
        HtmlPage.Begin(page, title, Style);
        page.Append("<h1>").Append(title).Append("</h1>\n");
        foreach ((int i, KernelReport kernel) in matrix.Kernels.Index())
        {
            (string name, string verdict) = MatrixText.Of(kernel);
            page.Append("<p><strong>").Append(KernelMatrix.Label(i)).Append("</strong> ").Append(HtmlPage.Safe(name))
                .Append(" <span class=\"soft\">(").Append(HtmlPage.Safe(kernel.Path)).Append(")</span><br><span class=\"")
                .Append(kernel.ExitCode == ExitCodes.Success ? "good" : "bad").Append("\">").Append(HtmlPage.Safe(verdict))
                .Append("</span></p>\n");
        }

        Operations(page, matrix);
        Causes(page, matrix);
        HtmlPage.End(page);
        return page.ToString();
    }

    private static void Operations(StringBuilder page, KernelMatrix matrix)
    {
        Begin(page, "Operations", "operation", matrix);
        foreach (string operation in matrix.Operations)
        {
            page.Append("<tr><td>").Append(HtmlPage.Safe(operation)).Append("</td>");
            for (int i = 0; i < matrix.Kernels.Length; i++)
            {
                Cell(page, matrix[i, operation]);
            }

            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n<p class=\"soft\">").Append(MatrixText.Legend)
            .Append(". A bar is the share of rows that are answered as they should be, where that is not all.</p>\n");
    }

    private static void Cell(StringBuilder page, MatrixCell? cell)
    {
        if (cell is null || cell.Counts.Asked == 0)
        {
            page.Append("<td class=\"none\">").Append(MatrixText.Cell(cell)).Append("</td>");
            return;
        }

        bool isRight = cell.Counts.Right == cell.Counts.Asked;
        page.Append("<td>").Append(isRight ? "" : "<strong>").Append(MatrixText.Cell(cell)).Append(isRight ? "" : "</strong>");
        if (!isRight)
        {
            string width = (100.0 * cell.Counts.Right / cell.Counts.Asked).ToString("0.#", CultureInfo.InvariantCulture);
            page.Append("<span class=\"bar\" title=\"").Append(width).Append("% right\"><i style=\"width:").Append(width)
                .Append("%\"></i></span>");
        }

        foreach ((string, int) cause in cell.Causes)
        {
            page.Append("<span class=\"soft\">").Append(HtmlPage.Safe(MatrixText.Cause(cause))).Append("</span>");
        }

        if (cell.Unexplained > 0)
        {
            page.Append("<span class=\"bad\">").Append(MatrixText.Number(cell.Unexplained)).Append(" unexplained</span>");
        }

        page.Append("</td>");
    }

    private static void Causes(StringBuilder page, KernelMatrix matrix)
    {
        (_, List<string[]> rows) = MatrixText.Causes(matrix);
        if (rows.Count == 0)
        {
            return;
        }

        Begin(page, "Causes", "cause", matrix);
        foreach (string[] row in rows)
        {
            page.Append("<tr><td>").Append(HtmlPage.Safe(row[0])).Append("<span class=\"soft\">")
                .Append(HtmlPage.Safe(matrix.WordsOf(row[0]))).Append("</span></td>");
            foreach (string cell in row[1..])
            {
                page.Append("<td>").Append(cell).Append("</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n<p class=\"soft\">Failures that each cause gives bit for bit.</p>\n");
    }

    private static void Begin(StringBuilder page, string heading, string first, KernelMatrix matrix)
    {
        page.Append("<h2>").Append(heading).Append("</h2>\n<div class=\"scroll\"><table class=\"").Append(first)
            .Append("s\" style=\"min-width:")
            .Append(CultureInfo.InvariantCulture, $"{FirstWidth + (KernelWidth * matrix.Kernels.Length)}rem\">")
            .Append("<thead><tr><th>").Append(first).Append("</th>");
        foreach ((int i, KernelReport kernel) in matrix.Kernels.Index())
        {
            page.Append("<th>").Append(KernelMatrix.Label(i)).Append("<span class=\"kernel\">")
                .Append(HtmlPage.Safe(kernel.Kernel)).Append("</span></th>");
        }

        page.Append("</tr></thead>\n");
    }
}
