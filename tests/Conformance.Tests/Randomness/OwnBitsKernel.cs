using Mxact.Conformance.Adapters;
using Mxact.Vectors;
using Mxact.Vectors.Generators;

namespace Mxact.Conformance.Tests.Randomness;

/// <summary>The reference with random bits of its own, which may be worse than random; from a seed: every run is the same.</summary>
/// <param name="next">The random word of each conversion, given the generator, the conversion's number and n.</param>
internal sealed class OwnBitsKernel(Func<SplitMix, long, int, ulong> next, ulong seed = 1) : IKernelUnderTest
{
    private readonly Answers answers = new();
    private readonly SplitMix generator = new(seed);
    private long count;

    public string Name => "a kernel with random bits of its own";

    public IReadOnlyList<string> Declared => [];

    /// <summary>What becomes of a request before it is answered; random bits and all.</summary>
    public Func<Question, string, string>? Reworded { get; init; }

    public IEnumerable<Reply> Ask(IReadOnlyList<string> requests)
    {
        foreach (string request in requests)
        {
            if (!request.Contains("rounding=stochastic", StringComparison.Ordinal))
            {
                yield return Reply.Of(answers.Answer(Reworded is null ? request : Reworded(Question.Parse(request, out string all), all)));
                continue;
            }

            Question question = Question.Parse(request, out string operands);
            string input = operands.Split(' ')[0];
            RoundingMode mode = question.Policy.Rounding;
            ulong word = next(generator, count++, mode.RandomBits);
            string own = $"{input} {word.ToString($"x{mode.RandomDigits}", System.Globalization.CultureInfo.InvariantCulture)}";
            yield return Reply.Of(answers.Answer(Reworded is null ? $"{question} {own}" : Reworded(question, own)));
        }
    }

    public void Dispose()
    {
    }
}
