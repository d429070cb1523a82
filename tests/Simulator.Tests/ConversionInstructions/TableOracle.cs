namespace Mxact.Simulator.Tests.ConversionInstructions;

/// <summary>
/// A second way to every conversion, sharing no code with the first: a format's magnitudes as a table of doubles, the two neighbours of a
/// value by search, and a decision by their distances. Everything here is exact in binary64.
/// </summary>
internal sealed class TableOracle
{
    private readonly double[] magnitudes;
    private readonly int bits;
    private readonly int finite;
    private readonly char specials;

    /// <summary>A format of exponent and mantissa bits.</summary>
    /// <param name="exponentBits">Width of the exponent field.</param>
    /// <param name="mantissaBits">Width of the mantissa field.</param>
    /// <param name="specials">'i' for the infinities and NaNs of IEEE 754, 'n' for one NaN at the end, '-' for neither.</param>
    public TableOracle(int exponentBits, int mantissaBits, char specials)
    {
        this.specials = specials;
        bits = 1 + exponentBits + mantissaBits;
        int bias = (1 << (exponentBits - 1)) - 1;
        magnitudes = new double[1 << (bits - 1)];
        for (int code = 0; code < magnitudes.Length; code++)
        {
            int field = code >> mantissaBits;
            double fraction = (code & ((1 << mantissaBits) - 1)) / (double)(1 << mantissaBits);
            magnitudes[code] = field == 0 ? fraction * Math.Pow(2, 1 - bias) : (1 + fraction) * Math.Pow(2, field - bias);
        }

        finite = specials switch { 'i' => ((1 << exponentBits) - 1) << mantissaBits, 'n' => magnitudes.Length - 1, _ => magnitudes.Length };
    }

    /// <summary>The value of a code.</summary>
    public double Decode(ulong code)
    {
        int magnitude = (int)code & (magnitudes.Length - 1);
        double value = magnitude < finite ? magnitudes[magnitude]
            : specials == 'i' && magnitude == finite ? double.PositiveInfinity : double.NaN;
        return (code >> (bits - 1) & 1) != 0 ? -value : value;
    }

    /// <summary>The code of a number.</summary>
    /// <param name="x">The number.</param>
    /// <param name="mode">n nearest even, a nearest away, z down in magnitude, p up, m down, or s stochastic.</param>
    /// <param name="saturates">Whether max normal stands for what is beyond it, infinities too.</param>
    /// <param name="nan">The code of a NaN.</param>
    /// <param name="overflow">The magnitude of an overflow without saturation.</param>
    /// <param name="n">How many random bits.</param>
    /// <param name="r">The random bits.</param>
    /// <param name="rounds">Whether the fraction is rounded to n bits instead of cut.</param>
    public ulong Encode(double x, char mode, bool saturates, ulong nan, ulong overflow, int n = 0, uint r = 0, bool rounds = false)
    {
        if (double.IsNaN(x))
        {
            return nan;
        }

        bool negative = double.IsNegative(x);
        ulong sign = negative ? 1UL << (bits - 1) : 0;
        x = Math.Abs(x);
        if (double.IsInfinity(x))
        {
            return sign | (saturates ? (ulong)finite - 1 : overflow);
        }

        // Above max the grid goes on: as fine as below it, which decides only whether the value comes to lie beyond.
        double last = magnitudes[finite - 1], step = last - magnitudes[finite - 2];
        bool beyond = x >= last;
        int lower = beyond ? finite - 1 : Array.BinarySearch(magnitudes, 0, finite, x) is >= 0 and int at ? at
            : ~Array.BinarySearch(magnitudes, 0, finite, x) - 1;
        double low = magnitudes[lower], high = beyond ? last + step : magnitudes[lower + 1];
        if (beyond && x > high)
        {
            return sign | (saturates || mode == 'z' || mode == (negative ? 'p' : 'm') ? (ulong)finite - 1 : overflow);
        }

        double part = (x - low) / (high - low);
        bool up = mode switch
        {
            'n' => part > 0.5 || (part == 0.5 && lower % 2 == 1),
            'a' => part >= 0.5,
            'z' => false,
            'p' => part > 0 && !negative,
            'm' => part > 0 && negative,
            _ => (rounds ? Math.Round(part * Math.Pow(2, n), MidpointRounding.ToEven) : Math.Floor(part * Math.Pow(2, n))) + r
                >= Math.Pow(2, n),
        };
        int code = lower + (up ? 1 : 0);
        return sign | (code < finite ? (ulong)code : saturates ? (ulong)finite - 1 : overflow);
    }
}
