using System.Runtime.CompilerServices;
using Mxact.Conformance.Checks;

namespace Mxact.Conformance.Causes;

/// <summary>What is wrong with a kernel: the causes that reproduce its failures, and what they leave over.</summary>
internal static class Diagnosis
{
    private const int MaxExamples = 4;

    /// <summary>
    /// What all searches together may cost, in <see cref="Predictions.Work"/>: a few seconds of one core. No operation takes more than a
    /// part of what is left, and each has something; where one alone is wrong, it has more. Counted, not timed, so that a kernel is called
    /// the same on every machine.
    /// </summary>
    private const long Budget = 600_000, BudgetOfOne = 900_000, LeastBudget = 6_000, AdoptionBudget = 100_000;
    private const int Portion = 2;

    private static readonly ConditionalWeakTable<Outcome, Findings> Known = [];

    /// <summary>The findings of a run; they are made once, however many reports show them.</summary>
    public static Findings Of(Outcome outcome) => Known.GetValue(outcome, made => Of(made.Groups));

    /// <summary>The findings of some operations and formats.</summary>
    public static Findings Of(IReadOnlyList<Group> groups)
    {
        List<(Fault Fault, Share Share, Judged Example)> found = [];
        List<Remainder> remainders = [];
        Dictionary<string, Fault> byRow = [];
        List<GroupSearch> searches = [];
        Group[] failed = [.. groups.Where(g => g[Verdict.Fail] > 0)];
        foreach (Group group in failed)
        {
            GroupSearch search = new(group);
            long spent = searches.Sum(s => s.Work);
            int waiting = failed.Length - searches.Count;
            search.Run([.. searches.Select(s => s.Causes)], failed.Length == 1 ? BudgetOfOne
                : Math.Max((Budget - spent) / Math.Min(waiting, Portion), LeastBudget));
            searches.Add(search);
        }

        // What one operation showed may say more simply what was wrong with one that was searched before it, or what its own causes leave.
        foreach (Fault[] causes in searches.Select(s => s.Causes).OrderBy(c => c.Count)
            .DistinctBy(c => string.Join('\n', c.Select(fault => fault.Name))).Select(c => c.ToArray()).ToArray())
        {
            foreach (GroupSearch search in searches)
            {
                if (searches.Sum(s => s.Work) < Budget + AdoptionBudget)
                {
                    search.Adopt(causes, LeastBudget);
                    if (search.HasLeft)
                    {
                        search.Adopt([.. search.Causes.Union(causes)], LeastBudget);
                    }
                }
            }
        }

        // What the others did not need is for those that were cut short.
        foreach (GroupSearch search in searches.Where(s => s.IsCutShort && s.HasLeft))
        {
            search.GoOn(Math.Max(Budget - searches.Sum(s => s.Work), 0));
        }

        foreach (GroupSearch search in searches)
        {
            Group group = search.Group;
            List<(Judged Failure, Fault? Cause)> rows = [.. search.Failures.Select(failure => (failure, search.CauseOf(failure)))];
            foreach ((Judged failure, Fault? cause) in rows.Where(row => row.Cause is not null))
            {
                byRow[failure.Row.Id] = cause!;
            }

            foreach (Fault cause in search.Causes)
            {
                Judged[] explained = [.. rows.Where(row => row.Cause == cause).Select(row => row.Failure)];
                if (explained.Length > 0)
                {
                    found.Add((cause, new(group.Name, explained.Length, rows.Count, search.Passes.Count), Plainest(explained)));
                }
            }

            Judged[] left = [.. rows.Where(row => row.Cause is null).Select(row => row.Failure)];
            if (left.Length > 0)
            {
                remainders.Add(Remaining(group, left, search));
            }
        }

        return new([.. found.GroupBy(f => f.Fault).Select(g => new Cause(g.Key, [.. g.Select(f => f.Share)],
                Plainest([.. g.Select(f => f.Example)]), Undecided(searches, g.Key))).OrderByDescending(c => c.Explained)], remainders,
                    byRow);
    }

    /// <summary>What every operation that was searched for a cause found equal to it.</summary>
    private static string[] Undecided(IEnumerable<GroupSearch> searches, Fault cause)
    {
        IReadOnlyList<string>[] others = [.. searches.Select(s => s.UndecidedFrom(cause)).OfType<IReadOnlyList<string>>()];
        return others.Length == 0 ? [] : [.. others.Aggregate((a, b) => [.. a.Intersect(b)]).Take(MaxExamples)];
    }

    private static Remainder Remaining(Group group, Judged[] left, GroupSearch search)
    {
        (string Flag, int Count)[] flags = [.. left.SelectMany(f => f.Row.FlagList).GroupBy(flag => flag)
            .Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2)];
        string? region = Patterns.FlagOf([.. left.Select(f => (IReadOnlyList<string>)f.Row.FlagList)],
            search.Passes.Select(p => (IReadOnlyList<string>)p.Row.FlagList))
            ?? Patterns.RegionOf(search.Right(left), search.Passes.Select(p => (p.Question, p.Row.Operands, p.Reply.Text)));
        Judged[] examples = [.. left.GroupBy(f => f.Row.FlagList.FirstOrDefault() ?? "").Select(g => Plainest([.. g])).Take(MaxExamples)];
        return new(group.Name, left.Length, flags, region, examples, search.IsCutShort);
    }

    /// <summary>The failure with the plainest numbers: few bits set, and not far from one.</summary>
    public static Judged Plainest(IReadOnlyList<Judged> failures) => failures.MinBy(Effort)!;

    private static (bool IsNarrow, int Digits, string Operands) Effort(Judged failure)
        => (failure.Question.From != ElementFormats.Binary32, failure.Row.Operands.Count(c => c is not ('0' or ' '))
            + (failure.Row.Operands.Length / 64), failure.Row.Operands);
}
