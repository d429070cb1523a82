using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Generators;

/// <summary>
/// Inputs beside a midpoint by as much as one narrower format still holds and another does not: they tell through which format a kernel
/// that rounds twice goes, and whether that format is rounded to or cut to.
/// </summary>
internal static class NarrowingCases
{
    /// <summary>Bits of binary32's significand: the last of bfloat16 and half of it, the last of binary16 and tf32 and half of
    /// it.</summary>
    private static readonly int[] Steps = [16, 15, 14, 13, 12, 11];

    /// <summary>The cases of an element format: four midpoints, both sides, both signs.</summary>
    public static IEnumerable<Case> Encode(ElementFormat format)
        => from index in new[] { 1u, (1u << format.MantissaBits) + 1, format.MaxMagnitude / 2, format.MaxMagnitude - 1 }.Distinct()
           where index > 0 && index < format.MaxMagnitude
           let middle = Binary32.Round(Inputs.Between(format, index, 1, 1))
           from step in Steps
           from bits in new[] { middle + (1u << step), middle - (1u << step), middle + (1u << step) - 1 }
           from sign in new uint[] { 0, Inputs.SignBit }
           select new Case(Operation.Encode, format.Name, LatitudeCases.Nearest, HexWords.Write(bits | sign, 8), Clauses.Fp8Conversion,
               format.IsExtension ? "double-rounding extension" : "double-rounding", IsSmoke: sign == 0 && !format.IsExtension);
}
