namespace Mxact;

/// <summary>What a finite value beyond max normal becomes, judged after rounding (OFP8 5.2.1, Table 3; MX 5.3).</summary>
public enum OverflowPolicy
{
    /// <summary>Max normal with the sign kept.</summary>
    Saturate,

    /// <summary>Infinity where the format has one, else NaN, else max normal.</summary>
    NonFinite,
}
