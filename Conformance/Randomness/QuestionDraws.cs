using Mxact.Vectors;

namespace Mxact.Conformance.Randomness;

/// <summary>A count that is further out than the whole test's false-alarm rate allows, in words.</summary>
/// <param name="Excess">By how much its logarithm is beyond the limit: the greater, the plainer.</param>
/// <param name="Words">What was seen, and what was to be expected.</param>
internal sealed record Deviation(double Excess, string Words);

/// <summary>Everything that was drawn of one question, and what of it random bits would not have done.</summary>
/// <param name="question">The question.</param>
/// <param name="values">The values that it is asked.</param>
internal sealed class QuestionDraws(Question question, IReadOnlyList<DrawnValue> values)
{
    /// <summary>Distances between draws at which they are held against each other: a word for two lanes, a short period.</summary>
    public static readonly int[] Distances = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    /// <summary>The question.</summary>
    public Question Question => question;

    /// <summary>The draws, value by value.</summary>
    public IReadOnlyList<Draws> Values { get; } = [.. values.Select(value => new Draws(value))];

    /// <summary>Those of even odds.</summary>
    public IReadOnlyList<Draws> Fair => [.. Values.Where(draws => draws.Value.IsFair)];

    /// <summary>Different exponents.</summary>
    public int Exponents { get; } = values.DistinctBy(value => value.Bin).Count();

    /// <summary>
    /// How many counts are looked at, whatever they turn out to be: of each value, of all values of a probability; of those of even odds
    /// the spread of their batches and their agreement at each distance, one by one and all together.
    /// </summary>
    public int Tests => Values.Count + values.DistinctBy(value => value.Probability).Count()
        + ((Fair.Count + 1) * (1 + Distances.Length));

    /// <summary>The requests, in order: each value as often as it is drawn.</summary>
    public IReadOnlyList<string> Requests
        => [.. Values.SelectMany(draws => Enumerable.Repeat($"{question} {draws.Value.Operands(question.Policy.Rounding)}", Draws.Count))];

    /// <summary>Takes the answers to the requests in.</summary>
    public void Add(IReadOnlyList<string> answers)
    {
        for (int i = 0; i < answers.Count; i++)
        {
            Values[i / Draws.Count].Add(answers[i]);
        }
    }

    /// <summary>
    /// What speaks against a kernel that rounds each value up with a given probability: nothing where it is null of every value.
    /// </summary>
    public IReadOnlyList<Deviation> Against(Func<DrawnValue, double> probability, double limit)
    {
        List<Deviation> found = [];
        foreach (Draws draws in Values)
        {
            Note(found, TailBound.Binomial(draws.Made, draws.Ups, probability(draws.Value)), limit, () => RandomBitsText.Of(draws,
                probability(draws.Value)));
        }

        foreach (IGrouping<double, Draws> alike in Values.GroupBy(draws => probability(draws.Value)))
        {
            long made = alike.Sum(draws => (long)draws.Made);
            long ups = alike.Sum(draws => (long)draws.Ups);
            Note(found, TailBound.Binomial(made, ups, alike.Key), limit, () => RandomBitsText.Of([.. alike], made, ups, alike.Key));
        }

        return found;
    }

    /// <summary>Counts of batches that spread too far, or not far enough.</summary>
    public IReadOnlyList<Deviation> Uneven(double limit)
    {
        List<Deviation> found = [];
        foreach (IReadOnlyList<Draws> some in OneByOneAndTogether())
        {
            (int Batches, double Sum)[] parts = [.. some.Select(draws => draws.Dispersion())];
            int batches = parts.Sum(part => part.Batches);
            double sum = parts.Sum(part => part.Sum);
            Note(found, TailBound.Dispersion(batches, Draws.BatchDraws, sum), limit, () => RandomBitsText.OfSpread(some, batches, sum));
        }

        return found;
    }

    /// <summary>Draws at a distance that are equal, or different, too often.</summary>
    public IReadOnlyList<(int Distance, Deviation Deviation)> Dependent(double limit)
    {
        List<(int, Deviation)> found = [];
        foreach (IReadOnlyList<Draws> some in OneByOneAndTogether())
        {
            foreach (int distance in Distances)
            {
                List<Deviation> here = [];
                (int pairs, int equal) = Agreement(some, distance);
                Note(here, TailBound.Binomial(pairs, equal, 0.5), limit, () => RandomBitsText.OfAgreement(some, distance, pairs, equal));
                found.AddRange(here.Select(deviation => (distance, deviation)));
            }
        }

        return found;
    }

    /// <summary>The share of pairs of fair draws at a distance that agree.</summary>
    public double Agreement(int distance)
    {
        (int pairs, int equal) = Agreement(Fair, distance);
        return (double)equal / pairs;
    }

    private static (int Pairs, int Equal) Agreement(IReadOnlyList<Draws> some, int distance)
    {
        (int Pairs, int Equal)[] parts = [.. some.Select(draws => draws.Agreement(distance))];
        return (parts.Sum(part => part.Pairs), parts.Sum(part => part.Equal));
    }

    private IEnumerable<IReadOnlyList<Draws>> OneByOneAndTogether()
        => Fair.Count == 0 ? [] : [.. Fair.Select(draws => (IReadOnlyList<Draws>)[draws]), Fair];

    private static void Note(List<Deviation> found, double bound, double limit, Func<string> words)
    {
        if (bound < limit)
        {
            found.Add(new(limit - bound, words()));
        }
    }
}
