namespace Mxact.Conformance.Checks;

/// <summary>
/// What a kernel that gives one and the same answer to everything would pass: the measure of how little a number of passes may mean.
/// </summary>
internal sealed class ConstantAnswer
{
    /// <summary>Different answers that are counted; the frequent ones are met long before.</summary>
    private const int Most = 1 << 16;

    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The rows that were not declined.</summary>
    public int Rows { get; private set; }

    /// <summary>The answer that most rows expect; empty without rows.</summary>
    public string Answer => Best.Key ?? "";

    /// <summary>How many rows expect it.</summary>
    public int Passes => Best.Value;

    private KeyValuePair<string, int> Best
        => counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Counts a row by what it expects.</summary>
    public void Add(Judged judged)
    {
        if (judged.Verdict == Verdict.Unsupported)
        {
            return;
        }

        Rows++;
        if (counts.TryGetValue(judged.Expected, out int count) || counts.Count < Most)
        {
            counts[judged.Expected] = count + 1;
        }
    }
}
