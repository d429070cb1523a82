namespace Mxact;

/// <summary>How a code's bits carry the sign.</summary>
public enum ElementEncoding
{
    /// <summary>A sign bit above exponent and mantissa.</summary>
    SignMagnitude,

    /// <summary>A two's complement integer with an implied scale of 2^-man (INT8: MX 5.3.4).</summary>
    TwosComplement,

    /// <summary>A minifloat whose sign bit is ignored on reading and never written (UE4M3).</summary>
    Unsigned,

    /// <summary>A minifloat without a sign bit: exponent and mantissa fill the code (UE5M3).</summary>
    Signless,
}
