using Mxact.Tensors.Files;
using Mxact.Tensors.Inspection;

namespace Mxact.Tensors.Reports;

/// <summary>What a person reads of an inspection, whatever shows it: which tensors, and the lines below the table.</summary>
internal static class InspectionSummary
{
    /// <summary>Tensors that are shown; a large model has hundreds.</summary>
    private const int MostTensors = 24;

    /// <summary>Verdicts that are shown.</summary>
    private const int MostVerdicts = 24;

    /// <summary>A heading and its numbers for each tensor that is shown, and where there are several for all of a format.</summary>
    public static IEnumerable<(string Heading, string[] Cells)> Rows(InspectionOutcome outcome)
    {
        IEnumerable<(string, string[])> rows = Shown(outcome).Select(t => (InspectionWords.Heading(t), InspectionWords.Cells(t)));
        return outcome.Tensors.Length < 2 ? rows
            : rows.Concat(FormatTotal.Of(outcome.Tensors).Select(total => (InspectionWords.Heading(total), InspectionWords.Cells(total))));
    }

    /// <summary>Those about which there is a verdict before others, in the file's order.</summary>
    private static IEnumerable<InspectedTensor> Shown(InspectionOutcome outcome)
        => outcome.Tensors.Index().OrderBy(t => t.Item.Verdicts.IsEmpty).Take(MostTensors).OrderBy(t => t.Index).Select(t => t.Item);

    /// <summary>The lines below the table.</summary>
    public static IEnumerable<string> Closing(InspectionOutcome outcome)
    {
        int shown = Math.Min(outcome.Tensors.Length, MostTensors);
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
