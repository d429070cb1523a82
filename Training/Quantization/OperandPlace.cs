using System.Collections.Immutable;

namespace Mxact.Training.Quantization;

/// <summary>A matrix product of a linear layer.</summary>
public enum LayerProduct
{
    /// <summary>Y = X W^T.</summary>
    Output,

    /// <summary>dX = G W.</summary>
    InputGradient,

    /// <summary>dW = G^T X.</summary>
    WeightGradient,
}

/// <summary>An operand of a matrix product.</summary>
public enum ProductOperand
{
    /// <summary>X, the layer's input.</summary>
    Input,

    /// <summary>W, its weights.</summary>
    Weight,

    /// <summary>G, the gradient of its output.</summary>
    OutputGradient,
}

/// <summary>One of the six quantisations of a linear layer (arXiv 2310.10537, section 4): an operand of a product.</summary>
/// <param name="Product">The product.</param>
/// <param name="Operand">The operand.</param>
public readonly record struct OperandPlace(LayerProduct Product, ProductOperand Operand)
{
    /// <summary>The six: X and W in Y, G and W in dX, G and X in dW.</summary>
    public static ImmutableArray<OperandPlace> All { get; } =
    [
        new(LayerProduct.Output, ProductOperand.Input), new(LayerProduct.Output, ProductOperand.Weight),
        new(LayerProduct.InputGradient, ProductOperand.OutputGradient), new(LayerProduct.InputGradient, ProductOperand.Weight),
        new(LayerProduct.WeightGradient, ProductOperand.OutputGradient), new(LayerProduct.WeightGradient, ProductOperand.Input),
    ];

    /// <summary>The product's symbol: Y, dX or dW.</summary>
    public static string SymbolOf(LayerProduct product) => product switch
    {
        LayerProduct.Output => "Y",
        LayerProduct.InputGradient => "dX",
        LayerProduct.WeightGradient => "dW",
        _ => throw new ArgumentOutOfRangeException(nameof(product), product, "no such product"),
    };

    /// <summary>The operand's symbol: X, W or G.</summary>
    public static string SymbolOf(ProductOperand operand) => operand switch
    {
        ProductOperand.Input => "X",
        ProductOperand.Weight => "W",
        ProductOperand.OutputGradient => "G",
        _ => throw new ArgumentOutOfRangeException(nameof(operand), operand, "no such operand"),
    };

    /// <summary>As in <c>dX.W</c>.</summary>
    public override string ToString() => $"{SymbolOf(Product)}.{SymbolOf(Operand)}";
}
