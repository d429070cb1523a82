using System.Collections.Immutable;

namespace Mxact;

/// <summary>How the text behind a citation was read. A reader must see which statements rest on the original document.</summary>
public enum Provenance
{
    /// <summary>Read in the original document.</summary>
    Original,

    /// <summary>Agreed on by several independent secondary sources; the original was not at hand.</summary>
    SeveralSources,

    /// <summary>Reported by one secondary source.</summary>
    OneSource,

    /// <summary>A vendor's public manual or a paper's text.</summary>
    Published,

    /// <summary>The behaviour of shipped software or hardware, as observed.</summary>
    Observed,

    /// <summary>Decided by this project where nothing else decides.</summary>
    ThisProject,
}

/// <summary>A citation that a program can print: which document, which section, what it says, how it was read.</summary>
/// <param name="Document">Short title of the document, such as <c>MX v1.0</c>.</param>
/// <param name="Section">Section number or table, empty where the document has none.</param>
/// <param name="Says">What it says, in this project's words.</param>
/// <param name="Read">How the text was read.</param>
public sealed record Clause(string Document, string Section, string Says, Provenance Read)
{
    /// <summary>Short title of the document.</summary>
    public string Document { get; init => field = Arguments.Given(value, nameof(Document)); } = Arguments.Given(Document);

    /// <summary>Section number or table, empty where the document has none.</summary>
    public string Section { get; init => field = Arguments.Given(value, nameof(Section)); } = Arguments.Given(Section);

    /// <summary>What it says, in this project's words.</summary>
    public string Says { get; init => field = Arguments.Given(value, nameof(Says)); } = Arguments.Given(Says);

    /// <summary>How the text was read.</summary>
    public Provenance Read { get; init => field = Arguments.Known(value, nameof(Read)); } = Arguments.Known(Read);

    /// <summary>Document and section, such as <c>MX v1.0 6.3</c>.</summary>
    public string Citation => Section.Length == 0 ? Document : $"{Document} {Section}";

    /// <inheritdoc/>
    public override string ToString() => Citation;
}

/// <summary>Every clause the code cites. <c>Spec/README.md</c> lists them with the code that implements each.</summary>
internal static class Clauses
{
    private const string Mx = "MX v1.0";
    private const string Ofp8 = "OFP8 r1.0";

    /// <summary>OFP8 5.1: the two eight-bit formats.</summary>
    public static Clause Fp8 { get; } = new(Ofp8, "5.1",
        "E5M2 and E4M3: value formulas, biases 15 and 7, emax 15 and 8, emin -14 and -6; Table 2 gives the encodings", Provenance.Original);

    /// <summary>OFP8 5.2.1: conversion to eight bits.</summary>
    public static Clause Fp8Conversion { get; } = new(Ofp8, "5.2.1",
        "ties to even is required, others may be added; saturating and non-saturating modes; range is checked after rounding; the sign "
        + "is kept, except a NaN's", Provenance.Original);

    /// <summary>OFP8 Table 3: overflow and infinity.</summary>
    public static Clause Fp8Overflow { get; } = new(Ofp8, "Table 3",
        "infinity and overflow: saturating gives +-max; non-saturating gives +-Inf in E5M2, NaN in E4M3", Provenance.Original);

    /// <summary>MX 5.1: the block.</summary>
    public static Clause Block { get; } = new(Mx, "5.1",
        "a block is a scale X and k elements P_i of one type; v_i = X P_i; the physical layout is not prescribed",
        Provenance.SeveralSources);

    /// <summary>MX 5.1: special values of a block.</summary>
    public static Clause BlockSpecials { get; } = new(Mx, "5.1 (number not certain)",
        "X NaN makes every v_i NaN; otherwise an element's Inf or NaN is v_i's; a product beyond binary32 is implementation-defined",
        Provenance.OneSource);

    /// <summary>MX 5.2: the concrete formats.</summary>
    public static Clause ConcreteFormats { get; } = new(Mx, "5.2", "MXFP8, MXFP6, MXFP4, MXINT8: k = 32, scale E8M0 (Table 1)",
        Provenance.SeveralSources);

    /// <summary>MX 5.3: element conversion.</summary>
    public static Clause Elements { get; } = new(Mx, "5.3",
        "ties to even must be supported; out of range must at least support saturation, sign kept", Provenance.OneSource);

    /// <summary>MX 5.3.2: FP6.</summary>
    public static Clause Fp6 { get; } = new(Mx, "5.3.2", "FP6 E3M2 and E2M3: finite only; converting a NaN is implementation-defined",
        Provenance.SeveralSources);

    /// <summary>MX 5.3.3: FP4.</summary>
    public static Clause Fp4 { get; } = new(Mx, "5.3.3", "FP4 E2M1: finite only; converting a NaN is implementation-defined",
        Provenance.SeveralSources);

    /// <summary>MX 5.3.4: INT8.</summary>
    public static Clause Int8 { get; } = new(Mx, "5.3.4", "INT8: two's complement with an implied 2^-6; the code of -2 may be left unused",
        Provenance.SeveralSources);

    /// <summary>MX 5.4.1: the scale.</summary>
    public static Clause E8M0 { get; } = new(Mx, "5.4.1", "E8M0: bias 127, 2^-127 to 2^127, FF is NaN, no zero, no infinity (Table 7)",
        Provenance.SeveralSources);

    /// <summary>MX 6.1: dot product of two blocks.</summary>
    public static Clause Dot { get; } = new(Mx, "6.1",
        "Dot(A,B) = X(A) X(B) sum P_i(A) P_i(B); internal precision and order are implementation-defined", Provenance.SeveralSources);

    /// <summary>MX 6.2: general dot product.</summary>
    public static Clause DotGeneral { get; } = new(Mx, "6.2",
        "DotGeneral is the sum of the blocks' Dots, a binary32 result; intermediate precision and order are unspecified",
        Provenance.SeveralSources);

    /// <summary>MX 6.3: conversion of a block.</summary>
    public static Clause Conversion { get; } = new(Mx, "6.3",
        "X = (largest power of two <= max |V_i|) / (largest power of two of the element format); P_i = quantise(V_i / X), clamped; "
        + "other conversions may exist", Provenance.SeveralSources);

    /// <summary>What the standard does not settle.</summary>
    public static Clause Open { get; } = new(Mx, "silent",
        "not fixed by the standard as far as known: scales of zero, NaN and Inf blocks; X P_i beyond binary32", Provenance.SeveralSources);

    /// <summary>Directed overflow in IEEE 754.</summary>
    public static Clause DirectedOverflow { get; } = new("IEEE 754-2019", "7.4",
        "a directed rounding that points toward zero delivers the largest finite number on overflow", Provenance.Published);

    /// <summary>The wide formats.</summary>
    public static Clause Ieee754Formats { get; } = new("IEEE 754-2019", "3.4", "binary16 and binary32 interchange formats",
        Provenance.Published);

    /// <summary>bfloat16 and TF32.</summary>
    public static Clause BFloat16 { get; } = new("vendor manuals", "", "bfloat16 and TF32 are binary32 with 7 and 10 mantissa bits",
        Provenance.Published);

    /// <summary>Round-up scales.</summary>
    public static Clause RoundUpScale { get; } = new("arXiv 2506.08027", "", "the smallest power of two X with max |V_i| / X <= max normal",
        Provenance.Published);

    /// <summary>Scale rules met in shipped kernels.</summary>
    public static Clause ShippedScale { get; } = new("shipped kernels", "", "a power-of-two scale rule that is not MX 6.3's",
        Provenance.Observed);

    /// <summary>Behaviour of shipped software.</summary>
    public static Clause Shipped { get; } = new("shipped kernels", "", "a choice seen in shipped kernels", Provenance.Observed);

    /// <summary>Stochastic rounding with supplied bits.</summary>
    public static Clause Stochastic { get; } = new("IEEE P3109 draft", "StochasticA-C",
        "round up by comparing the discarded fraction with n random bits", Provenance.Published);

    /// <summary>NVFP4.</summary>
    public static Clause Nvfp4 { get; } = new("PTX ISA", "mxf4nvf4",
        "E2M1 elements, blocks of 16 under a UE4M3 scale, one binary32 scale a tensor", Provenance.Published);

    /// <summary>Four over six, a rule for NVFP4's scale.</summary>
    public static Clause FourOverSix { get; } = new("arXiv 2512.02010", "",
        "a block's largest magnitude becomes 6 or 4, whichever has the smaller squared error", Provenance.Published);

    /// <summary>UE5M3, a block scale.</summary>
    public static Clause Ue5M3 { get; } = new("PTX ISA 9.4", "ue5m3", "E5M3 without a sign bit, bias 15, one NaN at FF",
        Provenance.Published);

    /// <summary>FNUZ formats.</summary>
    public static Clause Fnuz { get; } = new("AMD CDNA3 ISA", "", "FP8 and BF8 with bias 8 and 16, one NaN at 80, no negative zero",
        Provenance.Published);

    /// <summary>A minifloat that a user declares.</summary>
    public static Clause Declared { get; } = new("declared", "", "a minifloat declared by its user", Provenance.ThisProject);

    /// <summary>A rule of this project's.</summary>
    public static Clause Research { get; } = new("Mxact", "", "a rule for research that no standard or kernel prescribes",
        Provenance.ThisProject);

    /// <summary>All of them, in the order of <c>Spec/README.md</c>.</summary>
    public static ImmutableArray<Clause> All { get; } =
    [
        Fp8, Fp8Conversion, Fp8Overflow, Block, BlockSpecials, ConcreteFormats, Elements, Fp6, Fp4, Int8, E8M0, Dot, DotGeneral, Conversion,
            Open,
        DirectedOverflow, Ieee754Formats, BFloat16, RoundUpScale, ShippedScale, Shipped, Stochastic, Nvfp4, FourOverSix, Ue5M3, Fnuz,
        Declared, Research,
    ];
}
