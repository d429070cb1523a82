using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>Element roundings that shipped kernels carry out in binary32, and that differ from the exact result in places.</summary>
internal static class Binary32Element
{
    /// <summary>
    /// <see cref="ElementArithmetic.Binary32AddHalf"/>: two steps differ from the exact result, the logarithm just below a power
    /// of two and the added half just below a tie.
    /// </summary>
    public static uint AddHalf(ElementFormat element, Number quotient, ConversionPolicy policy, uint random)
    {
        bool nearest = policy.Rounding.Direction is RoundingDirection.TiesToEven or RoundingDirection.TiesToAway;
        if (!quotient.IsFinite || quotient.Finite.IsZero || !nearest)
        {
            return ElementCodec.Encode(element, quotient, policy, random);
        }

        // z = |y| / 2^(q - man), q from the rounded logarithm.
        Dyadic y = quotient.Finite;
        int q = element.Encoding == ElementEncoding.TwosComplement ? element.EMin : Math.Max(Binary32.FloorRoundedLog2(y), element.EMin);
        Number z = Binary32.Multiply(y.Abs(), Dyadic.PowerOfTwo(element.MantissaBits - q));
        if (!z.IsFinite)
        {
            return ElementCodec.Encode(element, Number.Infinity(y.Negative), policy, random);
        }

        // n = floor(fl(z + 1/2)), less one where fl(z - 1/2) is an even integer: that was a tie with an even lower neighbour.
        Dyadic half = Dyadic.PowerOfTwo(-1);
        BigInteger n = Rounding.ToQuantum(Binary32.Add(z.Finite, half).Finite, 0, RoundingMode.TowardZero);
        if (policy.Rounding.Direction == RoundingDirection.TiesToEven
            && IsEvenInteger(Binary32.Add(z.Finite, half with { Negative = true }).Finite))
        {
            n--;
        }

        // A logarithm one too high leaves n on a coarser grid than its own binade's, where it stays exact.
        return n.IsZero
            ? ElementCodec.FromMagnitude(element, y.Negative, n, policy)
            : ElementCodec.EncodeFinite(element, new Dyadic(y.Negative, n, q - element.MantissaBits), policy);
    }

    /// <summary>
    /// <see cref="ElementArithmetic.Binary32Search"/>: the first code, counting from +0 up and then from -0 down, with the least
    /// fl(|fl(X P) - v|). A product that overflows is infinitely far away.
    /// </summary>
    public static uint Search(ElementFormat element, Dyadic x, Dyadic v)
    {
        uint best = 0;
        uint least = Distance(element, x, v, 0);

        // The first of the nearest is taken: at a distance of zero none can come before it.
        for (uint code = 1; code <= element.CodeMask && least > 0; code++)
        {
            uint distance = Distance(element, x, v, code);
            if (distance < least)
            {
                (best, least) = (code, distance);
            }
        }

        return best;
    }

    /// <summary>Bits of a non-negative binary32 number, which order as the numbers do.</summary>
    private static uint Distance(ElementFormat element, Dyadic x, Dyadic v, uint code)
    {
        Number p = ElementCodec.Decode(element, code);
        Number product = p.IsFinite ? Binary32.Multiply(x, p.Finite) : p;
        return Binary32.Encode(product.IsFinite ? Binary32.Add(product.Finite, v with { Negative = !v.Negative }) : product) & 0x7FFF_FFFF;
    }

    private static bool IsEvenInteger(Dyadic value) => Rounding.Split(value, 1).Discarded.Lost == LostFraction.Zero;
}
