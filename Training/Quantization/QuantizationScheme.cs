using System.Collections.Immutable;

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

    /// <summary>How the scale of each whole tensor is chosen where a format has one, which is NVFP4.</summary>
    public TensorScaleRule TensorScale { get; init; } = TensorScaleRule.Fit;

    /// <summary>
    /// How a stochastic rounding's random words are spread over elements of operands, as an instruction does it; null gives each element
    /// bits of its own, and norms' gains and biases always have that.
    /// </summary>
    public RandomWordMap? RandomBits { get; init; }

    /// <summary>What shares a scale in the operands of products; norms' gains and biases are in blocks.</summary>
    public ScaleExtent Scaling { get; init; }

    /// <summary>Products whose operands are rotated before they are quantised.</summary>
    public IReadOnlyDictionary<LayerProduct, HadamardRotation> Rotations { get; init; }
        = ImmutableDictionary<LayerProduct, HadamardRotation>.Empty;

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

    /// <summary>
    /// Operands that enter their product otherwise than the members above say; those that are not named here follow them.
    /// </summary>
    public IReadOnlyDictionary<OperandPlace, OperandConversion> Overrides { get; init; }
        = ImmutableDictionary<OperandPlace, OperandConversion>.Empty;

    /// <summary>True where the forward pass quantises.</summary>
    public bool Quantizes => OperandPlace.All.Any(p => p.Product == LayerProduct.Output && !FindConversion(p).IsExact);

    /// <summary>True where any of the three products quantises an operand.</summary>
    public bool QuantizesProducts => OperandPlace.All.Any(p => !FindConversion(p).IsExact);

    /// <summary>
    /// The format of the backward products, or null where they stay in binary32; a forward pass in binary32 may have a backward pass
    /// that is not.
    /// </summary>
    public BlockFormat? BackwardFormat => ForwardOnly ? null : Backward ?? Forward;

    /// <summary>How an operand enters a product.</summary>
    /// <param name="place">The operand and the product; one of <see cref="OperandPlace.All"/>.</param>
    public OperandConversion FindConversion(OperandPlace place)
        => Overrides.TryGetValue(place, out OperandConversion? given) ? given
            : (place.Product == LayerProduct.Output ? Forward : BackwardFormat) is not { } format ? OperandConversion.Binary32
            : (place.Operand == ProductOperand.Weight ? Weights : Activations) == OperandPrecision.BFloat16 ? OperandConversion.BFloat16
            : OperandConversion.Mx(format, Policy, TensorScale) with { Scaling = Scaling, RandomBits = RandomBits };

    /// <summary>How the operands of a product are rotated, or null.</summary>
    /// <param name="product">The product.</param>
    public HadamardRotation? FindRotation(LayerProduct product)
        => Rotations.TryGetValue(product, out HadamardRotation rotation) ? rotation : null;

    /// <summary>The same forward pass, with a backward pass that quantises nothing: the exact gradient of it.</summary>
    public QuantizationScheme WithExactBackward() => this with
    {
        ForwardOnly = true,
        Rotations = Rotations.Where(r => r.Key == LayerProduct.Output).ToImmutableDictionary(),
        Overrides = Overrides.Where(o => o.Key.Product == LayerProduct.Output).ToImmutableDictionary(),
    };

    /// <summary>Whether two schemes quantise the same tensors in the same way.</summary>
    /// <param name="other">The other one.</param>
    public bool ActsAs(QuantizationScheme other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return OperandPlace.All.All(p => FindConversion(p) == other.FindConversion(p))
            && Enum.GetValues<LayerProduct>().All(p => FindRotation(p) == other.FindRotation(p))
            && Accumulation == other.Accumulation
            && VectorsInBFloat16 == other.VectorsInBFloat16
            && (LayerNormFormat is not null, other.LayerNormFormat is not null) switch
            {
                (true, true) => Forward == other.Forward && Policy == other.Policy && TensorScale == other.TensorScale,
                var (one, two) => one == two,
            };
    }

    /// <summary>What gains and biases of layer norms are quantised to, or null.</summary>
    internal BlockFormat? LayerNormFormat => QuantizeLayerNorm ? Forward : null;
}
