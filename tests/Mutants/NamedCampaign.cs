using System.Diagnostics;
using System.Globalization;
using Mxact.Mutants.Naming;
using Mxact.Mutants.Running;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants;

/// <summary>Holds each mutant of a table to the golden vectors as a kernel, and writes what the suite calls it.</summary>
internal static class NamedCampaign
{
    /// <summary>Mutants that are judged side by side: the search for a name is one thread.</summary>
    private const int AtOnce = 2;

    /// <summary>What the command does.</summary>
    /// <returns>0 when every mutant that is not equivalent is killed, 1 when one survives or waits for the next run.</returns>
    public static int Run(Options options, TextWriter output)
    {
        Stopwatch clock = Stopwatch.StartNew();
        NamedTable table = NamedTable.Find(options.Named!);
        string root = WorkingTree.Root();
        Workshop shop = new(root, NamedPlan.Plan);
        shop.Open(output);
        KernelJudge judge = new(shop, root);
        ServeReach reach = ServeReach.Of(table, shop, judge, output);
        List<NamedSite> sites = LinePick.Of(table, shop.Sites, site => reach.Operations(site).Length > 0, root);
        Dictionary<string, Expectation> expected = Expectation.Read(Path.Combine(root, table.Expectations));
        if (options.List)
        {
            output.WriteLine(Csv.Row([.. Expectation.Columns, "line", "operations", "id"]));
            sites.ForEach(site => output.WriteLine(Csv.Row([site.Site.File, site.Site.Original, site.Site.Mutated,
                Text(site.Nth), expected.GetValueOrDefault(site.Key)?.Text ?? string.Empty, Text(site.Site.Line),
                string.Join(' ', reach.Operations(site.Site)), Text(site.Site.Id)])));
            return 0;
        }

        RequireEntries(table, sites, expected);
        NamedResults? results = options.Out is null ? null : NamedResults.Open(options.Out, shop.Key);

        // One order a seed: a run cut short has judged a sample.
        Random random = new(options.Seed);
        NamedSite[] open = [.. sites.Select(site => (Site: site, Place: random.Next())).OrderBy(one => one.Place).Select(one => one.Site)
            .Where(site => options.Id is { } id ? site.Site.Id == id : results?.Has(site) is not true)];
        int done = 0;
        Lock one = new();
        Parallel.ForEach(open, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, site =>
        {
            if (clock.Elapsed.TotalSeconds > options.Seconds)
            {
                return;
            }

            string line = $"{site.Site.File}:{site.Site.Line} {site.Site.Original} -> {site.Site.Mutated}";
            try
            {
                (bool smoke, Judgement said) = judge.Of(site.Site.Id, reach.Operations(site.Site));
                lock (one)
                {
                    results?.Add(site, expected[site.Key], smoke, said);
                    output.WriteLine($"{++done} of {open.Length}, {clock.Elapsed.TotalSeconds:F0} s. {line}: "
                        + $"{NamedVerdict.Of(expected[site.Key], said)}, {said.Text}");
                }
            }
            catch (MutationException wrong)
            {
                // The judge itself failed: no verdict, and the next run tries again.
                lock (one)
                {
                    output.WriteLine($"{line}: no verdict, {wrong.Message}");
                }
            }
        });

        output.WriteLine(done < open.Length ? $"{open.Length - done} wait for the next run" : "done");
        string[] score = [.. results?.Score() ?? []];
        Array.ForEach(score, output.WriteLine);
        return done < open.Length || results?.Survives is true ? 1 : 0;
    }

    /// <summary>Refuses to judge what has no expectation: a name found first and expected afterwards proves nothing.</summary>
    /// <exception cref="MutationException">A mutant has no entry, or an entry no mutant.</exception>
    private static void RequireEntries(NamedTable table, List<NamedSite> sites, Dictionary<string, Expectation> expected)
    {
        string[] missing = [.. sites.Select(site => site.Key).Where(key => !expected.ContainsKey(key))];
        string[] stale = [.. expected.Keys.Except(sites.Select(site => site.Key), StringComparer.Ordinal)];
        if (missing.Length + stale.Length > 0)
        {
            throw new MutationException($"{table.Expectations}: {missing.Length} mutants without an entry, {stale.Length} entries "
                + $"without a mutant: {missing.Concat(stale).First()}; --list prints the mutants");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
