using System.Globalization;
using Mxact.Conformance.Explanation;
using Mxact.Vectors;

namespace Mxact.Explorer.Numbers;

/// <summary>What a user typed as a number.</summary>
/// <param name="Bits">Its binary32 bits.</param>
/// <param name="Note">How it was read, where that is not plain.</param>
public sealed record NumberReading(uint Bits, string? Note)
{
    /// <summary>The bits as requests have them.</summary>
    public string Hex => Bits.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads a number: decimal, 8 hexadecimal digits of binary32, or as many as a code of a format has, where one is named. A number
    /// without a mark, which the command would take for a code, is decimal here where it has other than those digits.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; one line.</exception>
    public static NumberReading Of(string text, string format)
    {
        text = text.Trim();
        bool isHex = text.Length > 0 && text.All(char.IsAsciiHexDigit);
        try
        {
            if (isHex && format.Length > 0 && ElementFormat.TryParse(format, out ElementFormat? of) && text.Length == of.HexDigits)
            {
                if (of.Bits < 32 && uint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) > of.CodeMask)
                {
                    throw new FormatException($"{text} has more than the {of.Bits} bits of {of}");
                }

                return From(ExplainedNumber.Parse(text, codeDigits: 8, of));
            }

            bool isPlain = text.Length != 8 && text.Length > 0 && text.All(char.IsAsciiDigit);
            return From(ExplainedNumber.Parse(isPlain ? text + "." : text, codeDigits: 8, null));
        }
        catch (RequestException)
        {
            throw new FormatException($"'{Question.Shown(text)}' is no number: write 4.25, -1e3, inf or nan, or 8 hexadecimal digits "
                + "of binary32");
        }
    }

    private static NumberReading From(ExplainedNumber number) => new(number.Code ?? number.Bits, number.Note);
}
