using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Mxact.Shell;

namespace Mxact.Training.Models;

/// <summary>The header of a .npy file of tokens (NumPy Enhancement Proposal 1, versions 1 and 2), held to what follows it.</summary>
internal static partial class TokenHeader
{
    private const int Prefix = 12;
    private const int MostBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Where the tokens begin, and how many there are.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="UsageException">It is no flat array of uint16, or not as long as it says.</exception>
    public static (long Start, long Count) Read(string path, SafeFileHandle file, long length)
    {
        byte[] head = new byte[Prefix];
        if (RandomAccess.Read(file, head, 0) < Prefix || !head.AsSpan().StartsWith(Magic) || head[6] is < 1 or > 2 || head[7] != 0)
        {
            throw new UsageException($"{path}: is not a .npy file of version 1 or 2");
        }

        int before = head[6] == 1 ? Prefix - sizeof(ushort) : Prefix;
        long bytes = head[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8));
        if (bytes > MostBytes || before + bytes > length)
        {
            throw new UsageException($"{path}: its header is longer than the file or than 65536 bytes");
        }

        byte[] header = new byte[bytes];
        if (RandomAccess.Read(file, header, before) < bytes)
        {
            throw new UsageException($"{path}: shrank while it was read");
        }

        long start = before + bytes;
        long count = Count(Encoding.Latin1.GetString(header))
            ?? throw new UsageException($"{path}: is not a flat array of little-endian uint16 ('<u2')");
        return count <= (length - start) / sizeof(ushort) && count * sizeof(ushort) == length - start
            ? (start, count)
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: its header says {count} tokens of 2 bytes, and {length - start} bytes follow it"));
    }

    /// <summary>The extent of the one axis; null for any other dictionary, and for one that names a key twice.</summary>
    private static long? Count(string dictionary)
    {
        Match match = Dictionary().Match(dictionary);
        Dictionary<string, string> members = [];
        for (int i = 0; match.Success && i < match.Groups["key"].Captures.Count; i++)
        {
            if (!members.TryAdd(match.Groups["key"].Captures[i].Value, match.Groups["value"].Captures[i].Value))
            {
                return null;
            }
        }

        return members.Count == 3
            && members.GetValueOrDefault("descr") is "'<u2'" or "\"<u2\""
            && members.GetValueOrDefault("fortran_order") is "True" or "False"
            && members.GetValueOrDefault("shape") is { } shape
            && Shape().Match(shape) is { Success: true } extent
            && long.TryParse(extent.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : null;
    }

    /// <summary>Every group is atomic: a header that is none is found out in one pass.</summary>
    [GeneratedRegex(
        """^\{(?> *)(?>['"](?<key>\w+)['"] *: *(?<value>'[^']*'|"[^"]*"|True|False|\([0-9, ]*\))(?> *,? *))+\} *\n?$""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Dictionary();

    [GeneratedRegex("""^\( *([0-9]+) *, *\)$""", RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
