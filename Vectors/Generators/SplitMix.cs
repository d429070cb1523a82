namespace Mxact.Vectors.Generators;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the generator behind every random operand, so that a seed and an order give the same rows everywhere.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        ulong z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Binary32 bits with a random sign and significand and an exponent (of two) in a range, ends included.</summary>
    public uint Binary32(int leastExponent, int greatestExponent)
    {
        ulong r = Next();
        int exponent = leastExponent + Below(greatestExponent - leastExponent + 1);
        return ((uint)r & 0x807F_FFFF) | ((uint)(exponent + 127) << 23);
    }
}
