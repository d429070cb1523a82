using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>What goes wrong with a block's scale: how it is measured, cast, written and divided by.</summary>
internal static class ScaleFaults
{
    /// <summary>Every one that needs no number from the failures.</summary>
    public static IEnumerable<Fault> All { get; } = [.. Measures(), .. Casts(), .. Divisions(), .. TensorScales()];

    /// <summary>The scale a number of codes off: written and used, or written alone.</summary>
    public static IEnumerable<Fault> Off(int codes)
    {
        string count = Count(codes);
        yield return new($"scale written {count}",
            $"every scale is {count} and every element right: a bias of {ScaleFormat.E8M0Bias + codes} stands where E8M0's is 127", 15)
        {
            WrittenScale = (block, code) => Moved(block.Format.Scale, code, codes),
        };
        yield return new($"scale {count}", $"every scale is {count}, and the elements are divided by it", 16)
        {
            Scale = (block, code) => Moved(block.Format.Scale, code, codes),
        };
    }

    /// <summary>The scale a number of codes off, and no end of the range noticed.</summary>
    public static Fault Wrapped(int codes) => new($"scale {Count(codes)}, its carry lost",
        $"every scale is {Count(codes)}, and what leaves the byte comes in at its other end", 18)
    {
        Scale = (block, code) => block.Format.Scale.Element is null && code != ScaleFormat.E8M0NaN ? (byte)(code + codes) : code,
    };

    /// <summary>One scale for every block.</summary>
    public static Fault Constant(byte scale) => new($"every scale is {HexWords.Write(scale, 2)}",
        "one scale for all blocks, whatever is in them; read off the failures", Patterns.Cost + 5)
    {
        Scale = (block, code) => code == ScaleFormat.E8M0NaN ? code : scale,
    };

    private static byte Moved(ScaleFormat format, byte code, int by)
    {
        int last = format.Element is null ? ScaleFormat.E8M0NaN - 1 : (int)format.Element.MaxMagnitude;
        return code > last ? code : (byte)Math.Clamp(code + by, 0, last);
    }

    private static string Count(int codes)
        => $"{Math.Abs(codes)} code{(Math.Abs(codes) > 1 ? "s" : "")} {(codes < 0 ? "low" : "high")}";

    private static IEnumerable<Fault> Measures()
    {
        yield return new("maximum never taken", "every block has the scale of a block of zeros")
        {
            Scale = (block, code) => block.Values.All(v => v.IsFinite)
                ? ScaleSelection.Select(block.Format, Dyadic.Zero, block.Policy).Code : code,
        };
        yield return new("maximum taken without magnitudes", "the block's scale follows from the greatest value, not the largest magnitude")
        {
            Measured = values => [.. values.Select(v => v.Negative ? Zero : v)],
        };
        yield return new("first element left out of the maximum", "the reduction begins one too late")
        {
            Measured = values => [Zero, .. values.Skip(1)],
        };
        yield return new("last element left out of the maximum", "the reduction ends one too early")
        {
            Measured = values => [.. values.SkipLast(1), Zero],
        };
        yield return new("maximum of the first half", "only half of the block's elements are measured")
        {
            Measured = values => [.. values.Take(values.Length / 2), .. Enumerable.Repeat(Zero, values.Length - (values.Length / 2))],
        };
        yield return new("maximum of the second half", "only half of the block's elements are measured")
        {
            Measured = values => [.. Enumerable.Repeat(Zero, values.Length / 2), .. values.Skip(values.Length / 2)],
        };
        yield return new("maximum of the first element", "the scale follows from the first element alone")
        {
            Measured = values => [values[0], .. Enumerable.Repeat(Zero, values.Length - 1)],
        };
    }

    private static IEnumerable<Fault> Casts()
    {
        yield return new("sign lands in the exponent", "the sign bit is ored into bit 7 of the code, which belongs to E8M0's exponent")
        {
            Scale = (block, code) => block.Values.Length == 1 && block.Values[0].Negative && !block.Values[0].IsNaN
                ? (byte)(code | 0x80) : code,
        };
        yield return new("overflow of the scale is judged before rounding",
            "a value above 2^127 is an overflow even where it rounds down to it")
        {
            Scale = (block, code) => block.Values.Length == 1 && block.Policy.Overflow == OverflowPolicy.NonFinite
                && block.Values[0].IsFinite
                && Dyadic.CompareMagnitude(block.Amax, Dyadic.PowerOfTwo(ScaleFormat.E8M0EMax)) > 0 ? ScaleFormat.E8M0NaN : code,
        };
        yield return new("no branch for scale underflow", "what rounds below 2^-127 becomes FF, NaN, not 00")
        {
            Scale = (block, code) => code == 0 && IsBelowE8M0(block) ? ScaleFormat.E8M0NaN : code,
        };
        yield return new("scale cast by value", "the scale's value is converted to an integer, not to its code")
        {
            WrittenScale = (block, code) => ScaleCodec.Decode(block.Format.Scale, code) is { IsFinite: true } x
                ? (byte)System.Numerics.BigInteger.Min(Rounding.Split(x.Finite, 0).Kept, 255) : code,
        };
        yield return new("subnormal scales flushed to zero", "a UE4M3 scale below 2^-6 becomes zero")
        {
            Scale = (block, code) => block.Format.Scale.Element is { } scale && code < 1 << scale.MantissaBits ? (byte)0 : code,
        };
        foreach (RoundingMode mode in RoundingMode.Deterministic.Where(m => m != RoundingMode.TiesToEven))
        {
            yield return new($"scale rounds {mode}", $"the block scale's own cast rounds {mode}, not ties to even", 15)
            {
                Scale = (block, code) => block.Format.Scale.Element is { } scale && !block.Amax.IsZero
                    ? (byte)ElementCodec.EncodeFinite(scale, Unrounded(block), ConversionPolicy.Ocp with { Rounding = mode }) : code,
            };
        }

        yield return new("threshold of the scale rule turned round", "the scale goes up below the rule's threshold, and not above it")
        {
            Scale = (block, code) => Threshold(block, code, (compared, inclusive) => !(compared > 0 || (compared == 0 && inclusive))),
        };
        yield return new("equality at the scale rule's threshold turned round",
            "an amax that is the threshold itself goes up where it should not, and stays where it should go up")
        {
            Scale = (block, code) => Threshold(block, code, (compared, inclusive) => compared > 0 || (compared == 0 && !inclusive)),
        };
        yield return new("scale of 2^emax", "the scale is amax over the largest power of two, not over max normal")
        {
            Scale = (block, code) => block.Format.Scale.Element is { } scale && !block.Amax.IsZero
                ? (byte)ElementCodec.EncodeFinite(scale, Quotient(block,
                    Dyadic.PowerOfTwo(block.Format.Element.EMax)), ConversionPolicy.Ocp) : code,
        };
    }

    private static IEnumerable<Fault> Divisions()
    {
        foreach (int units in new[] { -1, 1, -2, 2 })
        {
            yield return new($"times an approximate reciprocal, {Math.Abs(units)} unit{(Math.Abs(units) > 1 ? "s" : "")} "
                + $"{(units < 0 ? "low" : "high")}",
                "v is multiplied by a 1 / X that is off in its last place, as fast reciprocals are")
            {
                Divide = (_, v, x) => x.IsZero ? Dyadic.Zero with { Negative = v.Negative }
                    : Binary32.Decode((uint)((int)Binary32.Round((Quotient)Dyadic.PowerOfTwo(0) / x) + units)) is { IsFinite: true } r
                        && Binary32.Multiply(v, r.Finite) is { IsFinite: true } y ? y.Finite : (Quotient)v / x,
            };
        }

        yield return new("elements not divided", "the elements are converted as they are: the scale is written and not used")
        {
            Divide = (_, v, _) => v,
        };
        yield return new("elements multiplied by the scale", "v X stands where v / X should") { Divide = (_, v, x) => v * x };
        yield return new("elements divided by the block scale alone", "the tensor's scale is left out of the elements")
        {
            Divide = (block, v, x) => x.IsZero ? Dyadic.Zero with { Negative = v.Negative }
                : (Quotient)(v * block.TensorScale.Factor) / (x * block.TensorScale.Divisor),
        };
    }

    private static IEnumerable<Fault> TensorScales()
    {
        yield return new("tensor scale left out", "the tensor's scale takes no part")
        {
            Question = asked => asked is { TensorScale: null, TensorScaleRule: null } ? null
                : asked with { TensorScale = null, TensorScaleRule = null },
        };
        yield return new("tensor scale divided where it is a factor", "the tensor's scale stands on the other side of the fraction")
        {
            Question = asked => asked.TensorScale is { IsDivisor: false } t && Binary32.Divide(Dyadic.PowerOfTwo(0), t.Stored) is
            { IsFinite: true, Finite.IsZero: false } inverse ? asked with { TensorScale = inverse.Finite } : null,
        };
        yield return new("tensor scale multiplied where it is a divisor", "the tensor's divisor stands on the other side of the fraction")
        {
            Question = asked => asked.TensorScale is { IsDivisor: true } t ? asked with { TensorScale = t.Stored } : null,
        };
    }

    private static Number Zero => Dyadic.Zero;

    /// <summary>amax / max normal, the tensor's scale taken out.</summary>
    private static Quotient Unrounded(BlockContext block)
        => Quotient(block, ScaleSelection.MaxNormal(block.Format.Element));

    private static Quotient Quotient(BlockContext block, Dyadic max)
        => (Quotient)(block.Amax * block.TensorScale.Divisor) / (max * block.TensorScale.Factor);

    /// <summary>The scale of a threshold rule, where its threshold is passed by other numbers.</summary>
    private static byte Threshold(BlockContext block, byte code, Func<int, bool, bool> passes)
    {
        ScaleRule rule = block.Policy.ScaleRule;
        if (block.Format.Scale.Element is not null || !rule.IsThreshold || block.Policy.ScaleArithmetic != ScaleArithmetic.Exact
            || block.Amax.IsZero || code == ScaleFormat.E8M0NaN)
        {
            return code;
        }

        ElementFormat element = block.Format.Element;
        ScaleThreshold threshold = rule.ThresholdFor(element);
        int e = block.Amax.FloorLog2;
        int compared = Dyadic.CompareMagnitude(block.Amax.Scale(-e), new(false, threshold.Significand, -23));
        int exponent = e - element.EMax + threshold.Offset + (passes(compared, threshold.Inclusive) ? 1 : 0);
        return ScaleSelection.Clamp(exponent, block.Policy).Code;
    }

    /// <summary>Whether a cast's value, rounded, lies below 2^-127.</summary>
    private static bool IsBelowE8M0(BlockContext block)
    {
        if (block.Values.Length != 1 || !block.Values[0].IsFinite || block.Amax.IsZero)
        {
            return false;
        }

        int e = block.Amax.FloorLog2;
        Discarded discarded = Rounding.Split(block.Amax, e).Discarded;
        bool isOdd = ((e + ScaleFormat.E8M0Bias) & 1) != 0;
        return e + (Rounding.RoundsAway(block.Policy.Rounding, negative: false, isOdd, discarded) ? 1 : 0) < ScaleFormat.E8M0EMin;
    }
}
