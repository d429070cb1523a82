namespace Mxact.Simulator.Product;

/// <summary>What a decoded code is.</summary>
internal enum ElementKind : byte
{
    /// <summary>A finite number.</summary>
    Finite,

    /// <summary>An infinity with the significand's sign.</summary>
    Infinity,

    /// <summary>Not a number.</summary>
    NaN,
}

/// <summary>An element as a matrix unit sees it: Significand * 2^(Exponent - man), a subnormal with emin and unnormalised.</summary>
/// <param name="Significand">The signed integer significand; for an infinity +1 or -1.</param>
/// <param name="Exponent">The field's exponent, emin for subnormals and zero.</param>
/// <param name="Kind">Whether it is a number at all.</param>
internal readonly record struct DecodedElement(int Significand, short Exponent, ElementKind Kind)
{
    /// <summary>Decodes one code.</summary>
    public static DecodedElement Of(ElementFormat format, uint code)
    {
        code &= format.CodeMask;
        if (format.Encoding == ElementEncoding.TwosComplement)
        {
            return new((int)(code << (32 - format.Bits)) >> (32 - format.Bits), 0, ElementKind.Finite);
        }

        int sign = format.IsSigned && (code & format.SignMask) != 0 ? -1 : 1;
        uint magnitude = code & (format.SignMask - 1);
        if (format.Specials == SpecialValues.NanAtNegativeZero)
        {
            if (code == format.SignMask)
            {
                return new(1, 0, ElementKind.NaN);
            }
        }
        else if (magnitude > format.MaxMagnitude)
        {
            bool infinity = format.HasInfinity && magnitude == format.MaxMagnitude + 1;
            return new(sign, 0, infinity ? ElementKind.Infinity : ElementKind.NaN);
        }

        int field = (int)(magnitude >> format.MantissaBits);
        int mantissa = (int)(magnitude & ((1u << format.MantissaBits) - 1));
        int significand = field == 0 ? mantissa : mantissa | (1 << format.MantissaBits);
        return new(sign * significand, (short)(Math.Max(field, 1) - format.Bias), ElementKind.Finite);
    }

    /// <summary>Fraction bits of a decoded scale's significand: UE4M3 has three, and E8M0 is written as 1.000.</summary>
    public const int ScaleFractionBits = 3;

    /// <summary>A scale of one.</summary>
    public static DecodedElement UnitScale => new(1 << ScaleFractionBits, 0, ElementKind.Finite);

    /// <summary>Decodes the code of a block scale.</summary>
    public static DecodedElement OfScale(ScaleFormat format, byte code)
        => format.Element is { } element
            ? Of(element, code)
            : code == ScaleFormat.E8M0NaN
                ? UnitScale with { Kind = ElementKind.NaN }
                : UnitScale with { Exponent = (short)(code - ScaleFormat.E8M0Bias) };
}
