using Mxact.Training.Quantization;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Mxact.Training.Layers;

/// <summary>
/// Y = X W^T with the quantised products of a scheme, forward and backward; both gradients are those of the unquantised product
/// (straight through the quantisation), computed with quantised operands of their own.
/// </summary>
internal sealed class LinearFunction : SingleTensorFunction<LinearFunction>
{
    public override string Name => nameof(LinearFunction);

    /// <summary>X [batch, in], W [out, in]; of several seeds [seed, batch, in] and [seed, out, in].</summary>
    public static Tensor Apply(Tensor x, Tensor w, ILinearProducts products, string layer = "") => apply(x, w, products, layer);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0];
        Tensor w = (Tensor)vars[1];
        ILinearProducts products = (ILinearProducts)vars[2];
        ctx.save_for_backward([x, w]);
        ctx.save_data("products", products);
        string layer = (string)vars[3];
        ctx.save_data("layer", layer);
        return products.Multiply(LayerProduct.Output, layer, x, w);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        ILinearProducts products = (ILinearProducts)ctx.get_data("products");
        using Tensor g = grad_output.contiguous();
        string layer = (string)ctx.get_data("layer");
        return
        [
            products.Multiply(LayerProduct.InputGradient, layer, g, saved[1]),
            products.Multiply(LayerProduct.WeightGradient, layer, g, saved[0]), null!, null!,
        ];
    }
}
