namespace Mxact.Simulator.Product;

/// <summary>How one instruction of a matrix unit adds its products to the accumulator.</summary>
internal enum StepKind
{
    /// <summary>
    /// All products and c are truncated at one alignment and summed once (T-FDPA); block scales, if any, add to the products' exponents.
    /// </summary>
    Fused,

    /// <summary>Exact dot products of groups, each times both scales, take the place of the products (mxf4, mxf4nvf4).</summary>
    Grouped,

    /// <summary>AMD CDNA3: products truncated and summed, then a second alignment with c that floors, then nearest even.</summary>
    Cdna3,

    /// <summary>AMD CDNA3 with FP8 inputs: products of even k and of odd k are aligned separately.</summary>
    Cdna3Fp8,
}

/// <summary>How a step's exact sum becomes the next accumulator.</summary>
internal enum StepOutput
{
    /// <summary>Binary32, toward zero.</summary>
    Binary32TowardZero,

    /// <summary>Binary32 with its ten low fraction bits zero, toward zero.</summary>
    E8M13TowardZero,

    /// <summary>Binary16, nearest even; the accumulator codes are binary16 too.</summary>
    Binary16NearestEven,

    /// <summary>Binary32, nearest even, after the floor of CDNA3.</summary>
    Binary32NearestEven,
}

/// <summary>The parameters of a matrix unit that decide bits: a row of the table of hardware models, without its evidence.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Kind">The shape of a step.</param>
/// <param name="Terms">L: products of one step; a longer K chains steps from left to right.</param>
/// <param name="FractionBits">F: a term keeps the bits at and above 2^(emax - F).</param>
/// <param name="ZeroExponent">e_zero: the exponent that zero terms and a zero c count with.</param>
/// <param name="Output">rho: the conversion of the sum.</param>
internal sealed record StepUnit(string Name, StepKind Kind, int Terms, int FractionBits, int ZeroExponent, StepOutput Output)
{
    /// <summary>G: products of one exact group of a <see cref="StepKind.Grouped"/> step.</summary>
    public const int GroupSize = 16;

    /// <summary>F2 of CDNA3: fraction bits kept, by flooring, of the sum with c.</summary>
    public const int Cdna3SumFractionBits = 31;
}
