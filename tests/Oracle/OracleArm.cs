using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>
/// Arm's FP8 dot products a second time, from their description alone: the products of one step times 2^-LSCALE and the addend are one
/// exact sum, which is rounded once to nearest, ties to even. Nothing is flushed, and every NaN is the default one.
/// </summary>
public static class OracleArm
{
    /// <summary>One step: as many products as the instruction takes at once, and the addend.</summary>
    /// <param name="formatA">e5m2 or e4m3: what FPMR's F8S1 selects.</param>
    /// <param name="a">Its codes.</param>
    /// <param name="formatB">What F8S2 selects.</param>
    /// <param name="b">As many codes.</param>
    /// <param name="c">The addend's bits.</param>
    /// <param name="isHalf">Whether addend and result are binary16; otherwise binary32.</param>
    /// <param name="lscale">FPMR's LSCALE: 0 to 15 for binary16, 0 to 127 for binary32.</param>
    /// <param name="saturates">FPMR's OSM: a finite sum that overflows becomes the largest number.</param>
    public static uint Step(
        OracleFormat formatA, uint[] a, OracleFormat formatB, uint[] b, uint c, bool isHalf, int lscale = 0, bool saturates = false)
    {
        OracleFormat output = OracleFormat.Of(isHalf ? "fp16" : "fp32");
        OracleValue[] terms =
        [
            .. a.Zip(b, (x, y) => OracleValue.Multiply(OracleElement.Decode(formatA, x), OracleElement.Decode(formatB, y))
                .TimesPowerOfTwo(-lscale)),
            OracleElement.Decode(output, c),
        ];
        uint sign = isHalf ? 0x8000u : 0x8000_0000u, infinity = isHalf ? 0x7C00u : 0x7F80_0000u;
        bool up = terms.Any(t => t.IsInfinity && !t.IsNegative), down = terms.Any(t => t.IsInfinity && t.IsNegative);
        if (terms.Any(t => t.IsNaN) || (up && down))
        {
            return infinity | (isHalf ? 0x200u : 0x40_0000u);
        }

        if (up || down)
        {
            return down ? sign | infinity : infinity;
        }

        Dyadic sum = terms.Aggregate(Dyadic.Zero, (total, t) => total + t.Signed);
        if (sum.IsZero)
        {
            return terms.All(t => t.IsNegative) ? sign : 0;
        }

        // The codes of one sign are consecutive, so that rounding up out of a binade gives the next one's first code.
        int fraction = isHalf ? 10 : 23, least = isHalf ? -14 : -126;
        int binade = Math.Max(sum.Abs().FloorLog2(), least);
        (BigInteger value, BigInteger step) = sum.Abs().OverCommonDenominator(Dyadic.PowerOfTwo(binade - fraction));
        BigInteger kept = BigInteger.DivRem(value, step, out BigInteger rest);
        int half = (rest * 2).CompareTo(step);
        kept += half > 0 || (half == 0 && !kept.IsEven) ? 1 : 0;
        BigInteger code = kept + ((BigInteger)(binade - least) << fraction);
        uint most = saturates ? infinity - 1 : infinity;
        return (sum.IsNegative ? sign : 0) | (code >= infinity ? most : (uint)code);
    }
}
