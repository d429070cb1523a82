using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Sweeping;

/// <summary>What a log proves of a combination.</summary>
/// <param name="Combination">Which, see <see cref="Combination.ToString"/>.</param>
/// <param name="Inputs">Inputs that its rows cover, none of them twice.</param>
/// <param name="Mismatches">Those that differ.</param>
/// <param name="Missing">Stretches of chunks that no row covers, first and last each.</param>
internal sealed record Coverage(string Combination, long Inputs, long Mismatches, IReadOnlyList<(int First, int Last)> Missing)
{
    /// <summary>Whether every input was swept and none differs.</summary>
    public bool IsProof => Missing.Count == 0 && Mismatches == 0;

    /// <summary>What a log covers of a combination.</summary>
    /// <param name="combination">Which.</param>
    /// <param name="log">Rows of a log; they do not overlap.</param>
    public static Coverage Of(string combination, IEnumerable<Stretch> log)
    {
        List<Stretch> rows = [.. log.Where(s => s.Combination == combination).OrderBy(s => s.First)];
        List<(int, int)> missing = [];
        int next = 0;
        foreach (Stretch row in rows)
        {
            if (row.First > next)
            {
                missing.Add((next, row.First - 1));
            }

            next = row.Last + 1;
        }

        if (next < Sweep.Chunks)
        {
            missing.Add((next, Sweep.Chunks - 1));
        }

        return new(combination, rows.Sum(s => s.Inputs), rows.Sum(s => s.Mismatches), missing);
    }
}
