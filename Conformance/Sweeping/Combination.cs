namespace Mxact.Conformance.Sweeping;

/// <summary>What a sweep proves at a time: one encoder of one backend.</summary>
internal sealed record Combination(Backend Backend, ElementFormat Element, RoundingMode Rounding, OverflowPolicy Overflow)
{
    /// <summary>The policy.</summary>
    public ConversionPolicy Policy => ConversionPolicy.Ocp with { Rounding = Rounding, Overflow = Overflow };

    /// <inheritdoc/>
    public override string ToString() => $"{Backends.NameOf(Backend)} {Element} {Rounding} {Names.Of(Overflow)}";
}
