namespace Mxact.Simulator.Product;

/// <summary>
/// What a step knows of its unit and of its operands' formats: numbers, nothing else, so that a device takes them as an argument.
/// </summary>
/// <param name="unit">The unit.</param>
/// <param name="productFraction">Fraction bits of a product's significand: those of both formats.</param>
internal readonly struct StepParameters(StepUnit unit, int productFraction)
{
    /// <summary>The shape of a step.</summary>
    public readonly StepKind Kind = unit.Kind;

    /// <summary>L.</summary>
    public readonly int Terms = unit.Terms;

    /// <summary>F.</summary>
    public readonly int FractionBits = unit.FractionBits;

    /// <summary>e_zero.</summary>
    public readonly int ZeroExponent = unit.ZeroExponent;

    /// <summary>rho.</summary>
    public readonly StepOutput Output = unit.Output;

    /// <summary>Fraction bits of a product's significand.</summary>
    public readonly int ProductFraction = productFraction;

    /// <summary>Groups with scales of their own in one step.</summary>
    public int Groups => Kind == StepKind.Grouped ? Terms / StepUnit.GroupSize : 0;
}
