using System.Runtime.CompilerServices;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Kernels;

/// <summary>
/// A rounding mode as a type, so that a kernel is compiled for one mode and carries no branch for the others. The type itself says how
/// it rounds: a mode that leaves a step out does not compile.
/// </summary>
internal interface IRounding
{
    /// <summary>Which neighbour.</summary>
    static abstract RoundingDirection Direction { get; }

    /// <summary>
    /// Whether <see cref="Threshold"/> is another one for negative values. A constant, because kernels branch on it in their loops.
    /// </summary>
    static abstract bool TellsSigns { get; }

    /// <summary>
    /// What a deterministic mode adds before what lies below one is cut off, so that it carries exactly where the mode rounds away;
    /// nothing for a stochastic mode.
    /// </summary>
    /// <param name="belowHalf">Just less than half a quantum: all ones below its bit.</param>
    /// <param name="belowOne">Just less than a quantum.</param>
    /// <param name="odd">1 where what is kept is odd.</param>
    /// <param name="negative">All ones where the value is negative.</param>
    static abstract TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>;

    /// <summary>
    /// 1 where the fraction delta that is cut off and a stochastic mode's random bits carry to 2^n; never for a deterministic mode.
    /// </summary>
    /// <param name="first">floor(delta 2^32).</param>
    /// <param name="below">The rest of delta: its first bit on top, and any other where there is more.</param>
    /// <param name="random">r at the top of a word, so that reaching 2^n is a carry out of 32 bits.</param>
    /// <param name="randomBits">n.</param>
    static abstract TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>;

    /// <summary>Where a deterministic mode begins to round up to a code; not asked of a stochastic mode, which has no such place.</summary>
    /// <param name="evenCode">Whether the code is even.</param>
    /// <param name="negative">Whether values are negative; only a directed mode tells.</param>
    static abstract RoundingThreshold Threshold(bool evenCode, bool negative);
}

/// <summary>Where between a code and the one below rounding to the upper one begins, by magnitude.</summary>
/// <param name="Place">Which place.</param>
/// <param name="Inclusive">Whether the place itself rounds up.</param>
internal readonly record struct RoundingThreshold(ThresholdPlace Place, bool Inclusive)
{
    /// <summary>Only the code's own value and what lies above.</summary>
    public static RoundingThreshold Own => new(ThresholdPlace.Own, Inclusive: true);

    /// <summary>All that lies above the lower code's value.</summary>
    public static RoundingThreshold AboveLower => new(ThresholdPlace.Lower, Inclusive: false);

    /// <summary>What lies above the middle, and the middle itself where a tie goes up.</summary>
    public static RoundingThreshold Middle(bool tieGoesUp) => new(ThresholdPlace.Middle, tieGoesUp);
}

/// <summary>A place between two codes.</summary>
internal enum ThresholdPlace
{
    /// <summary>The lower code's value.</summary>
    Lower,

    /// <summary>The middle.</summary>
    Middle,

    /// <summary>The upper code's own value.</summary>
    Own,
}

/// <summary>What is done with a rounding mode once it is a type.</summary>
/// <typeparam name="TResult">What it gives.</typeparam>
internal interface IRoundingVisitor<out TResult>
{
    /// <summary>Called with the mode's type.</summary>
    TResult Visit<TRounding>()
        where TRounding : struct, IRounding;
}

/// <summary>
/// The one place where a run-time rounding mode becomes a type, for the processor's kernels and the GPU's. The switches have no default
/// arm, and a named value that none of them has is an error of the compiler (CS8509): a forgotten mode does not compile.
/// </summary>
internal static class Roundings
{
#pragma warning disable CS8524 // A value without a name cannot be made: RoundingMode is parsed or built from the names.
    /// <summary>Hands the mode's type to a visitor.</summary>
    public static TResult Dispatch<TVisitor, TResult>(RoundingMode mode, TVisitor visitor)
        where TVisitor : struct, IRoundingVisitor<TResult>
        => mode.Direction switch
        {
            RoundingDirection.TiesToEven => visitor.Visit<TiesToEven>(),
            RoundingDirection.TiesToAway => visitor.Visit<TiesToAway>(),
            RoundingDirection.TiesToZero => visitor.Visit<TiesToZero>(),
            RoundingDirection.TiesToPositive => visitor.Visit<TiesToPositive>(),
            RoundingDirection.TowardZero => visitor.Visit<TowardZero>(),
            RoundingDirection.TowardPositive => visitor.Visit<TowardPositive>(),
            RoundingDirection.TowardNegative => visitor.Visit<TowardNegative>(),
            RoundingDirection.ToOdd => visitor.Visit<ToOdd>(),
            RoundingDirection.Stochastic => mode.Variant switch
            {
                StochasticVariant.A => visitor.Visit<StochasticA>(),
                StochasticVariant.B => visitor.Visit<StochasticB>(),
                StochasticVariant.C => visitor.Visit<StochasticC>(),
                StochasticVariant.Odd => visitor.Visit<StochasticOdd>(),
            },
        };

    /// <summary>
    /// Whether the kernels tuned for AVX-512 round so: the processor's own rounding of sums gives the first, and variant A a sum
    /// more.
    /// </summary>
    public static bool HasTuned512(RoundingMode mode) => mode.Direction switch
    {
        RoundingDirection.TiesToEven or RoundingDirection.TiesToAway or RoundingDirection.TiesToZero => true,
        RoundingDirection.TowardZero or RoundingDirection.TowardPositive or RoundingDirection.TowardNegative or RoundingDirection.ToOdd
            => true,
        RoundingDirection.TiesToPositive => false,
        RoundingDirection.Stochastic => mode.Variant switch
        {
            StochasticVariant.A => true,
            StochasticVariant.B or StochasticVariant.C or StochasticVariant.Odd => false,
        },
    };
#pragma warning restore CS8524
}

/// <summary>Ties to even.</summary>
internal readonly struct TiesToEven : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToEven;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => belowHalf + odd;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Middle(tieGoesUp: evenCode);
}

/// <summary>Ties away from zero.</summary>
internal readonly struct TiesToAway : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToAway;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => belowOne - belowHalf;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Middle(tieGoesUp: true);
}

/// <summary>Ties toward zero.</summary>
internal readonly struct TiesToZero : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToZero;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => belowHalf;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Middle(tieGoesUp: false);
}

/// <summary>Ties toward positive infinity.</summary>
internal readonly struct TiesToPositive : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TiesToPositive;

    public static bool TellsSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Select(negative, belowHalf, belowOne - belowHalf);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Middle(tieGoesUp: !negative);
}

/// <summary>Toward zero.</summary>
internal readonly struct TowardZero : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TowardZero;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Own;
}

/// <summary>Toward positive infinity.</summary>
internal readonly struct TowardPositive : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TowardPositive;

    public static bool TellsSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => belowOne & (negative ^ TLane.Splat(uint.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => negative ? RoundingThreshold.Own
        : RoundingThreshold.AboveLower;
}

/// <summary>Toward negative infinity.</summary>
internal readonly struct TowardNegative : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.TowardNegative;

    public static bool TellsSigns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => belowOne & negative;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => negative ? RoundingThreshold.AboveLower
        : RoundingThreshold.Own;
}

/// <summary>To odd.</summary>
internal readonly struct ToOdd : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.ToOdd;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => belowOne & (odd - TLane.Splat(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => evenCode ? RoundingThreshold.Own
        : RoundingThreshold.AboveLower;
}

/// <summary>Stochastic, variant A.</summary>
internal readonly struct StochasticA : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => Rounding.CarryA(first, random);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Own;
}

/// <summary>Stochastic, variant B.</summary>
internal readonly struct StochasticB : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => Rounding.CarryB(first, below, random, randomBits);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Own;
}

/// <summary>Stochastic, variant C: ties to even.</summary>
internal readonly struct StochasticC : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => Rounding.CarryNearest(first, below, random, randomBits, tieToOdd: false);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Own;
}

/// <summary>Stochastic, ties to odd.</summary>
internal readonly struct StochasticOdd : IRounding
{
    public static RoundingDirection Direction => RoundingDirection.Stochastic;

    public static bool TellsSigns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Addend<TLane>(TLane belowHalf, TLane belowOne, TLane odd, TLane negative)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Splat(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane StochasticCarry<TLane>(TLane first, TLane below, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        => Rounding.CarryNearest(first, below, random, randomBits, tieToOdd: true);

    public static RoundingThreshold Threshold(bool evenCode, bool negative) => RoundingThreshold.Own;
}
