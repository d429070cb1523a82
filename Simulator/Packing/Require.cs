namespace Mxact.Simulator.Packing;

/// <summary>Sizes are checked before anything is written.</summary>
internal static class Require
{
    /// <summary>Refuses a span that is too short.</summary>
    public static void AtLeast(long needed, int given, string name)
    {
        if (given < needed)
        {
            throw new ArgumentException($"{needed} {name} are needed, {given} given", name);
        }
    }

    /// <summary>Refuses a width that no code of a byte has.</summary>
    public static void CodeBits(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
    }
}
