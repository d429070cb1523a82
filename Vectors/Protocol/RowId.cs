using System.Security.Cryptography;
using System.Text;

namespace Mxact.Vectors;

/// <summary>
/// The id of a row, from what it asks and nothing else: operation and formats for a reader, then 12 digits of the SHA-256 of its
/// canonical request line. A row keeps it wherever it stands and whatever is added beside it.
/// </summary>
internal static class RowId
{
    /// <summary>
    /// Hexadecimal digits of the hash: 48 bits, so that two of 10^5 rows meet once in 50,000 sets, and then generation refuses.
    /// </summary>
    public const int HashDigits = 12;

    /// <summary>The id of a request.</summary>
    public static string Create(Operation operation, string formats, string choices, string operands)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Request(operation, formats, choices, operands)));

        // What an id does not have stands for itself as a point: the slash of e2m1/e8m0/16, the colons of an instruction's options.
        string readable = string.Concat(string.Join('-', formats.Split(' ').Distinct())
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '.'));
        return $"{Names.Of(operation)}-{readable}-{Convert.ToHexStringLower(hash)[..HashDigits]}";
    }

    /// <summary>The canonical request line: one blank between words, the choices sorted, no default added.</summary>
    public static string Request(Operation operation, string formats, string choices, string operands)
        => string.Join(' ', new[] { Names.Of(operation), formats, Sorted(choices), operands }.Where(part => part.Length > 0));

    /// <summary>Choices in the canonical order, that of their characters.</summary>
    public static string Sorted(string choices)
        => choices.Contains(' ')
            ? string.Join(' ', choices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
            : choices;
}
