using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>
/// One mutant for each line where a sign, a bound, a carry, a sticky bit or a tie can go wrong: of the sites of a line those of the
/// likeliest kind, and of these one that changes from line to line, so that a table of constants is not mutated in its first column alone.
/// </summary>
internal static class LinePick
{
    /// <summary>The likeliest slip first: a bound or a tie, a carry or a place, which of two, a condition, a sign or a constant.</summary>
    private static readonly MutationKind[] Order =
    [
        MutationKind.Comparison, MutationKind.Arithmetic, MutationKind.Call, MutationKind.Logic, MutationKind.Negation,
        MutationKind.Constant, MutationKind.Statement,
    ];

    /// <summary>The mutants of a table.</summary>
    /// <param name="table">Its files.</param>
    /// <param name="sites">Every site of the build.</param>
    /// <param name="isReached">Whether an answer of the protocol passes a site.</param>
    /// <param name="root">The working tree.</param>
    public static List<NamedSite> Of(NamedTable table, IEnumerable<Site> sites, Func<Site, bool> isReached, string root)
    {
        List<NamedSite> picked = [];
        foreach (IGrouping<string, NamedSite> file in NamedSite.Of(sites).Where(named => table.Holds(named.Site.File))
            .GroupBy(named => named.Site.File, StringComparer.Ordinal))
        {
            HashSet<int> guards = Guards.Of(File.ReadAllText(Path.Combine(root, file.Key)));
            IGrouping<int, NamedSite>[] lines = [.. file.Where(named => !guards.Contains(named.Site.Line) && isReached(named.Site))
                .GroupBy(named => named.Site.Line)];
            for (int i = 0; i < lines.Length; i++)
            {
                MutationKind kind = lines[i].Select(named => named.Site.Kind).MinBy(one => Array.IndexOf(Order, one));
                NamedSite[] likeliest = [.. lines[i].Where(named => named.Site.Kind == kind)];
                picked.Add(likeliest[i % likeliest.Length]);
            }
        }

        return picked;
    }
}
