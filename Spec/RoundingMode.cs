using System.Collections.Immutable;
using System.Globalization;

namespace Mxact;

/// <summary>Which neighbour a value between two codes goes to.</summary>
public enum RoundingDirection
{
    /// <summary>The nearer; a tie goes to the even code (required: MX 5.3, OFP8 5.2.1).</summary>
    TiesToEven,

    /// <summary>The nearer; a tie goes away from zero.</summary>
    TiesToAway,

    /// <summary>The nearer; a tie goes toward zero (ggml's search takes the lower index).</summary>
    TiesToZero,

    /// <summary>The one of smaller magnitude.</summary>
    TowardZero,

    /// <summary>The greater.</summary>
    TowardPositive,

    /// <summary>The lesser.</summary>
    TowardNegative,

    /// <summary>The one whose code is odd.</summary>
    ToOdd,

    /// <summary>Decided by supplied random bits.</summary>
    Stochastic,

    /// <summary>The nearer; a tie goes to the greater: floor(x + 1/2), what JavaScript's Math.round does.</summary>
    TiesToPositive,
}

/// <summary>How a discarded fraction meets n random bits r (IEEE P3109's names; delta is the discarded fraction of a quantum).</summary>
public enum StochasticVariant
{
    /// <summary>Up iff floor(delta 2^n) + r >= 2^n: what NVIDIA, AMD and Intel build.</summary>
    A,

    /// <summary>Up iff floor(delta 2^(n+1)) + 2r + 1 >= 2^(n+1).</summary>
    B,

    /// <summary>Up iff delta 2^n rounded to an integer, ties to even, plus r >= 2^n.</summary>
    C,

    /// <summary>As C, with ties to odd.</summary>
    Odd,
}

/// <summary>An element rounding mode. Random bits are always an input of the operation, never state of the mode.</summary>
/// <param name="Direction">Which neighbour.</param>
/// <param name="Variant">For <see cref="RoundingDirection.Stochastic"/>, which variant.</param>
/// <param name="RandomBits">For <see cref="RoundingDirection.Stochastic"/>, n: 1 to 32.</param>
public readonly record struct RoundingMode(RoundingDirection Direction, StochasticVariant Variant = StochasticVariant.A, int RandomBits = 0)
{
    /// <summary>Which neighbour.</summary>
    public RoundingDirection Direction { get; init => field = Arguments.Known(value, nameof(Direction)); } = Arguments.Known(Direction);

    /// <summary>For a stochastic mode, which variant.</summary>
    public StochasticVariant Variant { get; init => field = Arguments.Known(value, nameof(Variant)); } = Arguments.Known(Variant);

    /// <summary>n, 1 to 32, of a stochastic mode; 0 of every other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another number; a mode whose two parts do not fit is refused where it is
    /// made, and by the policy that is given it.</exception>
    public int RandomBits { get; init => field = Arguments.Within(value, 0, MaxRandomBits, nameof(RandomBits)); }
        = BitsOf(Direction, RandomBits);

    /// <summary>The largest number of random bits a conversion takes.</summary>
    public const int MaxRandomBits = 32;

    /// <summary>Ties to even.</summary>
    public static RoundingMode TiesToEven => new(RoundingDirection.TiesToEven);

    /// <summary>Ties away from zero.</summary>
    public static RoundingMode TiesToAway => new(RoundingDirection.TiesToAway);

    /// <summary>Ties toward zero.</summary>
    public static RoundingMode TiesToZero => new(RoundingDirection.TiesToZero);

    /// <summary>Ties toward positive infinity.</summary>
    public static RoundingMode TiesToPositive => new(RoundingDirection.TiesToPositive);

    /// <summary>Toward zero.</summary>
    public static RoundingMode TowardZero => new(RoundingDirection.TowardZero);

    /// <summary>Toward positive infinity.</summary>
    public static RoundingMode TowardPositive => new(RoundingDirection.TowardPositive);

    /// <summary>Toward negative infinity.</summary>
    public static RoundingMode TowardNegative => new(RoundingDirection.TowardNegative);

    /// <summary>To odd.</summary>
    public static RoundingMode ToOdd => new(RoundingDirection.ToOdd);

    /// <summary>Every mode that needs no random bits, in the order of the catalogue.</summary>
    public static ImmutableArray<RoundingMode> Deterministic { get; } = [TiesToEven, TiesToAway, TiesToZero, TiesToPositive, TowardZero,
        TowardPositive, TowardNegative, ToOdd];

    /// <summary>True when the mode needs random bits.</summary>
    public bool IsStochastic => Direction == RoundingDirection.Stochastic;

    /// <summary>True when only a tie is the mode's to decide: any other value goes to the nearer code.</summary>
    internal bool IsNearest => Direction is RoundingDirection.TiesToEven or RoundingDirection.TiesToAway or RoundingDirection.TiesToZero
        or RoundingDirection.TiesToPositive;

    /// <summary>Hexadecimal digits of one element's random bits in the streams.</summary>
    public int RandomDigits => (RandomBits + 3) / 4;

    /// <summary>Stochastic rounding with <paramref name="randomBits"/> bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 32 bits.</exception>
    public static RoundingMode Stochastic(int randomBits, StochasticVariant variant = StochasticVariant.A)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(randomBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomBits, MaxRandomBits);
        return new(RoundingDirection.Stochastic, Arguments.Known(variant), randomBits);
    }

    /// <summary>Reads <c>ties-to-even</c>, <c>toward-zero</c>, <c>stochastic:8</c>, <c>stochastic-b:8</c> and so on.</summary>
    public static bool TryParse(string name, out RoundingMode mode)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (RoundingMode known in Deterministic)
        {
            if (known.ToString() == name)
            {
                mode = known;
                return true;
            }
        }

        mode = default;
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        StochasticVariant? variant = (colon < 0 ? "" : name[..colon]) switch
        {
            "stochastic" or "stochastic-a" => StochasticVariant.A,
            "stochastic-b" => StochasticVariant.B,
            "stochastic-c" => StochasticVariant.C,
            "stochastic-odd" => StochasticVariant.Odd,
            _ => null,
        };
        if (variant is null || !int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
            || bits is < 1 or > MaxRandomBits)
        {
            return false;
        }

        mode = Stochastic(bits, variant.Value);
        return true;
    }

    /// <summary>Refuses a mode put together from parts that do not fit: a stochastic one without bits, another with some.</summary>
    internal static RoundingMode Whole(RoundingMode mode, string name)
    {
        BitsOf(mode.Direction, mode.RandomBits, name);
        return mode;
    }

    private static int BitsOf(RoundingDirection direction, int bits, string name = nameof(RandomBits))
    {
        bool stochastic = direction == RoundingDirection.Stochastic;
        return bits >= (stochastic ? 1 : 0) && bits <= (stochastic ? MaxRandomBits : 0) ? bits
            : throw new ArgumentOutOfRangeException(name, bits, stochastic ? $"a stochastic mode has 1 to {MaxRandomBits} random bits"
                : "only a stochastic mode has random bits");
    }

    /// <summary>The name a user types.</summary>
    public override string ToString() => Direction != RoundingDirection.Stochastic
        ? Names.Kebab(Direction.ToString())
        : Variant switch
        {
            StochasticVariant.A => string.Create(CultureInfo.InvariantCulture, $"stochastic:{RandomBits}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"stochastic-{Names.Kebab(Variant.ToString())}:{RandomBits}"),
        };
}
