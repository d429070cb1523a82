using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mxact;

/// <summary>
/// An element format at run time. Every derived quantity follows from the constants given here,
/// so a new format is one line: <c>ElementFormat.Minifloat("e3m3", 3, 3, bias: 3, SpecialValues.None)</c>.
/// </summary>
public sealed record ElementFormat
{
    private ElementFormat(string name, int exponentBits, int mantissaBits, int bias, SpecialValues specials, ElementEncoding layout,
        Clause source, bool isExtension)
    {
        Name = name;
        ExponentBits = exponentBits;
        MantissaBits = mantissaBits;
        Bias = bias;
        Specials = specials;
        Encoding = layout;
        Source = source;
        IsExtension = isExtension;
    }

    /// <summary>The name a user types, lower case.</summary>
    public string Name { get; }

    /// <summary>Width of the exponent field in bits; 0 for INT8.</summary>
    public int ExponentBits { get; }

    /// <summary>Width of the mantissa field in bits; for INT8 the six fraction bits.</summary>
    public int MantissaBits { get; }

    /// <summary>Exponent bias; 0 for INT8.</summary>
    public int Bias { get; }

    /// <summary>Which codes are not finite.</summary>
    public SpecialValues Specials { get; }

    /// <summary>How the code carries the sign.</summary>
    public ElementEncoding Encoding { get; }

    /// <summary>Where the format is defined.</summary>
    public Clause Source { get; }

    /// <summary>True when the format is not one of MX 5.2's element formats.</summary>
    public bool IsExtension { get; }

    /// <summary>Width of a code in bits.</summary>
    public int Bits => Encoding switch
    {
        ElementEncoding.TwosComplement => 2 + MantissaBits,
        ElementEncoding.Signless => ExponentBits + MantissaBits,
        _ => 1 + ExponentBits + MantissaBits,
    };

    /// <summary>Width of the bits below the sign: all of them where there is none.</summary>
    public int MagnitudeBits => Encoding == ElementEncoding.Signless ? Bits : Bits - 1;

    /// <summary>The bit above the magnitude, which holds the sign; beyond the code where there is none.</summary>
    public uint SignMask => 1u << MagnitudeBits;

    /// <summary>All bits of a code.</summary>
    public uint CodeMask => uint.MaxValue >> (32 - Bits);

    /// <summary>Exponent of the smallest normal number; the quantum never falls below 2^(emin - man).</summary>
    public int EMin => Encoding == ElementEncoding.TwosComplement ? 0 : 1 - Bias;

    /// <summary>The largest finite magnitude, counted in codes from zero (7E for E4M3, 07 for E2M1).</summary>
    public uint MaxMagnitude => Specials switch
    {
        SpecialValues.Ieee => (((1u << ExponentBits) - 1) << MantissaBits) - 1,
        SpecialValues.NanOnly => (SignMask - 1) - 1,
        SpecialValues.None or SpecialValues.NanAtNegativeZero => SignMask - 1,
        _ => throw new InvalidOperationException($"no such special values: {Specials}"),
    };

    /// <summary>Exponent of the largest finite number (MX Table 1: emax).</summary>
    public int EMax => Encoding == ElementEncoding.TwosComplement ? 0 : Math.Max((int)(MaxMagnitude >> MantissaBits) - Bias, EMin);

    /// <summary>Significand of the largest finite number as an integer, that number being this times 2^(emax - man).</summary>
    public uint MaxSignificand => Encoding == ElementEncoding.TwosComplement
        ? MaxMagnitude
        : (MaxMagnitude >> MantissaBits) == 0 ? MaxMagnitude : (1u << MantissaBits) | (MaxMagnitude & ((1u << MantissaBits) - 1));

    /// <summary>True when the format has codes for infinities.</summary>
    public bool HasInfinity => Specials == SpecialValues.Ieee;

    /// <summary>True when the format has a code for NaN.</summary>
    public bool HasNaN => Specials != SpecialValues.None;

    /// <summary>True when the format tells -0 from +0.</summary>
    public bool HasNegativeZero => Encoding == ElementEncoding.SignMagnitude && Specials != SpecialValues.NanAtNegativeZero;

    /// <summary>True when negative numbers have codes.</summary>
    public bool IsSigned => Encoding is ElementEncoding.SignMagnitude or ElementEncoding.TwosComplement;

    /// <summary>
    /// Magnitude bits of the canonical quiet NaN (7F for E4M3, 7E for E5M2); meaningless where <see cref="HasNaN"/> is false.
    /// </summary>
    public uint CanonicalNaN => Specials switch
    {
        SpecialValues.Ieee when MantissaBits > 0 => MaxMagnitude + 1 + (1u << (MantissaBits - 1)),
        SpecialValues.NanAtNegativeZero => SignMask,
        _ => SignMask - 1,
    };

    /// <summary>
    /// Digits of a code in the project's hexadecimal streams: two for every format of up to eight bits, then four, then eight.
    /// </summary>
    public int HexDigits => Bits <= 8 ? 2 : Bits <= 16 ? 4 : Bits <= 20 ? 5 : 8;

    /// <summary>The record of a tag's constants.</summary>
    internal static ElementFormat Of<TFormat>()
        where TFormat : IElementFormat
        => Tag<TFormat>.Record;

    /// <summary>INT8: two's complement with an implied scale of 2^-6 (MX 5.3.4).</summary>
    public static ElementFormat Int8 { get; } = new("int8", 0, 6, 0, SpecialValues.None, ElementEncoding.TwosComplement, Clauses.Int8,
        isExtension: false);

    /// <summary>
    /// Declares a minifloat: a sign bit, <paramref name="exponentBits"/> (1 to 8) and <paramref name="mantissaBits"/> (0 to 23), at most
    /// 32 bits in all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is out of range, the bias is beyond +-200, or the special codes leave no
    /// finite number.</exception>
    public static ElementFormat Minifloat(string name, int exponentBits, int mantissaBits, int bias, SpecialValues specials,
        ElementEncoding layout = ElementEncoding.SignMagnitude)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(exponentBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponentBits, 8);
        ArgumentOutOfRangeException.ThrowIfNegative(mantissaBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mantissaBits, 23);
        ArgumentOutOfRangeException.ThrowIfLessThan(bias, -200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bias, 200);
        Arguments.Known(specials);
        Arguments.Known(layout);
        if (layout == ElementEncoding.TwosComplement)
        {
            throw new ArgumentOutOfRangeException(nameof(layout), "a minifloat has a sign bit or none; two's complement is INT8 alone");
        }

        if (specials == SpecialValues.Ieee && (mantissaBits == 0 || exponentBits < 2))
        {
            throw new ArgumentOutOfRangeException(nameof(specials),
                "infinities and NaNs in the all-ones exponent need a mantissa bit and two exponent bits");
        }

        if (specials == SpecialValues.NanAtNegativeZero && layout != ElementEncoding.SignMagnitude)
        {
            throw new ArgumentOutOfRangeException(nameof(specials), "a NaN at negative zero needs a sign");
        }

        ElementFormat format = new(name, exponentBits, mantissaBits, bias, specials, layout, Clauses.Declared, isExtension: true);
        return format.MaxMagnitude > 0 ? format
            : throw new ArgumentOutOfRangeException(nameof(specials), "no finite number but zero is left");
    }

    /// <summary>
    /// Reads a format's name: one of <see cref="ElementFormats.Elements"/>, or a declared minifloat <c>eXmY[bB][-ieee|-nan|-fnuz]</c>,
    /// such as <c>e3m4</c> (every code finite, bias 2^(X-1) - 1) or <c>e3m4b4-nan</c>. The spellings of torch, ml_dtypes, safetensors,
    /// ONNX and PTX are known, in any case (<c>float8_e4m3fn</c>, <c>F8_E4M3</c>); the format's own name stays <see cref="Name"/>.
    /// </summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out ElementFormat? format)
    {
        ArgumentNullException.ThrowIfNull(name);
        string canonical = FormatNames.Canonical(name);
        format = ElementFormats.Elements.FirstOrDefault(f => f.Name == canonical);
        return format is not null || TryDeclare(canonical, out format);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static bool TryDeclare(string name, [NotNullWhen(true)] out ElementFormat? format)
    {
        format = null;
        string[] parts = name.Split('-', 2);
        SpecialValues? specials = (parts.Length == 1 ? "finite" : parts[1]) switch
        {
            "finite" => SpecialValues.None,
            "ieee" => SpecialValues.Ieee,
            "nan" => SpecialValues.NanOnly,
            "fnuz" => SpecialValues.NanAtNegativeZero,
            _ => null,
        };
        string body = parts[0];
        int m = body.IndexOf('m', StringComparison.Ordinal);
        if (specials is null || m < 2 || body[0] != 'e' || name == "e8m0")
        {
            // E8M0 is a scale format: no sign, no zero. ScaleFormat has it.
            return false;
        }

        int b = body.IndexOf('b', StringComparison.Ordinal);
        ReadOnlySpan<char> mantissa = b < 0 ? body.AsSpan(m + 1) : body.AsSpan(m + 1, Math.Max(0, b - m - 1));
        if (!int.TryParse(body.AsSpan(1, m - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int exponentBits)
            || !int.TryParse(mantissa, NumberStyles.None, CultureInfo.InvariantCulture, out int mantissaBits)
            || exponentBits is < 1 or > 8)
        {
            return false;
        }

        int bias = (1 << (exponentBits - 1)) - 1;
        if (b >= 0 && !int.TryParse(body.AsSpan(b + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out bias))
        {
            return false;
        }

        try
        {
            format = Minifloat(name, exponentBits, mantissaBits, bias, specials.Value);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    internal static ElementFormat Known(string name, int exponentBits, int mantissaBits, int bias, SpecialValues specials,
        ElementEncoding layout, Clause source)
        => new(name, exponentBits, mantissaBits, bias, specials, layout, source, isExtension: true);

    private static class Tag<TFormat>
        where TFormat : IElementFormat
    {
        public static readonly ElementFormat Record = new(TFormat.Name, TFormat.ExponentBits, TFormat.MantissaBits, TFormat.Bias,
            TFormat.Specials, ElementEncoding.SignMagnitude, TFormat.Source, isExtension: false);
    }
}
