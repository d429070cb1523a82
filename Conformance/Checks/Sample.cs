using Mxact.Conformance.Adapters;

namespace Mxact.Conformance.Checks;

/// <summary>Answers evenly spread over a run, few enough for any memory, to be asked for a second time.</summary>
/// <param name="ownRandomBits">The kernel draws its own random bits: stochastic rows are left out.</param>
internal sealed class Sample(bool ownRandomBits)
{
    private const int Most = 512;

    private readonly List<(string Request, string Answer)> rows = [];
    private int stride = 1;
    private int seen;

    /// <summary>How many are asked again.</summary>
    public int Count => rows.Count;

    /// <summary>Takes a row in, if it is its turn.</summary>
    public void Add(Judged judged)
    {
        if (judged.Reply.Kind != ReplyKind.Answered || (ownRandomBits && judged.Question.Policy.Rounding.IsStochastic)
            || seen++ % stride != 0)
        {
            return;
        }

        rows.Add((judged.Request, judged.Reply.Text));
        if (rows.Count > Most)
        {
            // Twice as sparse from here on, what is kept included.
            stride *= 2;
            for (int i = 0; i < rows.Count; i++)
            {
                rows.RemoveAt(i);
            }
        }
    }

    /// <summary>
    /// Asks the rows again, in another order and fewer together, and logs where an answer is another one. What goes wrong otherwise is
    /// the kernel's own to log.
    /// </summary>
    public int AskAgain(IKernelUnderTest kernel, IncidentLog log, CancellationToken stop)
    {
        // A step that shares no factor with the number visits each row once, with other neighbours than it had.
        int step = Enumerable.Range((rows.Count / 3) + 1, rows.Count).First(s => Shares(s, rows.Count) == 1);
        (string Request, string Answer)[] order = [.. Enumerable.Range(1, rows.Count)
            .Select(i => rows[(int)((long)i * step % rows.Count)])];
        List<Reply> replies = [];
        foreach (Reply reply in kernel.Ask([.. order.Select(row => row.Request)], stop))
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

        foreach (((string request, string answer), Reply reply) in order.Zip(replies).Where(pair
            => pair.Second.IsAnswer && pair.Second.Text != pair.First.Answer))
        {
            log.Add(IncidentKind.AnsweredDifferently, request, $"answered '{Shell.Printable.Short(answer, 80)}', and "
                + $"'{Shell.Printable.Short(reply.Text, 80)}' when it was asked again in another order");
        }

        return replies.Count(reply => reply.IsAnswer);
    }

    private static int Shares(int a, int b) => b == 0 ? a : Shares(b, a % b);
}
