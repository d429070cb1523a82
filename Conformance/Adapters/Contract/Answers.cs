using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Adapters;

/// <summary>The reference's answer to whole request lines. Lines that ask the same question share one answerer.</summary>
internal sealed class Answers
{
    /// <summary>What is answered to a request that is understood but not done.</summary>
    public const string Unsupported = "unsupported";

    private string lastHeader = "";
    private Answerer? last;

    /// <summary>Hexadecimal words, or <see cref="Unsupported"/>.</summary>
    /// <exception cref="RequestException">The line cannot be read.</exception>
    public string Answer(string request)
    {
        // Most lines repeat the question of the line before: then only the operands are read.
        if (last is not null && request.Length > lastHeader.Length && request[lastHeader.Length] == ' '
            && request.StartsWith(lastHeader, StringComparison.Ordinal)
            && !request.AsSpan(lastHeader.Length).Contains('='))
        {
            return last.Answer(request.AsSpan(lastHeader.Length));
        }

        Question question = Question.Parse(request, out string operands);
        try
        {
            last = Answerer.For(question);
            lastHeader = request[..(request.Length - operands.Length)].TrimEnd(' ');
            return last.Answer(operands);
        }
        catch (UnsupportedException)
        {
            last = null;
            return Unsupported;
        }
    }
}
