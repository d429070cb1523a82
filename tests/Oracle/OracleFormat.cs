namespace Mxact.Tests.Oracle;

/// <summary>The parameters of an element format; everything else is worked out from them.</summary>
/// <param name="Name">A name for messages.</param>
/// <param name="ExponentBits">Width of the exponent field.</param>
/// <param name="MantissaBits">Width of the mantissa field; for INT8 the bits after the binary point.</param>
/// <param name="Bias">Exponent bias.</param>
/// <param name="Specials">Which codes are not numbers.</param>
/// <param name="HasSign">False when the top bit is ignored on decoding and never set on encoding.</param>
/// <param name="MinusTwo">INT8 only: whether encoding may produce code 80, which MX 5.3.4 lets one leave unused.</param>
public sealed record OracleFormat(
    string Name,
    int ExponentBits,
    int MantissaBits,
    int Bias,
    OracleSpecials Specials,
    bool HasSign = true,
    bool MinusTwo = true)
{
    internal static OracleFormat Binary32 { get; } = new("fp32", 8, 23, 127, OracleSpecials.Ieee);

    internal bool HasInfinity => Specials == OracleSpecials.Ieee;

    // With no mantissa bits, an all-ones exponent leaves room for Inf only.
    internal bool HasNaN => Specials switch
    {
        OracleSpecials.Ieee => MantissaBits > 0,
        OracleSpecials.NanOnly or OracleSpecials.Fnuz => true,
        _ => false,
    };

    internal bool HasNegativeZero => HasSign && Specials is not (OracleSpecials.Fnuz or OracleSpecials.TwosComplement);

    /// <summary>The formats the project knows by name, in lower case.</summary>
    public static OracleFormat Of(string name, bool minusTwo = true) => name switch
    {
        "e5m2" => new(name, 5, 2, 15, OracleSpecials.Ieee),
        "e4m3" => new(name, 4, 3, 7, OracleSpecials.NanOnly),
        "e3m2" => new(name, 3, 2, 3, OracleSpecials.Finite),
        "e2m3" => new(name, 2, 3, 1, OracleSpecials.Finite),
        "e2m1" => new(name, 2, 1, 1, OracleSpecials.Finite),
        "int8" => new(name, 1, 6, 1, OracleSpecials.TwosComplement, MinusTwo: minusTwo),
        "e4m3fnuz" => new(name, 4, 3, 8, OracleSpecials.Fnuz),
        "e5m2fnuz" => new(name, 5, 2, 16, OracleSpecials.Fnuz),
        "ue4m3" => new(name, 4, 3, 7, OracleSpecials.NanOnly, HasSign: false),
        "ue5m3" => new(name, 5, 3, 15, OracleSpecials.NanOnly, HasSign: false),
        "fp16" => new(name, 5, 10, 15, OracleSpecials.Ieee),
        "bf16" => new(name, 8, 7, 127, OracleSpecials.Ieee),
        "tf32" => new(name, 8, 10, 127, OracleSpecials.Ieee),
        "fp32" => Binary32,
        _ => throw new ArgumentException($"No format is called '{name}'.", nameof(name)),
    };

    /// <summary>A declared minifloat; specials is one of <c>ieee</c>, <c>nan-only</c>, <c>finite</c>, <c>fnuz</c>.</summary>
    public static OracleFormat Minifloat(int exponentBits, int mantissaBits, int bias, string specials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponentBits);
        ArgumentOutOfRangeException.ThrowIfNegative(mantissaBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponentBits + mantissaBits, 31);
        return new($"e{exponentBits}m{mantissaBits}b{bias}{specials}", exponentBits, mantissaBits, bias, specials switch
        {
            "ieee" => OracleSpecials.Ieee,
            "nan-only" => OracleSpecials.NanOnly,
            "finite" => OracleSpecials.Finite,
            "fnuz" => OracleSpecials.Fnuz,
            _ => throw new ArgumentException($"No kind of special codes is called '{specials}'.", nameof(specials)),
        });
    }
}
