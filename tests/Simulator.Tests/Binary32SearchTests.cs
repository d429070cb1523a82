using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests;

/// <summary>The search that closes in on the nearest code finds what a scan over all of them does.</summary>
public sealed class Binary32SearchTests
{
    private const int Values = 200;

    public static TheoryData<string> Formats() => [.. ElementFormats.Elements.Where(f => f.Bits <= 8).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Finds_the_first_of_the_nearest(string name)
    {
        Assert.True(ElementFormat.TryParse(name, out ElementFormat? format));
        Random random = new(12);
        foreach (int exponent in (int[])[-149, -140, -127, -3, 0, 5, 120, 127])
        {
            Number[] products = Binary32Element.Products(format, Dyadic.PowerOfTwo(exponent));
            for (int i = 0; i < Values; i++)
            {
                Dyadic v = Value(random, products, exponent, i);
                Assert.Equal(Scan(products, v), Binary32Element.Search(format, products, v));
            }
        }
    }

    /// <summary>Products themselves, what lies halfway between two, their neighbours, numbers of any size, and zeros.</summary>
    private static Dyadic Value(Random random, Number[] products, int exponent, int i)
    {
        Number one = products[random.Next(products.Length)];
        Number other = products[random.Next(products.Length)];
        Dyadic v = !one.IsFinite || !other.IsFinite || i % 4 == 3
            ? new Dyadic(random.Next(2) == 0, random.Next(1, 1 << 24), Math.Clamp(exponent + random.Next(-40, 20), -149, 104))
            : i % 4 == 0 ? one.Finite : (one.Finite + other.Finite) * Dyadic.PowerOfTwo(-1);
        return Binary32.Decode(Binary32.Round(v)) is { IsFinite: true } rounded ? rounded.Finite : Dyadic.Zero;
    }

    private static uint Scan(Number[] products, Dyadic v)
    {
        (uint best, uint least) = (0, uint.MaxValue);
        for (uint code = 0; code < products.Length; code++)
        {
            Number product = products[code];
            Number difference = product.IsFinite ? Binary32.Add(product.Finite, v with { Negative = !v.Negative }) : product;
            uint distance = Binary32.Encode(difference) & 0x7FFF_FFFF;
            (best, least) = distance < least ? (code, distance) : (best, least);
        }

        return best;
    }
}
