namespace Mxact.Simulator.Exact;

/// <summary>What a code stands for.</summary>
internal enum NumberKind
{
    /// <summary>A finite number, zeros included.</summary>
    Finite,

    /// <summary>An infinity.</summary>
    Infinity,

    /// <summary>Not a number. Its sign and payload are not part of the value.</summary>
    NaN,
}

/// <summary>The value of a code: a finite exact number, a signed infinity, or NaN.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Finite">The number when finite; for an infinity only its sign counts, and for NaN the sign bit it was read with.</param>
internal readonly record struct Number(NumberKind Kind, Dyadic Finite)
{
    /// <summary>NaN.</summary>
    public static Number NaN => new(NumberKind.NaN, Dyadic.Zero);

    /// <summary>True for NaN.</summary>
    public bool IsNaN => Kind == NumberKind.NaN;

    /// <summary>True for an infinity.</summary>
    public bool IsInfinity => Kind == NumberKind.Infinity;

    /// <summary>True for a finite number.</summary>
    public bool IsFinite => Kind == NumberKind.Finite;

    /// <summary>The sign.</summary>
    public bool Negative => Finite.Negative;

    /// <summary>An infinity of the given sign.</summary>
    public static Number Infinity(bool negative) => new(NumberKind.Infinity, Dyadic.Zero with { Negative = negative });

    /// <summary>A finite number.</summary>
    public static implicit operator Number(Dyadic value) => new(NumberKind.Finite, value);

    /// <summary>The same conversion by name.</summary>
    public static Number FromDyadic(Dyadic value) => value;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        NumberKind.Finite => Finite.ToString(),
        NumberKind.Infinity => Negative ? "-Inf" : "+Inf",
        _ => "NaN",
    };
}
