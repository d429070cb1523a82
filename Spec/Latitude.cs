using System.Collections.Immutable;
using System.Globalization;

namespace Mxact;

/// <summary>A choice that the standard leaves open: an id, its choices, and the clause that leaves it open.</summary>
public sealed record Latitude
{
    private readonly Func<ConversionPolicy, string> read;
    private readonly Func<ConversionPolicy, string, ConversionPolicy?> write;

    private Latitude(string id, string question, Clause source, ImmutableArray<string> choices, Func<ConversionPolicy, string> read,
        Func<ConversionPolicy, string, ConversionPolicy?> write)
    {
        Id = id;
        Question = question;
        Source = source;
        Choices = choices;
        this.read = read;
        this.write = write;
    }

    /// <summary>The id a user types, such as <c>nan-in-block</c>.</summary>
    public string Id { get; }

    /// <summary>What is chosen, as a phrase.</summary>
    public string Question { get; }

    /// <summary>The clause that leaves it open.</summary>
    public Clause Source { get; }

    /// <summary>The names of the choices, the <c>ocp</c> profile's first unless <see cref="Default"/> says otherwise.</summary>
    public ImmutableArray<string> Choices { get; }

    /// <summary>The choice of the <c>ocp</c> profile.</summary>
    public string Default => Of(ConversionPolicy.Ocp);

    /// <summary>Every latitude. The first three are the parameters that MX names.</summary>
    public static ImmutableArray<Latitude> All { get; } =
    [
        new("scale-rule", "how the shared exponent follows from the block's maximum", Clauses.Conversion,
            [.. ScaleRule.PowerOfTwo.Select(r => r.Name), "threshold:T", .. ScaleRule.OfUe4M3.Select(r => r.Name)],
            p => p.ScaleRule.Name, (p, c) => ScaleRule.TryParse(c, out ScaleRule? rule) ? p with { ScaleRule = rule } : null),
        new("rounding", "how elements round", Clauses.Elements,
            [.. RoundingMode.Deterministic.Select(m => m.ToString()), "stochastic:N", "stochastic-b:N", "stochastic-c:N",
            "stochastic-odd:N"],
            p => p.Rounding.ToString(), (p, c) => RoundingMode.TryParse(c, out RoundingMode mode) ? p with { Rounding = mode } : null),
        Choice("overflow", "what a value beyond max normal becomes", Clauses.Fp8Overflow, p => p.Overflow, (p, c)
            => p with { Overflow = c }),
        Choice("directed-overflow", "overflow under a directed rounding that points toward zero", Clauses.DirectedOverflow, p
            => p.DirectedOverflow, (p, c) => p with { DirectedOverflow = c }),
        Choice("inf-element", "an infinite element under saturation", Clauses.Fp8Overflow, p => p.InfElement, (p, c)
            => p with { InfElement = c }),
        Choice("nan-code", "which NaN code is written", Clauses.Fp8Conversion, p => p.NanCode, (p, c) => p with { NanCode = c }),
        Choice("nan-without-code", "a NaN element in a format without NaN", Clauses.Fp6, p => p.NanWithoutCode, (p, c)
            => p with { NanWithoutCode = c }),
        Choice("nan-in-block", "a NaN in a block", Clauses.Open, p => p.NanInBlock, (p, c) => p with { NanInBlock = c }),
        Choice("inf-in-block", "an infinity in a block that has no NaN", Clauses.Open, p => p.InfInBlock, (p, c)
            => p with { InfInBlock = c }),
        Choice("zero-block", "the scale of a block of zeros", Clauses.Open, p => p.ZeroBlock, (p, c) => p with { ZeroBlock = c }),
        Choice("scale-underflow", "a scale below its format's range", Clauses.Open, p => p.ScaleUnderflow, (p, c)
            => p with { ScaleUnderflow = c }),
        Choice("scale-overflow", "a scale above its format's range", Clauses.Open, p => p.ScaleOverflow, (p, c)
            => p with { ScaleOverflow = c }),
        Choice("scale-arithmetic", "how exactly the scale rule is evaluated", Clauses.Shipped, p => p.ScaleArithmetic, (p, c)
            => p with { ScaleArithmetic = c }),
        Choice("scale-application", "how V_i / X is computed", Clauses.Shipped, p => p.ScaleApplication, (p, c)
            => p with { ScaleApplication = c }),
        Choice("element-divisor", "what elements under a UE4M3 scale are divided by", Clauses.Shipped, p => p.ElementDivisor, (p, c)
            => p with { ElementDivisor = c }),
        Choice("element-arithmetic", "how exactly V_i / X is rounded to an element", Clauses.Shipped, p => p.ElementArithmetic, (p, c)
            => p with { ElementArithmetic = c }),
        Choice("subnormal-inputs", "subnormal inputs", Clauses.Shipped, p => p.SubnormalInputs, (p, c) => p with { SubnormalInputs = c }),
        Choice("input-precision", "what inputs are narrowed to first", Clauses.Shipped, p => p.InputPrecision, (p, c)
            => p with { InputPrecision = c }),
        Choice("int8-minus-two", "INT8's code 80", Clauses.Int8, p => p.Int8MinusTwo, (p, c) => p with { Int8MinusTwo = c }),
        Choice("negative-zero", "which results are -0", Clauses.Shipped, p => p.NegativeZero, (p, c) => p with { NegativeZero = c }),
        Choice("partial-block", "a last block that is not full", Clauses.Block, p => p.PartialBlock, (p, c) => p with { PartialBlock = c }),
        Choice("cast-of-zero", "binary32 -> E8M0 cast of zero", Clauses.E8M0, p => p.CastOfZero, (p, c) => p with { CastOfZero = c }),
        Choice("cast-of-negative", "binary32 -> E8M0 cast of a negative number", Clauses.E8M0, p => p.CastOfNegative, (p, c)
            => p with { CastOfNegative = c }),
    ];

    /// <summary>The latitude of that id, or null.</summary>
    public static Latitude? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.FirstOrDefault(l => l.Id == id);
    }

    /// <summary>The name of the choice a policy makes.</summary>
    public string Of(ConversionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return read(policy);
    }

    /// <summary>The policy with this choice made, or null when there is no such choice.</summary>
    public ConversionPolicy? With(ConversionPolicy policy, string choice)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(choice);
        return write(policy, choice);
    }

    /// <summary>Two latitudes are the same when their ids are.</summary>
    public bool Equals(Latitude? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}: {string.Join(" | ", Choices)}");

    private static Latitude Choice<TChoice>(string id, string question, Clause source, Func<ConversionPolicy, TChoice> read,
        Func<ConversionPolicy, TChoice, ConversionPolicy> write)
        where TChoice : struct, Enum
    {
        Dictionary<string, TChoice> byName = Enum.GetValues<TChoice>().ToDictionary(Names.Of);
        return new(id, question, source, [.. byName.Keys], p => Names.Of(read(p)), (p, c) => byName.TryGetValue(c, out TChoice choice)
            ? write(p, choice) : null);
    }
}
