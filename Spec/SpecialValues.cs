namespace Mxact;

/// <summary>Which codes of a minifloat are not finite numbers.</summary>
public enum SpecialValues
{
    /// <summary>The all-ones exponent holds infinities and NaNs, as in IEEE 754 (E5M2: OFP8 5.1).</summary>
    Ieee,

    /// <summary>Only the all-ones magnitude is a NaN and there is no infinity (E4M3: OFP8 5.1).</summary>
    NanOnly,

    /// <summary>Every code is a finite number (E3M2, E2M3, E2M1: MX 5.3.2, 5.3.3).</summary>
    None,

    /// <summary>
    /// The code of negative zero is the one NaN; there is no infinity and no negative zero (the FNUZ formats of AMD CDNA3).
    /// </summary>
    NanAtNegativeZero,
}
