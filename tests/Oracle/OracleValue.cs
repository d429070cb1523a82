namespace Mxact.Tests.Oracle;

/// <summary>What a code stands for: a NaN, an infinity with its sign, or an exact finite number; zero has a sign too.</summary>
public readonly struct OracleValue
{
    private enum Kind
    {
        Finite,
        Infinity,
        NaN,
    }

    private readonly Kind _kind;

    private OracleValue(Kind kind, bool negative, Dyadic magnitude)
    {
        _kind = kind;
        IsNegative = negative;
        Magnitude = magnitude;
    }

    /// <summary>A NaN. Sign and payload are not modelled: OFP8 5.2.1 leaves them to the implementation.</summary>
    public static OracleValue NaN => new(Kind.NaN, false, Dyadic.Zero);

    /// <summary>The sign, of zeros and infinities too; false for NaN.</summary>
    public bool IsNegative { get; }

    /// <summary>Whether this is a NaN.</summary>
    public bool IsNaN => _kind == Kind.NaN;

    /// <summary>Whether this is an infinity of either sign.</summary>
    public bool IsInfinity => _kind == Kind.Infinity;

    /// <summary>Whether this is a number, zero included.</summary>
    public bool IsFinite => _kind == Kind.Finite;

    /// <summary>Whether this is a zero of either sign.</summary>
    public bool IsZero => IsFinite && Magnitude.IsZero;

    internal Dyadic Magnitude { get; }

    internal Dyadic Signed => IsNegative ? -Magnitude : Magnitude;

    /// <summary>An infinity.</summary>
    public static OracleValue Infinity(bool negative = false) => new(Kind.Infinity, negative, Dyadic.Zero);

    /// <summary>A zero.</summary>
    public static OracleValue Zero(bool negative = false) => new(Kind.Finite, negative, Dyadic.Zero);

    /// <summary>The number <c>significand * 2^exponent</c>.</summary>
    public static OracleValue Of(long significand, int exponent = 0) => Finite(new Dyadic(significand, exponent));

    /// <summary>What the 32 bits of a binary32 stand for.</summary>
    public static OracleValue FromBinary32Bits(uint bits) => OracleElement.Decode(OracleFormat.Binary32, bits);

    /// <summary>The value without its sign.</summary>
    public OracleValue Abs() => new(_kind, false, Magnitude);

    /// <summary>The value times 2^power, exactly; NaN, infinities and zeros stay what they are.</summary>
    public OracleValue TimesPowerOfTwo(int power) => new(_kind, IsNegative, Magnitude.TimesPowerOfTwo(power));

    /// <inheritdoc/>
    public override string ToString() =>
        IsNaN ? "NaN" : (IsNegative ? "-" : "+") + (IsInfinity ? "Inf" : Magnitude.ToString());

    internal static OracleValue Finite(Dyadic value) => Finite(value.IsNegative, value.Abs());

    internal static OracleValue Finite(bool negative, Dyadic magnitude) => new(Kind.Finite, negative, magnitude);

    /// <summary>The exact product, with the signs and the special cases of IEEE 754: Inf * 0 is a NaN.</summary>
    internal static OracleValue Multiply(OracleValue a, OracleValue b)
    {
        var negative = a.IsNegative != b.IsNegative;
        if (a.IsNaN || b.IsNaN || (a.IsInfinity && b.IsZero) || (a.IsZero && b.IsInfinity))
        {
            return NaN;
        }

        return a.IsInfinity || b.IsInfinity ? Infinity(negative) : Finite(negative, a.Magnitude * b.Magnitude);
    }
}
