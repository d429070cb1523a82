using System.Buffers;
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
    private const int FirstPasses = 8;
    private const int MaxRefuted = 12;

    /// <summary>A cause is refuted by one in this many failures where it says another answer than was given.</summary>
    private const int Tolerance = 4;

    /// <summary>One that holds where one thing is asked has to give two thirds of what is wrong there.</summary>
    private const int Half = 2;

    /// <summary>More causes of more kinds, each where one thing alone is asked, are a table of what was seen.</summary>
    private const int MostScoped = 4, MostScopedKinds = 2;

    /// <summary>What an explanation of no cost is worth for each failure, and what each tenth of a choice takes from it.</summary>
    private const int Worth = 1000, Dearness = 3, LeastWorth = 100;

    /// <summary>An explanation that was found of another operation is worth a quarter more.</summary>
    private const int Familiar = 5, Unfamiliar = 4;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef ");

    private readonly Group group;
    private readonly Judged[] failures;
    private readonly Judged[] tried;
    private readonly Judged[] passes;
    private readonly Judged[] otherPasses;
    private readonly List<Fault> chosen = [];
    private readonly Predictions predictions = new();
    private readonly Dictionary<Fault, IReadOnlyList<string>> undecided = [];
    private readonly HashSet<Fault> refuted = [];
    private Fault[] familiar = [];
    private bool areScopedOut;
    private long allowance = long.MaxValue;

    public GroupSearch(Group group)
    {
        this.group = group;
        failures = [.. group.Failures.Where(f => f.Verdict == Verdict.Fail)];
        tried = Mixed(failures, MaxTried);
        passes = Mixed([.. group.Passes], MaxPasses);
        HashSet<Judged> kept = new(passes, ReferenceEqualityComparer.Instance);
        otherPasses = [.. group.Passes.Where(p => !kept.Contains(p))];
        predictions.Append(Candidates.For(tried));
    }

    /// <summary>Finds the causes.</summary>
    /// <param name="known">Those of each operation searched before: where they explain all of this one, nothing else is tried.</param>
    /// <param name="budget">What the search may cost, in <see cref="Predictions.Work"/>; then it ends where it stands.</param>
    public void Run(IReadOnlyList<IReadOnlyList<Fault>> known, long budget)
    {
        allowance = budget;
        familiar = [.. known.SelectMany(causes => causes).Distinct().Where(fault => tried.Any(f => fault.ActsOn(f.Question)))];
        predictions.Append(familiar);
        Fault[][] sets = [.. known.Select(causes => causes.Intersect(familiar).ToArray()).OrderBy(causes => causes.Length), familiar];
        if (sets.FirstOrDefault(causes => tried.All(f => Gives(causes, f)) && Stands(causes)) is { } complete)
        {
            chosen.AddRange(complete);
        }

        Refine();
    }

    private void Refine()
    {
        Add();
        Refute();
        IsCutShort |= IsSpent;
        Spare();
    }

    /// <summary>Drops the causes that what was found after them makes idle.</summary>
    private void Spare()
    {
        if (!HasLeft)
        {
            foreach (Fault fault in chosen.ToArray())
            {
                Fault[] rest = [.. chosen.Where(c => c != fault)];
                if (tried.All(f => Gives(rest, f)) && Stands(rest))
                {
                    chosen.Remove(fault);
                }
            }
        }
    }

    /// <summary>Adds causes, or exchanges them, until nothing is left or nothing helps.</summary>
    private void Add()
    {
        bool restarted = false;
        while (chosen.Count < MaxCauses && !IsSpent && Left() is { Length: > 0 } left)
        {
            // A budget that ends within a step ends the step.
            Fault[]? next = Best(left, familiar, complete: true)
                ?? Best(left, predictions.Order, complete: false, () => Candidates.Further(left)
                    .Concat(Patterns.Of(Wrong(left), ranged: false))) ?? Pair(left);
            if ((next is null || next[0].Cost >= Patterns.Cost) && !IsSpent && Exchange(left))
            {
                continue;
            }

            if (next is null)
            {
                if (!restarted && !IsSpent && Restart())
                {
                    restarted = true;
                    continue;
                }

                next = IsSpent ? null : Best(left, [.. Patterns.Of(Wrong(left), ranged: true)], complete: false);
                if (next is null)
                {
                    break;
                }
            }

            chosen.AddRange(next);
        }
    }

    /// <summary>What the search has cost.</summary>
    public long Work => predictions.Work;

    /// <summary>Whether its causes leave failures over.</summary>
    public bool HasLeft => Left().Length > 0;

    /// <summary>Whether the search ended before it had tried everything.</summary>
    public bool IsCutShort { get; private set; }

    private bool IsSpent => predictions.Work > allowance;

    /// <summary>Goes on where the search was cut short: with causes that another operation showed it begins further on.</summary>
    /// <param name="budget">What that may cost more.</param>
    public void GoOn(long budget)
    {
        allowance = Work + budget;
        IsCutShort = false;
        Refine();
    }

    /// <summary>Takes the causes of another operation in place of its own where they explain as much.</summary>
    /// <param name="causes">They.</param>
    /// <param name="budget">What that may cost more.</param>
    public void Adopt(IReadOnlyList<Fault> causes, long budget)
    {
        if (causes.Count == 0 || causes.SequenceEqual(chosen) || causes.Any(refuted.Contains)
            || !causes.Any(cause => tried.Any(f => cause.ActsOn(f.Question))))
        {
            return;
        }

        allowance = Work + budget;
        predictions.Append(causes);
        int left = Left().Length;
        int missed = 0;
        bool isFewer = causes.Count <= chosen.Count;
        if (!tried.All(f => Gives(causes, f) || ++missed < left || (isFewer && missed == left)) || !Stands(causes))
        {
            return;
        }

        chosen.Clear();
        chosen.AddRange(causes);
        Refine();
    }

    /// <summary>
    /// Drops the causes that do not keep what they say: where one would have changed failures that were given another answer still, with
    /// everything else that was found, it is a likeness and no name. What it leaves is searched again, and described where no name is left.
    /// </summary>
    private void Refute()
    {
        while (refuted.Count < MaxRefuted && Worst() is { Length: > 0 } worst)
        {
            refuted.UnionWith(worst);
            areScopedOut |= worst.Length > 1;
            chosen.RemoveAll(worst.Contains);
            Add();
        }
    }

    /// <summary>The causes that are to go; none where all may stay.</summary>
    private Fault[] Worst()
    {
        Fault[] scoped = [.. chosen.Where(c => c.Where is not null)];
        if (scoped.Length > MostScoped && scoped.Select(c => c.Name[..c.Name.IndexOf(' ', StringComparison.Ordinal)])
            .Distinct(StringComparer.Ordinal).Count() > MostScopedKinds)
        {
            return scoped;
        }

        Judged[] left = Left();
        foreach (Fault cause in left.Length == 0 ? [] : chosen.Where(c => c.Cost < Patterns.Cost).Reverse())
        {
            Fault[] others = [.. chosen.Where(c => c != cause)];
            int own = tried.Length - left.Length - tried.Count(f => Gives(others, f));
            int against = left.Count(f => !predictions.Agree(chosen, others, f));
            int beside = cause.Where is { } where ? left.Count(f => where(f.Question)) : 0;
            if (against * Tolerance > own || beside * Half > own)
            {
                return [cause];
            }
        }

        return [];
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
            Fault[] candidates = [.. predictions.Order, .. Patterns.Of(Wrong(tried, others), ranged: false)];
            foreach (Fault fault in candidates.Where(c => !IsOut(c)))
            {
                Fault[] all = [.. others, fault];
                if (Hits(all, sample) == 0)
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
        if (!Gives(chosen, failure))
        {
            return null;
        }

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
    public IEnumerable<(Vectors.Question Question, string Operands, string Right, string Given)> Wrong(IEnumerable<Judged> rows)
        => Wrong(rows, chosen);

    /// <summary>Failures beside the right answers.</summary>
    public IEnumerable<(Vectors.Question Question, string Operands, string Right, string Given)> Right(IEnumerable<Judged> rows)
        => Wrong(rows, []);

    /// <summary>One by one, as they are looked at: an answer costs more than what is read off it.</summary>
    private IEnumerable<(Vectors.Question Question, string Operands, string Right, string Given)> Wrong(IEnumerable<Judged> rows,
        IReadOnlyList<Fault> faults)
    {
        IReadOnlyList<Fault> inOrder = predictions.InOrder(faults);
        return rows.Select(row => (row.Question, row.Row.Operands,
            inOrder.Count == 0 && IsDigits(row.Expected) ? row.Expected
                : FaultyKernel.Answer(inOrder, row.Question, row.Row.Operands)?.Answer ?? row.Expected,
            row.Reply.Text));
    }

    /// <summary>Whether a row's expectation is an answer, and no pattern that several meet.</summary>
    private static bool IsDigits(string expected) => !expected.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>The passing answers that were kept: none of them contradicts a cause.</summary>
    public IReadOnlyList<Judged> Passes => group.Passes;

    /// <summary>Every failure that was kept.</summary>
    public IReadOnlyList<Judged> Failures => failures;

    private Judged[] Left() => [.. tried.Where(f => !Gives(chosen, f))];

    private Judged[] Explained(Judged[] left)
    {
        HashSet<Judged> rest = new(left, ReferenceEqualityComparer.Instance);
        return [.. tried.Where(f => !rest.Contains(f))];
    }

    /// <summary>The best single addition, or null where none helps.</summary>
    /// <param name="left">What is unexplained.</param>
    /// <param name="candidates">What may be added.</param>
    /// <param name="complete">Only one that explains everything that is left.</param>
    /// <param name="more">What may be added besides where none of them explains all.</param>
    private Fault[]? Best(Judged[] left, IReadOnlyList<Fault> candidates, bool complete, Func<IEnumerable<Fault>>? more = null)
    {
        Judged[] sample = Mixed(left, Screened);
        Judged[] explained = Explained(left);
        (Fault? Fault, long Score) best = (null, 0);
        List<Fault> stood = [];
        foreach ((Fault fault, int hits) in Promising(candidates, sample)
            .Concat(more is null ? [] : Lazily(() => stood.Count > 0 ? [] : Promising(more(), sample))))
        {
            Fault[] all = [.. chosen, fault];
            if (IsSpent || hits * WorthOf(fault.Cost) * Familiar * left.Length < best.Score * sample.Length)
            {
                continue; // too little to be the best
            }

            // What few would pass is asked last: whether every kept pass lets it stand.
            int gained = left.Count(f => Gives(all, f));
            bool isWhole = gained == left.Length && fault.Cost < Patterns.Cost;
            long score = (gained - explained.Count(f => !Gives(all, f))) * WorthOf(fault.Cost)
                * (familiar.Contains(fault) ? Familiar : Unfamiliar);
            bool isBest = score > best.Score && (!complete || gained == left.Length);
            if ((!isBest && !isWhole) || !Stands(all, passes))
            {
                continue;
            }

            if (isWhole)
            {
                stood.Add(fault);
            }

            if (isBest && Stands(all, otherPasses))
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
        => candidates.Where(c => !IsOut(c)).Select(fault => (Fault: fault, Hits: Hits([.. chosen, fault], sample)))
            .Where(c => c.Hits > 0).OrderByDescending(c => c.Hits * WorthOf(c.Fault.Cost)).Take(MaxPromising);

    /// <summary>How many of a few failures are given; none where one of the passes that contradict most contradicts this too.</summary>
    private int Hits(Fault[] all, Judged[] sample)
        => IsSpent || passes.Take(FirstPasses).Any(p => Contradicts(all, p)) ? 0 : sample.Count(f => Gives(all, f));

    /// <summary>Whether a fault is chosen already, or was and did not keep what it promised.</summary>
    private bool IsOut(Fault fault) => chosen.Contains(fault) || refuted.Contains(fault) || (areScopedOut && fault.Where is not null);

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
        if (IsSpent)
        {
            return null;
        }

        Judged[] sample = Mixed(left, Screened / 2);
        Judged[] explained = Explained(left);
        (Fault[]? Faults, long Score) best = (null, 0);
        Fault[] partners = [.. predictions.Order.Where(c => !IsOut(c))
            .Select(fault => (fault, hits: IsSpent ? 0 : sample.Count(f => Gives([.. chosen, fault], f)))).Where(c => c.hits > 0)
            .OrderByDescending(c => c.hits).Take(MaxPartners).Select(c => c.fault)];
        if (partners.Length == 0 && predictions.Order.Count <= MaxForAllPairs)
        {
            // Few enough to try each with each: neither need explain anything alone.
            partners = [.. predictions.Order.Where(c => !IsOut(c))];
            sample = Mixed(left, MaxPartners);
        }

        foreach (Fault first in partners)
        {
            // With one that stands alone another has to add something.
            Fault[] one = [.. chosen, first];
            int alone = !IsSpent && Stands(one, passes) ? sample.Count(f => Gives(one, f)) : 0;
            foreach (Fault second in predictions.Order.Where(c => c != first && !IsOut(c) && !(first.ReplacesSum && c.ReplacesSum)))
            {
                Fault[] all = [.. chosen, first, second];
                if (Hits(all, sample) <= alone)
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

    private bool Gives(IReadOnlyList<Fault> faults, Judged failure) => predictions.Gives(faults, failure) is true;

    private bool Contradicts(IReadOnlyList<Fault> faults, Judged pass) => predictions.Gives(faults, pass) is false;

    /// <summary>Whether no passing answer that was kept contradicts them.</summary>
    private bool Stands(IReadOnlyList<Fault> faults) => Stands(faults, passes) && Stands(faults, otherPasses);

    /// <summary>Whether none of these does. One that contradicts goes to the front: it will contradict others.</summary>
    private bool Stands(IReadOnlyList<Fault> faults, Judged[] rows)
    {
        int at = Array.FindIndex(rows, p => Contradicts(faults, p));
        if (at > 0)
        {
            Judged first = rows[at];
            Array.Copy(rows, 0, rows, 1, at);
            rows[0] = first;
        }

        return at < 0;
    }

    /// <summary>What an explanation is worth for each failure that it explains.</summary>
    private static long WorthOf(int cost) => Math.Max(Worth - (Dearness * cost), LeastWorth);

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
