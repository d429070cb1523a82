using System.Globalization;
using Mxact.Shell;
using Mxact.Tensors.Comparison;
using Mxact.Tensors.Files;

namespace Mxact.Cli.Reports;

/// <summary>What a person reads: a row a tensor and candidate, then all tensors together.</summary>
internal static class ComparisonText
{
    /// <summary>Tensors that the console shows; a file of a large model has hundreds.</summary>
    private const int MostTensors = 24;

    private const int ColumnsOfText = 3;

    private static readonly string[] Columns = ["format", "scale rule", "rounding", "SQNR dB", "worst", "saturated", "flushed", "last bin"];

    public static void Write(ComparisonOutcome outcome)
    {
        ComparedTensor[] shown = [.. Shown(outcome)];
        IEnumerable<string[]> rows = shown.SelectMany(tensor
            => Rows($"{tensor.Tensor.ShownName} {tensor.Tensor.ShapeText}", outcome, tensor.Tallies));
        if (outcome.Compared.Length > 1)
        {
            rows = rows.Concat(Rows("all tensors", outcome, outcome.Totals));
        }

        Tables.Write(Columns, [.. rows], ColumnsOfText);
        foreach (string line in Closing(outcome, shown.Length))
        {
            Console.WriteLine(Printable.Line(line));
        }
    }

    /// <summary>The tensors with the least SQNR under any candidate, in the file's order.</summary>
    private static IEnumerable<ComparedTensor> Shown(ComparisonOutcome outcome) => outcome.Compared.Length <= MostTensors
        ? outcome.Compared
        : outcome.Compared.Index().OrderBy(t
            => t.Item.Tallies.Min(tally => double.IsNaN(tally.Sqnr) ? double.PositiveInfinity : tally.Sqnr)).Take(MostTensors).OrderBy(t
            => t.Index).Select(t => t.Item);

    /// <summary>A heading, for a name may be long, and a row a candidate.</summary>
    private static IEnumerable<string[]> Rows(string name, ComparisonOutcome outcome, IReadOnlyList<QuantizationError> tallies)
        => outcome.Candidates.Zip(tallies, (candidate, tally) => new[]
    {
        candidate.Format.Name, candidate.ScaleRule, candidate.Rounding,
        tally.Sqnr switch
        {
            double.PositiveInfinity => "exact",
            double.NaN => "-",
            double sqnr => sqnr.ToString("0.00", CultureInfo.InvariantCulture),
        },
        tally.WorstRelative.ToString("0.000", CultureInfo.InvariantCulture), Percent(tally.SaturatedFraction),
            Percent(tally.FlushedFraction), Percent(tally.LastBinFraction),
    }).Prepend([name]);

    private static IEnumerable<string> Closing(ComparisonOutcome outcome, int shown)
    {
        QuantizationError total = outcome.Totals[0];
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{outcome.Path}: {Count(outcome.Compared.Length)}, {total.Finite + total.NonFinite} elements, blocks of "
            + $"{outcome.Candidates[0].Format.BlockSize} along {BlockAxes.NameOf(outcome.Axis)}");
        if (shown < outcome.Compared.Length)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"shown are the {shown} of least SQNR; --csv has all");
        }

        if (total.NonFinite > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{total.NonFinite} elements are NaN or infinite and in no number above");
        }

        foreach ((Candidate candidate, QuantizationError tally) in outcome.Candidates.Zip(outcome.Totals).Where(p => p.Second.Lost > 0))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{candidate.Format} {candidate.ScaleRule} {candidate.Rounding}: {tally.Lost} finite elements have no finite result and "
                + $"are in no sum");
        }

        if (outcome.PassedOver.Count > 0)
        {
            yield return $"passed over: {ComparisonOutcome.Text(outcome.PassedOver)}";
        }

        if (outcome.StoppedEarly)
        {
            yield return $"incomplete: stopped after {Count(outcome.Compared.Length)}";
        }
    }

    private static string Count(int tensors)
        => string.Create(CultureInfo.InvariantCulture, $"{tensors} {(tensors == 1 ? "tensor" : "tensors")}");

    /// <summary>Three digits, however small.</summary>
    private static string Percent(double fraction) => double.IsNaN(fraction) ? "-"
        : fraction == 0 ? "0"
        : (fraction * 100).ToString(fraction < 1e-5 ? "0.0e0" : "G3", CultureInfo.InvariantCulture) + "%";
}
