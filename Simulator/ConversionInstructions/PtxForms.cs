using System.Collections.Immutable;

namespace Mxact.Simulator.ConversionInstructions;

/// <summary>A pattern of PTX's cvt: every destination from every source, with these roundings and modifiers.</summary>
/// <param name="Destinations">The destination types.</param>
/// <param name="Sources">The source types.</param>
/// <param name="Roundings">The roundings, one of which a name has; an empty text for none.</param>
/// <param name="Modifiers">In the order in which the name has them; with a question mark those it may lack.</param>
internal sealed record PtxForm(string[] Destinations, string[] Sources, string[] Roundings, string[] Modifiers)
{
    public PtxForm(string destinations, string sources, string roundings, string modifiers)
        : this(destinations.Split(' '), sources.Split(' '), roundings.Split(' '),
            modifiers.Split(' ', StringSplitOptions.RemoveEmptyEntries))
    {
    }

    /// <summary>The modifiers without the question marks.</summary>
    public IEnumerable<string> Known => Modifiers.Select(modifier => modifier.TrimEnd('?'));

    /// <summary>Every choice of modifiers, the ones with fewer first.</summary>
    public IEnumerable<ImmutableArray<string>> Choices()
    {
        IEnumerable<ImmutableArray<string>> choices = [[]];
        foreach (string modifier in Modifiers)
        {
            string name = modifier.TrimEnd('?');
            choices = modifier.EndsWith('?') ? choices.SelectMany(choice => (ImmutableArray<string>[])[choice, choice.Add(name)])
                : choices.Select(choice => choice.Add(name));
        }

        return choices;
    }
}

/// <summary>
/// PTX ISA, cvt: which conversions there are. The narrow ones are listed in the catalogue, name by name; the scalar ones between the
/// usual types are many and are only read.
/// </summary>
internal static class PtxForms
{
    private const string Scaled = "scaled::n2::ue8m0";
    private const string Integers = "s8 u8 s16 u16 s32 u32 s64 u64";
    private const string Floats = "f16 bf16 f32 f64";
    private const string ToIntegral = "rni rzi rmi rpi";
    private const string Ieee = "rn rz rm rp";

    /// <summary>The narrow conversions.</summary>
    public static ImmutableArray<PtxForm> Narrow { get; } =
    [
        new("e4m3x2 e5m2x2 e2m1x2 e2m3x2 e3m2x2", "f32 f16x2 bf16x2", "rn", "satfinite relu?"),
        new("s2f6x2", "f32 bf16x2", "rn", "satfinite relu?"),
        new("ue8m0x2", "f32 bf16x2", "rz rp", "satfinite?"),
        new("f16x2", "e4m3x2 e5m2x2 e2m1x2 e2m3x2 e3m2x2", "rn", "relu?"),
        new("bf16x2", "e4m3x2 e5m2x2 e2m1x2 e2m3x2 e3m2x2 s2f6x2", "rn", $"relu? satfinite? {Scaled}?"),
        new("bf16x2", "ue8m0x2", "rn", ""),
        new("e4m3x4 e5m2x4 e2m1x4 e2m3x4 e3m2x4", "f32", "rs", "relu? satfinite"),
        new("f16x2 bf16x2", "f32", "rs", "relu? satfinite?"),
        new("f16x2 bf16x2 f16 bf16", "f32", "rn rz", "relu? satfinite?"),
        new("tf32", "f32", "rn rz", "satfinite? relu?"),
        new("tf32", "f32", "rna", "satfinite?"),
    ];

    /// <summary>The scalar conversions between integers, binary16, bfloat16, binary32 and binary64.</summary>
    public static ImmutableArray<PtxForm> Scalar { get; } =
    [
        new(Integers, Floats, ToIntegral, "ftz? sat?"),
        new(Floats, Integers, Ieee, "ftz? sat?"),
        new(Integers, Integers, "", "sat?"),
        new("f32", "f64", Ieee, "ftz? sat?"),
        new("f16 bf16", "f32 f64", Ieee, "ftz? sat?"),
        new("f16", "bf16", Ieee, "sat?"),
        new("bf16", "f16", Ieee, "sat?"),
        new("f32 f64", "f16 bf16", "", "ftz? sat?"),
        new("f64", "f32", "", "ftz? sat?"),
        .. Floats.Split(' ').Select(type => new PtxForm(type, type, $" {ToIntegral}", "ftz? sat?")),
    ];

    /// <summary>All of them, the narrow ones first.</summary>
    public static ImmutableArray<PtxForm> All { get; } = [.. Narrow, .. Scalar];

    /// <summary>Every rounding that a name can have.</summary>
    public static ImmutableArray<string> Roundings { get; }
        = [.. All.SelectMany(form => form.Roundings).Where(rounding => rounding.Length > 0).Distinct()];

    /// <summary>Every modifier.</summary>
    public static ImmutableArray<string> Modifiers { get; } = [.. All.SelectMany(form => form.Known).Distinct()];
}
