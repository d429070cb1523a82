namespace Mxact.Tensors.Comparison;

/// <summary>One way to quantise that is compared with others.</summary>
/// <param name="Format">The block format.</param>
/// <param name="Policy">Every choice.</param>
internal sealed record Candidate(BlockFormat Format, ConversionPolicy Policy)
{
    /// <summary>The rule of the scale, as a user types it.</summary>
    public string ScaleRule => Policy.ScaleRule.Name;

    /// <summary>The rounding of the elements, as a user types it.</summary>
    public string Rounding => Policy.Rounding.ToString();
}
