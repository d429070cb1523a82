using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Conformance.Causes;

/// <summary>What happens to inputs before they are converted.</summary>
internal static class InputFaults
{
    private static readonly ConversionPolicy Nearest = new() { Overflow = OverflowPolicy.NonFinite };
    private static readonly ConversionPolicy Cut = Nearest with { Rounding = RoundingMode.TowardZero };
    private static readonly ConversionPolicy Saturated = ConversionPolicy.Ocp;

    /// <summary>Every one, whatever is asked.</summary>
    public static IEnumerable<Fault> All { get; } =
    [
        Narrowed(ElementFormats.Tf32, "tf32", Nearest, ""),
        Narrowed(ElementFormats.Binary16, "binary16", Saturated, ", saturated at 65504"),
        .. new[] { ElementFormats.E5M2, ElementFormats.E4M3, ElementFormats.E3M2, ElementFormats.E2M3 }
            .Select(format => Narrowed(format, format.Name, Saturated, ", saturated") with { Cost = 35 }),
        CutTo(ElementFormats.Binary16, "binary16"),
        CutTo(ElementFormats.BFloat16, "bfloat16"),
        CutTo(ElementFormats.Tf32, "tf32"),
        new("subnormal inputs flushed to zero", "inputs below the least normal number of their own format count as zero")
        {
            Input = (from, v) => v.IsFinite && !v.Finite.IsZero && v.Finite.FloorLog2 < from.EMin ? Zero(v) : v,
        },
        new("sign of the input lost", "the magnitude is converted, and the answer is never negative")
        {
            Input = (_, v) => v with { Finite = v.Finite.Abs() },
        },
        new("sign of the input turned", "the answer has the other sign") { Input = (_, v) => NumberArithmetic.Negate(v) },
        new("negative inputs become zero", "what is below zero is clamped to it, as a relu does")
        {
            Input = (_, v) => v.Negative && !v.IsNaN ? (Number)Dyadic.Zero : v,
        },
        new("NaN becomes zero", "a NaN input counts as 0") { Input = (_, v) => v.IsNaN ? (Number)Dyadic.Zero : v },
        new("NaN becomes infinity", "a NaN input counts as an infinity of its sign")
        {
            Input = (_, v) => v.IsNaN ? Number.Infinity(v.Negative) : v,
        },
        new("infinity becomes NaN", "an infinite input counts as NaN")
        {
            Input = (_, v) => v.IsInfinity ? Number.NaN with { Finite = v.Finite } : v,
        },
        new("infinity becomes zero", "an infinite input counts as 0") { Input = (_, v) => v.IsInfinity ? Zero(v) : v },
        new("infinity becomes max finite", "an infinite input counts as the largest number of its own format")
        {
            Input = (from, v) => v.IsInfinity ? ElementCodec.Decode(from, from.MaxMagnitude | (v.Negative ? from.SignMask : 0)) : v,
        },
        .. new[] { -1, 1, 2, -2, 6, -6 }.Select(k => new Fault(
            $"inputs times 2^{k}", $"every input is taken {(k > 0 ? "too large" : "too small")} by a factor of 2^{Math.Abs(k)}", 30)
        {
            Input = (_, v) => v.IsFinite ? (Number)v.Finite.Scale(k) : v,
        }),
    ];

    private static Fault Narrowed(ElementFormat through, string name, ConversionPolicy policy, string how)
        => new($"narrowed to {name} first{how}", $"the input is rounded to {name}{how}, and then once more: it is rounded twice")
        {
            Input = (from, v) => from == through ? v : Through(through, v, policy),
        };

    private static Fault CutTo(ElementFormat through, string name)
        => new($"cut to {name} first", $"the input's bits below {name}'s are dropped before it is rounded")
        {
            Input = (from, v) => from == through ? v : Through(through, v, Cut),
        };

    private static Number Through(ElementFormat format, Number value, ConversionPolicy policy)
        => value.IsNaN ? value : ElementCodec.Decode(format, ElementCodec.Encode(format, value, policy));

    private static Number Zero(Number v) => Dyadic.Zero with { Negative = v.Negative };
}
