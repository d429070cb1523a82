using System.Collections.Immutable;
using System.Globalization;
using Mxact.Checkpoints.Which;
using Mxact.Conformance.Causes;
using Mxact.Tensors.Files;
using Mxact.Vectors;

namespace Mxact.Cli.Reports;

/// <summary>What was found of tensors, for a person to read.</summary>
internal static class WhichText
{
    private static readonly string[] First = ["scale-rule", "rounding"];

    /// <summary>One tensor: a line that says it, then what stands behind it.</summary>
    public static IEnumerable<string> Lines(TensorFinding finding)
    {
        string name = $"{TensorInfo.Shown(finding.Pair.Stored.Name)} {finding.Pair.Stored.Layout} {finding.Pair.Stored.Format}";
        if (finding.Explanation is not { } found || finding.Whole is not { } whole)
        {
            return [$"{name}  not judged: {finding.NotJudged}"];
        }

        return
        [
            $"{name}  {Choices(finding)}: {Named(finding)}{string.Concat(Faults(finding).Select(fault => $" + {fault.Name}"))}; "
                + Counted(found, whole),
            .. Details(finding, found, whole).Select(line => "  " + line),
        ];
    }

    /// <summary>All of them together.</summary>
    public static string Total(IReadOnlyCollection<TensorFinding> findings)
    {
        TensorFinding[] judged = [.. findings.Where(finding => finding.Whole is not null)];
        return Text($"{findings.Count} tensor{(findings.Count == 1 ? "" : "s")}, {judged.Sum(f => f.Whole!.Blocks)} blocks: ")
            + Text($"{judged.Count(f => f.IsExplained)} explained by choices, ")
            + Text($"{judged.Count(f => !f.IsExplained)} not wholly, {findings.Count - judged.Length} not judged; ")
            + Text($"{judged.Sum(f => f.Whole!.Departing)} blocks depart");
    }

    /// <summary>Rule and rounding, which everybody asks for first.</summary>
    public static string Choices(TensorFinding finding)
    {
        ConversionPolicy policy = finding.Explanation!.Policy;
        string format = finding.Pair.Stored.Format.Name;
        return string.Join(' ', First.Select(id => Latitude.Find(id)!).Select(latitude
            => $"{latitude.Id}={ChoiceReach.Effective(Operation.Quantize, format, latitude, policy)}"));
    }

    /// <summary>The profile, or the choices that differ from <c>ocp</c>.</summary>
    public static string Named(TensorFinding finding) => finding.Explanation!.Profiles.FirstOrDefault() is { } profile
        ? $"profile={profile}" : $"ocp with {string.Join(' ', Differences(finding).Select(l => Word(l, finding.Explanation!.Policy)))}";

    /// <summary>The choices that set the policy apart from <c>ocp</c> and act on the tensor's format.</summary>
    public static ImmutableArray<Latitude> Differences(TensorFinding finding)
    {
        ConversionPolicy policy = finding.Explanation!.Policy;
        return [.. Latitude.All.Where(latitude => latitude.Of(policy) != latitude.Default
            && ChoiceReach.Acts(Operation.Quantize, finding.Pair.Stored.Format.Name, Word(latitude, policy)))];
    }

    private static IEnumerable<FaultFound> Faults(TensorFinding finding)
        => [.. finding.TensorScaleFault is { } lost ? (FaultFound[])[lost] : [], .. finding.Explanation!.Faults];

    private static string Counted(Explanation found, WholeCount whole)
        => found.Faults.IsEmpty ? Text($"{whole.Departing} of {whole.Blocks} blocks depart")
            : found.Written is not null ? Text($"{whole.Departing} of {whole.Blocks} blocks depart from both")
            : Text($"{whole.Departing} of {whole.Blocks} blocks depart from the choices; so explained are ")
                + Text($"{found.Departing - found.Unexplained} of {found.Departing} departing blocks of a sample of {found.Sampled}");

    private static IEnumerable<string> Details(TensorFinding finding, Explanation found, WholeCount whole)
    {
        if (finding.TensorScaleFault is { } lost)
        {
            yield return $"{lost.Name}: {lost.Words}";
        }

        foreach (FaultFound fault in found.Faults)
        {
            yield return Text($"{fault.Name}: {fault.Words} ({fault.Explained} sampled blocks)");
        }

        foreach (Latitude latitude in Differences(finding).Where(l => found.Profiles.IsEmpty || First.Contains(l.Id)))
        {
            yield return $"{Word(latitude, found.Policy)}: " + (latitude.Id == First[0] ? found.Policy.ScaleRule.Definition
                : ChoiceFaults.Words(latitude, latitude.Of(found.Policy)));
        }

        if (finding.TensorScale is { } scale)
        {
            yield return scale.Text(whole.Largest, finding.Pair.Stored.Format);
        }

        if (found.Profiles.Length > 1)
        {
            yield return $"the same on every block looked at: {string.Join(", ", found.Profiles.Skip(1))}";
        }

        if (!found.NotTold.IsEmpty)
        {
            yield return $"not told apart: {string.Join(", ", found.NotTold)}";
        }

        if (found.Unexplained > 0)
        {
            yield return Text($"unexplained: {found.Unexplained} of {found.Sampled} sampled blocks");
        }

        foreach (string line in finding.First)
        {
            yield return line;
        }
    }

    private static string Word(Latitude latitude, ConversionPolicy policy) => $"{latitude.Id}={latitude.Of(policy)}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
