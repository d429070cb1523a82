using System.Collections.Immutable;

namespace Mxact.Conformance.Identification.Conversions;

/// <summary>What was found of one stochastic mode in one conversion: given the bits, it is as deterministic as any other.</summary>
/// <param name="Conversion">The conversion.</param>
/// <param name="Asked">The mode that was asked.</param>
/// <param name="Taken">The numbers of bits that the kernel takes of that variant.</param>
/// <param name="DoneAs">What explains every answer; null where nothing does.</param>
/// <param name="NotTold">Other readings that answer every probe so.</param>
/// <param name="Probes">Probes answered.</param>
/// <param name="First">Where nothing explains all: the first probe that is not as asked.</param>
internal sealed record StochasticFound(Conversion Conversion, RoundingMode Asked, ImmutableArray<int> Taken, StochasticReading? DoneAs,
    ImmutableArray<StochasticReading> NotTold, int Probes, Departure? First)
{
    /// <summary>Whether the kernel does as it is told.</summary>
    public bool IsAsAsked => DoneAs?.Mode == Asked;
}
