namespace Mxact;

/// <summary>
/// The five constants that define a minifloat. The tags that implement it are the only place where they are written down.
/// </summary>
internal interface IElementFormat
{
    /// <summary>The name a user types, lower case.</summary>
    static abstract string Name { get; }

    /// <summary>Width of the exponent field in bits.</summary>
    static abstract int ExponentBits { get; }

    /// <summary>Width of the mantissa field in bits.</summary>
    static abstract int MantissaBits { get; }

    /// <summary>Exponent bias.</summary>
    static abstract int Bias { get; }

    /// <summary>Which codes are not finite.</summary>
    static abstract SpecialValues Specials { get; }

    /// <summary>Where the format is defined.</summary>
    static abstract Clause Source { get; }
}

/// <summary>FP8 E5M2 (OFP8 5.1, Table 1; MX 5.3.1).</summary>
internal readonly struct E5M2 : IElementFormat
{
    /// <inheritdoc/>
    public static string Name => "e5m2";

    /// <inheritdoc/>
    public static int ExponentBits => 5;

    /// <inheritdoc/>
    public static int MantissaBits => 2;

    /// <inheritdoc/>
    public static int Bias => 15;

    /// <inheritdoc/>
    public static SpecialValues Specials => SpecialValues.Ieee;

    /// <inheritdoc/>
    public static Clause Source => Clauses.Fp8;
}

/// <summary>FP8 E4M3 (OFP8 5.1, Table 1; MX 5.3.1).</summary>
internal readonly struct E4M3 : IElementFormat
{
    /// <inheritdoc/>
    public static string Name => "e4m3";

    /// <inheritdoc/>
    public static int ExponentBits => 4;

    /// <inheritdoc/>
    public static int MantissaBits => 3;

    /// <inheritdoc/>
    public static int Bias => 7;

    /// <inheritdoc/>
    public static SpecialValues Specials => SpecialValues.NanOnly;

    /// <inheritdoc/>
    public static Clause Source => Clauses.Fp8;
}

/// <summary>FP6 E3M2 (MX 5.3.2).</summary>
internal readonly struct E3M2 : IElementFormat
{
    /// <inheritdoc/>
    public static string Name => "e3m2";

    /// <inheritdoc/>
    public static int ExponentBits => 3;

    /// <inheritdoc/>
    public static int MantissaBits => 2;

    /// <inheritdoc/>
    public static int Bias => 3;

    /// <inheritdoc/>
    public static SpecialValues Specials => SpecialValues.None;

    /// <inheritdoc/>
    public static Clause Source => Clauses.Fp6;
}

/// <summary>FP6 E2M3 (MX 5.3.2).</summary>
internal readonly struct E2M3 : IElementFormat
{
    /// <inheritdoc/>
    public static string Name => "e2m3";

    /// <inheritdoc/>
    public static int ExponentBits => 2;

    /// <inheritdoc/>
    public static int MantissaBits => 3;

    /// <inheritdoc/>
    public static int Bias => 1;

    /// <inheritdoc/>
    public static SpecialValues Specials => SpecialValues.None;

    /// <inheritdoc/>
    public static Clause Source => Clauses.Fp6;
}

/// <summary>FP4 E2M1 (MX 5.3.3).</summary>
internal readonly struct E2M1 : IElementFormat
{
    /// <inheritdoc/>
    public static string Name => "e2m1";

    /// <inheritdoc/>
    public static int ExponentBits => 2;

    /// <inheritdoc/>
    public static int MantissaBits => 1;

    /// <inheritdoc/>
    public static int Bias => 1;

    /// <inheritdoc/>
    public static SpecialValues Specials => SpecialValues.None;

    /// <inheritdoc/>
    public static Clause Source => Clauses.Fp4;
}
