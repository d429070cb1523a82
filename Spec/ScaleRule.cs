using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Mxact;

/// <summary>
/// When a scale rule adds one to floor(log2 amax) - emax + offset. All power-of-two rules have this form, so a kernel
/// pays the same for each. <see cref="Significand"/> is in units of 2^-23 (800000 is 1.0), exact for binary32 inputs.
/// </summary>
/// <param name="Offset">0 or -1.</param>
/// <param name="Significand">The threshold on amax's significand; 1000000 (2.0) is never passed.</param>
/// <param name="Inclusive">Whether equality passes.</param>
public readonly record struct ScaleThreshold(int Offset, uint Significand, bool Inclusive)
{
    /// <summary>0 or -1.</summary>
    public int Offset { get; init => field = Arguments.Within(value, -1, 0, nameof(Offset)); } = Arguments.Within(Offset, -1, 0);

    /// <summary>The threshold on amax's significand, 2.0 at most.</summary>
    public uint Significand { get; init => field = AtMostTwo(value, nameof(Significand)); } = AtMostTwo(Significand, nameof(Significand));

    /// <summary>1.0 in units of 2^-23.</summary>
    public const uint One = 1u << 23;

    /// <summary>The least significand, in units of 2^-23, that adds one: what a kernel compares with.</summary>
    public uint LeastPassing => Inclusive ? Significand : Significand + 1;

    private static uint AtMostTwo(uint significand, string name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(significand, 2 * One, name);
        return significand;
    }
}

/// <summary>How the shared exponent follows from the largest magnitude of a block (MX 6.3 and its variants).</summary>
public sealed record ScaleRule
{
    private readonly Func<ElementFormat, ScaleThreshold>? threshold;

    private ScaleRule(string name, string definition, Clause source, Func<ElementFormat, ScaleThreshold>? threshold)
    {
        Name = name;
        Definition = definition;
        Source = source;
        this.threshold = threshold;
    }

    /// <summary>MX 6.3: floor(log2 amax) - emax.</summary>
    public static ScaleRule Floor { get; } = new("floor", "floor(log2 amax) - emax", Clauses.Conversion, _ => Never);

    /// <summary>The smallest X with amax / X within max normal ("RCEIL").</summary>
    public static ScaleRule RoundUp { get; } = new("round-up", "smallest X with amax / X <= max normal", Clauses.RoundUpScale, f
        => new(0, Scaled(f, 1, 0), Inclusive: false));

    /// <summary>Floor after rounding amax to the element's mantissa, ties up.</summary>
    public static ScaleRule Even { get; } = new("even", "floor after adding half an element ulp to amax", Clauses.ShippedScale, f
        => new(0, (2 * ScaleThreshold.One) - (ScaleThreshold.One >> (f.MantissaBits + 1)), Inclusive: true));

    /// <summary>The smallest X with amax / X within the format's largest power of two.</summary>
    public static ScaleRule Ceil { get; } = new("ceil", "ceil(log2 amax) - emax", Clauses.ShippedScale, _
        => new(0, ScaleThreshold.One, Inclusive: false));

    /// <summary>The smallest X at which no element overflows under ties to even.</summary>
    public static ScaleRule NoSaturation { get; } = new("no-saturation", "smallest X at which ties to even does not overflow",
        Clauses.Research, f
        => new(0, Scaled(f, 1, 0) + (ScaleThreshold.One >> (f.MantissaBits + 1)), Inclusive: (f.MaxSignificand & 1) == 1));

    /// <summary>round(log2(amax / max normal)).</summary>
    public static ScaleRule RoundLog2 { get; } = new("round-log2", "round(log2(amax / max normal))", Clauses.ShippedScale,
        RoundLog2Threshold);

    /// <summary>The power of two nearest to amax / max normal.</summary>
    public static ScaleRule NearestLinear { get; } = new("nearest-linear", "power of two nearest to amax / max normal, ties up",
        Clauses.ShippedScale, NearestLinearThreshold);

    /// <summary>floor(log2(amax / max normal)).</summary>
    public static ScaleRule TruncQuotient { get; } = new("trunc-quotient", "floor(log2(amax / max normal))", Clauses.ShippedScale, f
        => new(-1, Scaled(f, 1, 0), Inclusive: true));

    /// <summary>The better, in squared error of the block, of floor and floor plus one; ties to floor.</summary>
    public static ScaleRule Mse { get; } = new("mse", "the one of floor and floor + 1 with the smaller squared error", Clauses.Research,
        null);

    /// <summary>A block scale that is a number of its own: amax / max normal rounded to UE4M3, ties to even, clamped (NVFP4).</summary>
    public static ScaleRule Quotient { get; } = new("quotient", "amax / max normal, rounded to the scale format", Clauses.Nvfp4, null);

    /// <summary>The better, in squared error of the block, of amax / 6 and amax / 4 as a UE4M3 scale; ties to 6.</summary>
    public static ScaleRule FourOverSix { get; } = new("four-over-six",
        "the one of UE4M3(amax / 6) and UE4M3(amax / 4) with the smaller squared error", Clauses.FourOverSix, null);

    /// <summary>The named rules for E8M0 scales, in the catalogue's order.</summary>
    public static ImmutableArray<ScaleRule> PowerOfTwo { get; } = [Floor, RoundUp, Even, Ceil, NoSaturation, RoundLog2, NearestLinear,
        TruncQuotient, Mse];

    /// <summary>The rules for UE4M3 scales, which are numbers of their own.</summary>
    public static ImmutableArray<ScaleRule> OfUe4M3 { get; } = [Quotient, FourOverSix];

    /// <summary>All named rules.</summary>
    public static ImmutableArray<ScaleRule> All { get; } = [.. PowerOfTwo, .. OfUe4M3];

    /// <summary>The name a user types.</summary>
    public string Name { get; }

    /// <summary>The rule in one line.</summary>
    public string Definition { get; }

    /// <summary>Where the rule comes from.</summary>
    public Clause Source { get; }

    /// <summary>True when the rule is a threshold on amax alone; false for <see cref="Mse"/> and the rules of UE4M3.</summary>
    public bool IsThreshold => threshold is not null;

    /// <summary>A free threshold: floor plus one when significand(amax) > <paramref name="significand"/>, in units of 2^-23.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [1, 2).</exception>
    public static ScaleRule Threshold(uint significand)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(significand, ScaleThreshold.One);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(significand, 2 * ScaleThreshold.One);
        return new(NameOf(significand), "floor(log2 amax) - emax, plus one when significand(amax) > T", Clauses.Research, _
            => new(0, significand, Inclusive: false));
    }

    /// <summary>Reads a rule's name, or <c>threshold:T</c> with a decimal T in [1, 2), taken down to a multiple of 2^-23.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out ScaleRule? rule)
    {
        ArgumentNullException.ThrowIfNull(name);
        rule = All.FirstOrDefault(r => r.Name == name);
        if (rule is not null)
        {
            return true;
        }

        const string prefix = "threshold:";
        if (!name.StartsWith(prefix, StringComparison.Ordinal)
            || !decimal.TryParse(name.AsSpan(prefix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal t)
            || t < 1m || t >= 2m)
        {
            return false;
        }

        rule = Threshold((uint)decimal.Floor(t * ScaleThreshold.One));
        return true;
    }

    /// <summary>The rule's three numbers for a format.</summary>
    /// <exception cref="InvalidOperationException">The rule is no threshold on amax.</exception>
    public ScaleThreshold ThresholdFor(ElementFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return threshold is not null ? threshold(format) : throw new InvalidOperationException($"{Name} is not a threshold on amax");
    }

    /// <summary>Two rules are the same when their names are.</summary>
    public bool Equals(ScaleRule? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ScaleThreshold Never => new(0, 2 * ScaleThreshold.One, Inclusive: true);

    /// <summary>m_max = max normal / 2^emax, times <paramref name="numerator"/> / 2^<paramref name="shift"/>, in units of 2^-23.</summary>
    private static uint Scaled(ElementFormat f, uint numerator, int shift)
        => (uint)(((ulong)f.MaxSignificand * numerator << (23 - f.MantissaBits)) >> shift);

    private static ScaleThreshold NearestLinearThreshold(ElementFormat f)
    {
        // The midpoint of 1 and 2 is 1.5 = 0.75 * 2: relative to m_max it lies in the binade below amax's unless m_max < 4/3.
        uint below = Scaled(f, 3, 2);
        return below >= ScaleThreshold.One ? new(-1, below, Inclusive: true) : new(0, Scaled(f, 3, 1), Inclusive: true);
    }

    private static ScaleThreshold RoundLog2Threshold(ElementFormat f)
    {
        // log2(amax / max) rounds up where (amax / max)^2 >= 2^odd: the least s with 2 s^2 >= m_max^2, and s^2 >= 2 m_max^2 where that
        // falls below 1.
        BigInteger m = Scaled(f, 1, 0);
        uint below = LeastRoot(m * m / 2, m * m % 2 != 0);
        return below >= ScaleThreshold.One ? new(-1, below, Inclusive: true) : new(0, LeastRoot(2 * m * m, odd: false), Inclusive: true);
    }

    /// <summary>
    /// The least integer whose square is at least <paramref name="square"/> (plus a half when <paramref name="odd"/>), by bisection.
    /// </summary>
    private static uint LeastRoot(BigInteger square, bool odd)
    {
        uint low = 0;
        uint high = 1u << 25;
        while (low < high)
        {
            uint middle = (low + high) / 2;
            BigInteger candidate = (BigInteger)middle * middle;
            if (odd ? candidate > square : candidate >= square)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static string NameOf(uint significand)
        => "threshold:" + ((decimal)significand / ScaleThreshold.One).ToString("0.#########################", CultureInfo.InvariantCulture);
}
