using System.Globalization;
using System.Text.RegularExpressions;
using Mxact.Mutants.Processes;

namespace Mxact.Mutants.Running;

/// <summary>Runs test classes of one project in a process of its own, with a mutant alive or none.</summary>
internal static partial class TestRun
{
    /// <summary>Runs the classes, or the one method, until the first failure.</summary>
    public static Ran Of(Workshop shop, string room, IEnumerable<string> filters, TimeSpan limit, int? mutant, string? reached = null)
    {
        string program = Path.Combine(shop.Tree, "tests", $"{room}.Tests", "bin", "Release", "net10.0", $"Mxact.{room}.Tests.dll");
        return Programs.Run("dotnet", ["exec", program, "--no-ansi", "--progress", "off", "--stop-on-fail", "on", .. filters],
            shop.Tree, limit, new Dictionary<string, string>
            {
                ["MXACT_GROUND_TRUTH"] = Path.Combine(shop.Coverage, "no-data"),
                ["MXACT_MUTANT"] = mutant?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
                ["MXACT_MUTANT_REACHED"] = reached ?? string.Empty,
            });
    }

    /// <summary>The filter of whole classes.</summary>
    public static IEnumerable<string> Classes(IEnumerable<string> names) => names.Prepend("--filter-class");

    /// <summary>The first test that failed, without its arguments, or null.</summary>
    public static string? FirstFailure(string output)
        => Failure().Match(output) is { Success: true } found ? found.Groups[1].Value : null;

    [GeneratedRegex(@"^failed ([\w.+]+)", RegexOptions.Multiline)]
    private static partial Regex Failure();
}
