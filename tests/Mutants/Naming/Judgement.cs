using System.Globalization;
using System.Text.Json;

namespace Mxact.Mutants.Naming;

/// <summary>A cause that the suite says of a kernel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Explained">Failures that it gives bit for bit.</param>
/// <param name="IsReadOff">Whether it is of no list: a pattern that was read off the failures.</param>
internal sealed record NamedCause(string Name, int Explained, bool IsReadOff);

/// <summary>What <c>mxact run</c> said of a mutant.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Row">The first row that it lists as failed; empty where none is.</param>
/// <param name="Causes">The causes, the one that explains most first.</param>
/// <param name="Failures">Failures that were to be explained.</param>
/// <param name="Left">Those that no cause gives.</param>
/// <param name="Region">What is said of them, where anything is.</param>
/// <param name="Incidents">What else it did wrong: died, hung.</param>
internal sealed record Judgement(int ExitCode, string Row, IReadOnlyList<NamedCause> Causes, int Failures, int Left, string Region,
    IReadOnlyList<string> Incidents)
{
    private const int MostShown = 4;

    /// <summary>How the reports word a pattern that was read off the failures.</summary>
    private const string ReadOff = "read off the failures";

    /// <summary>Whether the suite noticed anything.</summary>
    public bool IsKilled => ExitCode is 1 or 3;

    /// <summary>Everything it said, in one line: each cause with its share of the failures.</summary>
    public string Text
    {
        get
        {
            List<string> parts = [.. Causes.Take(MostShown).Select(cause => Share(cause.Name, cause.Explained))];
            if (Causes.Count > MostShown)
            {
                parts.Add(Share($"{Causes.Count - MostShown} more", Causes.Skip(MostShown).Sum(cause => cause.Explained)));
            }

            if (Left > 0)
            {
                parts.Add(Share(Region.Length > 0 ? $"unexplained, all of which {Region}" : "unexplained", Left));
            }

            return string.Join("; ", parts.Concat(Incidents.Select(incident => $"kernel {incident}")));
        }
    }

    /// <summary>Reads the report of a run.</summary>
    public static Judgement Of(JsonElement report)
    {
        List<NamedCause> causes = [];
        List<string> regions = [];
        int left = 0;
        foreach (JsonElement group in report.GetProperty("groups").EnumerateArray())
        {
            causes.AddRange(group.GetProperty("explanations").EnumerateArray().Select(cause => new NamedCause(
                cause.GetProperty("choice").GetString()!, cause.GetProperty("explained").GetInt32(),
                cause.GetProperty("words").GetString()!.EndsWith(ReadOff, StringComparison.Ordinal))));
            JsonElement unexplained = group.GetProperty("unexplained");
            left += unexplained.GetProperty("failures").GetInt32();
            regions.Add(unexplained.GetProperty("region").GetString() ?? string.Empty);
        }

        NamedCause[] all = [.. causes.GroupBy(cause => cause.Name, StringComparer.Ordinal)
            .Select(same => same.First() with { Explained = same.Sum(cause => cause.Explained) })
            .OrderByDescending(cause => cause.Explained)];
        JsonElement failed = report.GetProperty("failures").EnumerateArray().FirstOrDefault();
        return new(report.GetProperty("exit_code").GetInt32(),
            failed.ValueKind == JsonValueKind.Object ? failed.GetProperty("id").GetString()! : string.Empty, all,
            all.Sum(cause => cause.Explained) + left, left,
            regions.Where(region => region.Length > 0).Distinct(StringComparer.Ordinal).ToArray() is [var region] ? region : string.Empty,
            [.. report.GetProperty("incidents").EnumerateArray().Select(incident => incident.GetProperty("kind").GetString()!)
                .Distinct(StringComparer.Ordinal)]);
    }

    private string Share(string what, int failures) => string.Create(CultureInfo.InvariantCulture, $"{what} ({failures} of {Failures})");
}
