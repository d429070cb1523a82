using Mxact.Simulator.Conversion;

namespace Mxact.Conformance.Sweeping;

/// <summary>What a stretch of consecutive chunks of a combination gave.</summary>
/// <param name="Combination">Which combination, see <see cref="Combination.ToString"/>.</param>
/// <param name="First">First chunk.</param>
/// <param name="Last">Last chunk.</param>
/// <param name="Mismatches">Inputs that differ.</param>
/// <param name="Example">The first of them; meaningless without any.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Stretch(string Combination, int First, int Last, long Mismatches, SweepMismatch Example, double Seconds)
{
    /// <summary>Inputs that it covers.</summary>
    public long Inputs => (Last - First + 1) * Sweep.ChunkInputs;
}
