using System.Collections.Immutable;
using System.Globalization;
using Mxact.Vectors;

namespace Mxact.Conformance.Randomness;

/// <summary>Something a kernel with bits of its own may do otherwise: it predicts how often each value is rounded up.</summary>
/// <param name="Name">What a report calls it.</param>
/// <param name="Words">The same in a sentence.</param>
/// <param name="Probability">How often a value is rounded up; null where it does not say.</param>
/// <param name="IsFixed">Whether every draw of a value is the same.</param>
internal sealed record Bias(string Name, string Words, Func<DrawnValue, double?> Probability, bool IsFixed = false);

/// <summary>The list of biases: data, the plainest first. A name is given only where every count is what it predicts.</summary>
internal static class Biases
{
    /// <summary>Those that act on a question.</summary>
    public static IEnumerable<Bias> Of(Question question)
    {
        RoundingMode asked = question.Policy.Rounding;
        foreach (RoundingMode mode in RoundingMode.Deterministic)
        {
            yield return Other(question, mode, mode == RoundingMode.TowardZero
                ? "no random bits, or those that the request supplies, which are zeros here" : "no random bits at all");
        }

        yield return new("always away from zero", "no random bits at all", value => value.Ups == 0 ? null : 1, IsFixed: true);
        foreach (Bias bias in OfWords)
        {
            yield return bias;
        }

        foreach (StochasticVariant variant in Enum.GetValues<StochasticVariant>().Where(variant => variant != asked.Variant))
        {
            yield return Other(question, RoundingMode.Stochastic(asked.RandomBits, variant), "the bits meet the fraction otherwise");
        }

        yield return new("more random bits than asked", "the fraction is not cut to n bits", value => Fraction(value));
        for (int bits = asked.RandomBits - 1; bits > 0; bits--)
        {
            yield return Other(question, asked with { RandomBits = bits }, string.Create(CultureInfo.InvariantCulture,
                $"{bits} random bits where {asked.RandomBits} are asked"));
        }
    }

    /// <summary>Which of the 2^n words are drawn, and which of them round up.</summary>
    private static ImmutableArray<Bias> OfWords { get; } =
    [
        new("the word of zeros is never drawn", "an LFSR, or a number from 0 to 1 times 2^n - 1 that is rounded up",
            value => value.Ups / (value.Words - 1.0)),
        new("the word of ones is never drawn", "a remainder by 2^n - 1, or a number from 0 to 1 times 2^n - 1 that is truncated",
            value => Math.Max(0, value.Ups - 1.0) / (value.Words - 1.0)),
        new("one word too many rounds up", "the random bits are one too great, or > stands where >= should not",
            value => Math.Min(1, (value.Ups + 1.0) / value.Words)),
        new("one word too few rounds up", "the random bits are one too small, or > stands where >= should",
            value => Math.Max(0, value.Ups - 1.0) / value.Words),
        new("up and down exchanged", "up with the probability of down", value => 1 - value.Probability),
        new("up and down equally likely", "one random bit, whatever the fraction is", _ => 0.5),
    ];

    private static Bias Other(Question question, RoundingMode mode, string words)
    {
        Question other = Question.Of(question.Operation, question.Formats,
            [.. question.Choices.Where(choice => !choice.StartsWith("rounding=", StringComparison.Ordinal)), $"rounding={mode}"]);
        return new($"rounding={mode}", words, value => value.Under(other), IsFixed: !mode.IsStochastic);
    }

    /// <summary>The discarded fraction itself, from where the value lies.</summary>
    private static double Fraction(DrawnValue value) => value.Place switch
    {
        Place.Beneath => 0.75 / value.Words,
        Place.Least => 1.0 / value.Words,
        Place.Half => 0.5,
        _ => 1 - (1.0 / value.Words),
    };
}
