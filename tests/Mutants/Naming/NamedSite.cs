using System.Globalization;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Naming;

/// <summary>A mutant as its entry names it: by what is changed, not by a line that moves.</summary>
/// <param name="Site">The mutant.</param>
/// <param name="Nth">Which of the places of its file that look alike and are changed alike, from 1.</param>
internal sealed record NamedSite(Site Site, int Nth)
{
    /// <summary>What tells it from every other.</summary>
    public string Key => KeyOf(Site.File, Site.Original, Site.Mutated, Nth.ToString(CultureInfo.InvariantCulture));

    /// <summary>The key of an entry's first cells.</summary>
    public static string KeyOf(string file, string original, string mutated, string nth)
        => Csv.Row([file, original, mutated, nth]);

    /// <summary>All sites of a build with their numbers among those that look alike.</summary>
    public static IEnumerable<NamedSite> Of(IEnumerable<Site> sites) => sites
        .GroupBy(site => (site.File, site.Original, site.Mutated))
        .SelectMany(alike => alike.OrderBy(site => site.Id).Select((site, i) => new NamedSite(site, i + 1)))
        .OrderBy(named => named.Site.Id);
}
