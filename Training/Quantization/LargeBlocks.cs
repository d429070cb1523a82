using Mxact.Simulator.Conversion;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// Codes under E8M0 scales in blocks of any size, a whole tensor among them: elements of V / X, each rounded once. X is the scale that a
/// block holding nothing but the largest magnitude would have, for the scale depends on nothing else.
/// </summary>
/// <remarks>A value below 2^-149 X counts as zero, and there are no random bits.</remarks>
/// <param name="Codes">A code a byte, block after block.</param>
/// <param name="Scales">E8M0 codes, a block each.</param>
internal sealed record LargeBlocks(byte[] Codes, byte[] Scales)
{
    /// <summary>The exponent of the first scale, the only one of a whole tensor; null where it is NaN.</summary>
    public int? Exponent => Scales[0] == ScaleFormat.E8M0NaN ? null : Scales[0] - ScaleFormat.E8M0Bias;

    /// <summary>Encodes a contiguous matrix whose rows are blocks.</summary>
    /// <param name="blocks">[blocks, elements], in binary32.</param>
    /// <param name="format">Its element format; its scale is E8M0.</param>
    /// <param name="policy">Every choice of the conversion; no stochastic rounding.</param>
    /// <param name="quantizer">What converts.</param>
    /// <exception cref="ArgumentException">The scale is none of E8M0's, or the policy rounds stochastically.</exception>
    public static LargeBlocks Encode(Tensor blocks, BlockFormat format, ConversionPolicy policy, Quantizer quantizer)
    {
        if (format.Scale != ScaleFormat.E8M0 || policy.Rounding.IsStochastic)
        {
            throw new ArgumentException(
                format.Scale != ScaleFormat.E8M0
                    ? $"{format} has {format.Scale} scales, not E8M0"
                    : $"{policy.Rounding} needs random bits, and there are none here",
                nameof(format));
        }

        using Tensor magnitudes = blocks.abs();
        using Tensor largest = magnitudes.amax([1], keepdim: true);
        byte[] scales = quantizer.Quantize(largest, Quantizer.Converted(format), policy).Scales;
        using Tensor reciprocals = PowersOfTwo(scales, -1);
        using Tensor scaled = blocks.mul(reciprocals);
        byte[] codes = new byte[blocks.numel()];
        ElementConverter.Create(format.Element, policy, quantizer.Execution.Backend).Encode(Quantizer.Words(scaled), codes);
        return new(codes, scales);
    }

    /// <summary>The values that codes and scales stand for, in a shape of as many elements.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="format">As they were encoded.</param>
    /// <param name="policy">Likewise.</param>
    /// <param name="quantizer">What converts.</param>
    public Tensor Decode(long[] shape, BlockFormat format, ConversionPolicy policy, Quantizer quantizer)
    {
        using Tensor elements = empty(Scales.Length, Codes.Length / Scales.Length);
        ElementConverter.Create(format.Element, policy, quantizer.Execution.Backend).Decode(Codes, Quantizer.Words(elements));
        using Tensor scales = PowersOfTwo(Scales, 1);
        return elements.mul_(scales).reshape(shape);
    }

    /// <summary>Multiplies by a power of two in place; by NaN where there is none.</summary>
    public static Tensor Scale(Tensor values, int? exponent) => values.mul_(exponent is { } e ? PowerOfTwo(e) : float.NaN);

    /// <summary>X or 1 / X, a row each; NaN of a NaN.</summary>
    private static Tensor PowersOfTwo(byte[] scales, int sign)
        => tensor(
            Array.ConvertAll(scales, code => code == ScaleFormat.E8M0NaN ? float.NaN : PowerOfTwo(sign * (code - ScaleFormat.E8M0Bias))),
            [scales.Length, 1]);

    /// <summary>Exact: exponents of E8M0's scales and of their reciprocals are -127 to 127.</summary>
    private static float PowerOfTwo(int exponent) => (float)Math.ScaleB(1, exponent);
}
