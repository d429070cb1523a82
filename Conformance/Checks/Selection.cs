using System.Globalization;
using Mxact.Vectors;
using Mxact.Shell;

namespace Mxact.Conformance.Checks;

/// <summary>Which rows a run takes: a level, and terms that name an operation, a format, a flag or the beginning of an id; <c>+</c> joins terms that must all hold.</summary>
internal sealed record Selection(Level Level, IReadOnlyList<string> Only, IReadOnlyList<string> Skip, ulong Seed = GoldenFiles.Seed)
{
    /// <summary>The rows of a golden set, then those of the deep level where it is asked for.</summary>
    public IEnumerable<TestVector> Rows(GoldenSet set)
        => (Level == Level.Deep ? set.Rows().Concat(GoldenFiles.GenerateDeep(Seed)) : set.Rows(Level)).Where(Takes);

    /// <summary>Whether a row is taken.</summary>
    public bool Takes(TestVector row) => (Only.Count == 0 || Only.Any(term => Holds(term, row))) && !Skip.Any(term => Holds(term, row));

    /// <summary>Reads a seed: hexadecimal.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ulong SeedOf(string? text)
        => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number) ? number : throw new UsageException($"--seed is hexadecimal, not '{text}'");

    private static bool Holds(string term, TestVector row) => term.Split('+').All(word =>
        word == Names.Of(row.Operation) || row.Formats.Split(' ').Contains(word) || row.Flags.Split(' ').Contains(word) || row.Id.StartsWith(word, StringComparison.Ordinal) || row.Choices.Split(' ').Contains(word));
}
