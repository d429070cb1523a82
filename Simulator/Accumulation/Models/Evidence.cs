using System.Collections.Immutable;

namespace Mxact;

/// <summary>How far a row of the table can be trusted.</summary>
public enum EvidenceGrade
{
    /// <summary>HW: reproduces recorded outputs of the hardware bit for bit.</summary>
    Hardware,

    /// <summary>SIM: agrees with another bit-accurate simulator; no recording tells.</summary>
    Simulator,

    /// <summary>EXT: extrapolated from a neighbouring format or generation.</summary>
    Extrapolated,

    /// <summary>Documented: written from the vendor's manual, compared with nothing.</summary>
    Documented,

    /// <summary>Definition: a model that describes itself, not a machine.</summary>
    Definition,

    /// <summary>Architected: an instruction set, or its maintained reference model, defines the bits.</summary>
    Architected,
}

/// <summary>One statement of what supports a model, and for which uses of it.</summary>
/// <param name="Grade">How strong it is.</param>
/// <param name="Covers">What it covers, in words; empty for everything.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record Evidence(EvidenceGrade Grade, string Covers, Clause Source)
{
    /// <summary>How strong it is.</summary>
    public EvidenceGrade Grade { get; init => field = Arguments.Known(value, nameof(Grade)); } = Arguments.Known(Grade);

    /// <summary>What it covers, in words; empty for everything.</summary>
    public string Covers { get; init => field = Arguments.Given(value, nameof(Covers)); } = Arguments.Given(Covers);

    /// <summary>Where it comes from.</summary>
    public Clause Source { get; init => field = Arguments.Given(value, nameof(Source)); } = Arguments.Given(Source);

    /// <summary>The element formats it covers; empty for all of the model's.</summary>
    public ImmutableArray<ElementFormat> Elements { get; init => field = Arguments.Listed(value, nameof(Elements)); } = [];

    /// <summary>The output format it covers; null for all of the model's.</summary>
    public ElementFormat? Output { get; init; }

    /// <summary>The grade as the tables print it.</summary>
    public string Label => Grade switch
    {
        EvidenceGrade.Hardware => "HW",
        EvidenceGrade.Simulator => "SIM",
        EvidenceGrade.Extrapolated => "EXT",
        EvidenceGrade.Documented => "documented",
        EvidenceGrade.Definition => "definition",
        EvidenceGrade.Architected => "architected",
        _ => throw new InvalidOperationException($"no such grade: {Grade}"),
    };

    /// <summary>Whether it speaks about this use of the model.</summary>
    public bool Concerns(ElementFormat a, ElementFormat b, ElementFormat output)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(output);
        return (Elements.IsEmpty || (Elements.Contains(a) && Elements.Contains(b))) && (Output is null || Output == output);
    }

    /// <inheritdoc/>
    public override string ToString() => Covers.Length == 0 ? Label : $"{Label} ({Covers})";
}
