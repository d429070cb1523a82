using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;

namespace Mxact;

/// <content>Values to codes and scales (MX 6.3).</content>
public sealed partial class MxTensor
{
    /// <summary>Quantises binary32 values.</summary>
    /// <param name="values">rows * columns values, row-major.</param>
    /// <param name="rows">Rows, 0 or more.</param>
    /// <param name="columns">Columns, 0 or more.</param>
    /// <param name="format">The block format, such as <see cref="MxFormats.Mxfp8E4M3"/>.</param>
    /// <param name="policy">Every choice of the conversion; <see cref="ConversionPolicy.Ocp"/> unless said.</param>
    /// <param name="axis">The axis that the blocks run along.</param>
    /// <param name="tensorScale">NVFP4's second level: blocks hold the values over it. See
    /// <see cref="FitTensorScale(ReadOnlySpan{float}, BlockFormat)"/>.</param>
    /// <param name="bits">Random bits, which a stochastic mode needs and every other refuses.</param>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said. No bit depends on it.</param>
    /// <param name="cancel">Stops the work between parts of it.</param>
    /// <exception cref="ArgumentException">A size does not fit, random bits are missing or not wanted, or the policy refuses a partial
    /// last block.</exception>
    /// <exception cref="NotSupportedException">This machine lacks the backend.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static MxTensor Quantize(
        ReadOnlySpan<float> values,
        int rows,
        int columns,
        BlockFormat format,
        ConversionPolicy? policy = null,
        BlockAxis axis = BlockAxis.AlongRows,
        float tensorScale = 1,
        RandomBits? bits = null,
        Execution? on = null,
        CancellationToken cancel = default)
        => Quantize(WideInput.Binary32, MemoryMarshal.AsBytes(values), new(format, rows, columns, axis), policy, tensorScale, bits, on,
            cancel);

    /// <summary>Quantises binary16 values; see the other overload.</summary>
    public static MxTensor Quantize(
        ReadOnlySpan<Half> values,
        int rows,
        int columns,
        BlockFormat format,
        ConversionPolicy? policy = null,
        BlockAxis axis = BlockAxis.AlongRows,
        float tensorScale = 1,
        RandomBits? bits = null,
        Execution? on = null,
        CancellationToken cancel = default)
        => Quantize(WideInput.Binary16, MemoryMarshal.AsBytes(values), new(format, rows, columns, axis), policy, tensorScale, bits, on,
            cancel);

    /// <summary>Quantises bfloat16 values, given as their bits: the upper halves of binary32; see the other overload.</summary>
    public static MxTensor QuantizeBFloat16(
        ReadOnlySpan<ushort> values,
        int rows,
        int columns,
        BlockFormat format,
        ConversionPolicy? policy = null,
        BlockAxis axis = BlockAxis.AlongRows,
        float tensorScale = 1,
        RandomBits? bits = null,
        Execution? on = null,
        CancellationToken cancel = default)
        => Quantize(WideInput.BFloat16, MemoryMarshal.AsBytes(values), new(format, rows, columns, axis), policy, tensorScale, bits, on,
            cancel);

    /// <summary>Quantises into memory of the caller's, without allocating.</summary>
    /// <param name="values">rows * columns values, row-major.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="format">The block format.</param>
    /// <param name="codes">rows * columns bytes, as <see cref="Codes"/> has them.</param>
    /// <param name="scales">One byte a block, as <see cref="Scales"/> has them.</param>
    /// <param name="policy">Every choice of the conversion.</param>
    /// <param name="axis">The axis that the blocks run along.</param>
    /// <param name="tensorScale">NVFP4's second level.</param>
    /// <param name="bits">Random bits.</param>
    /// <param name="on">What computes.</param>
    /// <param name="cancel">Stops the work between parts of it; what was written by then stays.</param>
    /// <exception cref="ArgumentException">As of <c>Quantize</c>, or the memory overlaps.</exception>
    public static void QuantizeInto(
        ReadOnlySpan<float> values,
        int rows,
        int columns,
        BlockFormat format,
        Span<byte> codes,
        Span<byte> scales,
        ConversionPolicy? policy = null,
        BlockAxis axis = BlockAxis.AlongRows,
        float tensorScale = 1,
        RandomBits? bits = null,
        Execution? on = null,
        CancellationToken cancel = default)
    {
        MxShape shape = new(format, rows, columns, axis);
        shape.RequireElements(codes.Length, nameof(codes));
        shape.RequireScales(scales.Length, nameof(scales));
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (codes.Overlaps(scales) || codes.Overlaps(bytes) || scales.Overlaps(bytes))
        {
            throw new ArgumentException("values, codes and scales overlap", nameof(codes));
        }

        QuantizeInto(WideInput.Binary32, bytes, shape, codes, scales, policy ?? ConversionPolicy.Ocp, tensorScale, bits, on, cancel);
    }

    /// <summary>
    /// The tensor scale that NVFP4's recipes use: max |V| over the product of both max normals (448 * 6), rounded to binary32, ties to
    /// even; 1 for a tensor without a finite number other than zero.
    /// </summary>
    /// <param name="values">The values of the tensor; NaN and infinities do not count.</param>
    /// <param name="format">A format with a tensor scale.</param>
    /// <exception cref="ArgumentException">The format has none.</exception>
    public static float FitTensorScale(ReadOnlySpan<float> values, BlockFormat format) => TensorScaleRule.Fit.Choose(values, format);

    private static MxTensor Quantize(WideInput input, ReadOnlySpan<byte> values, MxShape shape, ConversionPolicy? policy, float tensorScale,
        RandomBits? bits, Execution? on, CancellationToken cancel)
    {
        ConversionPolicy choices = policy ?? ConversionPolicy.Ocp;
        Require(input, values, shape, choices, tensorScale, bits, on);
        cancel.ThrowIfCancellationRequested();
        byte[] codes = GC.AllocateUninitializedArray<byte>(shape.Elements);
        byte[] scales = GC.AllocateUninitializedArray<byte>(shape.Scales);
        QuantizeInto(input, values, shape, codes, scales, choices, tensorScale, bits, on, cancel);
        return new(shape, choices, tensorScale, codes, scales);
    }

    private static void QuantizeInto(
        WideInput input,
        ReadOnlySpan<byte> values,
        MxShape shape,
        Span<byte> codes,
        Span<byte> scales,
        ConversionPolicy policy,
        float tensorScale,
        RandomBits? bits,
        Execution? on,
        CancellationToken cancel)
    {
        Require(input, values, shape, policy, tensorScale, bits, on);
        cancel.ThrowIfCancellationRequested();
        Converters.Get(shape, policy, tensorScale, on).Quantize(input, values, shape.Rows, shape.Columns, scales, codes, bits?.Seed,
            bits is null ? default : bits.Words.Span, cancel);
    }

    /// <summary>Everything that is asked of the arguments, before memory is taken or written.</summary>
    private static void Require(WideInput input, ReadOnlySpan<byte> values, MxShape shape, ConversionPolicy policy, float tensorScale,
        RandomBits? bits, Execution? on)
    {
        shape.RequireElements(values.Length / WideInputs.Bytes(input), nameof(values));
        shape.RequireTensorScale(tensorScale);
        shape.RequireWholeBlocks(policy);
        RequireBits(policy, bits, shape.Elements);
        Backends.Require((on ?? Execution.Default).Backend);
    }

    private static void RequireBits(ConversionPolicy policy, RandomBits? bits, int elements)
    {
        if (policy.Rounding.IsStochastic != bits is not null)
        {
            throw new ArgumentException(
                bits is null ? $"rounding={policy.Rounding} needs random bits: RandomBits.Philox(seed) or RandomBits.Supplied(words)"
                    : $"rounding={policy.Rounding} takes no random bits",
                nameof(bits));
        }

        if (bits is { Seed: null } && bits.Words.Length != elements)
        {
            throw new ArgumentException($"{elements} elements need a word of random bits each, {bits.Words.Length} are given",
                nameof(bits));
        }
    }
}
