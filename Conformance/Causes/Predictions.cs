using Mxact.Conformance.Checks;
using Mxact.Vectors;

namespace Mxact.Conformance.Causes;

/// <summary>
/// What kernels with faults answer to the rows of one operation and format. Most faults are of one rounding mode or one overflow and cannot
/// act on most rows: a row is asked of those that can, and once of the same.
/// </summary>
internal sealed class Predictions
{
    /// <summary>Faults of one key: five of twelve bits. Of more than these the answers are computed each time.</summary>
    private const int MostInKey = 5, BitsOfKey = 12;

    /// <summary>Answers kept, so that memory has an end; beyond that they are computed again.</summary>
    private const int MostKept = 1_000_000;

    /// <summary>What a question costs beside its operands, and of how many of their digits one costs as much as a unit of that.</summary>
    private const int BaseWork = 4, DigitsOfWork = 8;

    private readonly List<Fault> order = [];
    private readonly Dictionary<Fault, int> places = [];
    private readonly Dictionary<(Question Asked, Question Answered), Reached> reached = [];
    private readonly Dictionary<Judged, Row> rows = new(ReferenceEqualityComparer.Instance);
    private int kept;

    /// <summary>The faults that have a place, in the order of their stages.</summary>
    public IReadOnlyList<Fault> Order => order;

    /// <summary>What they have cost so far, in binary32 operands: the same on every machine.</summary>
    public long Work { get; private set; }

    /// <summary>More candidates, in the order of their stages.</summary>
    public void Append(IEnumerable<Fault> candidates)
    {
        foreach (Fault fault in candidates.Where(fault => places.TryAdd(fault, order.Count)))
        {
            order.Add(fault);
        }
    }

    /// <summary>Whether a kernel with these faults gives the answer that was given; null where it has no answer.</summary>
    public bool? Gives(IReadOnlyList<Fault> faults, Judged row)
    {
        if (!rows.TryGetValue(row, out Row? known))
        {
            rows.Add(row, known = new(Reach(row.Question, row.Question)));
        }

        List<Fault> acting = Acting(faults, known.Asked);
        if (acting.Count == 0)
        {
            return row.Verdict != Verdict.Fail; // the reference's own answer
        }

        ulong? key = KeyOf(acting);
        if (key is { } seen && known.Answers.TryGetValue(seen, out bool? gives))
        {
            return gives;
        }

        gives = acting[^1].Rewrite is null ? Given(acting, row) : Rewritten(acting, row, known);
        if (key is { } unseen && kept < MostKept)
        {
            known.Answers.Add(unseen, gives);
            kept++;
        }

        return gives;
    }

    /// <summary>Whether two such kernels give the same answer to a row.</summary>
    public bool Agree(IReadOnlyList<Fault> one, IReadOnlyList<Fault> other, Judged row)
    {
        if (!rows.TryGetValue(row, out Row? known))
        {
            rows.Add(row, known = new(Reach(row.Question, row.Question)));
        }

        return AnswerOf(Acting(one, known.Asked), row) == AnswerOf(Acting(other, known.Asked), row);
    }

    private string? AnswerOf(List<Fault> acting, Judged row)
    {
        Count(row);
        return FaultyKernel.Answer(acting, row.Question, row.Row.Operands)?.Answer;
    }

    private bool? Given(List<Fault> acting, Judged row)
    {
        Count(row);
        return FaultyKernel.Gives(acting, row.Question, row.Row.Operands, row.Reply.Text);
    }

    /// <summary>What is read off the failures changes an answer that is computed once, whatever is read off.</summary>
    private bool? Rewritten(List<Fault> acting, Judged row, Row known)
    {
        int first = acting.FindIndex(fault => fault.Rewrite is not null);
        if (acting.Skip(first).Any(fault => fault.Rewrite is null))
        {
            return Given(acting, row);
        }

        List<Fault> before = acting[..first];
        if (known.Before is not { } plain || !plain.Faults.SequenceEqual(before))
        {
            Count(row);
            (string Answer, Question Answered)? answer = FaultyKernel.Answer(before, row.Question, row.Row.Operands);
            known.Before = plain = (before, answer, answer is { } one ? Patterns.Items(one.Answered, row.Row.Operands, one.Answer) : null);
        }

        if (plain.Answer is not { } given)
        {
            return null;
        }

        string text = plain.Items is null ? given.Answer : acting.Count == first + 1
            ? acting[first].Rewrite!(plain.Items, given.Answer)
            : acting.Skip(first).Aggregate(given.Answer, (t, fault) => fault.Answer!(given.Answered, row.Row.Operands, t)!);
        Work++;
        return FaultyKernel.IsGiven((text, given.Answered), row.Reply.Text);
    }

    private void Count(Judged row) => Work += BaseWork + (row.Row.Operands.Length / DigitsOfWork);

    /// <summary>
    /// The faults in the order of their stages; what holds of some questions alone after what holds of all, and what is read off the
    /// failures last.
    /// </summary>
    public IReadOnlyList<Fault> InOrder(IReadOnlyList<Fault> faults) => faults.Count < 2 ? faults : [.. faults.OrderBy(Place)];

    private long Place(Fault fault) => (fault.Where is null ? 0 : (long)int.MaxValue)
        + (places.TryGetValue(fault, out int at) ? at : fault.Question is not null ? -1 : int.MaxValue);

    /// <summary>Those of them that can act on a question, each beside the others.</summary>
    private List<Fault> Acting(IReadOnlyList<Fault> faults, Reached asked)
    {
        Reached answered = asked;
        List<(Fault Fault, bool Changes)> all = new(faults.Count);
        foreach (Fault fault in InOrder(faults))
        {
            Reached next = After(fault, answered);
            all.Add((fault, next != answered));
            answered = next;
        }

        List<Fault> acting = new(faults.Count);
        foreach ((Fault fault, bool changes) in all)
        {
            if (changes || ActsOn(fault, answered))
            {
                acting.Add(fault);
            }
        }

        return acting;
    }

    private Reached After(Fault fault, Reached before)
    {
        if (fault.Question is null)
        {
            return before;
        }

        if (!before.Next.TryGetValue(fault, out Reached? after))
        {
            after = FaultyKernel.Asked(fault, before.Asked, before.Answered) is { } other && other != before.Answered
                ? Reach(before.Asked, other) : before;
            before.Next.Add(fault, after);
        }

        return after;
    }

    private static bool ActsOn(Fault fault, Reached question)
    {
        if (!question.Acts.TryGetValue(fault, out bool acts))
        {
            question.Acts.Add(fault, acts = fault.ActsBeside(question.Answered));
        }

        return acts;
    }

    private Reached Reach(Question asked, Question answered)
    {
        if (!reached.TryGetValue((asked, answered), out Reached? known))
        {
            reached.Add((asked, answered), known = new(asked, answered));
        }

        return known;
    }

    private ulong? KeyOf(List<Fault> faults)
    {
        if (faults.Count > MostInKey)
        {
            return null;
        }

        ulong key = 0;
        foreach (Fault fault in faults)
        {
            if (!places.TryGetValue(fault, out int place) || place + 1 >= 1 << BitsOfKey)
            {
                return null;
            }

            key = (key << BitsOfKey) | (uint)(place + 1);
        }

        return key;
    }

    /// <summary>A question, and the one that is answered in its place.</summary>
    private sealed class Reached(Question asked, Question answered)
    {
        public Question Asked => asked;

        public Question Answered => answered;

        /// <summary>What a fault makes of it.</summary>
        public Dictionary<Fault, Reached> Next { get; } = [];

        /// <summary>Whether a fault can act on it.</summary>
        public Dictionary<Fault, bool> Acts { get; } = [];
    }

    private sealed class Row(Reached asked)
    {
        public Reached Asked => asked;

        public Dictionary<ulong, bool?> Answers { get; } = [];

        /// <summary>The answer that patterns were last held to.</summary>
        public (List<Fault> Faults, (string Answer, Question Answered)? Answer, List<Item>? Items)? Before { get; set; }
    }
}
