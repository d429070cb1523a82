using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact;

/// <content>A value's cast to a code, with its neighbours.</content>
public static partial class Explain
{
    /// <summary>How a number becomes a code: the neighbours, where it lies between them, what each rounding makes of it.</summary>
    /// <param name="format">The element format.</param>
    /// <param name="value">The number; every binary16 and bfloat16 number is one, too.</param>
    /// <param name="policy">The choices, with a deterministic rounding; <see cref="ConversionPolicy.Ocp"/> unless said.</param>
    /// <returns>Lines of text, each with its clause where one decides.</returns>
    /// <exception cref="ArgumentException">A stochastic rounding.</exception>
    public static IEnumerable<string> Cast(ElementFormat format, float value, ConversionPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ConversionPolicy choices = Deterministic(policy);
        return CastSteps(format, Binary32.Decode(BitConverter.SingleToUInt32Bits(value)), choices);
    }

    /// <summary>How a number becomes an E8M0 code.</summary>
    /// <param name="value">The number.</param>
    /// <param name="policy">The choices, with a deterministic rounding; <see cref="ConversionPolicy.Ocp"/> unless said.</param>
    /// <returns>Lines of text, each with its clause where one decides.</returns>
    /// <exception cref="ArgumentException">A stochastic rounding.</exception>
    public static IEnumerable<string> ScaleCast(float value, ConversionPolicy? policy = null)
    {
        ConversionPolicy choices = Deterministic(policy);
        return ScaleCastSteps(Binary32.Decode(BitConverter.SingleToUInt32Bits(value)), choices);
    }

    /// <summary>The two codes around a value and where it lies between them; null where it has none (zero, NaN, Inf).</summary>
    internal static string? Neighbours(ElementFormat format, Number value)
    {
        if (!value.IsFinite || value.Finite.IsZero)
        {
            return null;
        }

        if (Simulator.Reference.Neighbours.Of(format, value) is not { } around)
        {
            return $"neighbours none: {format} has no negative numbers";
        }

        string low = $"{Hex(format, around.Low)} = {around.Below}";
        return around.Place switch
        {
            NeighbourPlace.On => $"neighbours {low}: the value is on it",
            NeighbourPlace.OnMax => $"neighbours {low} is max normal: the value is on it",
            NeighbourPlace.Beyond => $"neighbours {low} is max normal: the value is beyond it",
            _ => $"neighbours {low} and {Hex(format, around.High)} = {around.Above}: the value is {Where(value.Finite, around.Midpoint)}",
        };
    }

    private static ConversionPolicy Deterministic(ConversionPolicy? policy)
        => policy is { Rounding.IsStochastic: true }
            ? throw new ArgumentException("explain takes no random bits: choose a deterministic rounding", nameof(policy))
            : policy ?? ConversionPolicy.Ocp;

    private static IEnumerable<string> CastSteps(ElementFormat format, Number value, ConversionPolicy policy)
    {
        yield return $"{format} of {value}, {policy.Rounding}, {Names.Of(policy.Overflow)}   [{Clauses.Fp8Conversion}]";
        if (Neighbours(format, value) is { } neighbours)
        {
            yield return neighbours;
        }

        string Shown(uint code) => $"{Hex(format, code)} = {ElementCodec.Decode(format, code)}";
        foreach (string line in Results(policy, choices => ElementCodec.Encode(format, value, choices), Shown))
        {
            yield return line;
        }

        bool isBeyond = !value.IsFinite
            || Dyadic.CompareMagnitude(value.Finite, ElementCodec.Decode(format, format.MaxMagnitude).Finite) > 0;
        if (isBeyond && !value.IsNaN)
        {
            yield return Overflows(value, policy, choices => ElementCodec.Encode(format, value, choices), Shown);
        }
    }

    private static IEnumerable<string> ScaleCastSteps(Number value, ConversionPolicy policy)
    {
        yield return $"e8m0 of {value}, {policy.Rounding}, {Names.Of(policy.Overflow)}   [{Clauses.E8M0}]";
        bool isZero = value.IsFinite && value.Finite.IsZero;
        if (isZero || (value.Negative && !value.IsNaN))
        {
            yield return isZero ? $"e8m0 has no zero: cast-of-zero={Names.Of(policy.CastOfZero)}"
                : $"e8m0 has no sign: cast-of-negative={Names.Of(policy.CastOfNegative)}";
        }
        else if (value.IsFinite && value.Finite.FloorLog2 is >= ScaleFormat.E8M0EMin and <= ScaleFormat.E8M0EMax and int e)
        {
            byte low = (byte)(e + ScaleFormat.E8M0Bias);
            Dyadic midpoint = new(false, 3, e - 1);
            yield return value.Finite.Significand.IsPowerOfTwo ? $"neighbours {ShownScale(low)}: the value is on it"
                : e == ScaleFormat.E8M0EMax ? $"neighbours {ShownScale(low)} is the greatest: the value is beyond it"
                : $"neighbours {ShownScale(low)} and {ShownScale(low + 1u)}: the value is {Where(value.Finite, midpoint)}";
        }
        else if (value.IsFinite)
        {
            yield return $"neighbours {ShownScale(0)} is the least: the value is below it";
        }

        foreach (string line in Results(policy, choices => ScaleCodec.EncodeE8M0(value, choices), ShownScale))
        {
            yield return line;
        }

        if (value.IsInfinity || (value.IsFinite && !isZero && Dyadic.CompareMagnitude(value.Finite,
            Dyadic.PowerOfTwo(ScaleFormat.E8M0EMax)) > 0))
        {
            yield return Overflows(value, policy, choices => ScaleCodec.EncodeE8M0(value, choices), ShownScale);
        }
    }

    /// <summary>What the chosen rounding gives, then the other modes, those that give one code in one line.</summary>
    private static IEnumerable<string> Results(ConversionPolicy policy, Func<ConversionPolicy, uint> encode, Func<uint, string> shown)
    {
        yield return $"{policy.Rounding} -> {shown(encode(policy))}";
        IEnumerable<RoundingMode> others = RoundingMode.Deterministic.Where(mode => mode != policy.Rounding);
        foreach (IGrouping<uint, RoundingMode> same in others.GroupBy(mode => encode(policy with { Rounding = mode })))
        {
            yield return $"  {string.Join(", ", same)} -> {shown(same.Key)}";
        }
    }

    /// <summary>OFP8 5.2.1 and Table 3: the range is checked after rounding, and the policy then says what stands there.</summary>
    private static string Overflows(Number value, ConversionPolicy policy, Func<ConversionPolicy, uint> encode, Func<uint, string> shown)
    {
        string[] policies = [.. Enum.GetValues<OverflowPolicy>().Select(o
            => $"{Names.Of(o)} -> {shown(encode(policy with { Overflow = o }))}")];
        return $"overflow: {(value.IsInfinity ? "an infinity" : "beyond the greatest number, rounded first")}; "
            + $"{string.Join(", ", policies)}   [{Clauses.Fp8Overflow}]";
    }

    private static string Where(Dyadic value, Dyadic midpoint)
    {
        Dyadic distance = value.Abs() - midpoint;
        return distance.IsZero ? "on the midpoint" : $"{(distance.Negative ? "below" : "above")} the midpoint by {distance.Abs()}";
    }

    private static string ShownScale(uint code)
        => string.Create(CultureInfo.InvariantCulture, $"{code:x2} = {ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code)}");
}
