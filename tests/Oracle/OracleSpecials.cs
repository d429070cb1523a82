namespace Mxact.Tests.Oracle;

/// <summary>Which codes of a format are not numbers, and how its sign is stored.</summary>
public enum OracleSpecials
{
    /// <summary>E5M2, binary16 and the like: an all-ones exponent is Inf (mantissa 0) or NaN (OFP8 Table 2).</summary>
    Ieee,

    /// <summary>E4M3: only the all-ones magnitude is NaN; there is no Inf (OFP8 Table 2).</summary>
    NanOnly,

    /// <summary>E3M2, E2M3, E2M1: every code is a number (MX 5.3.2, 5.3.3).</summary>
    Finite,

    /// <summary>AMD's FNUZ formats (outside MX): the code of -0 is the one NaN; there is no Inf and no -0.</summary>
    Fnuz,

    /// <summary>INT8: two's complement in units of 2^-6, every code a number, no -0 (MX 5.3.4).</summary>
    TwosComplement,
}
