using System.Globalization;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>What a kernel may do when stochastic rounding is asked of it: a mode, and which of the supplied bits it reads.</summary>
/// <param name="Mode">The mode; one that draws no bits where they are not read.</param>
/// <param name="Supplied">n of the mode that was asked.</param>
/// <param name="FromTheTop">Of fewer bits than were supplied: the first ones, not the last.</param>
internal sealed record StochasticReading(RoundingMode Mode, int Supplied, bool FromTheTop = true)
{
    /// <summary>Every reading of a mode that was asked: itself first, then the likelier ones.</summary>
    public static IEnumerable<StochasticReading> Of(RoundingMode asked)
    {
        StochasticVariant[] variants = [asked.Variant, .. Enum.GetValues<StochasticVariant>().Where(v => v != asked.Variant)];
        int n = asked.RandomBits;
        return
        [
            .. variants.Select(variant => new StochasticReading(RoundingMode.Stochastic(n, variant), n)),
            .. from fewer in Enumerable.Range(1, n - 1).Reverse()
               from variant in variants
               from top in (bool[])[true, false]
               select new StochasticReading(RoundingMode.Stochastic(fewer, variant), n, top),
            .. RoundingMode.Deterministic.Select(mode => new StochasticReading(mode, n)),
        ];
    }

    /// <summary>The bits that it reads of those supplied.</summary>
    public uint Read(uint bits) => FromTheTop ? bits >> (Supplied - Mode.RandomBits) : bits & (uint.MaxValue >> (32 - Mode.RandomBits));

    /// <inheritdoc/>
    public override string ToString() => !Mode.IsStochastic ? $"{Mode}, the bits not read" : Mode.RandomBits == Supplied ? Mode.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Mode} of the {(FromTheTop ? "first" : "last")} {Mode.RandomBits} bits");
}
