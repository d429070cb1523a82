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
}

/// <summary>A reply: the words of an answer, or what went wrong.</summary>
internal readonly record struct Reply(ReplyKind Kind, string Text)
{
    /// <summary>Sorts an answer line into words, <c>unsupported</c> and nonsense.</summary>
    public static Reply Of(string line)
        => line == Answers.Unsupported ? new(ReplyKind.Unsupported, line)
            : line.Length > 0 && line.All(c => c == ' ' || char.IsAsciiHexDigitLower(c)) ? new(ReplyKind.Answered, line)
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

    /// <summary>One reply a request, in order. A crash or hang costs its own request.</summary>
    IEnumerable<Reply> Ask(IReadOnlyList<string> requests);
}
