namespace Mxact.Conformance.Identification;

/// <summary>
/// Answers that may differ in which NaN they are: sign and payload are the machine's (x86 makes the negative default NaN, or hands an
/// operand's on), not the arithmetic's.
/// </summary>
internal static class NaNBits
{
    /// <summary>Whether an output is a NaN.</summary>
    public static bool AreNaN(ElementFormat output, uint bits) => (bits & (output.SignMask - 1)) > output.MaxMagnitude + 1;

    /// <summary>Whether two outputs are the same number, or NaN both.</summary>
    public static bool AreSame(ElementFormat output, uint a, uint b) => a == b || (AreNaN(output, a) && AreNaN(output, b));
}

/// <summary>A model that a unit equals but for the bits of NaN.</summary>
/// <param name="Name">The model.</param>
/// <param name="Others">Answers that are another NaN than the model's.</param>
/// <param name="Model">The model's NaN the first time.</param>
/// <param name="Unit">The unit's.</param>
internal readonly record struct NaNDifference(string Name, int Others, uint Model, uint Unit);
