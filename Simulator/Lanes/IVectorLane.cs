namespace Mxact.Simulator.Lanes;

/// <summary>How a processor's lane meets memory. GPU kernels read and write through their views instead.</summary>
/// <typeparam name="TSelf">The lane type itself.</typeparam>
internal unsafe interface IVectorLane<TSelf> : ILane<TSelf>
    where TSelf : unmanaged, IVectorLane<TSelf>
{
    /// <summary>Reads <see cref="ILane{TSelf}.Count"/> words.</summary>
    static abstract TSelf Load(uint* source);

    /// <summary>Writes <see cref="ILane{TSelf}.Count"/> words.</summary>
    static abstract void Store(uint* destination, TSelf value);

    /// <summary>Reads <see cref="ILane{TSelf}.Count"/> bytes, each into its word.</summary>
    static abstract TSelf LoadBytes(byte* source);

    /// <summary>Reads <see cref="ILane{TSelf}.Count"/> half words, each into its word.</summary>
    static abstract TSelf LoadHalves(ushort* source);

    /// <summary>
    /// Of as many lanes in memory, one after the other, as a lane has words: the greatest word of each as a signed integer.
    /// </summary>
    static abstract TSelf MaxOfEach(uint* lanes);

    /// <summary>Of four words in memory, the one at the low two bits of each index.</summary>
    static abstract TSelf PickOfFour(uint* four, TSelf index);

    /// <summary>Of sixteen words in memory, the one at the low four bits of each index.</summary>
    static abstract TSelf Pick(uint* sixteen, TSelf index);

    /// <summary>Writes the low byte of each word.</summary>
    static abstract void StoreBytes(byte* destination, TSelf value);

    /// <summary>Writes the low byte of each word of two lanes, codes below 128, side by side.</summary>
    static abstract void StoreBytes(byte* destination, TSelf first, TSelf second);

    /// <summary>
    /// Binary32 magnitudes over binary64 numbers, in units of 2^-35 and cut off, as upper and lower words; the lowest bit is set too where
    /// anything was cut off. Exact: the remainder of a quotient that is nearly right is one fused multiplication, which rounds nothing.
    /// </summary>
    /// <param name="magnitudes">Binary32 bits of finite numbers, less than eight times their divisors.</param>
    /// <param name="divisors">Numbers of at most 28 bits: one for all magnitudes, or one for each.</param>
    /// <param name="reciprocals">2^35 over each, rounded to binary64; 0 where the divisor is 0, and then the magnitude is too.</param>
    /// <param name="splat">Whether it is one for all.</param>
    static abstract (TSelf Upper, TSelf Lower) Quotients(TSelf magnitudes, double* divisors, double* reciprocals, bool splat);
}
