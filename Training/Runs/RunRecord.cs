using System.Globalization;
using Mxact.Shell;

namespace Mxact.Training.Runs;

/// <summary>What run.json says of how a run was made.</summary>
/// <param name="Options">Every option.</param>
/// <param name="Version">The program's version and the simulator's build.</param>
/// <param name="Ran">What really computed, from which step on: one entry, and another where a run went on elsewhere.</param>
/// <param name="Started">When, UTC.</param>
/// <param name="Parent">The run and the step it branched from, or null.</param>
internal sealed record RunRecord(
    SortedDictionary<string, string> Options,
    string Version,
    IReadOnlyList<RanOn> Ran,
    string Started,
    string? Parent)
{
    /// <summary>The run and the step it branched from, or null.</summary>
    public (RunFolder Run, int Step)? FindParent()
        => Parent is { } parent
            && parent.LastIndexOf('@') is int at and > 0
            && int.TryParse(parent.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            && step > 0
                ? (new(parent[..at]), step)
                : null;

    /// <summary>What no run can have been made by, or null.</summary>
    public string? FindImpossible()
    {
        int first = FindParent()?.Step ?? 0;
        IEnumerable<OptionSpec> needed = OptionSpec.All.Where(o => !OptionSpec.Later.Contains(o.Name));
        return needed.FirstOrDefault(o => !Options.ContainsKey(o.Name)) is { } missing ? $"options: '{missing.Name}' is missing"
            : Options.FirstOrDefault(o => o.Value is null).Key is { } none ? $"options: '{none}' is null"
            : RefuseOptions() is { } reason ? $"options: {reason}"
            : Version.Length == 0 ? "version is empty"
            : Ran.Count == 0 || Ran.Any(r => r is null) || Ran[0].FromStep != first ? $"ran does not begin at step {first}"
            : Ran.Any(r => r.FromStep < first) ? $"ran has a step before {first}"
            : !DateTime.TryParseExact(Started, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? "started is no time"
            : Parent is not null && FindParent() is null ? "parent is not a run's folder, '@' and a step"
            : null;
    }

    private string? RefuseOptions()
    {
        try
        {
            RunOptions.Parse(Options);
            return null;
        }
        catch (UsageException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>What computed a stretch of a run.</summary>
/// <param name="FromStep">Its first step.</param>
/// <param name="Conversions">The backend of the conversions, and its threads.</param>
/// <param name="Products">What computed the products.</param>
internal sealed record RanOn(int FromStep, string Conversions, string Products);
