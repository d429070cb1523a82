using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mxact.Training.Sweeps;

/// <summary>
/// Names of a plan as names of folders. An arm's is restricted; a value of the grid may be anything, and what could mean something in a
/// path is written as <c>%2F</c>, so that a run's folder lies inside its sweep's and no two have one.
/// </summary>
internal static class FolderName
{
    /// <summary>What an arm's name may be, as a message says it.</summary>
    public const string Allowed = "letters, digits, '-', '_', '+' and '.', a letter, digit or '_' first, at most 100 of them";

    private const int MostOfArm = 100;

    /// <summary>File systems take 255 bytes; longer names end with a hash instead.</summary>
    private const int MostOfPoint = 200;

    private const int HashDigits = 16;

    /// <summary>Files that a sweep's folder holds beside its arms.</summary>
    private static readonly string[] Taken = ["plan.json", "report.html", "runs.csv", "arms.csv"];

    /// <summary>Whether an arm's name can be a folder's.</summary>
    public static bool IsArm(string name)
        => name.Length is > 0 and <= MostOfArm
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+')
            && (char.IsAsciiLetterOrDigit(name[0]) || name[0] == '_')
            && !Taken.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The folder of a point of the grid: <c>lr=1e-3,seed=0</c>.</summary>
    /// <param name="point">Options, whose names are plain, and values.</param>
    public static string OfPoint(IReadOnlyDictionary<string, string> point)
    {
        string name = point.Count == 0 ? "run" : string.Join(',', point.Select(p => $"{Encode(p.Key)}={Encode(p.Value)}"));
        if (name.Length <= MostOfPoint)
        {
            return name;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)))[..HashDigits];
        return $"{name[..(MostOfPoint - HashDigits - 1)]}~{hash}";
    }

    /// <summary>What is neither a plain character nor harmless in a name, byte by byte.</summary>
    private static string Encode(string value)
    {
        StringBuilder encoded = new();
        foreach (byte b in Encoding.UTF8.GetBytes(value))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || "-_.+:;=".Contains((char)b, StringComparison.Ordinal)
                ? encoded.Append((char)b)
                : encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }
}
