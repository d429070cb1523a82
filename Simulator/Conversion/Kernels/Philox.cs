using System.Runtime.CompilerServices;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four words from a counter and a key,
/// so that an element's random bits follow from the seed and its index alone, on every backend and with any number of threads.
/// </summary>
/// <remarks>
/// Element i takes word (i / 16) mod 4 of counter 16 (i / 64) + i mod 16: then sixteen counters side by side hold the words of
/// 64 elements in order, word by word, and no backend has to move words between lanes. The stochastic modes use the top n bits.
/// </remarks>
internal static class Philox
{
    /// <summary>Elements that share a run of sixteen counters.</summary>
    public const int Run = 64;

    private const uint M0 = 0xD2511F53;
    private const uint M1 = 0xCD9E8D57;
    private const uint W0 = 0x9E3779B9;
    private const uint W1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The word of an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Word(ulong element, uint seedLow, uint seedHigh)
    {
        ulong counter = ((element >> 6) << 4) | (element & 15);
        Block((uint)counter, (uint)(counter >> 32), 0, 0, seedLow, seedHigh, out uint x0, out uint x1, out uint x2, out uint x3);
        uint word = (uint)(element >> 4) & 3;
        uint low = word == 0 ? x0 : x1;
        uint high = word == 2 ? x2 : x3;
        return word < 2 ? low : high;
    }

    /// <summary>The four words of a counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, out uint x0, out uint x1, out uint x2, out uint x3)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)M0 * c0;
            ulong p1 = (ulong)M1 * c2;
            uint n0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            uint n2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint)p1;
            c3 = (uint)p0;
            c0 = n0;
            c2 = n2;
            k0 += W0;
            k1 += W1;
        }

        x0 = c0;
        x1 = c1;
        x2 = c2;
        x3 = c3;
    }
}
