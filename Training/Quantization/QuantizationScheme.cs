namespace Mxact.Training.Quantization;

/// <summary>How an operand of a matrix product is held.</summary>
public enum OperandPrecision
{
    /// <summary>In the scheme's block format.</summary>
    Mx,

    /// <summary>In bfloat16, rounded to nearest even.</summary>
    BFloat16,
}

/// <summary>
/// What is quantised in training, and how. The six quantisations of a linear layer (the paper's Algorithm 1, arXiv 2310.10537 section
/// 4) each take the unquantised original, in blocks along the axis that the product sums over: X and W for Y = X W^T, G and X for
/// dW = G^T X, G and W for dX = G W.
/// </summary>
public sealed record QuantizationScheme
{
    /// <summary>Nothing is quantised: the control.</summary>
    public static QuantizationScheme Binary32 { get; } = new();

    /// <summary>The format of X and W in the forward pass; null leaves every product in binary32.</summary>
    public BlockFormat? Forward { get; init; }

    /// <summary>The format of the operands of the two backward products; null means that of the forward pass.</summary>
    public BlockFormat? Backward { get; init; }

    /// <summary>Scale rule, rounding and every other choice of the conversion.</summary>
    public ConversionPolicy Policy { get; init; } = ConversionPolicy.Ocp;

    /// <summary>
    /// An accumulation model that the matrix products follow bit for bit, or null for libtorch's binary32 product of the quantised values.
    /// </summary>
    public string? Accumulation { get; init; }

    /// <summary>How X and G enter the products.</summary>
    public OperandPrecision Activations { get; init; } = OperandPrecision.Mx;

    /// <summary>How W enters the products.</summary>
    public OperandPrecision Weights { get; init; } = OperandPrecision.Mx;

    /// <summary>True leaves both backward products in binary32.</summary>
    public bool ForwardOnly { get; init; }

    /// <summary>
    /// True quantises the affine parameters of layer norms, in blocks of the forward format; their gradients go straight through.
    /// </summary>
    public bool QuantizeLayerNorm { get; init; }

    /// <summary>
    /// True rounds the results of vector operations (norms, activations, residual sums) to bfloat16, as the published training does.
    /// </summary>
    public bool VectorsInBFloat16 { get; init; }

    /// <summary>True where the forward pass quantises.</summary>
    public bool Quantizes => Forward is not null;

    /// <summary>The format of the backward products, or null where they stay in binary32.</summary>
    public BlockFormat? BackwardFormat => Forward is null || ForwardOnly ? null : Backward ?? Forward;
}
