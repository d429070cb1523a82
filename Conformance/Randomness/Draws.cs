namespace Mxact.Conformance.Randomness;

/// <summary>What came of asking for one value again and again.</summary>
/// <param name="value">The value.</param>
internal sealed class Draws(DrawnValue value)
{
    /// <summary>How often each value is asked.</summary>
    public const int Count = 4096;

    /// <summary>Draws in a batch of those whose counts are held against each other.</summary>
    public const int BatchDraws = 64;

    private readonly List<bool> ups = new(Count);

    /// <summary>The value.</summary>
    public DrawnValue Value => value;

    /// <summary>How many draws went up.</summary>
    public int Ups { get; private set; }

    /// <summary>How many there are.</summary>
    public int Made => ups.Count;

    /// <summary>The first answer that is neither of the two codes, which no random bits give; null where there is none.</summary>
    public string? Impossible { get; private set; }

    /// <summary>Takes an answer in.</summary>
    public void Add(string answer)
    {
        if (answer != value.Below && answer != value.Above)
        {
            Impossible ??= answer;
            return;
        }

        bool isUp = answer == value.Above;
        ups.Add(isUp);
        Ups += isUp ? 1 : 0;
    }

    /// <summary>Whole batches, and the sum of the squared distances of their counts from the mean of a fair draw.</summary>
    public (int Batches, double Sum) Dispersion()
    {
        double sum = 0;
        int batches = ups.Count / BatchDraws;
        for (int batch = 0; batch < batches; batch++)
        {
            double distance = ups.GetRange(batch * BatchDraws, BatchDraws).Count(up => up) - (BatchDraws / 2.0);
            sum += distance * distance;
        }

        return (batches, sum);
    }

    /// <summary>
    /// How many pairs of draws at a distance there are, and how many of them agree. Of a fair draw each pair agrees or not as a coin of
    /// its own falls, also where pairs share a draw.
    /// </summary>
    public (int Pairs, int Equal) Agreement(int distance)
    {
        int pairs = Math.Max(0, ups.Count - distance);
        return (pairs, Enumerable.Range(0, pairs).Count(i => ups[i] == ups[i + distance]));
    }
}
