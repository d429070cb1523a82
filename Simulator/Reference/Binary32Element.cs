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
    /// <param name="products">fl(X P) of every code, as <see cref="Products"/> gives them.</param>
    /// <param name="v">The element.</param>
    public static uint Search(ReadOnlySpan<Number> products, Dyadic v)
    {
        (uint best, uint least) = (0, uint.MaxValue);
        uint half = (uint)products.Length / 2;
        foreach (uint first in (ReadOnlySpan<uint>)[0, half])
        {
            // Products and differences round in their own order: within one sign, what draws away comes no nearer again.
            uint previous = uint.MaxValue;
            for (uint code = first; code < first + half && Distance(products[(int)code], v) is var distance && distance <= previous; code++)
            {
                (best, least) = distance < least ? (code, distance) : (best, least);
                previous = distance;
            }
        }

        return best;
    }

    /// <summary>fl(X P) of every code P under a scale X.</summary>
    public static Number[] Products(ElementFormat element, Dyadic x)
    {
        Number[] products = new Number[element.CodeMask + 1];
        for (uint code = 0; code <= element.CodeMask; code++)
        {
            Number p = ElementCodec.Decode(element, code);
            products[code] = p.IsFinite ? Binary32.Multiply(x, p.Finite) : p;
        }

        return products;
    }

    /// <summary>Bits of a non-negative binary32 number, which order as the numbers do.</summary>
    private static uint Distance(Number product, Dyadic v)
        => Binary32.Encode(product.IsFinite ? Binary32.Add(product.Finite, v with { Negative = !v.Negative }) : product) & 0x7FFF_FFFF;

    private static bool IsEvenInteger(Dyadic value) => Rounding.Split(value, 1).Discarded.Lost == LostFraction.Zero;
}
