namespace Mxact.Faults.Programs;

/// <summary>What was found wrong, counted by kind, each with its first cases.</summary>
internal sealed class Tally
{
    private const int MostShown = 5;
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    public Tally(params string[] kinds) => Array.ForEach(kinds, kind => counts[kind] = 0);

    /// <summary>All of them.</summary>
    public int Total => counts.Values.Sum();

    /// <summary>Counts one, and says what it was.</summary>
    public void Add(string kind, string what)
    {
        counts[kind] = counts.GetValueOrDefault(kind) + 1;
        if (counts[kind] <= MostShown)
        {
            Console.WriteLine($"  {kind}: {Shell.Printable.Short(what, 600)}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"));
}
