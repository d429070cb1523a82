using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>Where a value lies among a format's numbers.</summary>
internal enum NeighbourPlace
{
    /// <summary>Between two codes.</summary>
    Between,

    /// <summary>On a code, below max normal.</summary>
    On,

    /// <summary>On max normal.</summary>
    OnMax,

    /// <summary>Beyond max normal.</summary>
    Beyond,
}

/// <summary>The two codes around a value that is not zero, the one nearer to zero first.</summary>
/// <param name="Place">Where the value is.</param>
/// <param name="Value">The value.</param>
/// <param name="Low">The code at the value or next to it toward zero; max normal's when the value is beyond.</param>
/// <param name="Below">Its number.</param>
/// <param name="High">One code further from zero; <paramref name="Low"/> unless the value is between two.</param>
/// <param name="Above">Its number.</param>
internal readonly record struct Neighbours(NeighbourPlace Place, Dyadic Value, uint Low, Dyadic Below, uint High, Dyadic Above)
{
    /// <summary>Halfway between the two, without sign.</summary>
    public Dyadic Midpoint => (Below.Abs() + Above.Abs()).Scale(-1);

    /// <summary>Neighbours of a value; null where it has none: zero, NaN, Inf, a negative number where the format has none.</summary>
    public static Neighbours? Of(ElementFormat format, Number value)
    {
        if (!value.IsFinite || value.Finite.IsZero || (value.Negative && !format.IsSigned))
        {
            return null;
        }

        uint low = ElementCodec.Encode(format, value, new() { Rounding = RoundingMode.TowardZero });
        Number below = ElementCodec.Decode(format, low);

        // MX 5.3.4: two's complement reaches one code further below zero.
        uint top = !value.Negative ? format.MaxMagnitude
            : format.Encoding == ElementEncoding.TwosComplement ? format.SignMask
            : format.SignMask | format.MaxMagnitude;
        Dyadic max = ElementCodec.Decode(format, top).Finite;
        if (Dyadic.CompareMagnitude(value.Finite, max) is >= 0 and int beyond)
        {
            return new(beyond == 0 ? NeighbourPlace.OnMax : NeighbourPlace.Beyond, value.Finite, top, max, top, max);
        }

        if (Dyadic.CompareMagnitude(value.Finite, below.Finite) == 0)
        {
            return new(NeighbourPlace.On, value.Finite, low, below.Finite, low, below.Finite);
        }

        // One code further from zero; a format without -0 has 00 below its least negative number.
        uint high = format.Encoding == ElementEncoding.TwosComplement ? (value.Negative ? low - 1 : low + 1) & format.CodeMask
            : value.Negative && below.Finite.IsZero ? format.SignMask | 1
            : low + 1;
        return new(NeighbourPlace.Between, value.Finite, low, below.Finite, high, ElementCodec.Decode(format, high).Finite);
    }

    /// <summary>How many of so many equal steps from <see cref="Below"/> to <see cref="Above"/> lie under the value.</summary>
    public int Position(int steps)
    {
        if (Place != NeighbourPlace.Between)
        {
            return 0;
        }

        Dyadic part = Value.Abs() - Below.Abs();
        Dyadic whole = Above.Abs() - Below.Abs();
        int exponent = Math.Min(part.Exponent, whole.Exponent);
        return (int)BigInteger.Divide(part.SignedAt(exponent) * steps, whole.SignedAt(exponent));
    }
}
