using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>What a NaN becomes.</summary>
internal enum NanResult
{
    /// <summary>What the conversion's policy names.</summary>
    Policy,

    /// <summary>The same NaN, quieted: its sign, and as much of its fraction as there is room for.</summary>
    Kept,

    /// <summary>One fixed field.</summary>
    Fixed,
}

/// <summary>
/// One element on its way through a conversion instruction, as named choices over the reference. In this order: the source's subnormals,
/// a scale, an integral value, the destination's rounding and range, its subnormals, a clamp.
/// </summary>
/// <param name="From">The source's type.</param>
/// <param name="To">The destination's.</param>
/// <param name="Policy">Rounding, overflow, infinities, and the NaN under <see cref="NanResult.Policy"/>.</param>
internal sealed record LaneConversion(RegisterType From, RegisterType To, ConversionPolicy Policy)
{
    /// <summary>What a NaN becomes.</summary>
    public NanResult Nan { get; init; }

    /// <summary>The field under <see cref="NanResult.Fixed"/>.</summary>
    public ulong NanField { get; init; }

    /// <summary>Subnormal sources are zeros of their sign.</summary>
    public bool FlushSource { get; init; }

    /// <summary>Subnormal results are zeros of their sign.</summary>
    public bool FlushResult { get; init; }

    /// <summary>The value is made integral first, in the policy's direction.</summary>
    public bool Integral { get; init; }

    /// <summary>Negative results, -0 among them, are +0.</summary>
    public bool Relu { get; init; }

    /// <summary>Results are clamped to 0 and 1, a NaN to 0.</summary>
    public bool ClampToOne { get; init; }

    /// <summary>An integer keeps its low bits, where it is otherwise clamped to the destination's range.</summary>
    public bool Wraps { get; init; }

    /// <summary>The destination's field of a source's.</summary>
    /// <param name="field">The source's bits.</param>
    /// <param name="scale">What the value is multiplied by first; null for nothing.</param>
    /// <param name="random">The random bits of a stochastic mode.</param>
    public ulong Convert(ulong field, Number? scale = null, uint random = 0)
    {
        Number value = From.Decode(field & From.Mask);
        if (FlushSource && From.IsSubnormal(value))
        {
            value = Zero(value.Negative);
        }

        bool signOfNan = value.Negative;
        value = scale is { } factor ? NumberArithmetic.Multiply(value, factor) : value;
        if (value.IsNaN)
        {
            return ClampToOne ? 0 : Nan switch
            {
                NanResult.Policy => To.Encode(value with { Finite = Dyadic.Zero with { Negative = signOfNan } }, Policy, random),
                NanResult.Kept => To.NanOf(signOfNan, From.FractionOf(field)),
                NanResult.Fixed => NanField,
                _ => throw new InvalidOperationException($"no such result: {Nan}"),
            };
        }

        if (Relu && value.Negative && To is not PowerType)
        {
            return 0;
        }

        if (Wraps && To is IntegerType integer)
        {
            return integer.Code(value.Finite.SignedAt(0));
        }

        if (Integral && value.IsFinite)
        {
            value = new Dyadic(value.Negative, Rounding.ToQuantum(value.Finite, 0, Policy.Rounding), 0);
        }

        return Clamped(Flushed(To.Encode(value, Policy, random)));
    }

    private ulong Flushed(ulong result)
        => FlushResult && To.Decode(result) is var value && To.IsSubnormal(value) ? To.Encode(Zero(value.Negative), Policy, 0) : result;

    private ulong Clamped(ulong result)
    {
        if (!ClampToOne)
        {
            return result;
        }

        Number value = To.Decode(result);
        Dyadic one = Dyadic.PowerOfTwo(0);
        return value.Negative ? 0
            : value.IsInfinity || Dyadic.CompareMagnitude(value.Finite, one) > 0 ? To.Encode(one, Policy, 0) : result;
    }

    private static Number Zero(bool negative) => new Dyadic(negative, BigInteger.Zero, 0);
}
