using System.Buffers;
using Mxact.Shell;

namespace Mxact.Conformance.Adapters;

/// <summary>How a kernel met one request.</summary>
internal enum ReplyKind
{
    /// <summary>It answered in hexadecimal words.</summary>
    Answered,

    /// <summary>It said that it does not do this.</summary>
    Unsupported,

    /// <summary>It ended before it answered.</summary>
    Crashed,

    /// <summary>It did not answer within the time limit.</summary>
    Hung,

    /// <summary>It answered something that is no answer.</summary>
    BrokeProtocol,

    /// <summary>It was not asked: too many requests before had cost it its life.</summary>
    NotAsked,

    /// <summary>No reply: the last <see cref="Reply.Taken"/> replies stood at other requests' places, and are given anew.</summary>
    TakenBack,
}

/// <summary>A reply: the words of an answer, or what went wrong.</summary>
internal readonly record struct Reply(ReplyKind Kind, string Text)
{
    private static readonly SearchValues<char> AnswerCharacters = SearchValues.Create(" 0123456789abcdef");

    /// <summary>How many replies are taken back; 0 unless <see cref="ReplyKind.TakenBack"/>.</summary>
    public int Taken { get; private init; }

    /// <summary>Whether it is what the protocol knows as an answer.</summary>
    public bool IsAnswer => Kind is ReplyKind.Answered or ReplyKind.Unsupported;

    /// <summary>The last so many replies are void; the same requests are replied to anew.</summary>
    public static Reply TakeBack(int count) => new(ReplyKind.TakenBack, "") { Taken = count };

    /// <summary>Sorts an answer line into words, <c>unsupported</c> and nonsense.</summary>
    public static Reply Of(string line)
        => line == Answers.Unsupported ? new(ReplyKind.Unsupported, line)
            : line.Length > 0 && !line.AsSpan().ContainsAnyExcept(AnswerCharacters) ? new(ReplyKind.Answered, line)
            : new(ReplyKind.BrokeProtocol, line.Length == 0 ? "an empty line"
                : $"'{Printable.Short(line, 80)}' is neither hexadecimal words nor 'unsupported'");
}

/// <summary>Something that answers requests and is held to its answers.</summary>
internal interface IKernelUnderTest : IDisposable
{
    /// <summary>How the user named it.</summary>
    string Name { get; }

    /// <summary>The choices it declares itself, as the protocol writes them; none means <c>ocp</c>.</summary>
    IReadOnlyList<string> Declared { get; }

    /// <summary>What went wrong with it that is not told by a reply, or not by replies alone.</summary>
    IReadOnlyList<Incident> Incidents => [];

    /// <summary>False where answers cannot be had a second time: they were computed elsewhere.</summary>
    bool CanBeAskedAgain => true;

    /// <summary>One reply a request, in order. A crash or hang costs its own request.</summary>
    IEnumerable<Reply> Ask(IReadOnlyList<string> requests);

    /// <summary>
    /// The same as the replies come in: some may be taken back later (<see cref="ReplyKind.TakenBack"/>). Ends early when asked to stop.
    /// </summary>
    IEnumerable<Reply> Ask(IReadOnlyList<string> requests, CancellationToken stop) => Ask(requests);
}
