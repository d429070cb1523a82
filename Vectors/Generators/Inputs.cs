using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>The binary32 inputs at which an element conversion can go wrong.</summary>
internal static class Inputs
{
    public const uint SignBit = 0x8000_0000;
    public const uint Infinity = 0x7F80_0000;

    /// <summary>Zeros, the ends of binary32's subnormals and normals, infinities, and NaNs quiet and signalling.</summary>
    public static readonly uint[] Special =
    [
        0x0000_0000, 0x0000_0001, 0x0000_0002, 0x003F_FFFF, 0x0040_0000, 0x0040_0001, 0x007F_FFFF, 0x0080_0000, 0x0080_0001,
        0x00FF_FFFF, 0x0100_0000, 0x7EFF_FFFF, 0x7F00_0000, 0x7F40_0000, 0x7F7F_FFFE, 0x7F7F_FFFF, Infinity,
        0x7F80_0001, 0x7FA0_0000, 0x7FBF_FFFF, 0x7FC0_0000, 0x7FFF_FFFF,
    ];

    /// <summary>The number that <paramref name="index"/> codes above zero stands for, on the grid continued beyond max normal.</summary>
    public static Dyadic OnGrid(ElementFormat format, uint index)
    {
        if (format.Encoding == ElementEncoding.TwosComplement)
        {
            return new(false, index, -format.MantissaBits);
        }

        uint field = index >> format.MantissaBits;
        uint mantissa = index & ((1u << format.MantissaBits) - 1);
        return new(
            false,
            field == 0 ? mantissa : mantissa | (1u << format.MantissaBits),
            (int)Math.Max(field, 1) - format.Bias - format.MantissaBits);
    }

    /// <summary>
    /// A number between two neighbours of the grid, at <paramref name="numerator"/> / 2^<paramref name="bits"/> of the gap.
    /// </summary>
    public static Dyadic Between(ElementFormat format, uint index, BigInteger numerator, int bits)
    {
        Dyadic low = OnGrid(format, index);
        Dyadic gap = OnGrid(format, index + 1) - low;
        return low + (gap * new Dyadic(false, numerator, -bits));
    }

    /// <summary>Every code's number and every midpoint of the continued grid, each with its two binary32 neighbours; positive.</summary>
    public static IEnumerable<(uint Bits, string Kind)> AroundGrid(ElementFormat format)
    {
        for (uint index = 0; index <= format.MaxMagnitude + 2; index++)
        {
            uint exact = Binary32.Round(OnGrid(format, index));
            foreach (uint bits in Neighbours(OnGrid(format, index)))
            {
                yield return (bits, bits == exact ? "exact" : "beside");
            }

            foreach (uint bits in Neighbours(Between(format, index, 1, 1)))
            {
                yield return (bits, "midpoint");
            }
        }

        // Well beyond the range, and between the smallest subnormal and zero.
        for (int shift = 1; shift <= 4; shift++)
        {
            yield return (Binary32.Round(OnGrid(format, format.MaxMagnitude).Scale(shift)), "overflow");
            yield return (Binary32.Round(OnGrid(format, 1).Scale(-shift)), "underflow");
        }
    }

    /// <summary>The binary32 just below a number, the nearest, and the one just above; of zero, zero and the least subnormal.</summary>
    public static IEnumerable<uint> Neighbours(Dyadic value)
    {
        uint bits = Binary32.Round(value);
        return bits == 0 ? [0, 1] : [bits - 1, bits, bits + 1];
    }
}
