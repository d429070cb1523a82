using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Accumulation.Families;

/// <summary>Shifts of wide integers by any count: the machine's own take the count modulo the width.</summary>
internal static class Integers
{
    /// <summary>magnitude * 2^<paramref name="count"/>, truncated; the caller's bounds keep left shifts within the width.</summary>
    public static UInt128 Shift(UInt128 magnitude, int count)
        => count >= 0 ? magnitude << Math.Min(count, 127) : count > -128 ? magnitude >> -count : UInt128.Zero;

    /// <summary>value * 2^<paramref name="count"/>, floored toward minus infinity.</summary>
    public static Int128 Shift(Int128 value, int count)
        => count >= 0 ? value << Math.Min(count, 127) : value >> Math.Min(-count, 127);

    /// <summary>floor(log2 |value|); the value must not be zero.</summary>
    public static int FloorLog2(Int128 value) => (int)Int128.Log2(Int128.Abs(value));

    /// <summary>The number value * 2^<paramref name="quantum"/>; zero is +0.</summary>
    public static Dyadic ToDyadic(Int128 value, int quantum) => new(value < 0, (BigInteger)Int128.Abs(value), quantum);
}
