using System.Collections.Immutable;

namespace Mxact;

/// <summary>Which results a row of the saturation table is about.</summary>
[Flags]
internal enum P3109Targets
{
    /// <summary>No format.</summary>
    None = 0,

    /// <summary>Signed, Extended.</summary>
    SignedExtended = 1,

    /// <summary>Signed, Finite.</summary>
    SignedFinite = 2,

    /// <summary>Unsigned, Extended.</summary>
    UnsignedExtended = 4,

    /// <summary>Unsigned, Finite.</summary>
    UnsignedFinite = 8,
}

/// <summary>Where a rounded value lies outside the finite range [lo, hi] of its format.</summary>
internal enum P3109Excess
{
    /// <summary>+Inf.</summary>
    PositiveInfinity,

    /// <summary>-Inf.</summary>
    NegativeInfinity,

    /// <summary>Finite and above hi.</summary>
    Above,

    /// <summary>Finite and below lo.</summary>
    Below,
}

/// <summary>What a value becomes that its format cannot hold.</summary>
internal enum P3109Limit
{
    /// <summary>hi, the largest finite number.</summary>
    Hi,

    /// <summary>lo, the least finite number: 0 of an unsigned format.</summary>
    Lo,

    /// <summary>+Inf.</summary>
    PositiveInfinity,

    /// <summary>-Inf.</summary>
    NegativeInfinity,

    /// <summary>NaN.</summary>
    NaN,
}

/// <summary>A row of the saturation table: one case, and what it becomes under each of the three modes.</summary>
/// <param name="Excess">Where the rounded value lies.</param>
/// <param name="Targets">The formats it is about.</param>
/// <param name="SatFinite">Under SatFinite.</param>
/// <param name="SatPropagate">Under SatPropagate.</param>
/// <param name="SatNone">Under SatNone.</param>
/// <param name="Back">The roundings under which SatNone gives what SatFinite does.</param>
internal sealed record P3109SaturationRow(P3109Excess Excess, P3109Targets Targets, P3109Limit SatFinite, P3109Limit SatPropagate,
    P3109Limit SatNone, params ImmutableArray<RoundingDirection> Back)
{
    /// <summary>What the case becomes.</summary>
    public P3109Limit Under(P3109Projection projection) => projection.Saturation switch
    {
        P3109Saturation.SatFinite => SatFinite,
        P3109Saturation.SatPropagate => SatPropagate,
        P3109Saturation.SatNone => Back.Contains(projection.Rounding.Direction) ? SatFinite : SatNone,
        _ => throw new InvalidOperationException($"no such saturation: {projection.Saturation}"),
    };
}

/// <summary>
/// Saturation as the report's v4.0 (26 June 2026) has it. SatNone is the part that moves: v3.2.1 calls it OvfInf, gives 0 below an
/// unsigned format and has no row for ToOdd; a formal specification changed again in July 2026. Another version is another table.
/// </summary>
internal static class P3109SaturationTable
{
    /// <summary>The version of the report.</summary>
    public const string Version = "4.0";

    private const P3109Targets Extended = P3109Targets.SignedExtended | P3109Targets.UnsignedExtended;
    private const P3109Targets Finite = P3109Targets.SignedFinite | P3109Targets.UnsignedFinite;
    private const P3109Targets Unsigned = P3109Targets.UnsignedExtended | P3109Targets.UnsignedFinite;

    /// <summary>Each case once.</summary>
    public static ImmutableArray<P3109SaturationRow> Rows { get; } =
    [
        new(P3109Excess.PositiveInfinity, Extended, P3109Limit.Hi, P3109Limit.PositiveInfinity, P3109Limit.PositiveInfinity),
        new(P3109Excess.PositiveInfinity, Finite, P3109Limit.Hi, P3109Limit.Hi, P3109Limit.Hi),
        new(P3109Excess.NegativeInfinity, P3109Targets.SignedExtended, P3109Limit.Lo, P3109Limit.NegativeInfinity,
            P3109Limit.NegativeInfinity),
        new(P3109Excess.NegativeInfinity, P3109Targets.SignedFinite, P3109Limit.Lo, P3109Limit.Lo, P3109Limit.Lo),
        new(P3109Excess.NegativeInfinity, Unsigned, P3109Limit.Lo, P3109Limit.Lo, P3109Limit.NaN),
        new(P3109Excess.Above, P3109Targets.SignedExtended, P3109Limit.Hi, P3109Limit.Hi, P3109Limit.PositiveInfinity,
            RoundingDirection.TowardZero, RoundingDirection.TowardNegative),
        new(P3109Excess.Above, P3109Targets.UnsignedExtended, P3109Limit.Hi, P3109Limit.Hi, P3109Limit.PositiveInfinity,
            RoundingDirection.TowardZero, RoundingDirection.TowardNegative, RoundingDirection.ToOdd),
        new(P3109Excess.Above, Finite, P3109Limit.Hi, P3109Limit.Hi, P3109Limit.Hi),
        new(P3109Excess.Below, P3109Targets.SignedExtended, P3109Limit.Lo, P3109Limit.Lo, P3109Limit.NegativeInfinity,
            RoundingDirection.TowardZero, RoundingDirection.TowardPositive),
        new(P3109Excess.Below, P3109Targets.SignedFinite, P3109Limit.Lo, P3109Limit.Lo, P3109Limit.Lo),
        new(P3109Excess.Below, Unsigned, P3109Limit.Lo, P3109Limit.Lo, P3109Limit.NaN,
            RoundingDirection.TowardZero, RoundingDirection.TowardPositive),
    ];

    /// <summary>The row of a case.</summary>
    public static P3109SaturationRow Row(P3109Excess excess, P3109Format format)
    {
        P3109Targets target = (format.IsSigned, format.IsExtended) switch
        {
            (true, true) => P3109Targets.SignedExtended,
            (true, false) => P3109Targets.SignedFinite,
            (false, true) => P3109Targets.UnsignedExtended,
            (false, false) => P3109Targets.UnsignedFinite,
        };
        return Rows.First(row => row.Excess == excess && (row.Targets & target) != 0);
    }
}
