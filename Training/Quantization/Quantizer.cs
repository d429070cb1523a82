using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;
using TorchSharp;
using static TorchSharp.torch;

namespace Mxact.Training.Quantization;

/// <summary>
/// Quantises tensors with the simulator's verified kernels, on the tensors' own memory. Stochastic rounding draws its bits from the
/// seed and the number of the conversion, so that they depend on neither the backend nor the thread count.
/// </summary>
/// <param name="execution">
/// What computes conversions and products, and on how many threads; <see cref="Mxact.Execution.Default"/> when null.
/// </param>
public sealed class Quantizer(Execution? execution = null)
{
    private readonly ConcurrentDictionary<(BlockFormat Format, ConversionPolicy Policy, BlockAxis Axis), BlockConverter> converters = [];
    private ulong? conversions;

    /// <summary>What computes conversions and products, and on how many threads.</summary>
    public Execution Execution { get; } = execution ?? Execution.Default;

    /// <summary>
    /// Starts the conversions of a step: those that follow draw their random bits from this seed, each its own. A policy that rounds
    /// stochastically is refused until a seed was begun; every other policy needs none.
    /// </summary>
    /// <param name="seed">Another one for every step: the same seed draws the same bits again.</param>
    public void Begin(ulong seed) => conversions = seed;

    /// <summary>The binary32 values that the scales and codes of a tensor stand for.</summary>
    /// <param name="values">A matrix, or a vector as one row, in binary32.</param>
    /// <param name="format">The block format.</param>
    /// <param name="policy">Every choice of the conversion.</param>
    /// <param name="axis">Along which axis of the matrix blocks run.</param>
    /// <exception cref="InvalidOperationException">The policy rounds stochastically, and no seed was begun.</exception>
    public Tensor QuantizeDequantize(Tensor values, BlockFormat format, ConversionPolicy policy, BlockAxis axis = BlockAxis.AlongRows)
    {
        using Tensor from = values.contiguous();
        Tensor result = empty_like(from);
        (int rows, int columns) = Shape(from);
        Converter(format, policy, axis).QuantizeDequantize(Words(from), rows, columns, Words(result), NextSeed(policy));
        return result;
    }

    /// <summary>Scales and codes of a matrix, in blocks along its rows.</summary>
    /// <exception cref="InvalidOperationException">The policy rounds stochastically, and no seed was begun.</exception>
    public (byte[] Scales, byte[] Codes) Quantize(Tensor values, BlockFormat format, ConversionPolicy policy)
    {
        using Tensor from = values.contiguous();
        (int rows, int columns) = Shape(from);
        BlockConverter converter = Converter(format, policy, BlockAxis.AlongRows);
        byte[] scales = new byte[converter.ScaleCount(rows, columns)];
        byte[] codes = new byte[converter.CodeBytes(rows, columns)];
        converter.Quantize(Words(from), rows, columns, scales, codes, NextSeed(policy));
        return (scales, codes);
    }

    /// <summary>Binary32 bits of what scales and codes along rows stand for.</summary>
    /// <param name="scales">As <see cref="Quantize"/> gives them.</param>
    /// <param name="codes">Likewise.</param>
    /// <param name="shape">A matrix of their shape.</param>
    /// <param name="format">The block format.</param>
    /// <param name="policy">Every choice of the conversion.</param>
    public uint[] Dequantize(byte[] scales, byte[] codes, Tensor shape, BlockFormat format, ConversionPolicy policy)
    {
        (int rows, int columns) = Shape(shape);
        uint[] values = new uint[codes.Length];
        Converter(format, policy, BlockAxis.AlongRows).Dequantize(scales, codes, rows, columns, values);
        return values;
    }

    /// <summary>A contiguous binary32 tensor's memory, as bits.</summary>
    /// <exception cref="ArgumentException">It is not in binary32, or not on the processor.</exception>
    public static unsafe Span<uint> Words(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU
            ? MemoryMarshal.Cast<byte, uint>(tensor.bytes)
            : throw new ArgumentException(
                $"the tensor is {tensor.dtype} on {tensor.device_type}, not binary32 on the processor",
                nameof(tensor));
    }

    private static (int Rows, int Columns) Shape(Tensor tensor) => tensor.dim() switch
    {
        1 => (1, (int)tensor.shape[0]),
        2 => ((int)tensor.shape[0], (int)tensor.shape[1]),
        _ => throw new ArgumentException($"a matrix or a vector is quantised, not {tensor.dim()} dimensions", nameof(tensor)),
    };

    /// <summary>The backend that really converts.</summary>
    internal Backend FindBackend(BlockFormat format, ConversionPolicy policy, BlockAxis axis) => Converter(format, policy, axis).Backend;

    private BlockConverter Converter(BlockFormat format, ConversionPolicy policy, BlockAxis axis)
        => converters.GetOrAdd(
            (format, policy, axis),
            key => BlockConverter.Create(new(key.Format, key.Policy) { Axis = key.Axis, Execution = Execution }));

    private ulong NextSeed(ConversionPolicy policy)
    {
        if (conversions is not { } last)
        {
            return policy.Rounding.IsStochastic
                ? throw new InvalidOperationException(
                    $"{policy.Rounding} needs a seed, and none was begun: call {nameof(Quantizer)}.{nameof(Begin)} before each step")
                : 0UL;
        }

        conversions = last + 1;
        return last + 1;
    }
}
