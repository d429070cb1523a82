using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>
/// What the suite should say of a mutant, written before it was judged: names of causes, one of which explains most; or <c>unnamed:</c> and
/// what is seen, where no name of the list is right; or <c>equivalent:</c> and why, where no answer differs. A name that ends in a star
/// leaves open of which of several models it is said.
/// </summary>
/// <param name="Text">The entry.</param>
internal sealed record Expectation(string Text)
{
    private const string Unnamed = "unnamed:", Equivalent = "equivalent:";

    /// <summary>The columns of the list.</summary>
    public static readonly string[] Columns = ["file", "original", "mutated", "nth", "expected"];

    /// <summary>Whether no answer is to differ.</summary>
    public bool IsEquivalent => Text.StartsWith(Equivalent, StringComparison.Ordinal);

    /// <summary>Whether no name of the list is right.</summary>
    public bool IsUnnamed => Text.StartsWith(Unnamed, StringComparison.Ordinal);

    /// <summary>Whether these names are the expected ones: the first is one of them, and none is missing.</summary>
    public bool Are(IReadOnlyList<string> said)
    {
        string[] names = Text.Split(" + ");
        return !IsUnnamed && said.Count > 0 && names.Any(name => IsSaid(name, said[0]))
            && names.All(name => said.Any(one => IsSaid(name, one)));
    }

    private static bool IsSaid(string name, string said)
        => name.EndsWith('*') ? said.StartsWith(name[..^1], StringComparison.Ordinal) : name == said;

    /// <summary>The entries of a list, by the key of their mutant.</summary>
    public static Dictionary<string, Expectation> Read(string file) => !File.Exists(file) ? [] : File.ReadLines(file).Skip(1)
        .Select(Csv.Cells).Where(cells => cells.Count == Columns.Length && cells[^1].Length > 0)
        .ToDictionary(cells => NamedSite.KeyOf(cells[0], cells[1], cells[2], cells[3]), cells => new Expectation(cells[^1]),
            StringComparer.Ordinal);
}
