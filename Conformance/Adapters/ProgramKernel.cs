using Mxact.Conformance.Adapters.Processes;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters;

/// <summary>
/// A program that speaks the protocol. Requests are sent ahead of answers. When the program dies, hangs or answers nonsense, the
/// request it owed is asked alone, of a fresh process: it is charged if it does so again, and what does not happen again is an incident
/// that stands for itself. Where answers got out of step, or were held back when it died, halves are asked until the culprit is found.
/// </summary>
internal sealed class ProgramKernel(string name, string file, IReadOnlyList<string> arguments, TimeSpan timeLimit,
    IReadOnlyList<string>? declared = null, TimeSpan? totalTime = null) : IKernelUnderTest
{
    /// <summary>After this many deaths and hangs the rest is not asked.</summary>
    public const int MaxDeaths = Budget.MostDeaths;

    /// <summary>What a run may take in all, unless said otherwise.</summary>
    public static readonly TimeSpan DefaultTotalTime = TimeSpan.FromHours(4);

    private readonly Budget budget = new(totalTime ?? DefaultTotalTime);
    private readonly KernelGuard guard = new();
    private readonly IncidentLog log = new();

    public string Name => name;

    public IReadOnlyList<string> Declared => declared ?? [];

    public IReadOnlyList<Incident> Incidents => log.All;

    /// <summary>How often the program was started.</summary>
    public int Starts => budget.Starts;

    /// <summary>The replies once none of them will be taken back.</summary>
    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        List<Reply> replies = [];
        foreach (Reply reply in Ask(requests, CancellationToken.None))
        {
            if (reply.Kind == ReplyKind.TakenBack)
            {
                replies.RemoveRange(replies.Count - reply.Taken, reply.Taken);
            }
            else
            {
                replies.Add(reply);
            }
        }

        return replies;
    }

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests, CancellationToken stop)
    {
        Search search = new(requests.Count);
        while (search.Next < requests.Count && !stop.IsCancellationRequested)
        {
            if (budget.Spent(search.IsAlone) is { } spent)
            {
                search.Trouble?.LogTo(log);
                for (int i = search.Next; i < requests.Count; i++)
                {
                    yield return new(ReplyKind.NotAsked, spent);
                }

                yield break;
            }

            (int first, int count, bool isNarrowing) = (search.Next, search.Count, search.IsNarrowing);
            List<string> given = [];
            using KernelLife life = Start(requests, first, count);
            foreach (Reply reply in life.Answers(stop))
            {
                given.Add(reply.Text);
                yield return reply;
            }

            life.Finish(stop);
            life.Dispose();
            if (life.State == LifeState.OutOfStep && !isNarrowing && IsInStep(requests, first, given, stop))
            {
                log.Add(IncidentKind.OutputAfterEnd, requests[first + count - 1], life.Text);
                life.Forgive();
            }

            search.Next += given.Count;
            if (life.State == LifeState.Cut)
            {
                continue;
            }

            int back = life.State == LifeState.Ended ? Succeeded(search, requests, count, stop)
                : Failed(search, life, new(life.Fault, requests[Math.Min(first + given.Count, first + count - 1)], life.Text, first,
                    first + count, life.EndedByItself, given), isNarrowing);
            if (back > 0)
            {
                search.Next -= back;
                yield return Reply.TakeBack(back);
            }

            if (life.State != LifeState.Ended && count == 1)
            {
                search.Next++;
                yield return life.Charge();
            }
        }

        search.Trouble?.LogTo(log);
    }

    public void Dispose() => guard.Dispose();

    /// <summary>What was asked is answered; returns how many replies are void nevertheless.</summary>
    private int Succeeded(Search search, IReadOnlyList<string> requests, int count, CancellationToken stop)
    {
        budget.EndInOrder(count);
        if (!search.IsAlone || search.Trouble is not { } trouble)
        {
            return 0;
        }

        search.IsAlone = false;
        if (trouble.IsLogged)
        {
            return 0;
        }

        if (trouble.EndedByItself && !IsInStep(requests, trouble.First, trouble.Given, stop))
        {
            // It went through everything and gave one answer too few: that of an earlier request is missing, not the last one's.
            search.Trouble = trouble with { Kind = IncidentKind.OutOfStep };
            search.Trouble.LogTo(log);
            search.SuspectsEnd = trouble.End;
            return search.Next - trouble.First;
        }

        trouble.LogTo(log);
        if (trouble.Given.Count == 0)
        {
            // Answers were held back when it died: any of the rows may have done it.
            search.SuspectsEnd = Math.Max(search.SuspectsEnd, trouble.End);
        }

        return 0;
    }

    /// <summary>Something went wrong; returns how many replies are void.</summary>
    private int Failed(Search search, KernelLife life, Trouble found, bool isNarrowing)
    {
        if (!isNarrowing && !search.IsAlone)
        {
            budget.Die();
            search.Trouble = found;
        }

        Trouble trouble = search.Trouble!;
        if (found.End == found.First + 1)
        {
            // One request alone is its own culprit.
            trouble.LogTo(log);
            log.Reproduced(trouble.Kind, found.Request, found.Text);
            search.Trouble = null;
            search.IsAlone = false;
            search.SuspectsEnd = 0;
            return found.Given.Count;
        }

        bool isVoid = life.State == LifeState.OutOfStep || (isNarrowing && life.EndedByItself);
        if (isNarrowing || isVoid)
        {
            trouble.LogTo(log);
            search.SuspectsEnd = found.End;
        }

        search.IsAlone = !isVoid && (!isNarrowing || found.Given.Count > 0);
        return isVoid ? found.Given.Count : 0;
    }

    /// <summary>
    /// Whether answers stand at their own requests' places: the last ones that differ from the one before or after are asked again. After
    /// an answer too many all of those differ that are unlike their successor, after one too few those unlike their predecessor. Where
    /// nothing differs, or the program does not answer, nothing speaks against it.
    /// </summary>
    private bool IsInStep(IReadOnlyList<string> requests, int first, List<string> given, CancellationToken stop)
    {
        int[] unlikeNext = [.. Enumerable.Range(0, Math.Max(0, given.Count - 1)).Reverse().Where(i => given[i] != given[i + 1])
            .Take(StepRows)];
        int[] unlikeBefore = [.. unlikeNext.Select(i => i + 1)];
        int[] rows = [.. unlikeNext.Union(unlikeBefore).Order()];
        if (rows.Length == 0 || budget.Spent(forLast: true) is not null)
        {
            return true;
        }

        using KernelLife life = Start([.. rows.Select(i => requests[first + i])], 0, rows.Length);
        string[] again = [.. life.Answers(stop).Select(reply => reply.Text)];
        HashSet<int> differing = [.. rows.Zip(again).Where(pair => given[pair.First] != pair.Second).Select(pair => pair.First)];
        return again.Length < rows.Length
            || (2 * unlikeNext.Count(differing.Contains) <= unlikeNext.Length
                && 2 * unlikeBefore.Count(differing.Contains) <= unlikeBefore.Length);
    }

    /// <summary>Rows asked again to see whether answers stand at their own requests' places.</summary>
    private const int StepRows = 16;

    private KernelLife Start(IReadOnlyList<string> requests, int first, int count)
        => KernelLife.Start(guard, file, arguments, requests, first, count, timeLimit, budget, log);

    /// <summary>Something that went wrong with a process, and what it had been asked and had answered.</summary>
    private sealed record Trouble(IncidentKind Kind, string Request, string Text, int First, int End, bool EndedByItself,
        List<string> Given)
    {
        /// <summary>Whether it has been counted.</summary>
        public bool IsLogged { get; private set; }

        /// <summary>Counts it, once.</summary>
        public void LogTo(IncidentLog log)
        {
            if (!IsLogged)
            {
                IsLogged = true;
                log.Add(Kind, Request, Text);
            }
        }
    }

    /// <summary>Where the exchange stands: what is asked next, and how much of it together.</summary>
    private sealed class Search(int requests)
    {
        /// <summary>The next request.</summary>
        public int Next { get; set; }

        /// <summary>Up to here something is wrong that no row asked alone has shown yet.</summary>
        public int SuspectsEnd { get; set; }

        /// <summary>The next request is asked alone: a process failed at it.</summary>
        public bool IsAlone { get; set; }

        /// <summary>What the search is about.</summary>
        public Trouble? Trouble { get; set; }

        /// <summary>Whether halves of suspects are being asked.</summary>
        public bool IsNarrowing => SuspectsEnd > Next;

        /// <summary>How many requests go together.</summary>
        public int Count => IsAlone ? 1 : IsNarrowing ? Math.Max(1, (SuspectsEnd - Next) / 2) : requests - Next;
    }
}
