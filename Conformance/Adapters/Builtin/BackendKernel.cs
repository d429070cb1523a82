using Mxact.Vectors;

namespace Mxact.Conformance.Adapters.Builtin;

/// <summary>
/// One of this project's own backends, asked like any other kernel. Rows that ask the same question one after the other go through
/// it together, as matrices would: side by side in the lanes, not each alone in the first.
/// </summary>
internal sealed class BackendKernel(Backend backend) : IKernelUnderTest
{
    private const int MostTogether = 4096;

    public string Name { get; } = $"builtin:{Backends.NameOf(backend)}";

    public IReadOnlyList<string> Declared => [];

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        for (int first = 0; first < requests.Count;)
        {
            Question question = Question.Parse(requests[first], out string operands);
            string header = requests[first][..^operands.Length];
            List<string> together = [operands];
            while (first + together.Count < requests.Count && together.Count < MostTogether
                && Continues(requests[first + together.Count], header, operands))
            {
                together.Add(requests[first + together.Count][header.Length..]);
            }

            foreach (Reply reply in Answer(question, together))
            {
                yield return reply;
            }

            first += together.Count;
        }
    }

    public void Dispose()
    {
    }

    /// <summary>The same question with operands of the same lengths.</summary>
    private static bool Continues(string request, string header, string operands)
        => request.Length == header.Length + operands.Length && request.StartsWith(header, StringComparison.Ordinal)
            && !request.AsSpan(header.Length).Contains('=') && SameWords(request.AsSpan(header.Length), operands);

    private static bool SameWords(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if ((a[i] == ' ') != (b[i] == ' '))
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<Reply> Answer(Question question, List<string> together)
    {
        Func<IReadOnlyList<string>, string[]>? operation = question.Operation switch
        {
            Operation.Encode or Operation.Decode => ElementOperations.Of(question, backend),
            Operation.Scale or Operation.Quantize or Operation.Dequantize => BlockOperations.Of(question, backend),
            Operation.Dot => DotOperations.Of(question, backend),
            _ => null,
        };
        return operation is null
            ? Enumerable.Repeat(Reply.Of(Answers.Unsupported), together.Count)
            : operation(together).Select(Reply.Of);
    }
}
