using System.Globalization;
using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Explanation;

/// <summary>What a user wrote to be explained: a code of the format, or a number whose cast is meant.</summary>
/// <param name="Code">The code; null when it is a number.</param>
/// <param name="Bits">The number's binary32 bits.</param>
/// <param name="Note">How it was read, where that is not plain.</param>
internal readonly record struct ExplainedNumber(uint? Code, uint Bits, string? Note)
{
    /// <summary>More than any exact binary32 number in decimal has.</summary>
    private const int MostDigits = 200;

    private const int Binary32Digits = 8, NarrowDigits = 4;

    private const uint NaN = 0x7FC0_0000, NegativeNaN = 0xFFC0_0000;

    /// <summary>
    /// As many digits as a code of the format has are a code, 8 binary32, 4 with <paramref name="from"/> of that format; a number with a
    /// point, a sign or an exponent is decimal.
    /// </summary>
    /// <exception cref="RequestException">It is none of these.</exception>
    public static ExplainedNumber Parse(string text, int codeDigits, ElementFormat? from)
    {
        bool isHex = text.Length > 0 && text.All(char.IsAsciiHexDigit);
        if (isHex && from is not null && text.Length == from.HexDigits)
        {
            uint wide = Binary32.Encode(ElementCodec.Decode(from, Hex(text)));
            return new(null, wide, from == ElementFormats.Binary32 ? null : $"{from} {text} = binary32 {HexWords.Write(wide, 8)}");
        }

        if (isHex && from is null && text.Length == codeDigits)
        {
            return new(Hex(text), 0, null);
        }

        if (isHex && from is null && text.Length == Binary32Digits)
        {
            return new(null, Hex(text), null);
        }

        bool hasMark = text.Any(c => c is '.' or '+' or '-' or 'e' or 'E') || text.Any(char.IsAsciiLetter);
        if (from is null && hasMark && text.Length <= MostDigits
            && float.TryParse(IsInfinity(text) ? text + "inity" : text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
                out float number))
        {
            // What a parser's NaN has for a sign is the processor's affair; here it is what was written.
            uint bits = float.IsNaN(number) ? (text[0] == '-' ? NegativeNaN : NaN) : BitConverter.SingleToUInt32Bits(number);
            return new(null, bits, DecimalNote(text, bits));
        }

        string digits = string.Create(CultureInfo.InvariantCulture,
            $"{codeDigits} digits are a code{(codeDigits == Binary32Digits ? "" : ", 8 are binary32")}"
            + $"{(codeDigits == NarrowDigits ? "" : ", 4 are binary16 or bfloat16 with --from fp16 or bf16")}");
        throw new RequestException(from is null
            ? $"'{Question.Shown(text)}' is no number: {digits}; a decimal number has a point, a sign or an exponent (4.25, -1e3, inf, nan)"
            : $"'{Question.Shown(text)}' is not {from}: with --from {from} it has {from.HexDigits} hexadecimal digits");
    }

    private static bool IsInfinity(string text) => text.TrimStart('+', '-').Equals("inf", StringComparison.OrdinalIgnoreCase);

    private static uint Hex(string digits) => uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string DecimalNote(string text, uint bits)
    {
        string read = $"'{text}' is binary32 {HexWords.Write(bits, Binary32Digits)}";
        Number number = Binary32.Decode(bits);
        return number.IsNaN || text.TrimStart('+', '-').StartsWith("inf", StringComparison.OrdinalIgnoreCase) ? read
            : number.IsInfinity ? $"{read}: beyond binary32"
            : IsExact(text, number.Finite) ? read
            : $"{read} = {number}, the nearest; the decimal is no binary32 number";
    }

    /// <summary>Whether the decimal is the number itself: n 10^e against m 2^x, both as integers.</summary>
    private static bool IsExact(string text, Dyadic number)
    {
        string magnitude = text.TrimStart('+', '-');
        int mark = magnitude.IndexOfAny(['e', 'E']);
        string mantissa = mark < 0 ? magnitude : magnitude[..mark];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        BigInteger digits = BigInteger.Parse("0" + mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        if (digits.IsZero || number.IsZero)
        {
            return digits.IsZero && number.IsZero;
        }

        // Neither is zero, so the number is within binary32 and the exponent within what MostDigits digits can make up for.
        int exponent = mark < 0 ? 0 : int.Parse(magnitude[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        BigInteger left = digits * BigInteger.Pow(10, Math.Max(exponent, 0)) * BigInteger.Pow(2, Math.Max(-number.Exponent, 0));
        BigInteger right = number.Significand * BigInteger.Pow(2, Math.Max(number.Exponent, 0)) * BigInteger.Pow(10,
            Math.Max(-exponent, 0));
        return left == right;
    }
}
