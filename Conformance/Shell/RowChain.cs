using System.Security.Cryptography;
using System.Text;

namespace Mxact.Shell;

/// <summary>
/// What makes a log prove what it says: each row ends with the first eight hexadecimal digits of SHA-256 over the hash before it and the
/// row's text, and the first hash is that of the head. A row that was changed, lost, moved or added does not have the check of its place.
/// It is no signature: who rewrites the whole file can rewrite the checks too.
/// </summary>
/// <param name="head">The head of the log, its last column included.</param>
internal sealed class RowChain(string head)
{
    /// <summary>The last column's name.</summary>
    public const string Column = "check";

    private const int Shown = 4;
    private byte[] link = SHA256.HashData(Encoding.UTF8.GetBytes(head));

    /// <summary>The check of the last row so far; of the head, while there is none.</summary>
    public string Last => Convert.ToHexStringLower(link.AsSpan(0, Shown));

    /// <summary>The head of a log with these columns and the check.</summary>
    public static string Head(string columns) => $"{columns},{Column}";

    /// <summary>Goes on to the next row, and returns its check.</summary>
    /// <param name="row">Its text, without check and line end.</param>
    public string Add(string row)
    {
        link = SHA256.HashData([.. link, .. Encoding.UTF8.GetBytes(row)]);
        return Last;
    }
}
