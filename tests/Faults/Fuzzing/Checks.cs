using System.Security.Cryptography;
using System.Text;
using Mxact.Shell;

namespace Mxact.Faults.Fuzzing;

/// <summary>Check sums put right again after a mutation, as somebody who forges a file would.</summary>
internal static class Checks
{
    private const int JsonDigits = 16;

    /// <summary>Those of a log under a <see cref="RowChain"/>.</summary>
    public static byte[] OfRows(byte[] log)
    {
        string[] lines = Encoding.Latin1.GetString(log).Split('\n');
        RowChain chain = new(lines[0]);
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].LastIndexOf(',') is >= 0 and int comma)
            {
                lines[i] = $"{lines[i][..comma]},{chain.Add(lines[i][..comma])}";
            }
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    /// <summary>That of a JSON file whose last member is <c>check</c>.</summary>
    public static byte[] OfJson(byte[] json)
    {
        int member = json.AsSpan().LastIndexOf(",\n  \"check\": \""u8);
        if (member < 0)
        {
            return json;
        }

        byte[] content = [.. json.AsSpan(0, member), .. "\n}"u8];
        string check = Convert.ToHexStringLower(SHA256.HashData(content))[..JsonDigits];
        return [.. json.AsSpan(0, member), .. Encoding.ASCII.GetBytes($",\n  \"check\": \"{check}\"\n}}")];
    }
}
