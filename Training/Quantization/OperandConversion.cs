namespace Mxact.Training.Quantization;

/// <summary>How one operand enters one product: as it is, rounded to bfloat16, or in a block format.</summary>
/// <param name="Precision">bfloat16 or a block format; without a format, an operand that is not bfloat16 stays in binary32.</param>
/// <param name="Format">The block format, or null.</param>
/// <param name="Policy">Scale rule, rounding and every other choice of the conversion to it.</param>
public sealed record OperandConversion(OperandPrecision Precision, BlockFormat? Format, ConversionPolicy Policy)
{
    /// <summary>The operand as it is.</summary>
    public static OperandConversion Binary32 { get; } = new(OperandPrecision.Mx, null, ConversionPolicy.Ocp);

    /// <summary>Rounded to bfloat16, ties to even.</summary>
    public static OperandConversion BFloat16 { get; } = new(OperandPrecision.BFloat16, null, ConversionPolicy.Ocp);

    /// <summary>How the scale of the whole operand is chosen, each time anew; of a format without one it does nothing.</summary>
    public TensorScaleRule TensorScale { get; init; } = TensorScaleRule.Fit;

    /// <summary>What shares a scale.</summary>
    public ScaleExtent Scaling { get; init; }

    /// <summary>How a stochastic rounding's random words are spread over elements; null gives each element bits of its own.</summary>
    public RandomWordMap? RandomBits { get; init; }

    /// <summary>True where it is left as it is.</summary>
    public bool IsExact => Precision != OperandPrecision.BFloat16 && Format is null;

    /// <summary>In blocks of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="policy">Every choice of the conversion.</param>
    /// <param name="tensorScale">How the scale of the whole operand is chosen; <see cref="TensorScaleRule.Fit"/> when null.</param>
    public static OperandConversion Mx(BlockFormat format, ConversionPolicy policy, TensorScaleRule? tensorScale = null)
        => new(OperandPrecision.Mx, format, policy) { TensorScale = tensorScale ?? TensorScaleRule.Fit };
}
