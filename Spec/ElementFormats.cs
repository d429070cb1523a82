using System.Collections.Immutable;

namespace Mxact;

/// <summary>The catalogue of element formats.</summary>
public static class ElementFormats
{
    /// <summary>FP8 E5M2 (OFP8 5.1).</summary>
    public static ElementFormat E5M2 { get; } = ElementFormat.Of<E5M2>();

    /// <summary>FP8 E4M3 (OFP8 5.1).</summary>
    public static ElementFormat E4M3 { get; } = ElementFormat.Of<E4M3>();

    /// <summary>FP6 E3M2 (MX 5.3.2).</summary>
    public static ElementFormat E3M2 { get; } = ElementFormat.Of<E3M2>();

    /// <summary>FP6 E2M3 (MX 5.3.2).</summary>
    public static ElementFormat E2M3 { get; } = ElementFormat.Of<E2M3>();

    /// <summary>FP4 E2M1 (MX 5.3.3).</summary>
    public static ElementFormat E2M1 { get; } = ElementFormat.Of<E2M1>();

    /// <summary>INT8: two's complement with an implied scale of 2^-6 (MX 5.3.4).</summary>
    public static ElementFormat Int8 { get; } = ElementFormat.Int8;

    /// <summary>UE4M3: E4M3 with the sign bit ignored, the block scale of NVFP4 (extension).</summary>
    public static ElementFormat Ue4M3 { get; } = ElementFormat.Known("ue4m3", 4, 3, 7, SpecialValues.NanOnly, ElementEncoding.Unsigned,
        Clauses.Nvfp4);

    /// <summary>UE5M3: E5M3 without a sign bit, one NaN at FF, a block scale of PTX ISA 9.4 (extension).</summary>
    public static ElementFormat Ue5M3 { get; }
        = ElementFormat.Known("ue5m3", 5, 3, 15, SpecialValues.NanOnly, ElementEncoding.Signless, Clauses.Ue5M3);

    /// <summary>E4M3FNUZ: bias 8, one NaN at 80, no negative zero (AMD CDNA3; extension).</summary>
    public static ElementFormat E4M3Fnuz { get; } = ElementFormat.Known("e4m3fnuz", 4, 3, 8, SpecialValues.NanAtNegativeZero,
        ElementEncoding.SignMagnitude, Clauses.Fnuz);

    /// <summary>E5M2FNUZ: bias 16, one NaN at 80, no negative zero (AMD CDNA3; extension).</summary>
    public static ElementFormat E5M2Fnuz { get; } = ElementFormat.Known("e5m2fnuz", 5, 2, 16, SpecialValues.NanAtNegativeZero,
        ElementEncoding.SignMagnitude, Clauses.Fnuz);

    /// <summary>IEEE 754 binary32.</summary>
    public static ElementFormat Binary32 { get; } = ElementFormat.Known("fp32", 8, 23, 127, SpecialValues.Ieee,
        ElementEncoding.SignMagnitude, Clauses.Ieee754Formats);

    /// <summary>IEEE 754 binary16.</summary>
    public static ElementFormat Binary16 { get; } = ElementFormat.Known("fp16", 5, 10, 15, SpecialValues.Ieee,
        ElementEncoding.SignMagnitude, Clauses.Ieee754Formats);

    /// <summary>bfloat16: the upper half of binary32.</summary>
    public static ElementFormat BFloat16 { get; } = ElementFormat.Known("bf16", 8, 7, 127, SpecialValues.Ieee,
        ElementEncoding.SignMagnitude, Clauses.BFloat16);

    /// <summary>TF32: the upper 19 bits of binary32, as matrix units read it.</summary>
    public static ElementFormat Tf32 { get; } = ElementFormat.Known("tf32", 8, 10, 127, SpecialValues.Ieee, ElementEncoding.SignMagnitude,
        Clauses.BFloat16);

    /// <summary>The six element formats of MX 5.2, in the standard's order.</summary>
    public static ImmutableArray<ElementFormat> Mx { get; } = [E5M2, E4M3, E3M2, E2M3, E2M1, Int8];

    /// <summary>Element formats outside MX that real hardware stores or scales with.</summary>
    public static ImmutableArray<ElementFormat> Extensions { get; } = [E5M2Fnuz, E4M3Fnuz, Ue4M3, Ue5M3];

    /// <summary>The formats that conversions read from and dot products write to.</summary>
    public static ImmutableArray<ElementFormat> Wide { get; } = [Binary32, Tf32, BFloat16, Binary16];

    /// <summary>Everything with a name.</summary>
    public static ImmutableArray<ElementFormat> Elements { get; } = [.. Mx, .. Extensions, .. Wide];
}
