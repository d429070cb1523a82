using Mxact.Training.Quantization;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Mxact.Training.Layers;

/// <summary>What a change of values is to its gradient: nothing.</summary>
internal sealed class StraightThrough : SingleTensorFunction<StraightThrough>
{
    public override string Name => nameof(StraightThrough);

    /// <summary>A vector in blocks of a format, quantised and dequantised.</summary>
    public static Tensor Quantize(Tensor values, BlockFormat format, QuantizedProducts products)
        => Change(values, v => products.Quantizer.QuantizeDequantize(
            v, format, products.Scheme.Policy, tensorScale: products.Scheme.TensorScale));

    /// <summary>Values changed by a function.</summary>
    public static Tensor Change(Tensor values, Func<Tensor, Tensor> change) => apply(values, change);

    /// <summary>Rounded to bfloat16, and so is its gradient, for both are vector operations' results.</summary>
    public static Tensor RoundToBFloat16(Tensor values) => apply(values, (Func<Tensor, Tensor>)BFloat16.Round, true);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("rounds", vars.Length > 2);
        return ((Func<Tensor, Tensor>)vars[1])((Tensor)vars[0]);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        => (bool)ctx.get_data("rounds") ? [BFloat16.Round(grad_output), null!, null!] : [grad_output.alias(), null!];
}
