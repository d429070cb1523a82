using System.Globalization;
using System.Text;

namespace Mxact.Shell;

/// <summary>
/// Text from elsewhere (a kernel's answer, a name in a file) as a terminal or a report may be given it: a control character could move the
/// cursor, recolour what follows or be no XML at all.
/// </summary>
internal static class Printable
{
    /// <summary>The text with every control character, line ends included, written as <c>\x1b</c>.</summary>
    public static string Line(string text)
    {
        StringBuilder escaped = new(text.Length);

        // A surrogate without its other half is no character: the enumeration gives U+FFFD for it.
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = IsControl(rune.Value) ? escaped.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}")
                : escaped.Append(rune.ToString());
        }

        return escaped.ToString();
    }

    /// <summary>
    /// The text as a cell of a table that a spreadsheet opens: one that begins as a formula does is made a text by the apostrophe that
    /// spreadsheets take for that.
    /// </summary>
    public static string Cell(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text
        : text;

    /// <summary>The same of a text that may be long: its beginning, and how long it is.</summary>
    public static string Short(string text, int length)
        => Line(text.Length <= length ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text[..length]}... ({text.Length} characters)"));

    /// <summary>Unicode's controls, its line separators, the marks that turn the direction of text, and what is no character.</summary>
    private static bool IsControl(int c)
        => c is < 0x20 or (>= 0x7f and < 0xa0) or 0x061c or 0x200e or 0x200f or 0x2028 or 0x2029 or (>= 0x202a and <= 0x202e)
            or (>= 0x2066 and <= 0x2069) or 0xfeff or (>= 0xfff9 and <= 0xfffb) or 0xfffe or 0xffff;
}
