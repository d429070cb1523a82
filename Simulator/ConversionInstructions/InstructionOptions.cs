using System.Globalization;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>The <c>key=value</c> parts behind an instruction's name: fields of its encoding and of the machine's state.</summary>
internal sealed class InstructionOptions
{
    private const int MostOptions = 16;
    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);
    private readonly List<string> known = [];

    /// <summary>Reads <c>key=value,key=value</c>.</summary>
    /// <exception cref="ArgumentException">Not of that shape, or a key twice.</exception>
    public InstructionOptions(string text)
    {
        string[] parts = text.Length == 0 ? [] : text.Split(',');
        if (parts.Length > MostOptions)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"an instruction has at most {MostOptions} options, not {parts.Length}"));
        }

        foreach (string part in parts)
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0 || !given.TryAdd(pair[0], pair[1]))
            {
                throw new ArgumentException($"options of an instruction are key=value,key=value, each key once; '{part}' is none");
            }
        }
    }

    /// <summary>A number that is one of a few.</summary>
    /// <exception cref="ArgumentException">Another.</exception>
    public int Number(string key, int usual, params int[] allowed)
        => Number(key, usual, allowed.Contains, string.Join(" or ", allowed.Select(n => n.ToString(CultureInfo.InvariantCulture))));

    /// <summary>A number from 0 to a greatest.</summary>
    /// <exception cref="ArgumentException">Another.</exception>
    public int UpTo(string key, int greatest, int usual = 0)
        => Number(key, usual, n => n <= greatest, string.Create(CultureInfo.InvariantCulture, $"0 to {greatest}"));

    /// <summary>A number that may be negative.</summary>
    /// <exception cref="ArgumentException">Not from the least to the greatest.</exception>
    public int Signed(string key, int least, int greatest)
    {
        known.Add(key);
        return !given.Remove(key, out string? text) ? 0
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least
                && number <= greatest ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{key}={text}: {key} is {least} to {greatest}"));
    }

    /// <summary>The options that are not the usual ones, as they stand behind a name: <c>:key=value,key=value</c>, or nothing.</summary>
    public static string Written(params (string Key, int Value, int Usual)[] options)
    {
        string[] unusual = [.. options.Where(option => option.Value != option.Usual)
            .Select(option => string.Create(CultureInfo.InvariantCulture, $"{option.Key}={option.Value}"))];
        return unusual.Length == 0 ? "" : $":{string.Join(',', unusual)}";
    }

    /// <summary>A number, decimal or hexadecimal after 0x.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="usual">What it is where it is not given.</param>
    /// <param name="isAllowed">Whether it may be one.</param>
    /// <param name="allowed">Which it may be, in words.</param>
    /// <exception cref="ArgumentException">It may not.</exception>
    public int Number(string key, int usual, Func<int, bool> isAllowed, string allowed)
    {
        known.Add(key);
        if (!given.Remove(key, out string? text))
        {
            return usual;
        }

        bool isHexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        return int.TryParse(isHexadecimal ? text.AsSpan(2) : text, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out int number) && number >= 0 && isAllowed(number) ? number
            : throw new ArgumentException($"{key}={text}: {key} is {allowed}");
    }

    /// <summary>Refuses what nobody asked for.</summary>
    /// <exception cref="ArgumentException">There is some.</exception>
    public void RefuseOthers(string name)
    {
        if (given.Count > 0)
        {
            throw new ArgumentException($"{name} has no option '{given.Keys.First()}'; "
                + (known.Count == 0 ? "it has none" : $"it has {string.Join(", ", known)}"));
        }
    }
}
