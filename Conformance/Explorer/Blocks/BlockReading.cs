using System.Globalization;
using Mxact.Explorer.Numbers;

namespace Mxact.Explorer.Blocks;

/// <summary>The numbers of a block as they were pasted.</summary>
public static class BlockReading
{
    /// <summary>More than any block or vector here has.</summary>
    private const int MostNumbers = 4096;

    private const int Digits = 8;

    private static readonly char[] Separators = [' ', ',', ';', '\t', '\r', '\n', '[', ']', '(', ')'];

    /// <summary>Binary32 bits of numbers; a long word of hexadecimal digits is as many as it has eights.</summary>
    /// <exception cref="FormatException">One is no number, or there are too many; one line.</exception>
    public static uint[] Of(string text)
    {
        List<uint> bits = [];
        foreach (string word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            bool isRun = word.Length > Digits && word.Length % Digits == 0 && word.All(char.IsAsciiHexDigit);
            bits.AddRange(isRun ? word.Chunk(Digits).Select(chunk
                => uint.Parse(chunk, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)) : [NumberReading.Of(word, "").Bits]);
            if (bits.Count > MostNumbers)
            {
                throw new FormatException($"more than {MostNumbers} numbers");
            }
        }

        return bits.Count > 0 ? [.. bits] : throw new FormatException("no numbers: write some, with blanks or commas between them");
    }

    /// <summary>Bits as a request has them.</summary>
    public static string Hex(IEnumerable<uint> bits)
        => string.Concat(bits.Select(word => word.ToString("x8", CultureInfo.InvariantCulture)));
}
