using System.Numerics;

namespace Mxact.Simulator.Product;

/// <summary>Accumulator codes in and out of the exact integer sum of a step, on a processor or by a device's thread.</summary>
internal static class Accumulator
{
    /// <summary>The NaN that the units of the table produce.</summary>
    public const uint CanonicalNaN = 0x7FFFFFFF;

    /// <summary>The binary16 NaN of the same units.</summary>
    public const uint CanonicalNaN16 = 0x7FFF;

    private const uint Infinity = 0x7F800000;
    private const uint Infinity16 = 0x7C00;

    /// <summary>Decodes a binary32 accumulator; the fraction has 23 bits.</summary>
    public static DecodedElement Decode32(uint bits) => Decode(bits, 23, 8, 127);

    /// <summary>Decodes a binary16 accumulator; the fraction has 10 bits.</summary>
    public static DecodedElement Decode16(uint bits) => Decode(bits, 10, 5, 15);

    /// <summary>The infinity of a sign and an output.</summary>
    public static uint EncodeInfinity(StepOutput output, bool negative)
        => output == StepOutput.Binary16NearestEven ? Infinity16 | (negative ? 0x8000u : 0) : Infinity | (negative ? 0x80000000u : 0);

    /// <summary>The NaN of an output.</summary>
    public static uint EncodeNaN(StepOutput output) => output == StepOutput.Binary16NearestEven ? CanonicalNaN16 : CanonicalNaN;

    /// <summary>
    /// Converts <paramref name="sum"/> * 2^<paramref name="exponent"/>. A zero is +0; a number too small for the format keeps its sign.
    /// </summary>
    public static uint Encode(StepOutput output, long sum, int exponent) => output switch
    {
        StepOutput.Binary32TowardZero => Round(sum, exponent, 23, 127, nearest: false),
        StepOutput.E8M13TowardZero => Round(sum, exponent, 23, 127, nearest: false) & ~0x3FFu,
        StepOutput.Binary16NearestEven => Round(sum, exponent, 10, 15, nearest: true),
        _ => Round(sum, exponent, 23, 127, nearest: true),
    };

    /// <summary>floor(log2 magnitude) of one other than zero.</summary>
    public static int FloorLog2(ulong magnitude) => 63 - BitOperations.LeadingZeroCount(magnitude);

    private static DecodedElement Decode(uint bits, int fractionBits, int exponentBits, int bias)
    {
        int sign = (bits >> (fractionBits + exponentBits)) != 0 ? -1 : 1;
        int field = (int)(bits >> fractionBits) & ((1 << exponentBits) - 1);
        int fraction = (int)(bits & ((1u << fractionBits) - 1));
        return field == (1 << exponentBits) - 1
            ? new(sign, 0, fraction == 0 ? ElementKind.Infinity : ElementKind.NaN)
            : new(sign * (field == 0 ? fraction : fraction | (1 << fractionBits)), (short)(Math.Max(field, 1) - bias), ElementKind.Finite);
    }

    private static uint Round(long sum, int exponent, int fractionBits, int bias, bool nearest)
    {
        if (sum == 0)
        {
            return 0;
        }

        uint sign = sum < 0 ? 1u << (fractionBits + (bias == 15 ? 5 : 8)) : 0;
        ulong magnitude = (ulong)Math.Abs(sum);
        int binade = Math.Max(exponent + FloorLog2(magnitude), 1 - bias);
        int cut = binade - fractionBits - exponent;
        ulong kept = cut <= 0 ? magnitude << -cut : cut > 63 ? 0 : magnitude >> cut;
        if (nearest && cut > 0 && cut <= 63)
        {
            ulong lost = magnitude & ((1UL << cut) - 1);
            ulong half = 1UL << (cut - 1);
            kept += lost > half || (lost == half && (kept & 1) != 0) ? 1UL : 0;
        }

        // The hidden bit, and a carry out of the fraction, walk into the exponent field by themselves.
        ulong encoded = kept + ((ulong)(binade + bias - 1) << fractionBits);
        ulong infinity = (ulong)(2 * bias + 1) << fractionBits;
        return sign | (uint)Math.Min(encoded, infinity);
    }
}
