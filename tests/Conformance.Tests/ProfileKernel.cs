using Mxact.Conformance.Adapters;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Tests;

/// <summary>What a black box does with the choices that a request names.</summary>
internal enum BlackBox
{
    /// <summary>Makes its own choices where a request has <c>ocp</c>'s, and does what it is asked otherwise.</summary>
    Defaulting,

    /// <summary>Makes its own choices whatever it is asked.</summary>
    Deaf,

    /// <summary>Answers requests that name the parameters it has, and no other.</summary>
    Strict,
}

/// <summary>The reference under a policy that nobody tells the asker.</summary>
internal sealed class ProfileKernel(ConversionPolicy policy, BlackBox box) : IKernelUnderTest
{
    public string Name => "black box";

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests) => requests.Select(Reply);

    public void Dispose()
    {
    }

    private Reply Reply(string request)
    {
        Question question = Question.Parse(request, out string operands);
        ConversionPolicy made = policy;
        foreach (Latitude latitude in Latitude.All.Where(l => question.Choices.Any(c
            => c.StartsWith(l.Id + "=", StringComparison.Ordinal))))
        {
            string asked = latitude.Of(question.Policy);
            if (box == BlackBox.Strict && asked != latitude.Of(policy))
            {
                return new(ReplyKind.Unsupported, Answers.Unsupported);
            }

            made = box == BlackBox.Defaulting && asked != latitude.Default ? latitude.With(made, asked)! : made;
        }

        try
        {
            return Adapters.Reply.Of(Answerer.For(question with { Policy = made }).Answer(operands));
        }
        catch (RequestException)
        {
            return new(ReplyKind.Unsupported, Answers.Unsupported);
        }
    }
}
