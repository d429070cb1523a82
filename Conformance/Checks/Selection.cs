using System.Globalization;
using Mxact.Conformance.Adapters;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Conformance.Checks;

/// <summary>
/// Which rows a run takes: a level, and terms that name an operation, a format, a choice, a latitude, a flag or the beginning of an id;
/// <c>+</c> joins terms that must all hold.
/// </summary>
internal sealed record Selection(Level Level, IReadOnlyList<string> Only, IReadOnlyList<string> Skip, ulong Seed = GoldenFiles.Seed)
{
    /// <summary>What the kernel declares: it leaves out the rows that name another choice; null leaves out none.</summary>
    public Declaration? For { get; init; }

    /// <summary>The rows of a golden set, then those of the deep level where it is asked for that ask something else.</summary>
    public IEnumerable<TestVector> Rows(GoldenSet set) => (Level == Level.Deep ? WithDeep(set) : set.Rows(Level)).Where(Takes);

    /// <summary>Whether a row is taken.</summary>
    public bool Takes(TestVector row) => For?.Concerns(row) is not false && (Only.Count == 0 || Only.Any(term => Holds(term, row)))
        && !Skip.Any(term => Holds(term, row));

    /// <summary>Reads a seed: hexadecimal.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ulong SeedOf(string? text)
        => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number) ? number
            : throw new UsageException($"--seed is hexadecimal, not '{text}'");

    private IEnumerable<TestVector> WithDeep(GoldenSet set)
    {
        HashSet<string> committed = [];
        foreach (TestVector row in set.Rows())
        {
            committed.Add(row.Id);
            yield return row;
        }

        foreach (TestVector row in GoldenFiles.GenerateDeep(Seed).Where(row => !committed.Contains(row.Id)))
        {
            yield return row;
        }
    }

    private static bool Holds(string term, TestVector row) => term.Split('+').All(word =>
        word == Names.Of(row.Operation) || row.Id.StartsWith(word, StringComparison.Ordinal)
        || new[] { row.Formats, row.Flags, row.Choices, row.Latitudes }.Any(words => words.Split(' ') is { } parts
            && (parts.Contains(word) || parts.Contains(FormatNames.Canonical(word)))));
}
