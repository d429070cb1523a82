using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>A rounding mode as a type, so that a kernel is compiled for one mode and carries no branch for the others.</summary>
internal interface IRounding
{
    /// <summary>Which neighbour.</summary>
    static abstract RoundingDirection Direction { get; }

    /// <summary>For stochastic rounding, which variant; A otherwise.</summary>
    static abstract StochasticVariant Variant { get; }
}

/// <summary>Ties to even.</summary>
internal readonly struct TiesToEven : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToEven;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Ties away from zero.</summary>
internal readonly struct TiesToAway : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToAway;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Ties toward zero.</summary>
internal readonly struct TiesToZero : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToZero;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Toward zero.</summary>
internal readonly struct TowardZero : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TowardZero;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Toward positive infinity.</summary>
internal readonly struct TowardPositive : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TowardPositive;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Toward negative infinity.</summary>
internal readonly struct TowardNegative : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TowardNegative;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>To odd.</summary>
internal readonly struct ToOdd : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.ToOdd;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Stochastic, variant A.</summary>
internal readonly struct StochasticA : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static StochasticVariant Variant => StochasticVariant.A;
}

/// <summary>Stochastic, variant B.</summary>
internal readonly struct StochasticB : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static StochasticVariant Variant => StochasticVariant.B;
}

/// <summary>Stochastic, variant C.</summary>
internal readonly struct StochasticC : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static StochasticVariant Variant => StochasticVariant.C;
}

/// <summary>Stochastic, ties to odd.</summary>
internal readonly struct StochasticOdd : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static StochasticVariant Variant => StochasticVariant.Odd;
}

/// <summary>The one rounding function of the kernels; equals <see cref="Reference.Rounding"/>.</summary>
internal static class Rounding
{
    /// <summary>
    /// significand / 2^shift as an integer. Nearest and directed modes add what carries exactly when they round away, then cut;
    /// shifts of more than 31 round as 31 does, since a significand is below 2^24.
    /// </summary>
    /// <param name="significand">Below 2^24.</param>
    /// <param name="shift">Any; clamped to what makes a difference, 0 to 31 or, for stochastic modes, 63.</param>
    /// <param name="negative">All ones where the value is negative.</param>
    /// <param name="random">For stochastic modes, the random bits at the top of a word, the rest zero.</param>
    /// <param name="randomBits">n.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ToQuantum<TLane, TRounding>(TLane significand, TLane shift, TLane negative, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
    {
        TLane word = TLane.Splat(32);
        shift = TLane.Max(shift, TLane.Splat(0));
        if (TRounding.Direction == RoundingDirection.Stochastic)
        {
            shift = TLane.Min(shift, TLane.Splat(63));
            TLane first = TLane.ShiftLeft(significand, word - shift) | TLane.ShiftRight(significand, shift - word);
            TLane below = TLane.ShiftLeft(significand, TLane.Splat(64) - shift);
            return TLane.ShiftRight(significand, shift) + StochasticCarry<TLane, TRounding>(first, below, random, randomBits);
        }

        shift = TLane.Min(shift, TLane.Splat(31));
        TLane belowOne = TLane.ShiftRight(TLane.Splat(uint.MaxValue), word - shift);
        TLane belowHalf = TLane.ShiftRight(TLane.Splat(int.MaxValue), word - shift);
        TLane odd = TLane.ShiftRight(significand, shift) & TLane.Splat(1);
        TLane addend = TRounding.Direction switch
        {
            RoundingDirection.TiesToEven => belowHalf + odd,
            RoundingDirection.TiesToAway => belowOne - belowHalf,
            RoundingDirection.TiesToZero => belowHalf,
            RoundingDirection.TowardPositive => belowOne & (negative ^ TLane.Splat(uint.MaxValue)),
            RoundingDirection.TowardNegative => belowOne & negative,
            RoundingDirection.ToOdd => belowOne & (odd - TLane.Splat(1)),
            _ => TLane.Splat(0),
        };
        return TLane.ShiftRight(significand + addend, shift);
    }

    /// <summary>
    /// 1 where the discarded fraction delta and the random bits carry to 2^n; r stands at the top of its word, so that reaching 2^n
    /// is a carry out of 32 bits.
    /// </summary>
    /// <param name="first">floor(delta 2^32).</param>
    /// <param name="below">The rest of delta: its first bit on top, and any other where there is more.</param>
    /// <param name="random">r at the top of a word.</param>
    /// <param name="randomBits">n.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane, TRounding>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
    {
        TLane one = TLane.Splat(1);
        TLane word = TLane.Splat(32);
        if (TRounding.Variant == StochasticVariant.A)
        {
            // floor(delta 2^n) + r >= 2^n: the bits of F below n cannot carry, r having none there.
            return Carry(first, random);
        }

        if (TRounding.Variant == StochasticVariant.B)
        {
            // floor(delta 2^(n+1)) + 2r + 1 >= 2^(n+1): one more bit g of delta, and g + 1 reaches 2 exactly where g is set.
            TLane g = randomBits == 32
                ? TLane.ShiftRight(below, TLane.Splat(31))
                : TLane.ShiftRight(first, TLane.Splat(31 - randomBits)) & one;
            TLane halfUp = TLane.ShiftLeft(g, TLane.Splat(32 - randomBits));
            TLane fraction = first & TopBits<TLane>(randomBits);
            TLane sum = fraction + random;
            return Carry(fraction, random) | Carry(sum, halfUp);
        }

        // C and odd: delta 2^n to the nearest integer, ties to even or to odd, then + r >= 2^n.
        TLane kept = first & TopBits<TLane>(randomBits);
        TLane n = TLane.Splat(randomBits);
        TLane rest = randomBits == 32 ? below : TLane.ShiftLeft(first, n) | NonZero(below);
        TLane keptOdd = TLane.ShiftRight(first, word - n) & one;
        TLane toEven = TRounding.Variant == StochasticVariant.C ? keptOdd : keptOdd ^ one;
        TLane up = TLane.ShiftLeft(Carry(rest, TLane.Splat(int.MaxValue) + toEven), word - n);
        TLane rounded = kept + up;
        return Carry(kept, up) | Carry(rounded, random);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TopBits<TLane>(uint count)
        where TLane : unmanaged, ILane<TLane>
        => TLane.ShiftLeft(TLane.Splat(uint.MaxValue), TLane.Splat(32 - count));

    /// <summary>The carry out of a 32-bit sum, 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Carry<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane>
        => TLane.ShiftRight((left & right) | ((left | right) & (TLane.Splat(uint.MaxValue) ^ (left + right))), TLane.Splat(31));

    /// <summary>1 where any bit is set: the sign of x | -x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane NonZero<TLane>(TLane value)
        where TLane : unmanaged, ILane<TLane>
        => TLane.ShiftRight(value | (TLane.Splat(0) - value), TLane.Splat(31));
}
