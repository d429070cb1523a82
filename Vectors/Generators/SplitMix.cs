namespace Mxact.Vectors.Generators;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the generator behind every random operand, so that a seed gives the same numbers everywhere.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    /// <summary>The seed of the golden set.</summary>
    public const ulong GoldenSeed = 0x4D58_4143_5431;

    private ulong state = seed;

    /// <summary>
    /// The draws of one case, named by what it is (operation, format, parameters, ordinal) and never by its place: cases that are added
    /// before it take none of its numbers.
    /// </summary>
    public static SplitMix For(string what, ulong seed = GoldenSeed) => new(Key(what, seed));

    /// <summary>A seed from a name: FNV-1a over the seed.</summary>
    public static ulong Key(string what, ulong seed = GoldenSeed)
        => seed ^ what.Aggregate(0xCBF2_9CE4_8422_2325, (hash, c) => (hash ^ c) * 0x100_0000_01B3);

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
