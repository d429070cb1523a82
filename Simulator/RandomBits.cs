namespace Mxact;

/// <summary>
/// Where stochastic rounding takes its bits from: drawn from a seed, or supplied. A stochastic mode without them is refused: a result
/// that nobody can repeat is no result.
/// </summary>
public sealed class RandomBits
{
    private RandomBits(ulong? seed, ReadOnlyMemory<uint> words)
    {
        Seed = seed;
        Words = words;
    }

    /// <summary>The key of Philox 4x32-10, or null where the bits are supplied.</summary>
    public ulong? Seed { get; }

    /// <summary>The supplied bits, one word an element; empty where they are drawn.</summary>
    public ReadOnlyMemory<uint> Words { get; }

    /// <summary>
    /// Bits drawn by Philox 4x32-10 (Salmon et al., SC 2011). An element's bits follow from the seed and the element's row-major index
    /// alone: backend and threads do not change them.
    /// </summary>
    public static RandomBits Philox(ulong seed) => new(seed, default);

    /// <summary>
    /// Bits that the caller supplies: for each element the mode's n bits at the bottom of a word, row-major; bits above them are
    /// ignored.
    /// </summary>
    /// <param name="words">One word an element. Read when a conversion uses it, not copied.</param>
    public static RandomBits Supplied(ReadOnlyMemory<uint> words) => new(null, words);
}
