using System.Collections.Immutable;
using System.Globalization;

namespace Mxact;

/// <summary>What becomes of a rounded value that the result format cannot hold (P3109 draft v4.0).</summary>
public enum P3109Saturation
{
    /// <summary>The nearest finite extreme, for infinities too.</summary>
    SatFinite,

    /// <summary>The nearest finite extreme; infinities stay where there is a code for them.</summary>
    SatPropagate,

    /// <summary>
    /// Infinity, or NaN below an unsigned format's zero, unless the rounding points back. Reports before v4.0 call it OvfInf.
    /// </summary>
    SatNone,
}

/// <summary>
/// The projection that ends an operation of the P3109 draft: how the exact result is rounded, and what becomes of it out of range. Text
/// form: <c>(NearestTiesToEven,SatNone)</c>, <c>(StochasticA:4,SatFinite)</c>, the number of random bits after the colon.
/// </summary>
/// <param name="Rounding">One of the draft's nine modes.</param>
/// <param name="Saturation">The saturation mode.</param>
public readonly record struct P3109Projection(RoundingMode Rounding, P3109Saturation Saturation)
{
    private static readonly (string Name, RoundingMode Mode)[] Deterministic =
    [
        ("NearestTiesToEven", RoundingMode.TiesToEven), ("NearestTiesToAway", RoundingMode.TiesToAway),
        ("TowardZero", RoundingMode.TowardZero), ("TowardPositive", RoundingMode.TowardPositive),
        ("TowardNegative", RoundingMode.TowardNegative), ("ToOdd", RoundingMode.ToOdd),
    ];

    private static readonly (string Name, StochasticVariant Variant)[] Stochastic =
    [
        ("StochasticA", StochasticVariant.A), ("StochasticB", StochasticVariant.B), ("StochasticC", StochasticVariant.C),
    ];

    /// <summary>One of the draft's nine modes.</summary>
    /// <exception cref="ArgumentException">A mode that the draft does not have.</exception>
    public RoundingMode Rounding { get; init => field = OfTheDraft(value, nameof(Rounding)); } = OfTheDraft(Rounding);

    /// <summary>The saturation mode.</summary>
    public P3109Saturation Saturation { get; init => field = Arguments.Known(value, nameof(Saturation)); }
        = Arguments.Known(Saturation);

    /// <summary>(NearestTiesToEven,SatNone), under which the draft requires its minimum.</summary>
    public static P3109Projection Required => new(RoundingMode.TiesToEven, P3109Saturation.SatNone);

    /// <summary>The draft's six modes that take no random bits.</summary>
    public static ImmutableArray<RoundingMode> DeterministicModes { get; } = [.. Deterministic.Select(row => row.Mode)];

    /// <summary>Reads a projection.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what one looks like.</exception>
    public static P3109Projection Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out P3109Projection projection) ? projection : throw new ArgumentException(Unknown(text), nameof(text));
    }

    /// <summary>Reads a projection.</summary>
    internal static bool TryParse(string text, out P3109Projection projection)
    {
        string[] parts = text.StartsWith('(') && text.EndsWith(')') ? text[1..^1].Split(',') : [];
        if (parts.Length == 2 && ModeOf(parts[0]) is { } mode && SaturationOf(parts[1]) is { } saturation)
        {
            projection = new(mode, saturation);
            return true;
        }

        projection = default;
        return false;
    }

    /// <summary>One line that says what a projection looks like.</summary>
    internal static string Unknown(string text)
    {
        IEnumerable<string> modes = Deterministic.Select(row => row.Name).Concat(Stochastic.Select(row => row.Name + ":N"));
        return $"'{Names.Short(text)}' is no projection: ({string.Join('|', modes)},{string.Join('|', Enum.GetNames<P3109Saturation>())}), "
            + $"N from 1 to {RoundingMode.MaxRandomBits}";
    }

    /// <summary>The name of the rounding mode.</summary>
    public string RoundingName
    {
        get
        {
            RoundingMode mode = Rounding;
            return mode.IsStochastic
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{Stochastic.First(row => row.Variant == mode.Variant).Name}:{mode.RandomBits}")
                : Deterministic.First(row => row.Mode == mode).Name;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"({RoundingName},{Saturation})";

    private static RoundingMode? ModeOf(string name)
    {
        foreach ((string known, RoundingMode mode) in Deterministic)
        {
            if (known == name)
            {
                return mode;
            }
        }

        string[] parts = name.Split(':');
        foreach ((string known, StochasticVariant variant) in Stochastic)
        {
            if (parts.Length == 2 && parts[0] == known
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
                && bits is >= 1 and <= RoundingMode.MaxRandomBits && parts[1][0] != '0')
            {
                return RoundingMode.Stochastic(bits, variant);
            }
        }

        return null;
    }

    private static P3109Saturation? SaturationOf(string name)
        => Enum.GetValues<P3109Saturation>().Where(mode => mode.ToString() == name).Cast<P3109Saturation?>().FirstOrDefault();

    private static RoundingMode OfTheDraft(RoundingMode mode, string name = nameof(Rounding))
        => (mode.IsStochastic ? mode.RandomBits > 0 && Stochastic.Any(row => row.Variant == mode.Variant)
            : Deterministic.Any(row => row.Mode == mode)) ? mode
            : throw new ArgumentException($"{mode} is no rounding mode of the P3109 draft", name);
}
