using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

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
            return TLane.ShiftRight(significand, shift) + TRounding.StochasticCarry(first, below, random, randomBits);
        }

        shift = TLane.Min(shift, TLane.Splat(31));
        TLane belowOne = TLane.ShiftRight(TLane.Splat(uint.MaxValue), word - shift);
        TLane belowHalf = TLane.ShiftRight(TLane.Splat(int.MaxValue), word - shift);
        TLane odd = TLane.ShiftRight(significand, shift) & TLane.Splat(1);
        return TLane.ShiftRight(significand + TRounding.Addend(belowHalf, belowOne, odd, negative), shift);
    }

    /// <summary>Variant A, floor(delta 2^n) + r >= 2^n: the bits of delta below n cannot carry, r having none there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane CarryA<TLane>(TLane first, TLane random)
        where TLane : unmanaged, ILane<TLane>
        => Carry(first, random);

    /// <summary>
    /// Variant B, floor(delta 2^(n+1)) + 2r + 1 >= 2^(n+1): one more bit g of delta, and g + 1 reaches 2 exactly where g is set.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane CarryB<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane g = randomBits == 32
            ? TLane.ShiftRight(below, TLane.Splat(31))
            : TLane.ShiftRight(first, TLane.Splat(31 - randomBits)) & TLane.Splat(1);
        TLane halfUp = TLane.ShiftLeft(g, TLane.Splat(32 - randomBits));
        TLane fraction = first & TopBits<TLane>(randomBits);
        TLane sum = fraction + random;
        return Carry(fraction, random) | Carry(sum, halfUp);
    }

    /// <summary>Variants C and odd: delta 2^n to the nearest integer, ties to even or to odd, then + r >= 2^n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane CarryNearest<TLane>(TLane first, TLane below, TLane random, uint randomBits, bool tieToOdd)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane one = TLane.Splat(1);
        TLane word = TLane.Splat(32);
        TLane kept = first & TopBits<TLane>(randomBits);
        TLane n = TLane.Splat(randomBits);
        TLane rest = randomBits == 32 ? below : TLane.ShiftLeft(first, n) | NonZero(below);
        TLane keptOdd = TLane.ShiftRight(first, word - n) & one;
        TLane tieUp = tieToOdd ? keptOdd ^ one : keptOdd;
        TLane up = TLane.ShiftLeft(Carry(rest, TLane.Splat(int.MaxValue) + tieUp), word - n);
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
