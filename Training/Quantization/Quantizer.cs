using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Conversion.Kernels;
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
    private const int MostRecent = 16;

    /// <summary>Rows and columns of a tile of <see cref="MxFormats.Nvfp4Tile"/>.</summary>
    private const int TileSide = 16;
    private readonly ConcurrentDictionary<(BlockFormat Format, ConversionPolicy Policy, BlockAxis Axis), BlockConverter> converters = [];
    private Used[] recent = [];
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
    /// <param name="tensorScale">How the scale of the whole tensor is chosen where the format has one, as NVFP4 has;
    /// <see cref="TensorScaleRule.Fit"/> when null.</param>
    /// <param name="randomBits">
    /// How a stochastic rounding's random words are spread over the elements in the order of the matrix; null gives each element bits of
    /// its own. As many bits as the mode takes, and blocks that kernels convert.
    /// </param>
    /// <exception cref="ArgumentException">They are not.</exception>
    /// <exception cref="InvalidOperationException">The policy rounds stochastically, and no seed was begun.</exception>
    public Tensor QuantizeDequantize(
        Tensor values,
        BlockFormat format,
        ConversionPolicy policy,
        BlockAxis axis = BlockAxis.AlongRows,
        TensorScaleRule? tensorScale = null,
        RandomWordMap? randomBits = null)
    {
        bool isSpread = randomBits is not null && policy.Rounding.IsStochastic;
        if (isSpread && (randomBits!.Bits != policy.Rounding.RandomBits || !HasKernelBlocks(format)))
        {
            throw new ArgumentException(
                $"{randomBits} gives {randomBits.Bits} bits to blocks that kernels convert, and {format} is rounded by {policy.Rounding}",
                nameof(randomBits));
        }

        if (!HasKernelBlocks(format))
        {
            return InOtherBlocks(values, format, policy, axis, tensorScale);
        }

        using Tensor from = values.contiguous();
        Tensor result = empty_like(from);
        (int rows, int columns) = Shape(from);
        if (!isSpread)
        {
            QuantizeDequantize(Words(from), rows, columns, Words(result), format, policy, axis, tensorScale);
            return result;
        }

        BlockConverter converter = Converter(format, policy, axis, ScaleOf(Words(from), format, tensorScale));
        byte[] scales = new byte[converter.ScaleCount(rows, columns)];
        byte[] codes = new byte[converter.CodeBytes(rows, columns)];
        converter.Quantize(Words(from), rows, columns, scales, codes, Draw(randomBits!, rows * columns, NextSeed(policy)));
        converter.Dequantize(scales, codes, rows, columns, Words(result));
        return result;
    }

    /// <summary>The same from memory to memory: blocks that kernels convert, each element by random bits of its own.</summary>
    internal void QuantizeDequantize(
        ReadOnlySpan<uint> from,
        int rows,
        int columns,
        Span<uint> to,
        BlockFormat format,
        ConversionPolicy policy,
        BlockAxis axis,
        TensorScaleRule? tensorScale)
        => Converter(format, policy, axis, ScaleOf(from, format, tensorScale)).QuantizeDequantize(
            from, rows, columns, to, NextSeed(policy));

    /// <summary>Scales and codes of a matrix, in blocks along its rows, and what all of them are multiples of: 1 but in NVFP4.</summary>
    /// <exception cref="InvalidOperationException">The policy rounds stochastically, and no seed was begun.</exception>
    public (byte[] Scales, byte[] Codes, float TensorScale) Quantize(
        Tensor values,
        BlockFormat format,
        ConversionPolicy policy,
        TensorScaleRule? tensorScale = null)
    {
        using Tensor from = values.contiguous();
        (int rows, int columns) = Shape(from);
        float scale = ScaleOf(Words(from), format, tensorScale);
        BlockConverter converter = Converter(format, policy, BlockAxis.AlongRows, scale);
        byte[] scales = new byte[converter.ScaleCount(rows, columns)];
        byte[] codes = new byte[converter.CodeBytes(rows, columns)];
        converter.Quantize(Words(from), rows, columns, scales, codes, NextSeed(policy));
        return (scales, codes, scale);
    }

    /// <summary>Binary32 bits of what scales and codes along rows stand for.</summary>
    /// <param name="scales">As <see cref="Quantize"/> gives them.</param>
    /// <param name="codes">Likewise.</param>
    /// <param name="shape">A matrix of their shape.</param>
    /// <param name="format">The block format.</param>
    /// <param name="policy">Every choice of the conversion.</param>
    /// <param name="tensorScale">Likewise.</param>
    public uint[] Dequantize(byte[] scales, byte[] codes, Tensor shape, BlockFormat format, ConversionPolicy policy, float tensorScale = 1)
    {
        (int rows, int columns) = Shape(shape);
        uint[] values = new uint[codes.Length];
        Converter(format, policy, BlockAxis.AlongRows, tensorScale).Dequantize(scales, codes, rows, columns, values);
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
    internal Backend FindBackend(BlockFormat format, ConversionPolicy policy, BlockAxis axis)
        => Converter(Converted(format), policy, axis).Backend;

    /// <summary>
    /// The format that kernels convert a format as: blocks of 1 to 31 elements under E8M0 are blocks of 32 that are not full, one a row;
    /// of larger ones kernels find the scale (<see cref="LargeBlocks"/>).
    /// </summary>
    internal static BlockFormat Converted(BlockFormat format) => format.Scale.Element is null ? MxFormats.Of(format.Element) : format;

    /// <summary>Whether a converter takes a format's blocks as they lie: the kernels', and under quotient scales the reference's.</summary>
    internal static bool HasKernelBlocks(BlockFormat format)
        => format.Scale.Element is not null ? !IsTile(format) : format.BlockSize == MxFormats.BlockSize;

    private static bool IsTile(BlockFormat format) => format.BlockSize == TileSide * TileSide && format == MxFormats.Nvfp4Tile;

    /// <summary>The rows of a matrix as blocks, a row each.</summary>
    internal static Tensor ToBlocks(Tensor values, int blockSize)
    {
        // A last block that is not full is filled with zeros, as the standard has it (MX 5.1).
        long missing = (blockSize - (values.shape[^1] % blockSize)) % blockSize;
        using Tensor padded = missing == 0 ? values.contiguous() : nn.functional.pad(values, [0, missing]).contiguous();
        return padded.reshape(-1, blockSize);
    }

    private Tensor InOtherBlocks(
        Tensor values,
        BlockFormat format,
        ConversionPolicy policy,
        BlockAxis axis,
        TensorScaleRule? tensorScale)
    {
        if (IsTile(format))
        {
            return InTiles(values, format, policy, tensorScale);
        }

        if (axis == BlockAxis.AlongColumns)
        {
            using Tensor transposed = values.t();
            using Tensor along = InOtherBlocks(transposed, format, policy, BlockAxis.AlongRows, tensorScale);
            return along.t().contiguous();
        }

        using Tensor blocks = ToBlocks(values, format.BlockSize);
        using Tensor converted = format.BlockSize < MxFormats.BlockSize
            ? QuantizeDequantize(blocks, Converted(format), policy)
            : LargeBlocks.Encode(blocks, format, policy, this).Decode(blocks.shape, format, policy, this);
        using Tensor whole = converted.reshape([.. values.shape[..^1], -1]);
        return whole.narrow(-1, 0, values.shape[^1]).contiguous();
    }

    /// <summary>
    /// A matrix in tiles of 16 x 16 elements under one scale each, the same whichever axis a product sums over. What does not fill a tile
    /// is filled with zeros, which count for no scale.
    /// </summary>
    private Tensor InTiles(Tensor values, BlockFormat format, ConversionPolicy policy, TensorScaleRule? tensorScale)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor from = values.contiguous();
        (int rows, int columns) = Shape(from);
        (int down, int across) = ((rows + TileSide - 1) / TileSide, (columns + TileSide - 1) / TileSide);
        Tensor padded = nn.functional.pad(
            from.reshape(rows, columns), [0, (across * TileSide) - columns, 0, (down * TileSide) - rows]);
        Tensor tiles = padded.reshape(down, TileSide, across, TileSide).permute(0, 2, 1, 3).contiguous();
        Tensor converted = empty_like(tiles);
        Converter(format, policy, BlockAxis.AlongRows, ScaleOf(Words(from), format, tensorScale)).QuantizeDequantize(
            Words(tiles), down * across, TileSide * TileSide, Words(converted), NextSeed(policy));
        return converted.permute(0, 2, 1, 3).reshape(down * TileSide, across * TileSide).narrow(0, 0, rows).narrow(1, 0, columns)
            .reshape(from.shape).contiguous().MoveToOuterDisposeScope();
    }

    private static float ScaleOf(ReadOnlySpan<uint> values, BlockFormat format, TensorScaleRule? rule)
        => format.Scale.Element is null ? 1 : (rule ?? TensorScaleRule.Fit).Choose(MemoryMarshal.Cast<uint, float>(values), format);

    /// <summary>
    /// Converters are kept but for those of a tensor's own scale, which another tensor has not. A step asks for few, by the same objects:
    /// to compare what these say takes longer than to convert a small matrix.
    /// </summary>
    private BlockConverter Converter(BlockFormat format, ConversionPolicy policy, BlockAxis axis, float tensorScale = 1)
    {
        if (tensorScale != 1)
        {
            return Create(format, policy, axis, tensorScale);
        }

        Used[] used = Volatile.Read(ref recent);
        foreach (Used one in used)
        {
            if (ReferenceEquals(one.Format, format) && ReferenceEquals(one.Policy, policy) && one.Axis == axis)
            {
                return one.Converter;
            }
        }

        BlockConverter converter = converters.GetOrAdd((format, policy, axis), key => Create(key.Format, key.Policy, key.Axis, 1));
        Volatile.Write(ref recent, [new(format, policy, axis, converter), .. used.Take(MostRecent - 1)]);
        return converter;
    }

    private BlockConverter Create(BlockFormat format, ConversionPolicy policy, BlockAxis axis, float tensorScale)
        => BlockConverter.Create(new(format, policy)
        {
            Axis = axis,
            Execution = Execution,
            TensorScale = BitConverter.SingleToUInt32Bits(tensorScale),
        });

    /// <summary>One random word for as many elements as the map says, spread over them.</summary>
    private static ReadOnlySpan<uint> Draw(RandomWordMap map, int elements, ulong seed)
    {
        uint[] words = new uint[(elements + map.Elements - 1) / map.Elements];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Philox.Word((ulong)i, (uint)seed, (uint)(seed >> 32));
        }

        return map.Spread(words).AsSpan(0, elements);
    }

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

    /// <summary>A converter and what it was asked for by.</summary>
    private sealed record Used(BlockFormat Format, ConversionPolicy Policy, BlockAxis Axis, BlockConverter Converter);
}
