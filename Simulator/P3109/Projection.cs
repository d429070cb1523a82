using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.P3109;

/// <summary>The end of every operation: NaN stays NaN; all else is rounded, then saturated, then encoded.</summary>
internal static class Projection
{
    /// <summary>The code of a value.</summary>
    /// <param name="format">The result's format.</param>
    /// <param name="projection">Rounding and saturation.</param>
    /// <param name="value">The exact value.</param>
    /// <param name="random">R, 0 to 2^N - 1, of a stochastic mode; otherwise ignored.</param>
    public static uint Project(P3109Format format, P3109Projection projection, ClosedReal value, uint random = 0) => value.Kind switch
    {
        NumberKind.NaN => format.NaN,
        NumberKind.Infinity => Saturated(format, projection,
            value.Finite.Negative ? P3109Excess.NegativeInfinity : P3109Excess.PositiveInfinity),
        _ => Saturate(format, projection, Round(format, projection.Rounding, value.Finite, random)),
    };

    /// <summary>
    /// Q = max(floor(log2 |X|), 1-B) - P + 1; |X| 2^-Q is rounded to an integer, which times 2^Q is the result, however large.
    /// </summary>
    public static Dyadic Round(P3109Format format, RoundingMode mode, Quotient x, uint random)
    {
        if (x.IsZero)
        {
            return Dyadic.Zero;
        }

        int q = Math.Max(x.FloorLog2, 1 - format.Bias) - format.TrailingBits;
        (BigInteger f, Discarded v) = Rounding.Split(x, q);

        // Where the precision is 1 every significand but zero's is 1: the exponent, which is the code, is even or odd.
        bool isOdd = format.Precision > 1 ? !f.IsEven : !f.IsZero && (q + format.Bias) % 2 != 0;
        BigInteger rounded = Rounding.RoundsAway(mode, x.Negative, isOdd, v, random) ? f + 1 : f;
        return new(x.Negative && !rounded.IsZero, rounded, q);
    }

    private static uint Saturate(P3109Format format, P3109Projection projection, Dyadic x)
    {
        Dyadic bound = Codec.Decode(format, x.Negative ? format.MinFinite : format.MaxFinite).Finite;
        return Dyadic.CompareMagnitude(x, bound) <= 0 ? Codec.Encode(format, x)
            : Saturated(format, projection, x.Negative ? P3109Excess.Below : P3109Excess.Above);
    }

    private static uint Saturated(P3109Format format, P3109Projection projection, P3109Excess excess)
        => P3109SaturationTable.Row(excess, format).Under(projection) switch
        {
            P3109Limit.Hi => format.MaxFinite,
            P3109Limit.Lo => format.MinFinite,
            P3109Limit.PositiveInfinity => format.PositiveInfinity!.Value,
            P3109Limit.NegativeInfinity => format.NegativeInfinity!.Value,
            _ => format.NaN,
        };
}
