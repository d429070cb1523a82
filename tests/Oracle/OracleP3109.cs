using System.Globalization;
using System.Numerics;

namespace Mxact.Tests.Oracle;

/// <summary>
/// A second writing of the IEEE P3109 draft v4.0, over fractions: values lie in a table that the decode rule fills, a result's code is
/// found by looking for its value there.
/// </summary>
public sealed class OracleP3109
{
    private readonly Value[] table;
    private readonly Dictionary<Value, uint> codes = [];

    /// <summary>The format of four parameters.</summary>
    public OracleP3109(int k, int p, bool signed, bool extended)
    {
        K = k;
        P = p;
        Signed = signed;
        Extended = extended;
        B = signed ? 1 << (k - p - 1) : 1 << (k - p);
        table = new Value[1 << k];
        for (var code = 0; code < table.Length; code++)
        {
            table[code] = Entry(code);
            codes.Add(table[code], (uint)code);
        }

        Value[] finite = [.. table.Where(v => v.IsFinite)];
        Hi = finite.Aggregate((a, b) => a.CompareTo(b) > 0 ? a : b).Number;
        Lo = finite.Aggregate((a, b) => a.CompareTo(b) < 0 ? a : b).Number;
    }

    /// <summary>Width in bits.</summary>
    public int K { get; }

    /// <summary>Precision.</summary>
    public int P { get; }

    /// <summary>Exponent bias.</summary>
    public int B { get; }

    /// <summary>Whether there are negative numbers.</summary>
    public bool Signed { get; }

    /// <summary>Whether there are infinities.</summary>
    public bool Extended { get; }

    /// <summary>The largest finite number.</summary>
    public Fraction Hi { get; }

    /// <summary>The least finite number.</summary>
    public Fraction Lo { get; }

    /// <summary>The values of all codes, in the order of the codes.</summary>
    public IReadOnlyList<Value> Table => table;

    /// <summary>Rounds, saturates and encodes; NaN stays NaN.</summary>
    /// <param name="x">The exact value.</param>
    /// <param name="mode">The draft's name of the rounding mode.</param>
    /// <param name="n">Random bits of a stochastic mode.</param>
    /// <param name="r">They, as a number.</param>
    /// <param name="saturation">The draft's name of the saturation mode.</param>
    public uint Project(Value x, string mode, int n, BigInteger r, string saturation)
        => codes[x.IsNaN ? x : Saturate(x.IsFinite ? new(Round(x.Number, mode, n, r)) : x, mode, saturation)];

    private Value Entry(int code)
    {
        var half = 1 << (K - 1);
        if (code == (Signed ? half : (1 << K) - 1))
        {
            return Value.NaN;
        }

        if (Extended && code == (Signed ? half - 1 : (1 << K) - 2))
        {
            return Value.PositiveInfinity;
        }

        if (Signed && Extended && code == (1 << K) - 1)
        {
            return Value.NegativeInfinity;
        }

        if (Signed && code > half)
        {
            return new(-Entry(code - half).Number);
        }

        var ulps = 1 << (P - 1);
        int t = code % ulps, e = code / ulps;
        Fraction trailing = new Fraction(t) * Fraction.PowerOfTwo(1 - P);
        return new(e == 0 ? trailing * Fraction.PowerOfTwo(1 - B) : (new Fraction(1) + trailing) * Fraction.PowerOfTwo(e - B));
    }

    private Fraction Round(Fraction x, string mode, int n, BigInteger r)
    {
        if (x.Sign == 0)
        {
            return x;
        }

        Fraction size = x.Sign < 0 ? -x : x;
        int binade = Math.Max(1 - B, (int)(size.Above.GetBitLength() - size.Below.GetBitLength()) - 1);
        while (size.CompareTo(Fraction.PowerOfTwo(binade + 1)) >= 0)
        {
            binade++;
        }

        var q = binade - P + 1;
        Fraction s = size * Fraction.PowerOfTwo(-q);
        BigInteger f = s.Floor();
        Fraction v = s - new Fraction(f);
        var even = P > 1 ? f.IsEven : f.IsZero || (q + B) % 2 == 0;
        var half = v.CompareTo(Fraction.PowerOfTwo(-1));
        var whole = BigInteger.Pow(2, n);
        var up = mode switch
        {
            "TowardZero" => false,
            "TowardPositive" => v.Sign > 0 && x.Sign > 0,
            "TowardNegative" => v.Sign > 0 && x.Sign < 0,
            "NearestTiesToAway" => half >= 0,
            "NearestTiesToEven" => half > 0 || (half == 0 && !even),
            "ToOdd" => v.Sign > 0 && even,
            "StochasticA" => (v * new Fraction(whole)).Floor() + r >= whole,
            "StochasticB" => (v * new Fraction(whole * 2)).Floor() + (r * 2) + 1 >= whole * 2,
            "StochasticC" => NearestInteger(v * new Fraction(whole)) + r >= whole,
            _ => throw new ArgumentException(mode),
        };
        Fraction result = new Fraction(up ? f + 1 : f) * Fraction.PowerOfTwo(q);
        return x.Sign < 0 ? -result : result;
    }

    private static BigInteger NearestInteger(Fraction x)
    {
        BigInteger below = x.Floor();
        return (x - new Fraction(below)).CompareTo(Fraction.PowerOfTwo(-1)) switch
        {
            < 0 => below,
            > 0 => below + 1,
            _ => below.IsEven ? below : below + 1,
        };
    }

    private Value Saturate(Value x, string mode, string saturation)
    {
        if (x.IsFinite && x.Number.CompareTo(Lo) >= 0 && x.Number.CompareTo(Hi) <= 0)
        {
            return x;
        }

        var above = x.Equals(Value.PositiveInfinity) || (x.IsFinite && x.Number.Sign > 0);
        Value clamped = new(above ? Hi : Lo);
        switch (saturation)
        {
            case "SatFinite":
                return clamped;
            case "SatPropagate":
                return !x.IsFinite && Extended && (above || Signed) ? x : clamped;
        }

        if (above)
        {
            bool stays = x.IsFinite && (mode is "TowardZero" or "TowardNegative" || (mode == "ToOdd" && !Signed));
            return !Extended || stays ? clamped : Value.PositiveInfinity;
        }

        if (Signed && !Extended)
        {
            return clamped;
        }

        return x.IsFinite && mode is "TowardZero" or "TowardPositive" ? clamped
            : Signed ? Value.NegativeInfinity : Value.NaN;
    }

    /// <summary>A finite number, an infinity or NaN.</summary>
    public readonly record struct Value
    {
        private readonly int special;

        /// <summary>A finite number.</summary>
        public Value(Fraction number) => Number = number;

        private Value(int special) => this.special = special;

        /// <summary>NaN, which equals itself here.</summary>
        public static Value NaN => new(special: 2);

        /// <summary>+Inf.</summary>
        public static Value PositiveInfinity => new(special: 1);

        /// <summary>-Inf.</summary>
        public static Value NegativeInfinity => new(special: -1);

        /// <summary>The number when finite.</summary>
        public Fraction Number { get; }

        /// <summary>Whether it is NaN.</summary>
        public bool IsNaN => special == 2;

        /// <summary>Whether it is finite.</summary>
        public bool IsFinite => special == 0;

        /// <summary>-1, 0 or 1; of NaN 0.</summary>
        public int Sign => IsNaN ? 0 : IsFinite ? Number.Sign : special;

        /// <summary>The order of the extended line; NaN has no place in it.</summary>
        public int CompareTo(Value other) => IsFinite && other.IsFinite ? Number.CompareTo(other.Number)
            : (IsFinite ? 0 : special).CompareTo(other.IsFinite ? 0 : other.special);
    }

    /// <summary>A fraction in lowest terms.</summary>
    public readonly record struct Fraction
    {
        private readonly BigInteger below;

        /// <summary>An integer.</summary>
        public Fraction(BigInteger value)
            : this(value, BigInteger.One)
        {
        }

        /// <summary>A quotient of integers.</summary>
        public Fraction(BigInteger dividend, BigInteger divisor)
        {
            BigInteger common = BigInteger.GreatestCommonDivisor(dividend, divisor);
            common = divisor.Sign < 0 ? -common : common;
            Above = dividend / common;
            below = (divisor / common) - 1;
        }

        /// <summary>The numerator, with the sign.</summary>
        public BigInteger Above { get; }

        /// <summary>The denominator, positive.</summary>
        public BigInteger Below => below + 1;

        /// <summary>-1, 0 or 1.</summary>
        public int Sign => Above.Sign;

        /// <summary>2^n.</summary>
        public static Fraction PowerOfTwo(int n)
            => n >= 0 ? new(BigInteger.Pow(2, n)) : new(BigInteger.One, BigInteger.Pow(2, -n));

        /// <summary>The largest integer not above it.</summary>
        public BigInteger Floor()
        {
            BigInteger quotient = BigInteger.DivRem(Above, Below, out BigInteger rest);
            return rest.Sign < 0 ? quotient - 1 : quotient;
        }

        /// <summary>The order of the line.</summary>
        public int CompareTo(Fraction other) => (Above * other.Below).CompareTo(other.Above * Below);

        /// <summary>The product.</summary>
        public static Fraction operator *(Fraction a, Fraction b) => new(a.Above * b.Above, a.Below * b.Below);

        /// <summary>The quotient by another than zero.</summary>
        public static Fraction operator /(Fraction a, Fraction b) => new(a.Above * b.Below, a.Below * b.Above);

        /// <summary>The sum.</summary>
        public static Fraction operator +(Fraction a, Fraction b) => new((a.Above * b.Below) + (b.Above * a.Below), a.Below * b.Below);

        /// <summary>The difference.</summary>
        public static Fraction operator -(Fraction a, Fraction b) => a + -b;

        /// <summary>The negative.</summary>
        public static Fraction operator -(Fraction a) => new(-a.Above, a.Below);

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Above}/{Below}");
    }
}
