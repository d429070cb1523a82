using System.Globalization;
using Mxact.Common;
using Mxact.Tests.Oracle;

namespace Mxact.Vectors.Tests;

/// <summary>The second level of NVFP4 as a row's words say it, in the processor's arithmetic.</summary>
internal static class TensorScaleOracle
{
    /// <summary>The factor: 1 where there is none, the number, or what the rule of that name makes of the values.</summary>
    public static float Factor(Dictionary<string, string> choices, IEnumerable<float> values, string scales)
    {
        string word = choices.GetValueOrDefault("tensor-scale", "one");
        if (word == "one" || choices.ContainsKey("tensor-divisor"))
        {
            return 1;
        }

        if (word is not ("fit" or "power-of-two") && !word.StartsWith("percentile:", StringComparison.Ordinal))
        {
            return BitConverter.UInt32BitsToSingle(Hex.Parse(word));
        }

        float[] magnitudes = [.. values.Where(float.IsFinite).Select(MathF.Abs).Order()];
        decimal percent = word.Contains(':', StringComparison.Ordinal)
            ? decimal.Parse(word[(word.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture) : 100;
        float amax = magnitudes.Length == 0 ? 0 : magnitudes[Math.Max((int)Math.Ceiling(percent * magnitudes.Length / 100), 1) - 1];
        if (amax == 0)
        {
            return 1;
        }

        // 24 bits over 2688 or 688128 = 21 * 2^15 are never so near the middle between two binary32 numbers that binary64 sees it there.
        float fit = Math.Max((float)(amax / (6.0 * Largest(scales))), float.Epsilon);
        uint bits = BitConverter.SingleToUInt32Bits(fit);
        return word != "power-of-two" ? fit
            : BitConverter.UInt32BitsToSingle(Enumerable.Range(1, 253).Select(field => (uint)field << 23)
                .FirstOrDefault(power => power >= bits, 253u << 23));
    }

    /// <summary>The divisor, 1 where there is none.</summary>
    public static float Divisor(Dictionary<string, string> choices)
        => choices.TryGetValue("tensor-divisor", out string? word) ? BitConverter.UInt32BitsToSingle(Hex.Parse(word)) : 1;

    private static double Largest(string scales) => BitConverter.UInt32BitsToSingle(
        OracleElement.DecodeToBinary32Bits(OracleFormat.Of(scales), scales == "ue4m3" ? 0x7Eu : 0xFE));
}
