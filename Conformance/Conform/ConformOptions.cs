using System.Collections.Immutable;

namespace Mxact.Conformance;

/// <summary>What a kernel says of itself, and how much it is asked.</summary>
public sealed record ConformOptions
{
    /// <summary>The profile whose choices the kernel makes, by name (<c>mxact profiles</c> lists them); <c>ocp</c> unless said.</summary>
    public string Profile { get; init; } = "ocp";

    /// <summary>
    /// Choices in which the kernel differs from its profile, each <c>id=choice</c> (<c>mxact latitudes</c> lists them), such as
    /// <c>scale-rule=round-up</c> or <c>rounding=ties-to-away</c>. No stochastic rounding: a kernel here is given no random bits.
    /// </summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary><c>smoke</c>, <c>standard</c> (every committed row, unless said) or <c>deep</c> (generated on the way, minutes).</summary>
    public string Level { get; init; } = "standard";

    /// <summary>The folder of the golden vectors; null looks in <c>MXACT_VECTORS</c> and beside the program.</summary>
    public string? Vectors { get; init; }
}
