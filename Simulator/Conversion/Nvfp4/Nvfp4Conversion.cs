using System.Runtime.CompilerServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Lanes;

namespace Mxact.Simulator.Conversion.Nvfp4;

/// <summary>
/// NVFP4, integers only: E2M1 elements under a UE4M3 scale X and a binary32 tensor scale t; equals
/// <see cref="Reference.BlockConversion"/>. X is no power of two, so |V| / (X t) is a long division, cut off where rounding can tell
/// no further digits apart.
/// </summary>
/// <remarks>
/// A deterministic mode needs no division of each element: the magnitude is the number of thresholds X t m that |V| reaches, each an
/// exact product of at most 31 bits brought to the least binary32 number that passes. Where a block's thresholds can be kept beside
/// its elements, that is faster, and the same.
/// </remarks>
internal static class Nvfp4Conversion
{
    /// <summary>Elements of a block.</summary>
    public const int BlockSize = 16;

    /// <summary>Magnitudes of E2M1 above zero, and so thresholds.</summary>
    public const int Magnitudes = 7;

    /// <summary>The NaN of UE4M3.</summary>
    public const uint ScaleNan = 0x7F;

    /// <summary>The largest finite UE4M3, 448.</summary>
    public const uint LargestScale = 0x7E;

    /// <summary>The NaN that dequantising gives.</summary>
    public const uint QuietNan = 0x7FC00000;

    private const uint MagnitudeMask = 0x7FFFFFFF;

    /// <summary>Bits of UE4M3's significand, the hidden one counted.</summary>
    private const int ScaleSignificandBits = 4;

    /// <summary>X's significand is an integer in units of 2^(field + this): minus bias and fraction bits.</summary>
    private const int ScaleUnit = -10;

    /// <summary>A number moved down so far is less than half of the last of 32 random bits; how much less makes no difference.</summary>
    private const int LowestBinade = 35;
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
        (TLane quotient, rest) = Digits(rest, divisor, 5);
        quotient = quotient + quotient + (TLane.Greater(rest, zero) & one);
        TLane binades = exponent + TLane.Splat(6);
        TLane above = TLane.Max(binades, zero);
        TLane kept = Rounding.ToQuantum<TLane, TiesToEven>(quotient, TLane.Splat(2) + above - binades, zero, zero, 0);
        TLane code = TLane.Min(kept + TLane.ShiftLeft(TLane.Min(above, TLane.Splat(32)), TLane.Splat(3)), TLane.Splat(LargestScale));
        code = TLane.Select(TLane.Greater(amax, zero), code, zero);
        code = TLane.Select(TLane.Greater(amax, TLane.Splat(Infinity - 1)), TLane.Splat(p.ScaleOfInfinity), code);
        return TLane.Select(TLane.Greater(amax, TLane.Splat(Infinity)), TLane.Splat(p.ScaleOfNan), code);
    }

    /// <summary>Quantises as many blocks as a lane has words, one in each: a GPU's thread with its own block. Returns the scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane QuantizeAcross<TLane, TRounding, TBlock>(TBlock block, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
        where TBlock : struct, IBlock<TLane>
    {
        TLane amax = TLane.Splat(0);
        for (int step = 0; step < block.Steps; step++)
        {
            amax = TLane.Max(amax, Counted(block.Value(step), p));
        }

        TLane scale = Scale(amax, p);
        TLane live = Live(scale);
        (TLane divisor, TLane exponent) = Divisor(scale, p);
        for (int step = 0; step < block.Steps; step++)
        {
            TLane value = block.Value(step);
            TLane magnitude = Magnitude<TLane, TRounding>(value, divisor, exponent, block.Random(step), p);
            block.SetCode(step, Code(value, magnitude, live, p));
        }

        return scale;
    }

    /// <summary>An element's magnitude as the block's maximum counts it: that of a NaN is nothing where NaNs are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Counted<TLane>(TLane value, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane magnitude = value & TLane.Splat(MagnitudeMask);
        TLane ignored = TLane.Greater(magnitude, TLane.Splat(Infinity)) & TLane.Splat(p.NansIgnored);
        return TLane.Select(ignored, TLane.Splat(0), magnitude);
    }

    /// <summary>All ones, or zero where the scale is NaN: codes are zero by convention.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Live<TLane>(TLane scale)
        where TLane : unmanaged, ILane<TLane>
        => TLane.Greater(TLane.Splat(ScaleNan), scale);

    /// <summary>X t as a significand in [2^27, 2^28) and the exponent of its leading bit; the significand is zero where X is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLane Significand, TLane Exponent) Divisor<TLane>(TLane scale, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        (TLane x, TLane field) = Factor(scale);
        TLane lead = TLane.LeadingZeroCount(x) - TLane.Splat(32 - ScaleSignificandBits);
        TLane product = Times(TLane.ShiftLeft(x, lead), p.TensorSignificand);

        // In [2^26, 2^28): one bit settles the binade.
        TLane upper = TLane.ShiftRight(product, TLane.Splat(27));
        product = TLane.ShiftLeft(product, TLane.Splat(1) - upper);
        return (product, field - lead + upper + TLane.Splat((uint)(26 + ScaleUnit) + p.TensorExponent));
    }

    /// <summary>The magnitude code of V / (X t), rounded; that of an infinity or a NaN means nothing.</summary>
    /// <param name="value">V.</param>
    /// <param name="divisor">X t's significand, see <see cref="Divisor"/>.</param>
    /// <param name="divisorExponent">X t's exponent.</param>
    /// <param name="random">Random bits, see <see cref="Rounding"/>.</param>
    /// <param name="p">How many random bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Magnitude<TLane, TRounding>(TLane value, TLane divisor, TLane divisorExponent, TLane random, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
    {
        TLane zero = TLane.Splat(0);
        TLane one = TLane.Splat(1);
        TLane bits = value & TLane.Splat(MagnitudeMask);
        TLane negative = TLane.Greater(zero, value);
        (TLane significand, TLane exponent) = Normalised(bits);

        // Both significands in [2^27, 2^28); their quotient is made to lie in [1, 2).
        TLane dividend = TLane.ShiftLeft(significand, TLane.Splat(4));
        TLane less = TLane.Greater(divisor, dividend);
        TLane rest = dividend + (dividend & less);
        TLane binade = exponent - divisorExponent + less;

        // E2M1 keeps two bits of a number of 1 or more; below, its quantum stays and the digits move down.
        TLane above = TLane.Max(binade, zero);
        TLane down = TLane.Min(above - binade, TLane.Splat(LowestBinade));
        TLane kept;
        if (TRounding.Direction == RoundingDirection.Stochastic)
        {
            (TLane whole, rest) = Digits(rest, divisor, 2);
            (TLane first, rest) = Digits(rest, divisor, 32);
            (TLane next, rest) = Digits(rest, divisor, 1);
            kept = Stochastic<TLane, TRounding>(whole, first, next, TLane.Greater(rest, zero) & one, down, random, p.RandomBits);
        }
        else
        {
            // Both bits, a guard bit, and whether anything is left.
            (TLane digits, rest) = Digits(rest, divisor, 3);
            digits = digits + digits + (TLane.Greater(rest, zero) & one);
            kept = Rounding.ToQuantum<TLane, TRounding>(digits, down + TLane.Splat(2), negative, zero, 0);
        }

        TLane magnitude = TLane.Min(kept + above + above, TLane.Splat(Magnitudes));
        return magnitude & TLane.Greater(bits, zero) & TLane.Greater(divisor, zero);
    }

    /// <summary>
    /// The same, stochastically, from |V| / (X t) itself: in units of 2^-35, cut off, the lowest bit set where anything was.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane MagnitudeOf<TLane, TRounding>(TLane upper, TLane lower, TLane random, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
    {
        // The quantum is 1/2, from 2 on 1, from 4 on 2: so far down go the digits.
        TLane down = TLane.Splat(0) - TLane.Greater(upper, TLane.Splat(15)) - TLane.Greater(upper, TLane.Splat(31));
        TLane right = TLane.Splat(2) + down;
        TLane left = TLane.Splat(30) - down;
        TLane first = TLane.ShiftLeft(upper, left) | TLane.ShiftRight(lower, right);
        TLane carry = TRounding.StochasticCarry(first, TLane.ShiftLeft(lower, left), random, p.RandomBits);
        return TLane.Min(TLane.ShiftRight(upper, right) + carry + down + down, TLane.Splat(Magnitudes));
    }

    /// <summary>An element's code from its magnitude: sign, infinities and NaNs as the policy has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Code<TLane>(TLane value, TLane magnitude, TLane live, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane zero = TLane.Splat(0);
        TLane bits = value & TLane.Splat(MagnitudeMask);
        TLane negative = TLane.Greater(zero, value);
        TLane sign = negative & TLane.Splat(p.SignBit) & (TLane.Splat(p.ZeroKeepsSign) | TLane.Greater(magnitude, zero));
        TLane code = magnitude | sign;
        TLane infinity = TLane.Splat(p.InfinityPositive) ^ (negative & TLane.Splat(p.InfinityDifference));
        TLane nan = TLane.Splat(p.NanPositive) ^ (negative & TLane.Splat(p.NanDifference));
        code = TLane.Select(TLane.Greater(bits, TLane.Splat(Infinity - 1)), infinity, code);
        return TLane.Select(TLane.Greater(bits, TLane.Splat(Infinity)), nan, code) & live;
    }

    /// <summary>
    /// One less than the least binary32 bits whose quotient by X t rounds to magnitude <paramref name="code"/> or above.
    /// </summary>
    /// <param name="scale">X's code.</param>
    /// <param name="code">1 to 7.</param>
    /// <param name="negative">Whether the values are negative.</param>
    /// <param name="p">Tensor scale.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane BelowThreshold<TLane, TRounding>(TLane scale, int code, bool negative, in KernelParameters p)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
    {
        // The threshold in units of X t: this code's value, the one below's, or their midpoint; and whether equality passes.
        RoundingThreshold threshold = TRounding.Threshold(evenCode: (code & 1) == 0, negative);
        bool own = threshold.Place == ThresholdPlace.Own;
        bool nearest = threshold.Place == ThresholdPlace.Middle;
        int from = own ? code : code - 1;
        uint significand = nearest ? (2 * SignificandOf(from)) + 1 : SignificandOf(from);
        int exponent = nearest ? ExponentOf(from) - 1 : ExponentOf(from);

        (TLane bits, TLane inexact) = Product(scale, significand, exponent, p, nearestEven: false);
        TLane below = threshold.Inclusive ? bits - TLane.Splat(1) + inexact : bits;

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

    /// <summary>Binary32 bits of an element: the value of its magnitude with its sign, NaN where X is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Signed<TLane>(TLane value, TLane code, TLane scale)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane isNan = TLane.Greater(scale & TLane.Splat(ScaleNan), TLane.Splat(ScaleNan - 1));
        return TLane.Select(isNan, TLane.Splat(QuietNan), value | TLane.ShiftLeft(code & TLane.Splat(8), TLane.Splat(28)));
    }

    /// <summary>P of a magnitude code is <c>SignificandOf * 2^ExponentOf</c> (MX 5.3.3).</summary>
    private static uint SignificandOf(int code) => code < 2 ? (uint)code : 2u + ((uint)code & 1);

    private static int ExponentOf(int code) => code < 2 ? -1 : (code >> 1) - 2;

    /// <summary>
    /// X t significand 2^exponent in binary32: the bits of the number at or below it and 1 where that is not the product itself, or
    /// the bits of the nearest number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Bits, TLane Inexact) Product<TLane>(TLane scale, uint significand, int exponent, in KernelParameters p,
        bool nearestEven)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane zero = TLane.Splat(0);
        TLane one = TLane.Splat(1);

        // Four bits times 27: at most 31.
        (TLane x, TLane field) = Factor(scale);
        TLane product = Times(x, significand * p.TensorSignificand);

        TLane upper = TLane.ShiftRight(product, TLane.Splat(8));
        TLane lead = TLane.Select(TLane.Greater(upper, zero), TLane.LeadingZeroCount(upper) - TLane.Splat(8),
            TLane.LeadingZeroCount(product & TLane.Splat(0xFF)));
        TLane normalised = TLane.ShiftLeft(product, lead);

        // The leading bit is worth 2^(31 - lead) units.
        TLane exponentField = field - lead + TLane.Splat((uint)(31 + 127 + ScaleUnit + exponent) + p.TensorExponent);
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

    /// <summary>
    /// X as an integer of four bits, in units of 2^(field - 10), field being at least 1; the sign bit of UE4M3 is ignored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Significand, TLane Field) Factor<TLane>(TLane scale)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane one = TLane.Splat(1);
        TLane magnitude = scale & TLane.Splat(ScaleNan);
        TLane field = TLane.ShiftRight(magnitude, TLane.Splat(ScaleSignificandBits - 1));
        return ((magnitude & TLane.Splat(7)) | TLane.ShiftLeft(TLane.Min(field, one), TLane.Splat(ScaleSignificandBits - 1)),
            TLane.Max(field, one));
    }

    /// <summary>A number of four bits times another of 28 at most: lanes have no multiplication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Times<TLane>(TLane x, uint factor)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane product = TLane.Splat(0);
        for (int bit = 0; bit < ScaleSignificandBits; bit++)
        {
            TLane set = TLane.Splat(0) - (TLane.ShiftRight(x, TLane.Splat((uint)bit)) & TLane.Splat(1));
            product += TLane.Splat(factor << bit) & set;
        }

        return product;
    }

    /// <summary>The next binary digits of rest / divisor, rest being less than twice the divisor before and after.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Digits, TLane Left) Digits<TLane>(TLane rest, TLane divisor, int count)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane digits = TLane.Splat(0);
        for (int i = 0; i < count; i++)
        {
            TLane fits = TLane.Greater(divisor, rest) ^ TLane.Splat(uint.MaxValue);
            digits = digits + digits - fits;
            rest -= divisor & fits;
            rest += rest;
        }

        return (digits, rest);
    }

    /// <summary>A number of two, 32 and one more binary digits, and 1 where any follow, moved down and rounded to an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Stochastic<TLane,
        TRounding>(TLane whole, TLane first, TLane next, TLane left, TLane down, TLane random, uint randomBits)
        where TLane : unmanaged, ILane<TLane>
        where TRounding : struct, IRounding
    {
        TLane word = TLane.Splat(32);
        TLane last = TLane.Splat(31);
        TLane fraction = TLane.ShiftLeft(whole, word - down) | TLane.ShiftRight(first, down) | TLane.ShiftRight(whole, down - word);

        // Of what leaves both words it is enough to know whether there is any. That of the first 32 digits never decides: where 28-bit
        // numbers have a quotient other than a power of two, one of the 28 digits behind its leading one is set.
        TLane lost = left | TLane.ShiftLeft(next, last - TLane.Min(down, last));
        TLane below = TLane.ShiftLeft(first, word - down) | TLane.ShiftRight(first, down - word) | TLane.ShiftLeft(whole,
            TLane.Splat(32) + TLane.Min(word - down, last)) | lost;
        return TLane.ShiftRight(whole, down) + TRounding.StochasticCarry(fraction, below, random, randomBits);
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
