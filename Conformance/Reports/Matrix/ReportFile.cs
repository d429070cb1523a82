using System.Text.Json;
using System.Text.Json.Serialization;
using Mxact.Shell;

namespace Mxact.Conformance.Reports.Matrix;

/// <summary>What a matrix takes from a report that <c>run --json</c> wrote.</summary>
/// <param name="Kernel">How the kernel was named.</param>
/// <param name="Declaration">What it declares.</param>
/// <param name="Level">What it was asked.</param>
/// <param name="Verdict">In a few words.</param>
/// <param name="ExitCode">What the run ended with.</param>
/// <param name="Counts">Rows by verdict.</param>
/// <param name="Groups">Operations with their formats.</param>
/// <param name="Causes">What is wrong with it.</param>
internal sealed record ReportedRun(string? Kernel, string? Declaration, string? Level, string? Verdict, int? ExitCode,
    IReadOnlyDictionary<string, int>? Counts, IReadOnlyList<ReportedGroup?>? Groups, IReadOnlyList<ReportedCause?>? Causes);

/// <summary>An operation and format of a report.</summary>
internal sealed record ReportedGroup(string? Name, IReadOnlyDictionary<string, int>? Counts,
    IReadOnlyList<ReportedShare?>? Explanations, ReportedRemainder? Unexplained);

/// <summary>What one cause explains there.</summary>
internal sealed record ReportedShare(string? Choice, int Explained);

/// <summary>What none explains.</summary>
internal sealed record ReportedRemainder(int Failures);

/// <summary>A cause, and the sentence that says it.</summary>
internal sealed record ReportedCause(string? Name, string? Words);

/// <summary>What a report has besides is passed over; nothing may stand twice.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 16, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ReportedRun))]
internal sealed partial class ReportedRunContext : JsonSerializerContext;

/// <summary>Reads reports.</summary>
internal static class ReportFile
{
    private const int MostGroups = 10_000;

    /// <summary>Reads and checks one.</summary>
    /// <exception cref="UsageException">It is no report; the message names the file and what is wrong.</exception>
    public static KernelReport Read(string path)
    {
        ReportedRun? run;
        try
        {
            using FileStream file = InputFile.Open(path);
            run = JsonSerializer.Deserialize(file, ReportedRunContext.Default.ReportedRun);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{path}: {Printable.Line(exception.Message.Split('\n')[0])}");
        }

        if (run is not { Kernel: { } kernel, Declaration: { } declaration, Level: { } level, Counts: { } counts, Groups: { } groups })
        {
            throw new UsageException($"{path}: is no report of 'mxact run --json': 'kernel', 'declaration', 'level', 'counts' and 'groups' "
                + "are needed");
        }

        if (run.Verdict is not { } verdict || run.ExitCode is not { } exitCode)
        {
            throw new UsageException($"{path}: is a report of an earlier version, without 'verdict': run it again");
        }

        if (groups.Count > MostGroups)
        {
            throw new UsageException($"{path}: groups: {groups.Count} are more than the {MostGroups} that are read");
        }

        Dictionary<string, MatrixCell> cells = new(StringComparer.Ordinal);
        foreach ((int i, ReportedGroup? group) in groups.Index())
        {
            if (group is not { Name: { } name, Counts: { } rows } || rows.Values.Any(count => count < 0))
            {
                throw new UsageException($"{path}: groups[{i}]: 'name' and 'counts' are needed");
            }

            if (!cells.TryAdd(name, new(new(rows), Causes(group), group.Unexplained?.Failures ?? 0)))
            {
                throw new UsageException($"{path}: groups[{i}]: '{Printable.Short(name, 80)}' stands twice");
            }
        }

        Dictionary<string, string> words = [];
        foreach (ReportedCause? cause in run.Causes ?? [])
        {
            words.TryAdd(cause?.Name ?? "", cause?.Words ?? "");
        }

        return new(path, kernel, declaration, level, verdict, exitCode, new(counts), [.. groups.Select(group => group!.Name!)], cells,
            words);
    }

    private static (string, int)[] Causes(ReportedGroup group)
        => [.. (group.Explanations ?? []).Where(share => share is { Choice: not null, Explained: > 0 }).Select(share
            => (share!.Choice!, share.Explained))];
}
