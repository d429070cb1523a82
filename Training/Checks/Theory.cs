using Mxact.Simulator.Conversion;

namespace Mxact.Training.Checks;

/// <summary>
/// What floor scales do to blocks of 32 independent elements in E4M3, by integration rather than by sampling. With the block's maximum in
/// the binade [2^k, 2^(k+1)), an element lies in the last bin, above 448, from <see cref="LastBin"/> 2^k on, and is clamped from
/// <see cref="Clamped"/> 2^k on.
/// </summary>
internal static class Theory
{
    private const int BlockSize = 32;
    private const int Points = 1 << 18;

    /// <summary>448 / 256: the last bin, as arXiv 2506.20752 counts it, is what lies above.</summary>
    public const double LastBin = 1.75;

    /// <summary>Beyond half-way between 448 and 480 rounding goes out of range: 464 / 256.</summary>
    public const double Clamped = 1.8125;

    private static readonly int[] Binades = [.. Enumerable.Range(-30, 34)];

    /// <summary>The share of N(mean, deviation) elements in the last bin of their block.</summary>
    public static double LastBinOfNormal(double mean, double deviation)
        => Binades.Sum(k =>
            Between(
                mean,
                deviation,
                LastBin * Math.Pow(2, k),
                Math.Pow(2, k + 1)) * Math.Pow(Magnitude(mean, deviation, Math.Pow(2, k + 1)), BlockSize - 1));

    /// <summary>The share of N(0, 1) elements that are clamped.</summary>
    public static double SaturatedOfNormal()
        => Binades.Sum(k =>
            Between(0, 1, Clamped * Math.Pow(2, k), Math.Pow(2, k + 1)) * Math.Pow(Normal.Within(Math.Pow(2, k + 1)), BlockSize - 1));

    /// <summary>The share of blocks of N(0, 1) with an element in the last bin: under floor they overflow.</summary>
    public static double OverflowingBlocksOfNormal()
        => Binades.Sum(k =>
            Math.Pow(Normal.Within(Math.Pow(2, k + 1)), BlockSize) - Math.Pow(Normal.Within(LastBin * Math.Pow(2, k)), BlockSize));

    /// <summary>
    /// The mean squared error of N(0, 1) elements, by the midpoint rule: over the intervals of a block's maximum that share a scale, the
    /// error of an element times the chance that the block's maximum lies there, given the element.
    /// </summary>
    public static double NoiseOfNormal(ConversionPolicy policy, Execution execution)
    {
        ElementConverter converter = ElementConverter.Create(ElementFormat.Of<E4M3>(), policy, execution.Backend);
        bool splits = policy.ScaleRule == ScaleRule.RoundUp;
        double noise = 0;
        foreach (int k in Binades.Where(k => k is > -7 and < 4))
        {
            double low = Math.Pow(2, k);
            foreach ((double from, double to, int shift) in splits
                ? [(low, LastBin * low, 0), (LastBin * low, 2 * low, 1)]
                : new[] { (low, 2 * low, 0) })
            {
                noise += NoiseUnder(converter, Math.Pow(2, k + shift - converter.Element.EMax), from, to);
            }
        }

        return noise;
    }

    private static double NoiseUnder(ElementConverter converter, double scale, double from, double to)
    {
        uint[] inputs = new uint[Points];
        byte[] codes = new byte[Points];
        double width = to / Points;
        for (int i = 0; i < Points; i++)
        {
            inputs[i] = BitConverter.SingleToUInt32Bits((float)((i + 0.5) * width / scale));
        }

        converter.Encode(inputs, codes);
        converter.Decode(codes, inputs);
        double below = Math.Pow(Normal.Within(to), BlockSize - 1);
        double under = Math.Pow(Normal.Within(from), BlockSize - 1);
        double sum = 0;
        for (int i = 0; i < Points; i++)
        {
            double v = (i + 0.5) * width;
            double error = v - (scale * BitConverter.UInt32BitsToSingle(inputs[i]));
            sum += error * error * Normal.Density(v) * (below - (v <= from ? under : 0));
        }

        return 2 * sum * width;
    }

    /// <summary>P(low &lt; |V| &lt; high).</summary>
    private static double Between(double mean, double deviation, double low, double high)
        => Magnitude(mean, deviation, high) - Magnitude(mean, deviation, low);

    /// <summary>P(|V| &lt; bound).</summary>
    private static double Magnitude(double mean, double deviation, double bound)
        => Normal.Below((bound - mean) / deviation) - Normal.Below((-bound - mean) / deviation);
}
