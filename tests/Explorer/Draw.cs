using System.Globalization;

namespace Mxact.Explorer.Check;

/// <summary>Random inputs that meet what is rare: subnormals, ties, infinities, zeros, neighbours of a power of two.</summary>
/// <param name="seed">The seed: the same inputs for the same one.</param>
internal sealed class Draw(int seed)
{
    private static readonly uint[] Rare = [0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 1, 0x7F7FFFFF, 0x43E00000, 0x40100000];

    private readonly Random random = new(seed);

    /// <summary>A number below a limit.</summary>
    public int Below(int limit) => random.Next(limit);

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> several) => several[random.Next(several.Count)];

    /// <summary>Binary32 bits.</summary>
    public uint Bits() => random.Next(8) switch
    {
        0 => Rare[random.Next(Rare.Length)],
        1 or 2 => (uint)random.NextInt64(1L << 32),
        3 => Near((uint)random.Next(100, 160) << 23),
        _ => ((uint)random.Next(2) << 31) | ((uint)random.Next(115, 140) << 23) | ((uint)random.Next(64) << 17) | (uint)random.Next(2),
    };

    /// <summary>Finite bits.</summary>
    public uint Finite()
    {
        while (true)
        {
            if (Bits() is var bits && (bits & 0x7F800000) != 0x7F800000)
            {
                return bits;
            }
        }
    }

    /// <summary>Hexadecimal digits of random codes.</summary>
    public string Codes(int count, int bits, int digits)
        => string.Concat(Enumerable.Range(0, count).Select(_ => ((uint)random.NextInt64(1L << bits)).ToString("x" + digits,
            CultureInfo.InvariantCulture)));

    private uint Near(uint bits) => (uint)(bits + random.Next(-2, 3));
}
