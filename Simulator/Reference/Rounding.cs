using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>The one rounding function of the project: every codec and every model calls it.</summary>
internal static class Rounding
{
    /// <summary>
    /// |value| in units of 2^<paramref name="quantum"/>, rounded to an integer.
    /// kept = floor(|value| / 2^quantum), plus one when <see cref="RoundsAway"/>.
    /// </summary>
    /// <param name="value">The exact value.</param>
    /// <param name="quantum">Exponent of the quantum.</param>
    /// <param name="mode">The rounding mode.</param>
    /// <param name="random">The n random bits r of a stochastic mode; otherwise ignored.</param>
    public static BigInteger ToQuantum(Quotient value, int quantum, RoundingMode mode, uint random = 0)
    {
        (BigInteger kept, Discarded discarded) = Split(value, quantum);
        return RoundsAway(mode, value.Negative, isOdd: !kept.IsEven, discarded, random) ? kept + 1 : kept;
    }

    /// <summary>What is kept of |value| in units of 2^<paramref name="quantum"/>, and what is lost.</summary>
    public static (BigInteger Kept, Discarded Discarded) Split(Quotient value, int quantum)
    {
        int shift = value.Numerator.Exponent - quantum;
        BigInteger significand = value.Numerator.Significand;
        if (shift >= 0 && value.Divisor.IsOne)
        {
            return (significand << shift, Discarded.Nothing);
        }

        if (value.Divisor.IsOne)
        {
            BigInteger kept = significand >> -shift;
            return (kept, new(significand - (kept << -shift), BigInteger.One << -shift));
        }

        BigInteger dividend = shift >= 0 ? significand << shift : significand;
        BigInteger divisor = shift >= 0 ? value.Divisor : value.Divisor << -shift;
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        return (quotient, new(rest, divisor));
    }

#pragma warning disable CS8524 // No default arms: a forgotten mode does not compile (CS8509), and a value without a name cannot be made.
    /// <summary>
    /// Whether the magnitude goes up to the next integer, given what was lost (MX 5.3, OFP8 5.2.1; stochastic: IEEE P3109).
    /// </summary>
    public static bool RoundsAway(RoundingMode mode, bool negative, bool isOdd, Discarded discarded, uint random = 0)
    {
        LostFraction lost = discarded.Lost;
        return mode.Direction switch
        {
            RoundingDirection.TiesToEven => lost == LostFraction.AboveHalf || (lost == LostFraction.Half && isOdd),
            RoundingDirection.TiesToAway => lost >= LostFraction.Half,
            RoundingDirection.TiesToZero => lost == LostFraction.AboveHalf,
            RoundingDirection.TiesToPositive => lost == LostFraction.AboveHalf || (lost == LostFraction.Half && !negative),
            RoundingDirection.TowardZero => false,
            RoundingDirection.TowardPositive => lost != LostFraction.Zero && !negative,
            RoundingDirection.TowardNegative => lost != LostFraction.Zero && negative,
            RoundingDirection.ToOdd => lost != LostFraction.Zero && !isOdd,
            RoundingDirection.Stochastic => RoundsAwayStochastically(mode, discarded, random),
        };
    }

    /// <summary>The four variants, with delta = discarded, n = mode.RandomBits, r = random.</summary>
    private static bool RoundsAwayStochastically(RoundingMode mode, Discarded delta, uint random)
    {
        int n = mode.RandomBits;
        (BigInteger floor, Discarded rest) = delta.Take(mode.Variant == StochasticVariant.B ? n + 1 : n);
        return mode.Variant switch
        {
            // A: floor(delta 2^n) + r >= 2^n
            StochasticVariant.A => floor + random >= BigInteger.One << n,

            // B: floor(delta 2^(n+1)) + 2r + 1 >= 2^(n+1)
            StochasticVariant.B => floor + (2 * (BigInteger)random) + 1 >= BigInteger.One << (n + 1),

            // C: delta 2^n to the nearest integer, ties to even, + r >= 2^n
            StochasticVariant.C => Nearest(floor, rest, tieToOdd: false) + random >= BigInteger.One << n,

            // odd: as C, a tie going to the odd neighbour
            StochasticVariant.Odd => Nearest(floor, rest, tieToOdd: true) + random >= BigInteger.One << n,
        };
    }

#pragma warning restore CS8524
    private static BigInteger Nearest(BigInteger floor, Discarded rest, bool tieToOdd)
        => rest.Lost == LostFraction.AboveHalf || (rest.Lost == LostFraction.Half && floor.IsEven == tieToOdd) ? floor + 1 : floor;
}
