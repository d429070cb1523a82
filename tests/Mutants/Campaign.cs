using System.Diagnostics;
using Mxact.Mutants.Running;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants;

/// <summary>Draws mutants, runs them, and keeps the score.</summary>
internal static class Campaign
{
    /// <summary>What the command does.</summary>
    /// <returns>0 when every mutant drawn was killed, 1 when some survived or wait for the next run.</returns>
    public static int Run(Options options, TextWriter output)
    {
        Stopwatch clock = Stopwatch.StartNew();
        bool IsHalfTime() => clock.Elapsed.TotalSeconds > options.Seconds / 2;
        bool IsTimeUp() => clock.Elapsed.TotalSeconds > options.Seconds;
        Workshop shop = new(WorkingTree.Root(), Plan.Tests);
        shop.Open(output);
        Site[] asked = [.. shop.Sites.Where(site => options.Room is null || site.Room == options.Room)
            .Where(site => site.File.StartsWith(options.Path, StringComparison.Ordinal))
            .Where(site => options.Again || (site.Kind == MutationKind.ByHand) == options.ByHand)];
        if (options.List)
        {
            Array.ForEach(asked, site => output.WriteLine(Csv.Row(site.Cells())));
            return 0;
        }

        // One order a seed, whatever the size of the sample: a larger one begins with the smaller.
        Random random = new(options.Seed);
        Site[] drawn = options.Id is { } id
            ? [.. shop.Sites.Where(site => site.Id == id)]
            : [.. asked.Select(site => (Site: site, Place: random.Next())).OrderBy(one => one.Place)
                .Select(one => one.Site).Take(options.Sample)];
        Results? results = options.Out is null ? null : Results.Open(options.Out);
        int waiting = 0, survived = 0, done = 0;
        Site[] open = [.. drawn.Where(site => options.Again
            ? results!.ResultOf(shop.Key, site) == Results.Survived
            : results?.ResultOf(shop.Key, site) is null)];
        foreach (IGrouping<string, Site> room in open.GroupBy(site => site.Room))
        {
            Coverage coverage = Coverage.Of(shop, room.Key, IsHalfTime, output);
            foreach (Site site in room)
            {
                Verdict? verdict = IsTimeUp() ? null : Verdict.On(site, shop, coverage, options.Quick);
                if (verdict is null || (verdict.Result == Results.Survived && !coverage.IsComplete))
                {
                    waiting++;
                    continue;
                }

                results?.Add(shop.Key, site, verdict);
                survived += verdict.Result == Results.Survived ? 1 : 0;
                output.WriteLine($"{++done}. {site.Id} {site.File}:{site.Line} {site.Original} -> {site.Mutated}: "
                    + $"{verdict.Result}, {verdict.By}");
            }

            coverage.Left.ForEach(left => output.WriteLine($"no judge: {left}"));
        }

        output.WriteLine(waiting > 0 ? $"{waiting} wait for the next run" : "done");
        foreach (string line in results?.Score() ?? [])
        {
            output.WriteLine(line);
        }

        return waiting + survived > 0 ? 1 : 0;
    }
}
