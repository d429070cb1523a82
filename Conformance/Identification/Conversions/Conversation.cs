using Mxact.Conformance.Adapters;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>The kernel as the identification talks to it: many requests together, an answer or null for each.</summary>
internal sealed class Conversation(IKernelUnderTest kernel, CancellationToken stop)
{
    /// <summary>How often it was asked: a program is started once for each.</summary>
    public int Rounds { get; private set; }

    /// <summary>The first reply that was neither an answer nor <c>unsupported</c>, and its request.</summary>
    public (string Request, Reply Reply)? Failure { get; private set; }

    /// <summary>Replies in order; fewer where it was interrupted.</summary>
    public IReadOnlyList<Reply> Ask(IReadOnlyList<string> requests)
    {
        List<Reply> replies = [];
        if (requests.Count == 0)
        {
            return replies;
        }

        Rounds++;
        foreach (Reply reply in kernel.Ask(requests, stop))
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

        stop.ThrowIfCancellationRequested();
        int failed = replies.FindIndex(reply => !reply.IsAnswer);
        Failure ??= failed < 0 ? null : (requests[failed], replies[failed]);
        return replies;
    }
}
