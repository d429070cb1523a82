using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Rewriting;

/// <summary>
/// Mutants that no operator makes: whole expressions that a slip would write otherwise, each an entry of <c>ByHand.csv</c>.
/// </summary>
/// <param name="entries">The entries of one file.</param>
internal sealed class ByHand(IReadOnlyList<ByHand.Entry> entries)
{
    /// <summary>One of them.</summary>
    /// <param name="File">Path from the root, with forward slashes.</param>
    /// <param name="Original">An expression that the file holds at least once; the first is changed.</param>
    /// <param name="Mutated">What takes its place.</param>
    /// <param name="What">What would be wrong.</param>
    internal sealed record Entry(string File, string Original, string Mutated, string What);

    /// <summary>Every entry.</summary>
    public static readonly Entry[] All
        = [.. Lines().Skip(1).Select(Csv.Cells).Select(cells => new Entry(cells[0], cells[1], cells[2], cells[3]))];

    private readonly HashSet<Entry> placed = [];

    /// <summary>The entries that are about this expression and have no place yet.</summary>
    public List<Entry> Take(ExpressionSyntax expression)
    {
        if (entries.Count == placed.Count)
        {
            return [];
        }

        string text = Plain(Operators.Flat(expression));
        List<Entry> taken = [.. entries.Where(entry => !placed.Contains(entry))
            .Where(entry => text == Plain(SyntaxFactory.ParseExpression(entry.Original)))];
        placed.UnionWith(taken);
        return taken;
    }

    /// <summary>Refuses a list that has grown older than the code.</summary>
    /// <exception cref="MutationException">An expression is nowhere in its file.</exception>
    public void RequireAllPlaced()
    {
        if (entries.FirstOrDefault(entry => !placed.Contains(entry)) is { } lost)
        {
            throw new MutationException($"ByHand.csv: {lost.File} has no expression {lost.Original}");
        }
    }

    private static string Plain(ExpressionSyntax expression) => expression.NormalizeWhitespace().ToString();

    private static string[] Lines()
    {
        using StreamReader reader = new(typeof(ByHand).Assembly.GetManifestResourceStream("ByHand.csv")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
