using System.Globalization;

namespace Mxact.Simulator.Tests.ConversionInstructions;

/// <summary>An instruction asked in hexadecimal words.</summary>
internal static class Ask
{
    /// <summary>The destination register of source registers with a semicolon between.</summary>
    public static string Hex(string name, string sources, uint? random = null)
    {
        Instruction instruction = Instructions.Parse(name);
        ulong result = instruction.Compute(
            [.. sources.Split(';').Select(w => ulong.Parse(w, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))], random);
        return result.ToString($"x{instruction.Destination.Digits}", CultureInfo.InvariantCulture);
    }
}
