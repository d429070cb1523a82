using System.Collections.Immutable;

namespace Mxact.Vectors;

/// <summary>What sets a fresh generation apart from the committed set.</summary>
/// <param name="Added">How many rows are new, by file.</param>
/// <param name="Broken">Committed rows that are not produced any more, or with another request or answer; null where there is no such
/// row.</param>
/// <param name="Redescribed">Rows with another level, latitudes, clause or flags, which may change.</param>
internal sealed record GoldenChanges(
    ImmutableArray<(string File, int Rows)> Added, ImmutableArray<(TestVector Committed, TestVector? Fresh)> Broken, int Redescribed)
{
    /// <summary>Files that are not byte for byte the same.</summary>
    public ImmutableArray<string> DifferentFiles { get; init; } = [];

    /// <summary>Compares row by row, by id, wherever a row stands.</summary>
    /// <exception cref="VectorFileException">Two committed rows have one id.</exception>
    public static GoldenChanges Find(
        IEnumerable<(string Name, IEnumerable<TestVector> Rows)> committed, IEnumerable<(string Name, IEnumerable<TestVector> Rows)> fresh)
    {
        Dictionary<string, TestVector> old = [];
        foreach ((string name, IEnumerable<TestVector> rows) in committed)
        {
            foreach (TestVector row in rows)
            {
                if (!old.TryAdd(row.Id, row))
                {
                    throw new VectorFileException($"{name}: row {row.Id} stands twice in the set");
                }
            }
        }

        Dictionary<string, TestVector> now = [];
        ImmutableArray<(string, int)>.Builder added = ImmutableArray.CreateBuilder<(string, int)>();
        foreach ((string name, IEnumerable<TestVector> rows) in fresh)
        {
            int count = 0;
            foreach (TestVector row in rows)
            {
                now.Add(row.Id, row);
                count += old.ContainsKey(row.Id) ? 0 : 1;
            }

            if (count > 0)
            {
                added.Add((name, count));
            }
        }

        (TestVector Committed, TestVector? Fresh)[] pairs = [.. old.Values.Select(row => (row, now.GetValueOrDefault(row.Id)))];
        (TestVector Committed, TestVector? Fresh)[] broken = [.. pairs.Where(pair => !IsKept(pair.Committed, pair.Fresh))];
        return new(added.ToImmutable(), [.. broken], pairs.Except(broken).Count(pair => pair.Fresh != pair.Committed));
    }

    private static bool IsKept(TestVector committed, TestVector? fresh)
        => fresh is not null && fresh.Request == committed.Request && fresh.Expected == committed.Expected;
}
