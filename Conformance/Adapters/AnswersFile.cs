namespace Mxact.Conformance.Adapters;

/// <summary>
/// Answers that were computed elsewhere, one a line. A file that ends early or says nonsense is a bad input, not a failed kernel.
/// </summary>
internal sealed class AnswersFile(string path, TextReader text) : IKernelUnderTest
{
    private long line;
    private string? problem;

    public string Name => path;

    public IReadOnlyList<string> Declared => [];

    public bool CanBeAskedAgain => false;

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        foreach (string _ in requests)
        {
            string? answer = problem is null ? text.ReadLine() : null;
            if (answer is null)
            {
                problem ??= $"{path}:{line + 1}: the file ends before the last question is answered";
                yield break;
            }

            line++;
            Reply reply = Reply.Of(answer.TrimEnd('\r'));
            if (reply.Kind == ReplyKind.BrokeProtocol)
            {
                problem = $"{path}:{line}: {reply.Text}";
                yield break;
            }

            yield return reply;
        }
    }

    /// <summary>What is wrong with the file, or null. Everything before it has been judged.</summary>
    /// <param name="stoppedEarly">Whether the run stopped before it read everything.</param>
    public string? Problem(bool stoppedEarly)
        => problem ?? (!stoppedEarly && text.ReadLine() is not null
            ? $"{path}:{line + 1}: more answers than questions; were the options those of 'requests'?" : null);

    public void Dispose() => text.Dispose();
}
