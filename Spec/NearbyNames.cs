namespace Mxact;

/// <summary>Names that somebody who mistyped one may have meant.</summary>
internal static class NearbyNames
{
    private const int MaxEdits = 3;

    /// <summary>Every name with the first word of what was typed; when there is none, the names fewest edits away.</summary>
    public static string[] To(string typed, string[] names)
    {
        string text = typed.Trim().ToLowerInvariant().Replace('_', '-');
        string first = text.Split('-', ':')[0];
        string[] sameWord = [.. names.Where(name => first.Length > 2 && name.Contains(first, StringComparison.Ordinal))];
        if (sameWord.Length > 0)
        {
            return sameWord;
        }

        return Fewest(text, names);
    }

    /// <summary>The names fewest edits away, unless that is more than a slip: half of what was typed, or three.</summary>
    public static string[] Fewest(string text, string[] names)
    {
        // A name of any length must cost nothing: the distance is a table of one length times the other.
        if (names.Length == 0 || text.Length > 2 * names.Max(name => name.Length))
        {
            return [];
        }

        int least = names.Min(name => Edits(text, name));
        return least <= Math.Min(MaxEdits, text.Length / 2) ? [.. names.Where(name => Edits(text, name) == least)] : [];
    }

    /// <summary>Levenshtein's distance: letters inserted, deleted or replaced.</summary>
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
