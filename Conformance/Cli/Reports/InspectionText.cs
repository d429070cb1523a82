using Mxact.Shell;
using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;
using Mxact.Tensors.Reports;

namespace Mxact.Cli.Reports;

/// <summary>What a person reads: a row a tensor, all tensors of a format together, and what is wrong.</summary>
internal static class InspectionText
{
    /// <summary>Tensors that the console shows; a large model has hundreds.</summary>
    private const int MostTensors = 24;

    /// <summary>Verdicts that it shows.</summary>
    private const int MostVerdicts = 24;

    public static void Write(InspectionOutcome outcome)
    {
        InspectedTensor[] shown = [.. Shown(outcome)];
        FormatTotal[] totals = [.. FormatTotal.Of(outcome.Tensors)];
        IEnumerable<string[]> rows = shown.SelectMany(tensor
            => (string[][])[[InspectionWords.Heading(tensor)], InspectionWords.Cells(tensor)]);
        if (outcome.Tensors.Length > 1)
        {
            rows = rows.Concat(totals.SelectMany(total
                => (string[][])[[InspectionWords.Heading(total)], InspectionWords.Cells(total)]));
        }

        if (shown.Length > 0)
        {
            Tables.Write(InspectionWords.Columns, [.. rows], numbersFrom: 0);
        }

        foreach (string line in Closing(outcome, shown.Length))
        {
            Console.WriteLine(Printable.Line(line));
        }
    }

    /// <summary>Those about which there is a verdict before others, in the file's order.</summary>
    private static IEnumerable<InspectedTensor> Shown(InspectionOutcome outcome)
        => outcome.Tensors.Index().OrderBy(t => t.Item.Verdicts.IsEmpty).Take(MostTensors).OrderBy(t => t.Index).Select(t => t.Item);

    private static IEnumerable<string> Closing(InspectionOutcome outcome, int shown)
    {
        yield return $"{outcome.Path}: "
            + (outcome.Found == 0 ? "holds no quantised tensors"
                : $"{InspectionWords.Count(outcome.Tensors.Length, "quantised tensor")}, "
                    + $"{InspectionWords.Count(outcome.Tensors.Sum(t => t.Elements.Elements), "element")}");
        if (InspectionWords.Text(outcome.Config) is { } config)
        {
            yield return config;
        }

        if (!outcome.Plain.IsEmpty)
        {
            yield return $"not quantised: {string.Join(", ", outcome.Plain.Select(InspectionWords.Text))}";
        }

        if (shown < outcome.Tensors.Length)
        {
            yield return $"shown are {shown}, those with a verdict first; --json has all";
        }

        if (outcome.StoppedEarly)
        {
            yield return $"incomplete: stopped after {outcome.Tensors.Length} of {InspectionWords.Count(outcome.Found, "tensor")}";
        }

        (InspectedTensor Tensor, Verdict Verdict)[] verdicts = [.. outcome.Suspects.SelectMany(tensor
            => tensor.Verdicts.Select(verdict => (tensor, verdict)))];
        foreach ((InspectedTensor tensor, Verdict verdict) in verdicts.Take(MostVerdicts))
        {
            yield return $"{verdict.Kind}: {TensorInfo.Shown(tensor.Tensor.Name)}: {verdict.Words}";
        }

        if (verdicts.Length > MostVerdicts)
        {
            yield return $"and {verdicts.Length - MostVerdicts} more verdicts; --json has all";
        }
    }
}
