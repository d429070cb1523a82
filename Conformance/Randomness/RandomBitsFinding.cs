using System.Globalization;
using Mxact.Vectors;

namespace Mxact.Conformance.Randomness;

/// <summary>Something about a kernel's own random bits that is not as random bits are.</summary>
/// <param name="Question">Of which question.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Words">The same in a sentence.</param>
/// <param name="Evidence">The plainest counts.</param>
/// <param name="Alternatives">Other names whose predictions no count tells from it.</param>
internal sealed record RandomBitsFinding(Question Question, string Name, string Words, IReadOnlyList<string> Evidence,
    IReadOnlyList<string> Alternatives)
{
    private const int MaxEvidence = 3;
    private const int MaxAlternatives = 4;

    /// <summary>How far an agreement may be from what a name predicts, which says the word's use and not its rate.</summary>
    private const double Near = 0.03;

    /// <summary>What the draws of a question show.</summary>
    public static IEnumerable<RandomBitsFinding> Of(QuestionDraws draws, double limit)
    {
        Question question = draws.Question;
        if (draws.Values.FirstOrDefault(value => value.Impossible is not null) is { } impossible)
        {
            yield return new(question, "an answer that no random bits give", "neither of the two codes beside the value",
                [$"{impossible.Value.Input}: {impossible.Impossible}, and not {impossible.Value.Below} or {impossible.Value.Above}"], []);
            yield break;
        }

        IReadOnlyList<(int Distance, Deviation Deviation)> dependent = draws.Dependent(limit);
        IReadOnlyList<Deviation> biased = draws.Against(value => value.Probability, limit);
        if (biased.Count > 0)
        {
            Bias[] names = [.. Biases.Of(question).Where(bias => draws.Values.All(value => bias.Probability(value.Value) is not null)
                && draws.Against(value => bias.Probability(value)!.Value, limit).Count == 0)];
            if (names.Length > 0)
            {
                yield return new(question, names[0].Name, names[0].Words, Plainest(biased),
                    [.. names.Skip(1).Select(name => name.Name).Take(MaxAlternatives)]);
            }
            else if (dependent.Count == 0)
            {
                // Where draws depend on each other counts stray further without any bias: that is said below.
                yield return new(question, "biased", "rounded up too often or too seldom, as no name of the list says",
                    Plainest(biased), []);
            }

            if (names.Length > 0 && names[0].IsFixed)
            {
                yield break;
            }
        }

        IReadOnlyList<Deviation> uneven = draws.Uneven(limit);
        if (dependent.Count > 0)
        {
            (string name, string words) = NameOf(draws, [.. dependent.Select(d => d.Distance).Distinct()]);
            yield return new(question, name, words, Plainest([.. dependent.Select(d => d.Deviation), .. uneven]), []);
        }
        else if (uneven.Count > 0)
        {
            yield return new(question, "counts spread otherwise than those of independent draws", "variance", Plainest(uneven), []);
        }
    }

    /// <summary>
    /// One word for g draws in a row makes a pair at distance d one word's with probability (g - d) / g, and else two words'. A short
    /// period makes every pair at its multiples equal.
    /// </summary>
    private static (string Name, string Words) NameOf(QuestionDraws draws, int[] distances)
    {
        bool Predicts(Func<int, double> agreement)
            => QuestionDraws.Distances.All(distance => Math.Abs(draws.Agreement(distance) - agreement(distance)) < Near);
        foreach (int group in QuestionDraws.Distances.Where(g => g > 1))
        {
            if (Predicts(distance => 0.5 + (Math.Max(0, group - distance) / (2.0 * group))))
            {
                return (Text($"one random word for {group} values in a row"), "each word is used more than once");
            }
        }

        int period = QuestionDraws.Distances.FirstOrDefault(distance => draws.Agreement(distance) == 1);
        return period > 0
            ? (Text($"the random words come back after {period} values"), "the generator's period, or what is used of it, is short")
            : (Text($"draws depend on those {string.Join(", ", distances)} before"), "random words are alike, or avoid each other");
    }

    private static IReadOnlyList<string> Plainest(IReadOnlyList<Deviation> found)
        => [.. found.OrderByDescending(deviation => deviation.Excess).Take(MaxEvidence).Select(deviation => deviation.Words)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
