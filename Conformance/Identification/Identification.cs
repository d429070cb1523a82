using System.Collections.Immutable;
using Mxact.Vectors;

namespace Mxact.Conformance.Identification;

/// <summary>What was found out about a unit.</summary>
internal sealed record Identification
{
    /// <summary>What it was asked about.</summary>
    public required DotShape Shape { get; init; }

    /// <summary>How products are grouped and ordered.</summary>
    public required Masks Masks { get; init; }

    /// <summary>F as c shows it; null when c is never cut off.</summary>
    public required int? AddendBits { get; init; }

    /// <summary>How sums become outputs.</summary>
    public required OutputRounding Rounding { get; init; }

    /// <summary>
    /// The least and greatest e_zero that give every answer; null when the unit is no T-FDPA or no question of these formats can tell.
    /// </summary>
    public (int Least, int Greatest)? EZero { get; init; }

    /// <summary>What it does with special values.</summary>
    public required IReadOnlyList<(string Situation, string Answer)> Specials { get; init; }

    /// <summary>A T-FDPA with the parameters found that gives every answer; null when there is none.</summary>
    public MatrixUnit? Free { get; init; }

    /// <summary>The models of the table that gave every answer.</summary>
    public required ImmutableArray<string> Equivalent { get; init; }

    /// <summary>The models that gave every answer but for the bits of NaN, when none gave them all.</summary>
    public ImmutableArray<NaNDifference> ButForNaN { get; init; } = [];

    /// <summary>Whether it is a model of the table, the bits of NaN apart.</summary>
    public bool IsKnown => !Equivalent.IsEmpty || !ButForNaN.IsEmpty;

    /// <summary>The models that gave most, when none gave every one, with how many they missed.</summary>
    public required ImmutableArray<(string Name, int Missed)> Nearest { get; init; }

    /// <summary>Discriminating questions every candidate was held to.</summary>
    public required int Confirmations { get; init; }

    /// <summary>Questions asked in all.</summary>
    public required int Asked { get; init; }

    /// <summary>F: as products show it or, where they cannot, as c does; null when nothing is cut off.</summary>
    public int? F => Masks.KeptBits is { } products && AddendBits is { } addend ? Math.Max(products, addend) : Masks.KeptBits ?? AddendBits;

    /// <summary>L; 0 when no step was found.</summary>
    public int L => Free?.L ?? Masks.L;
}
