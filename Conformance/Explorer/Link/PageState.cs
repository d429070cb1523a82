using System.Collections.Immutable;

namespace Mxact.Explorer.Link;

/// <summary>What the page shows, as its link says it: <c>#number?x=4.25</c>. Whoever has the link sees the same.</summary>
/// <param name="View">The view's name.</param>
/// <param name="Values">What was typed and chosen there; what stands at its default is left out.</param>
public sealed record PageState(string View, ImmutableSortedDictionary<string, string> Values)
{
    /// <summary>A value, or an empty text.</summary>
    public string this[string key] => Values.GetValueOrDefault(key, "");

    /// <summary>A value, or what stands there by default.</summary>
    public string Or(string key, string value) => Values.GetValueOrDefault(key, value);

    /// <summary>The state with another value; an empty one goes back to the default.</summary>
    public PageState With(string key, string value)
        => this with { Values = value.Length == 0 ? Values.Remove(key) : Values.SetItem(key, value) };

    /// <summary>The state with a value that may be empty, where the default is not.</summary>
    public PageState WithText(string key, string value) => this with { Values = Values.SetItem(key, value) };

    /// <summary>The link, without its number sign.</summary>
    public string Fragment => Values.IsEmpty ? View
        : View + "?" + string.Join('&', Values.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    /// <summary>Reads a link; any text is one.</summary>
    public static PageState Parse(string fragment)
    {
        string[] parts = fragment.Split('?', 2);
        ImmutableSortedDictionary<string, string>.Builder values = ImmutableSortedDictionary.CreateBuilder<string, string>(
            StringComparer.Ordinal);
        foreach (string pair in parts.Length == 2 ? parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            string[] sides = pair.Split('=', 2);
            values[sides[0]] = sides.Length == 2 ? Uri.UnescapeDataString(sides[1]) : "";
        }

        return new(parts[0], values.ToImmutable());
    }
}
