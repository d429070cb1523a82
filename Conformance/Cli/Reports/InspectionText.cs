using Mxact.Shell;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Reports;

namespace Mxact.Cli.Reports;

/// <summary>What a person reads: a row a tensor, all tensors of a format together, and what is wrong.</summary>
internal static class InspectionText
{
    public static void Write(InspectionOutcome outcome)
    {
        (string Heading, string[] Cells)[] rows = [.. InspectionSummary.Rows(outcome)];
        if (rows.Length > 0)
        {
            Tables.Write(InspectionWords.Columns, [.. rows.SelectMany(row => (string[][])[[row.Heading], row.Cells])], numbersFrom: 0);
        }

        foreach (string line in InspectionSummary.Closing(outcome))
        {
            Console.WriteLine(Printable.Line(line));
        }
    }
}
