using System.Globalization;

namespace Mxact.Common;

/// <summary>Reads the fixed-width hexadecimal words of recorded data.</summary>
public static class Hex
{
    /// <summary>One number.</summary>
    public static uint Parse(string digits) => uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Numbers of <paramref name="width"/> digits, the first one first.</summary>
    public static uint[] ParseMany(string digits, int width)
    {
        uint[] numbers = new uint[digits.Length / width];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Parse(digits.Substring(i * width, width));
        }

        return numbers;
    }
}
