using System.Globalization;
using System.Text.Json;
using Mxact.Mutants.Processes;
using Mxact.Mutants.Running;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>
/// Holds a mutant to the golden vectors as anybody's kernel: the command as it stood before anything was mutated judges <c>mxact serve</c>
/// of the mutated copy. Two processes, of which the one that knows the answers has no mutant in it.
/// </summary>
/// <param name="shop">The mutated copy.</param>
/// <param name="root">The working tree, whose golden set it is held to.</param>
internal sealed class KernelJudge(Workshop shop, string root)
{
    /// <summary>Far beyond any run: a mutant that takes longer has killed the harness, which is no verdict.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Seconds for one answer, and for all of them.</summary>
    private const string AnswerLimit = "5", RunLimit = "90";

    /// <summary>What the suite says of a mutant: whether it dies at <c>smoke</c> and at <c>standard</c>, and what it is called.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="operations">The operations that pass it, the one to name it in first.</param>
    public (bool Smoke, Judgement Said) Of(int mutant, string[] operations)
    {
        Judgement first = Of(mutant, "smoke", operations[..1], mostFailures: 1);
        first = first.IsKilled || operations.Length == 1 ? first : Of(mutant, "smoke", operations, mostFailures: 1);
        bool smoke = first.IsKilled;

        // Every row of smoke is one of standard.
        first = smoke ? first : Of(mutant, "standard", operations, mostFailures: 1);

        // A kernel that dies says no more the longer it is asked.
        return (smoke, first.IsKilled && first.Incidents.Count == 0 ? Of(mutant, "standard", [GroupOf(first.Row)]) : first);
    }

    /// <summary>The term for the rows of a row's operation and format: what their identifiers begin with, before the hash.</summary>
    private static string GroupOf(string row) => row[..(row.LastIndexOf('-') + 1)];

    /// <summary>Runs the suite.</summary>
    /// <param name="mutant">The one that is alive, or none.</param>
    /// <param name="level"><c>smoke</c> or <c>standard</c>.</param>
    /// <param name="terms">The rows that are asked: operations, or formats of them.</param>
    /// <param name="mostFailures">After so many the rest is not asked; 0 asks everything.</param>
    /// <param name="reached">A map in which the kernel marks the sites that it passes; null for none.</param>
    /// <exception cref="MutationException">The judge said nothing.</exception>
    public Judgement Of(int? mutant, string level, IEnumerable<string> terms, int mostFailures = 0, string? reached = null)
    {
        string report = Path.Combine(shop.Coverage, $"{mutant}.json");
        File.Delete(report);
        string kernel = Path.Combine(shop.Tree, "Conformance", "Cli", "bin", "Release", "net10.0", "mxact.dll");
        Ran ran = Programs.Run("dotnet", [Path.Combine(shop.Judge, "mxact.dll"), "run", "--level", level,
            "--tensor-scale", "divisor", "--tensor-scale", "chosen",
            .. terms.SelectMany(term => new[] { "--only", term }),
            "--max-failures", mostFailures.ToString(CultureInfo.InvariantCulture), "--time-limit", AnswerLimit, "--total-time", RunLimit,
            "--json", report, "--", "dotnet", kernel, "serve"],
            root, Limit, new Dictionary<string, string>
            {
                ["MXACT_VECTORS"] = Path.Combine(root, "Vectors", "golden", "v1"),
                ["MXACT_MUTANT"] = mutant?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
                ["MXACT_MUTANT_REACHED"] = reached ?? string.Empty,
            });
        if (ran.TimedOut || !File.Exists(report))
        {
            throw new MutationException($"mutant {mutant}: the judge {(ran.TimedOut ? "takes too long" : $"ends with {ran.ExitCode}")}: "
                + ran.Output.Trim());
        }

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        File.Delete(report);
        return Judgement.Of(json.RootElement);
    }
}
