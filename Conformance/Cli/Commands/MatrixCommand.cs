using System.CommandLine;
using Mxact.Cli.Reports;
using Mxact.Conformance.Reports;
using Mxact.Conformance.Reports.Matrix;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact matrix A.json B.json</c>: the reports of several kernels side by side.</summary>
internal static class MatrixCommand
{
    private const int LabelWidth = 3;

    /// <summary>Causes that a terminal shows.</summary>
    private const int MostCauses = 24;

    public static Command Create()
    {
        Command command = new("matrix", "lay the reports of several kernels side by side: what each passes, fails and declines, operation "
            + "by operation, and which causes were found in which");
        Argument<string[]> reports = new("reports")
        {
            Description = "files that 'mxact run --json FILE' or 'mxact verify --json FILE' wrote, one a kernel",
            Arity = ArgumentArity.OneOrMore
        };
        Option<string?> json = new("--json") { Description = "write the matrix as JSON", HelpName = "file" };
        Option<string?> csv = new("--csv")
        {
            Description = "write it as comma-separated values, a row a kernel, operation and format",
            HelpName = "file"
        };
        Option<string?> html = new("--html") { Description = "write it as one page", HelpName = "file" };
        command.Add(reports);
        command.Add(json);
        command.Add(csv);
        command.Add(html);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(reports)!;
            using OutputFiles files = OutputFiles.Begin(paths, parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(html));
            KernelMatrix matrix = KernelMatrix.Of(Array.ConvertAll(paths, ReportFile.Read));
            Show(matrix);
            if (files[0] is { } jsonFile)
            {
                MatrixJson.Write(jsonFile, matrix);
            }

            if (files[1] is { } csvFile)
            {
                CsvText.Write(csvFile.Stream, MatrixText.CsvColumns, MatrixText.CsvRows(matrix));
                csvFile.Commit();
            }

            if (files[2] is { } htmlFile)
            {
                MatrixHtml.Write(htmlFile, matrix);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static void Show(KernelMatrix matrix)
    {
        (string[] columns, List<string[]> rows) = MatrixText.Operations(matrix);
        Tables.Write(columns, rows);
        (columns, rows) = MatrixText.Causes(matrix);
        if (rows.Count > 0)
        {
            Tables.Write(columns, rows.Count > MostCauses ? rows[..MostCauses] : rows, numbersFrom: 1);
        }

        if (rows.Count > MostCauses)
        {
            Console.WriteLine($"and {MatrixText.Number(rows.Count - MostCauses)} more causes; the files have all");
        }

        // The kernels come last, where a terminal still shows them.
        Console.WriteLine(MatrixText.Legend);
        foreach ((int i, KernelReport kernel) in matrix.Kernels.Index())
        {
            (string name, string verdict) = MatrixText.Of(kernel);
            string label = KernelMatrix.Label(i).PadRight(LabelWidth);
            string indent = new(' ', label.Length);
            foreach (string line in Lines(name).Concat(Lines(verdict)))
            {
                Console.WriteLine(label + line);
                label = indent;
            }
        }

        static IReadOnlyList<string> Lines(string text) => Tables.Wrap(Printable.Line(text), Tables.Width - LabelWidth);
    }
}
