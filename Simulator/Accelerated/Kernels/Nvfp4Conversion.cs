using System.Runtime.CompilerServices;
using Mxact.Simulator.Accelerated.Lanes;
using Mxact.Spec;

namespace Mxact.Simulator.Accelerated.Kernels;

/// <summary>
/// NVFP4, integers only: E2M1 elements under a UE4M3 scale X and a binary32 tensor scale t; equals
/// <see cref="Reference.BlockConversion"/>. X is no power of two, so nothing is divided: an element's magnitude is the number of
/// thresholds X t m that |V| reaches, each an exact product of at most 31 bits brought to the least binary32 number that passes.
/// </summary>
internal static class Nvfp4Conversion
{
    /// <summary>Elements of a block.</summary>
    public const int BlockSize = 16;

    /// <summary>Magnitudes of E2M1 above zero, and so thresholds.</summary>
    public const int Magnitudes = 7;

    /// <summary>The NaN of UE4M3.</summary>
    public const uint ScaleNan = 0x7F;

    private const uint LargestScale = 0x7E;
    private const uint Infinity = ElementCodec.Infinity;

    /// <summary>UE4M3(amax / (6 t)), ties to even, clamped (NVFP4); special blocks as the policy has it.</summary>
    /// <param name="amax">Bits of the largest magnitude; above +Inf's when it holds a NaN that counts.</param>
    /// <param name="p">Tensor scale and latitudes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Scale<TLane>(TLane amax, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane zero = TLane.Splat(0);
        TLane one = TLane.Splat(1);
        (TLane dividend, TLane exponent) = Normalised(amax);

        // Both significands in [2^25, 2^26), where 3 t has room; their quotient is then made to lie in [1, 2).
        dividend = TLane.ShiftLeft(dividend, TLane.Splat(2));
        TLane divisor = TLane.Splat(p.TensorDivisor);
        exponent -= TLane.Splat(p.TensorDivisorExponent);
        TLane less = TLane.Greater(divisor, dividend);
        TLane rest = dividend + (dividend & less);
        exponent += less;

        // Four significant bits, a guard bit, and whether anything is left.
        TLane quotient = zero;
        for (int bit = 0; bit < 5; bit++)
        {
            TLane fits = TLane.Greater(divisor, rest) ^ TLane.Splat(uint.MaxValue);
            quotient = quotient + quotient - fits;
            rest -= divisor & fits;
            rest += rest;
        }

        quotient = quotient + quotient + (TLane.Greater(rest, zero) & one);
        TLane binades = exponent + TLane.Splat(6);
        TLane above = TLane.Max(binades, zero);
        TLane kept = Rounding.ToQuantum<TLane, TiesToEven>(quotient, TLane.Splat(2) + above - binades, zero, zero, 0);
        TLane code = TLane.Min(kept + TLane.ShiftLeft(TLane.Min(above, TLane.Splat(32)), TLane.Splat(3)), TLane.Splat(LargestScale));
        code = TLane.Select(TLane.Greater(amax, zero), code, zero);
        code = TLane.Select(TLane.Greater(amax, TLane.Splat(Infinity - 1)), TLane.Splat(p.ScaleOfInfinity), code);
        return TLane.Select(TLane.Greater(amax, TLane.Splat(Infinity)), TLane.Splat(p.ScaleOfNan), code);
    }

    /// <summary>
    /// One less than the least binary32 bits whose quotient by X t rounds to magnitude <paramref name="code"/> or above.
    /// </summary>
    /// <param name="scale">X's code.</param>
    /// <param name="code">1 to 7.</param>
    /// <param name="direction">The rounding direction of magnitudes: a directed mode has become toward zero or away from it.</param>
    /// <param name="p">Tensor scale.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane BelowThreshold<TLane>(TLane scale, int code, RoundingDirection direction, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        // The threshold in units of X t: this code's value, the one below's, or their midpoint; and whether equality passes.
        bool even = (code & 1) == 0;
        bool own = direction == RoundingDirection.TowardZero || (direction == RoundingDirection.ToOdd && even);
        bool nearest = direction is RoundingDirection.TiesToEven or RoundingDirection.TiesToAway or RoundingDirection.TiesToZero;
        bool inclusive = own || direction == RoundingDirection.TiesToAway || (direction == RoundingDirection.TiesToEven && even);
        int from = own ? code : code - 1;
        uint significand = nearest ? (2 * SignificandOf(from)) + 1 : SignificandOf(from);
        int exponent = nearest ? ExponentOf(from) - 1 : ExponentOf(from);

        (TLane bits, TLane inexact) = Product(scale, significand, exponent, p, nearestEven: false);
        TLane below = inclusive ? bits - TLane.Splat(1) + inexact : bits;

        // X = 0 divides nothing, every number is zero; away from zero, the first threshold is any number at all.
        TLane isZero = TLane.Greater(TLane.Splat(1), scale);
        below = TLane.Min(below, TLane.Splat(Infinity - 1));
        return TLane.Select(isZero, TLane.Splat(Infinity - 1), below);
    }

    /// <summary>Binary32 bits of X t P for a magnitude code, rounded once, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Value<TLane>(TLane scale, int code, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        (TLane bits, _) = Product(scale, SignificandOf(code), ExponentOf(code), p, nearestEven: true);
        return bits;
    }

    /// <summary>P of a magnitude code is <c>SignificandOf * 2^ExponentOf</c> (MX 5.3.3).</summary>
    private static uint SignificandOf(int code) => code < 2 ? (uint)code : 2u + ((uint)code & 1);

    private static int ExponentOf(int code) => code < 2 ? -1 : (code >> 1) - 2;

    /// <summary>
    /// X t significand 2^exponent in binary32: the bits of the number at or below it and 1 where that is not the product itself, or
    /// the bits of the nearest number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Bits, TLane Inexact) Product<TLane>(TLane scale, uint significand, int exponent, in KernelParameters p, bool nearestEven)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane zero = TLane.Splat(0);
        TLane one = TLane.Splat(1);

        // X as an integer of four bits, in units of 2^(max(field, 1) - 10); the sign bit of UE4M3 is ignored.
        TLane magnitude = scale & TLane.Splat(0x7F);
        TLane field = TLane.ShiftRight(magnitude, TLane.Splat(3));
        TLane x = (magnitude & TLane.Splat(7)) | TLane.ShiftLeft(TLane.Min(field, one), TLane.Splat(3));

        // Four bits times 27: at most 31.
        uint factor = significand * p.TensorSignificand;
        TLane product = zero;
        for (int bit = 0; bit < 4; bit++)
        {
            TLane set = zero - (TLane.ShiftRight(x, TLane.Splat((uint)bit)) & one);
            product += TLane.Splat(factor << bit) & set;
        }

        TLane upper = TLane.ShiftRight(product, TLane.Splat(8));
        TLane lead = TLane.Select(TLane.Greater(upper, zero), TLane.LeadingZeroCount(upper) - TLane.Splat(8), TLane.LeadingZeroCount(product & TLane.Splat(0xFF)));
        TLane normalised = TLane.ShiftLeft(product, lead);

        // The leading bit is worth 2^(31 - lead) units.
        TLane exponentField = TLane.Max(field, one) - lead + TLane.Splat((uint)(31 - 10 + 127 + exponent) + p.TensorExponent);
        TLane shift = TLane.Min(TLane.Splat(8) + TLane.Max(one - exponentField, zero), TLane.Splat(63));
        TLane kept = TLane.ShiftRight(normalised, shift);
        TLane bits = kept + TLane.ShiftLeft(TLane.Max(exponentField - one, zero), TLane.Splat(23));
        TLane fraction = TLane.ShiftLeft(normalised, TLane.Splat(32) - shift) | TLane.ShiftRight(normalised, shift - TLane.Splat(32));
        TLane lost = normalised - TLane.ShiftLeft(kept, shift);
        if (nearestEven)
        {
            TLane odd = kept & one;
            TLane half = TLane.ShiftRight(fraction, TLane.Splat(31));
            TLane belowHalf = fraction & TLane.Splat(int.MaxValue);
            bits += half & (odd | (TLane.Greater(belowHalf, zero) & one));
        }

        bits = TLane.Select(TLane.Greater(exponentField, TLane.Splat(254)), TLane.Splat(Infinity), bits);
        TLane any = lost | (zero - lost);
        return (TLane.Select(NonZero(product), bits, zero), TLane.ShiftRight(any, TLane.Splat(31)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane NonZero<TLane>(TLane value)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Greater(value, TLane.Splat(0));

    /// <summary>A magnitude's significand with its leading bit at 2^23 and the exponent of that bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Significand, TLane Exponent) Normalised<TLane>(TLane magnitude)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane one = TLane.Splat(1);
        TLane field = TLane.ShiftRight(magnitude, TLane.Splat(23));
        TLane significand = (magnitude & TLane.Splat(0x007FFFFF)) | TLane.ShiftLeft(TLane.Min(field, one), TLane.Splat(23));
        TLane lead = TLane.LeadingZeroCount(significand) - TLane.Splat(8);
        return (TLane.ShiftLeft(significand, lead), TLane.Max(field, one) - lead - TLane.Splat(127));
    }
}
