using System.Globalization;

namespace Mxact.Simulator.Tests.Conversion;

/// <summary>Bit for bit, with the first differences in the message.</summary>
internal static class Same
{
    public static void Blocks(ReadOnlySpan<uint> values, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> gotScales,
        ReadOnlySpan<byte> gotCodes, string what)
    {
        for (int i = 0; i < scales.Length; i++)
        {
            if (scales[i] != gotScales[i])
            {
                Assert.Fail($"{what}: scale {i} is {scales[i]:X2}, got {gotScales[i]:X2}");
            }
        }

        List<string> differences = [];
        for (int i = 0; i < codes.Length && differences.Count < 5; i++)
        {
            if (codes[i] != gotCodes[i])
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture,
                    $"element {i}, {values[i]:X8}: {codes[i]:X2}, got {gotCodes[i]:X2}"));
            }
        }

        Assert.True(differences.Count == 0, $"{what}\n{string.Join('\n', differences)}");
    }

    public static void Words(ReadOnlySpan<uint> values, ReadOnlySpan<uint> expected, ReadOnlySpan<uint> got, string what)
    {
        List<string> differences = [];
        for (int i = 0; i < expected.Length && differences.Count < 5; i++)
        {
            if (expected[i] != got[i])
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture,
                    $"element {i}, {values[i]:X8}: {expected[i]:X8}, got {got[i]:X8}"));
            }
        }

        Assert.True(differences.Count == 0, $"{what}\n{string.Join('\n', differences)}");
    }
}
