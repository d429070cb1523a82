using Mxact.Conformance.Checks;

namespace Mxact.Conformance.Causes;

/// <summary>
/// The search over one operation and format. The best explanation is taken; what it leaves over is explained again, together with it; and
/// so on until nothing is left or nothing helps. An explanation is accepted only if it reproduces failures exactly and no passing answer
/// contradicts it.
/// </summary>
internal sealed class GroupSearch
{
    private const int MaxTried = 300;
    private const int MaxPasses = 600;
    private const int Screened = 24;
    private const int MaxPromising = 120;
    private const int MaxPartners = 6;
    private const int MaxCauses = 8;
    private const int MaxForAllPairs = 80;
    private const int MaxDearer = 10;

    /// <summary>What an explanation of no cost is worth for each failure, and what each tenth of a choice takes from it.</summary>
    private const int Worth = 1000, Dearness = 3, LeastWorth = 100;

    /// <summary>An explanation that was found of another operation is worth a quarter more.</summary>
    private const int Familiar = 5, Unfamiliar = 4;

    private readonly Group group;
    private readonly Judged[] failures;
    private readonly Judged[] tried;
    private readonly Judged[] passes;
    private readonly Judged[] otherPasses;
    private readonly List<Fault> chosen = [];
    private readonly List<Fault> order = [];
    private readonly Dictionary<Fault, int> places = [];
    private readonly Dictionary<Fault, IReadOnlyList<string>> undecided = [];
    private Fault[] familiar = [];

    public GroupSearch(Group group)
    {
        this.group = group;
        failures = [.. group.Failures.Where(f => f.Verdict == Verdict.Fail)];
        tried = Mixed(failures, MaxTried);
        passes = Mixed([.. group.Passes], MaxPasses);
        otherPasses = [.. group.Passes.Except(passes)];
        Append(Candidates.For(tried));
    }

    /// <summary>Finds the causes.</summary>
    /// <param name="known">Those of each operation searched before: where they explain all of this one, nothing else is tried.</param>
    public void Run(IReadOnlyList<IReadOnlyList<Fault>> known)
    {
        familiar = [.. known.SelectMany(causes => causes).Distinct().Where(fault => tried.Any(f => fault.ActsOn(f.Question)))];
        Append(familiar);
        Fault[][] sets = [.. known.Select(causes => causes.Intersect(familiar).ToArray()).OrderBy(causes => causes.Length), familiar];
        if (sets.FirstOrDefault(causes => tried.All(f => Gives(causes, f)) && Stands(causes)) is { } complete)
        {
            chosen.AddRange(complete);
            foreach (Fault fault in complete)
            {
                Fault[] rest = [.. chosen.Where(c => c != fault)];
                if (tried.All(f => Gives(rest, f)) && Stands(rest))
                {
                    chosen.Remove(fault);
                }
            }
        }

        Refine();
    }

    /// <summary>Adds causes, or exchanges them, until nothing is left or nothing helps.</summary>
    private void Refine()
    {
        bool restarted = false;
        while (chosen.Count < MaxCauses && Left() is { Length: > 0 } left)
        {
            Fault[]? next = Best(left, familiar, complete: true)
                ?? Best(left, order, complete: false, () => Candidates.Further(left)
                    .Concat(Patterns.Of(Wrong(left), ranged: false))) ?? Pair(left);
            if ((next is null || next[0].Cost >= Patterns.Cost) && Exchange(left))
            {
                continue;
            }

            if (next is null)
            {
                if (!restarted && Restart())
                {
                    restarted = true;
                    continue;
                }

                next = Best(left, [.. Patterns.Of(Wrong(left), ranged: true)], complete: false);
                if (next is null)
                {
                    break;
                }
            }

            chosen.AddRange(next);
        }
    }

    /// <summary>Takes the causes of another operation in place of its own where they explain as much.</summary>
    public void Adopt(IReadOnlyList<Fault> causes)
    {
        Append(causes);
        int more = tried.Count(f => Gives(causes, f)) - (tried.Length - Left().Length);
        if (!causes.SequenceEqual(chosen) && (more > 0 || (more == 0 && causes.Count <= chosen.Count))
            && Stands(causes))
        {
            chosen.Clear();
            chosen.AddRange(causes);
            Refine();
        }
    }

    /// <summary>Begins again with a pair, where that explains more than what was taken one by one.</summary>
    private bool Restart()
    {
        int before = tried.Length - Left().Length;
        Fault[] taken = [.. chosen];
        chosen.Clear();
        if (Pair(tried) is { } pair && tried.Count(f => Gives(pair, f)) > before)
        {
            chosen.AddRange(pair);
            return true;
        }

        chosen.AddRange(taken);
        return false;
    }

    /// <summary>Replaces one cause by another with which more is explained: the first choice was made knowing less.</summary>
    private bool Exchange(Judged[] left)
    {
        Judged[] sample = Mixed(left, Screened);
        (int At, Fault? Fault, long Score) best = (0, null, 0);
        for (int i = 0; i < chosen.Count; i++)
        {
            Fault[] others = [.. chosen.Where((_, j) => j != i)];
            Fault[] candidates = [.. order, .. Patterns.Of(Wrong(tried, others), ranged: false)];
            foreach (Fault fault in candidates.Where(c => !chosen.Contains(c)))
            {
                Fault[] all = [.. others, fault];
                if (!sample.Any(f => Gives(all, f)))
                {
                    continue;
                }

                int explained = tried.Count(f => Gives(all, f));
                long score = explained * WorthOf(fault.Cost);
                if (explained > tried.Length - left.Length && score > best.Score && Stands(all))
                {
                    best = (i, fault, score);
                }
            }
        }

        if (best.Fault is null)
        {
            return false;
        }

        chosen[best.At] = best.Fault;
        return true;
    }

    /// <summary>The operation and format.</summary>
    public Group Group => group;

    /// <summary>The faults found, in the order in which they were.</summary>
    public IReadOnlyList<Fault> Causes => chosen;

    /// <summary>The others of the list that explain what a cause does; null where it was not tried against them.</summary>
    public IReadOnlyList<string>? UndecidedFrom(Fault cause) => undecided.GetValueOrDefault(cause);

    /// <summary>The first of the faults with which a failure is explained; null where none is enough.</summary>
    public Fault? CauseOf(Judged failure)
    {
        for (int i = 1; i <= chosen.Count; i++)
        {
            if (Gives([.. chosen.Take(i)], failure))
            {
                return chosen[i - 1];
            }
        }

        return null;
    }

    /// <summary>Failures beside what they would have been if the faults found were all there are.</summary>
    public IReadOnlyList<(Vectors.Question Question, string Operands, string Right, string Given)> Wrong(IEnumerable<Judged> rows)
        => Wrong(rows, chosen);

    /// <summary>Failures beside the right answers.</summary>
    public IReadOnlyList<(Vectors.Question Question, string Operands, string Right, string Given)> Right(IEnumerable<Judged> rows)
        => Wrong(rows, []);

    private IReadOnlyList<(Vectors.Question Question, string Operands, string Right, string Given)> Wrong(IEnumerable<Judged> rows,
        IReadOnlyList<Fault> faults) => [.. rows.Select(row => (row.Question, row.Row.Operands,
            FaultyKernel.Answer(InOrder(faults), row.Question, row.Row.Operands)?.Answer ?? row.Expected, row.Reply.Text))];

    /// <summary>The passing answers that were kept: none of them contradicts a cause.</summary>
    public IReadOnlyList<Judged> Passes => group.Passes;

    /// <summary>Every failure that was kept.</summary>
    public IReadOnlyList<Judged> Failures => failures;

    private Judged[] Left() => [.. tried.Where(f => !Gives(chosen, f))];

    /// <summary>The best single addition, or null where none helps.</summary>
    /// <param name="left">What is unexplained.</param>
    /// <param name="candidates">What may be added.</param>
    /// <param name="complete">Only one that explains everything that is left.</param>
    /// <param name="more">What may be added besides where none of them explains all.</param>
    private Fault[]? Best(Judged[] left, IReadOnlyList<Fault> candidates, bool complete, Func<IEnumerable<Fault>>? more = null)
    {
        Judged[] sample = Mixed(left, Screened);
        Judged[] explained = [.. tried.Except(left)];
        (Fault? Fault, long Score) best = (null, 0);
        List<Fault> stood = [];
        foreach ((Fault fault, int hits) in Promising(candidates, sample)
            .Concat(more is null ? [] : Lazily(() => stood.Count > 0 ? [] : Promising(more(), sample))))
        {
            Fault[] all = [.. chosen, fault];
            if (hits * WorthOf(fault.Cost) * Familiar * left.Length < best.Score * sample.Length || passes.Any(p => Contradicts(all, p)))
            {
                continue; // too little to be the best, or contradicted
            }

            int gained = left.Count(f => Gives(all, f));
            if (gained == left.Length && fault.Cost < Patterns.Cost)
            {
                stood.Add(fault);
            }

            long score = (gained - explained.Count(f => !Gives(all, f))) * WorthOf(fault.Cost)
                * (familiar.Contains(fault) ? Familiar : Unfamiliar);
            if (score > best.Score && (!complete || gained == left.Length) && !otherPasses.Any(p => Contradicts(all, p)))
            {
                best = (fault, score);
                if (complete)
                {
                    break;
                }
            }
        }

        if (best.Fault is null)
        {
            return null;
        }

        // What explains everything that is left just as well, and is contradicted as little, cannot be told from it.
        undecided[best.Fault] = [.. stood.Where(f => f != best.Fault && f.Cost <= best.Fault.Cost + MaxDearer).Select(f => f.Name)];
        return [best.Fault];
    }

    /// <summary>Those that reproduce any of a few failures, and how many; the likeliest first.</summary>
    private IEnumerable<(Fault Fault, int Hits)> Promising(IEnumerable<Fault> candidates, Judged[] sample)
        => candidates.Where(c => !chosen.Contains(c)).Select(fault => (Fault: fault, Hits: sample.Count(f => Gives([.. chosen, fault], f))))
            .Where(c => c.Hits > 0).OrderByDescending(c => c.Hits * WorthOf(c.Fault.Cost)).Take(MaxPromising);

    /// <summary>What is computed when it is reached.</summary>
    private static IEnumerable<T> Lazily<T>(Func<IEnumerable<T>> items)
    {
        foreach (T item in items())
        {
            yield return item;
        }
    }

    /// <summary>Two faults of which neither stands alone: what one breaks the other mends.</summary>
    private Fault[]? Pair(Judged[] left)
    {
        Judged[] sample = Mixed(left, Screened / 2);
        Judged[] explained = [.. tried.Except(left)];
        (Fault[]? Faults, long Score) best = (null, 0);
        Fault[] partners = [.. order.Where(c => !chosen.Contains(c))
            .Select(fault => (fault, hits: sample.Count(f => Gives([.. chosen, fault], f)))).Where(c => c.hits > 0)
            .OrderByDescending(c => c.hits).Take(MaxPartners).Select(c => c.fault)];
        if (partners.Length == 0 && order.Count <= MaxForAllPairs)
        {
            // Few enough to try each with each: neither need explain anything alone.
            partners = [.. order.Except(chosen)];
            sample = Mixed(left, MaxPartners);
        }

        foreach (Fault first in partners)
        {
            foreach (Fault second in order.Where(c => c != first && !chosen.Contains(c) && !(first.ReplacesSum && c.ReplacesSum)))
            {
                Fault[] all = [.. chosen, first, second];
                if (!sample.Any(f => Gives(all, f)))
                {
                    continue;
                }

                long score = (left.Count(f => Gives(all, f)) - explained.Count(f => !Gives(all, f)))
                    * WorthOf(first.Cost + second.Cost);
                if (score > best.Score && Stands(all))
                {
                    best = ([first, second], score);
                }
            }
        }

        return best.Faults;
    }

    private bool Gives(IReadOnlyList<Fault> faults, Judged failure) => faults.Count > 0
        && FaultyKernel.Gives(InOrder(faults), failure.Question, failure.Row.Operands, failure.Reply.Text) is true;

    private bool Contradicts(IReadOnlyList<Fault> faults, Judged pass)
        => FaultyKernel.Gives(InOrder(faults), pass.Question, pass.Row.Operands, pass.Reply.Text) is false;

    /// <summary>Whether no passing answer that was kept contradicts them.</summary>
    private bool Stands(IReadOnlyList<Fault> faults)
        => !passes.Any(p => Contradicts(faults, p)) && !otherPasses.Any(p => Contradicts(faults, p));

    /// <summary>What an explanation is worth for each failure that it explains.</summary>
    private static long WorthOf(int cost) => Math.Max(Worth - (Dearness * cost), LeastWorth);

    /// <summary>More candidates, in the order of their stages.</summary>
    private void Append(IEnumerable<Fault> candidates)
    {
        foreach (Fault fault in candidates.Where(fault => places.TryAdd(fault, order.Count)))
        {
            order.Add(fault);
        }
    }

    /// <summary>The faults in the order of their stages; what is read off the failures comes last.</summary>
    private IReadOnlyList<Fault> InOrder(IReadOnlyList<Fault> faults)
        => faults.Count < 2 ? faults : [.. faults.OrderBy(fault => places.TryGetValue(fault, out int at) ? at
            : fault.Question is not null ? -1 : int.MaxValue)];

    /// <summary>Some of many, taken in turn from each kind of case and each set of choices, so that no kind is missed.</summary>
    internal static Judged[] Mixed(Judged[] all, int most)
    {
        if (all.Length <= most)
        {
            return all;
        }

        Queue<Queue<Judged>> kinds = new(all.GroupBy(f => (f.Row.Flags, f.Row.Choices))
            .Select(kind => new Queue<Judged>(Spread([.. kind], most))));
        List<Judged> taken = new(most);
        while (taken.Count < most && kinds.TryDequeue(out Queue<Judged>? kind))
        {
            taken.Add(kind.Dequeue());
            if (kind.Count > 0)
            {
                kinds.Enqueue(kind);
            }
        }

        return [.. taken];
    }

    private static IEnumerable<Judged> Spread(Judged[] all, int most)
    {
        int stride = Math.Max(1, all.Length / most);
        return all.Where((_, i) => i % stride == 0);
    }
}
