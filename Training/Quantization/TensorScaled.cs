using Mxact.Simulator.Conversion;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// A tensor as codes under one power of two (<see cref="ScaleExtent.Tensor"/>): elements of V / 2^Exponent, each rounded once. The power of two is the
/// E8M0 scale that a block holding nothing but the tensor's largest magnitude would have.
/// </summary>
/// <remarks>A value below 2^-149 of the power of two counts as zero.</remarks>
/// <param name="Codes">A code a byte, in the order of the tensor.</param>
/// <param name="Exponent">Of the power of two; null where the scale is NaN.</param>
internal sealed record TensorScaled(byte[] Codes, int? Exponent)
{
    /// <summary>Encodes a contiguous tensor.</summary>
    /// <param name="values">Values in binary32.</param>
    /// <param name="format">Its element and scale formats; the scales are E8M0.</param>
    /// <param name="policy">Every choice of the conversion; no stochastic rounding.</param>
    /// <param name="quantizer">What converts.</param>
    public static TensorScaled Encode(Tensor values, BlockFormat format, ConversionPolicy policy, Quantizer quantizer)
    {
        using Tensor largest = values.abs().max().reshape(1, 1);
        int code = quantizer.Quantize(largest, format, policy).Scales[0];
        byte[] codes = new byte[values.numel()];
        if (code == ScaleFormat.E8M0NaN)
        {
            return new(codes, null);
        }

        using Tensor scaled = values.mul(PowerOf(ScaleFormat.E8M0Bias - code));
        ElementConverter.Create(format.Element, policy, quantizer.Execution.Backend).Encode(Quantizer.Words(scaled), codes);
        return new(codes, code - ScaleFormat.E8M0Bias);
    }

    /// <summary>The values that codes and power of two stand for.</summary>
    /// <param name="shape">A tensor of their shape.</param>
    /// <param name="format">As it was encoded.</param>
    /// <param name="policy">Likewise.</param>
    /// <param name="quantizer">What converts.</param>
    public Tensor Decode(Tensor shape, BlockFormat format, ConversionPolicy policy, Quantizer quantizer)
    {
        Tensor values = empty(shape.shape);
        ElementConverter.Create(format.Element, policy, quantizer.Execution.Backend).Decode(Codes, Quantizer.Words(values));
        return Scale(values, Exponent);
    }

    /// <summary>Multiplies by a power of two in place; by NaN where there is none.</summary>
    public static Tensor Scale(Tensor values, int? exponent) => values.mul_(exponent is { } e ? PowerOf(e) : float.NaN);

    private static float PowerOf(int exponent) => (float)Math.ScaleB(1, exponent);
}
