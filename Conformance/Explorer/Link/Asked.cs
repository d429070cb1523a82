using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Explorer.Link;

/// <summary>
/// A request of the protocol and its answer. The page asks what <c>mxact serve</c> would be asked and shows what that would answer; the
/// request stands beside each answer, so that a check can ask the command the same.
/// </summary>
/// <param name="Request">The request.</param>
/// <param name="Text">The answer, or one line that says why there is none.</param>
/// <param name="IsAnswer">Whether it was answered.</param>
public sealed record Asked(string Request, string Text, bool IsAnswer)
{
    /// <summary>The page runs on one thread.</summary>
    private static readonly Dictionary<string, Answerer> Known = new(StringComparer.Ordinal);

    /// <summary>Asks.</summary>
    /// <param name="question">The operation, its formats and its choices.</param>
    /// <param name="operands">The operands.</param>
    public static Asked Of(string question, string operands)
    {
        string request = $"{question} {operands}";
        try
        {
            if (!Known.TryGetValue(question, out Answerer? answerer))
            {
                Known[question] = answerer = Answerer.For(Question.Parse(question, out _));
            }

            return new(request, answerer.Answer(operands), true);
        }
        catch (RequestException refusal)
        {
            return new(request, refusal.Message, false);
        }
    }

    /// <summary>The answer's words.</summary>
    public string[] Words => Text.Split(' ');
}
