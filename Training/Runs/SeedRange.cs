using System.Globalization;

namespace Mxact.Training.Runs;

/// <summary>Seeds from one to another, written <c>0..19</c>.</summary>
internal static class SeedRange
{
    private const int Most = 10_000;

    /// <summary>Reads a range.</summary>
    /// <param name="text">First and last seed, two dots between.</param>
    /// <param name="seeds">All of them, in order.</param>
    /// <returns>False where it is none: a single seed, more than 10,000, or the last before the first.</returns>
    public static bool TryParse(string text, out IReadOnlyList<string> seeds)
    {
        string[] ends = text.Split("..");
        if (ends.Length == 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && first <= last
            && last - (long)first < Most)
        {
            seeds = [.. Enumerable.Range(first, last - first + 1).Select(s => s.ToString(CultureInfo.InvariantCulture))];
            return true;
        }

        seeds = [];
        return false;
    }
}
