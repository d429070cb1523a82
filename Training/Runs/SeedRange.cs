using System.Globalization;

namespace Mxact.Training.Runs;

/// <summary>Several seeds, written as ranges and single ones: <c>0..19</c>, <c>3,5,8..11</c>.</summary>
internal static class SeedRange
{
    private const int Most = 10_000;

    /// <summary>Reads seeds.</summary>
    /// <param name="text">Seeds, or first and last with two dots between, separated by commas.</param>
    /// <param name="seeds">All of them, in order.</param>
    /// <returns>
    /// False where they are none: a single seed, more than 10,000, one twice, or the last of a range before its first.
    /// </returns>
    public static bool TryParse(string text, out IReadOnlyList<string> seeds)
    {
        seeds = [];
        if (!text.Contains("..", StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal))
        {
            return false;
        }

        List<string> all = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split("..");
            if (ends.Length > 2
                || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || first > last
                || last - (long)first + all.Count >= Most)
            {
                return false;
            }

            all.AddRange(Enumerable.Range(first, last - first + 1).Select(s => s.ToString(CultureInfo.InvariantCulture)));
        }

        if (all.Distinct().Count() != all.Count)
        {
            return false;
        }

        seeds = all;
        return true;
    }
}
