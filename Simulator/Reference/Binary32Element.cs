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
    /// <param name="element">The format.</param>
    /// <param name="products">fl(X P) of every code, as <see cref="Products"/> gives them.</param>
    /// <param name="v">The element.</param>
    public static uint Search(ElementFormat element, ReadOnlySpan<Number> products, Dyadic v)
    {
        int half = products.Length / 2;
        bool fallsFromZero = element.Encoding == ElementEncoding.SignMagnitude;
        (int first, uint least) = Nearest(products[..half], v, rises: true);
        (int second, uint other) = Nearest(products[half..], v, rises: !fallsFromZero);
        return (uint)(other < least ? half + second : first);
    }

    /// <summary>
    /// The first code with the least distance among products that only rise or only fall. Products and differences round in their own
    /// order, so distances fall as far as v and rise from there: it is where they have fallen to the least, or the first beyond v.
    /// </summary>
    private static (int Code, uint Distance) Nearest(ReadOnlySpan<Number> products, Dyadic v, bool rises)
    {
        int beyond = 0;
        for (int end = products.Length; beyond < end;)
        {
            int middle = (beyond + end) / 2;
            (beyond, end) = IsBeyond(products, middle, v, rises) ? (beyond, middle) : (middle + 1, end);
        }

        uint after = beyond < products.Length ? Distance(products[beyond], v) : uint.MaxValue;
        uint before = beyond > 0 ? Distance(products[beyond - 1], v) : uint.MaxValue;
        if (after < before)
        {
            return (beyond, after);
        }

        int first = 0;
        for (int end = beyond - 1; first < end;)
        {
            int middle = (first + end) / 2;
            (first, end) = Distance(products[middle], v) <= before ? (first, middle) : (middle + 1, end);
        }

        return (first, before);
    }

    /// <summary>Whether a product has reached v; what is no number stands at the far end, or, as -0's code, at the near one.</summary>
    private static bool IsBeyond(ReadOnlySpan<Number> products, int code, Dyadic v, bool rises)
    {
        if (!products[code].IsFinite)
        {
            return code > 0;
        }

        Dyadic difference = products[code].Finite + (v with { Negative = !v.Negative });
        return difference.IsZero || difference.Negative != rises;
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
