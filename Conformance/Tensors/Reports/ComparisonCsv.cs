using System.Globalization;
using CsvHelper;
using Mxact.Shell;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;

namespace Mxact.Tensors.Reports;

/// <summary>A comparison for another program: a row a tensor and candidate, counts and binary64 numbers in full.</summary>
internal static class ComparisonCsv
{
    private static readonly string[] Columns =
    [
        "tensor", "dtype", "shape", "axis", "format", "scale_rule", "rounding",
        "finite", "non_finite", "lost", "saturated", "flushed", "last_bin", "signal", "noise", "sqnr_db", "worst_relative_error",
    ];

    public static void Write(AtomicFile file, ComparisonOutcome outcome)
    {
        using MemoryStream content = new();
        using (CsvWriter csv = CsvWriter.Create(content, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteHeader(Columns);
            foreach (ComparedTensor tensor in outcome.Compared)
            {
                for (int c = 0; c < outcome.Candidates.Length; c++)
                {
                    csv.WriteRecord(Row(outcome.Axis, tensor.Tensor, outcome.Candidates[c], tensor.Tallies[c]));
                }
            }
        }

        file.Complete(content.ToArray());
    }

    private static string[] Row(BlockAxis axis, TensorInfo tensor, Candidate candidate, QuantizationError tally) =>
    [
        Printable.Cell(tensor.Name), tensor.Type.Name, string.Join('x', tensor.Shape), BlockAxes.NameOf(axis), candidate.Format.Name,
            candidate.ScaleRule,
            candidate.Rounding,
        Text(tally.Finite), Text(tally.NonFinite), Text(tally.Lost), Text(tally.Saturated), Text(tally.Flushed), Text(tally.LastBin),
        Text(tally.Signal), Text(tally.Noise), Text(tally.Sqnr), Text(tally.WorstRelative),
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
