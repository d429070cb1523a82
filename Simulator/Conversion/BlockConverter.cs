using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Packing;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// Converts matrices to and from scales and codes at the speed of memory, bit for bit as <see cref="Reference.BlockConversion"/>
/// does. Made once for a format, a policy and a backend; its methods may run on several threads at a time. On a device a matrix that
/// does not fit its memory is refused with a <see cref="NotSupportedException"/>.
/// </summary>
internal sealed unsafe class BlockConverter
{
    private readonly IDriver driver;

    private BlockConverter(ConversionSettings settings, Backend backend, IDriver driver)
    {
        Settings = settings;
        Backend = backend;
        this.driver = driver;
    }

    /// <summary>What it was made for.</summary>
    public ConversionSettings Settings { get; }

    /// <summary>What runs the kernels.</summary>
    public Backend Backend { get; }

    /// <summary>Why no kernel computes this conversion, or null when one does. What is refused here, the reference computes.</summary>
    public static string? Unsupported(BlockFormat format, ConversionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(policy);
        return KernelParametersOf.Unsupported(format, policy);
    }

    /// <summary>Makes a converter.</summary>
    /// <exception cref="NotSupportedException">No kernel computes this conversion, or the backend is not available; the message says why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Threads are negative, or the tensor scale is not positive and finite.</exception>
    public static BlockConverter Create(ConversionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Backend backend = settings.Execution.Backend;
        Backends.Require(backend);

        if (settings.TensorScale is 0 or >= 0x7F800000 || (settings.TensorScale != 0x3F800000 && settings.Format.Scale.Element is null))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), "a tensor scale is positive and finite, and NVFP4's alone");
        }

        return Unsupported(settings.Format, settings.Policy) is string reason
            ? throw new NotSupportedException($"{reason}; use the reference, {nameof(Reference)}.{nameof(Reference.BlockConversion)}")
            : new(settings, backend, Backends.IsDevice(backend) ? ConversionDevice.Provider.Blocks(settings, backend) : new CpuDriver(settings, backend));
    }

    /// <summary>Scales of a matrix.</summary>
    public long ScaleCount(int rows, int columns)
    {
        int k = Settings.Format.BlockSize;
        return Settings.Axis == BlockAxis.AlongRows ? (long)rows * Blocks(columns, k) : (long)Blocks(rows, k) * columns;
    }

    /// <summary>Bytes of a matrix's codes.</summary>
    public long CodeBytes(int rows, int columns) => rows * CodeRowBytes(columns);

    /// <summary>Bytes of one row's codes.</summary>
    public long CodeRowBytes(int columns) => Settings.Packing == CodeLayout.Packed ? CodePacker.PackedBytes(columns, Settings.Format.Element.Bits) : columns;

    /// <summary>Quantises a row of binary32 values.</summary>
    /// <param name="values">Binary32 bits.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes.</param>
    /// <param name="seed">Stochastic rounding's key.</param>
    public void Quantize(ReadOnlySpan<uint> values, Span<byte> scales, Span<byte> codes, ulong seed = 0) => Quantize(values, 1, values.Length, scales, codes, seed);

    /// <summary>Quantises a row-major matrix of binary32 values.</summary>
    /// <param name="values">Binary32 bits, rows times columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes; see <see cref="ConversionSettings.Axis"/> for their order.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes; see <see cref="CodeLayout"/>.</param>
    /// <param name="seed">Stochastic rounding's key; an element's random bits follow from it and the element's row-major index.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or the policy refuses a partial last block.</exception>
    public void Quantize(ReadOnlySpan<uint> values, int rows, int columns, Span<byte> scales, Span<byte> codes, ulong seed = 0)
        => Quantize(WideInput.Binary32, MemoryMarshal.AsBytes(values), rows, columns, scales, codes, seed, []);

    /// <summary>Quantises with random bits that the caller supplies; see the other overload.</summary>
    /// <param name="values">Binary32 bits, rows times columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes.</param>
    /// <param name="random">The n random bits of each element of a stochastic mode, as <see cref="Reference.BlockConversion"/> takes them; bits above n are ignored.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, the mode is not stochastic, or the policy refuses a partial last block.</exception>
    public void Quantize(ReadOnlySpan<uint> values, int rows, int columns, Span<byte> scales, Span<byte> codes, ReadOnlySpan<uint> random)
    {
        RequireRandom(rows, columns, random);
        Quantize(WideInput.Binary32, MemoryMarshal.AsBytes(values), rows, columns, scales, codes, 0, random);
    }

    /// <summary>Quantises a row-major matrix of bfloat16 or binary16 values; see the other overload.</summary>
    /// <param name="input"><see cref="ElementFormats.BFloat16"/> or <see cref="ElementFormats.Binary16"/>.</param>
    /// <param name="values">Their bits.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes.</param>
    /// <param name="seed">Stochastic rounding's key.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, the input is another format, or the policy refuses a partial last block.</exception>
    public void Quantize(ElementFormat input, ReadOnlySpan<ushort> values, int rows, int columns, Span<byte> scales, Span<byte> codes, ulong seed = 0)
        => Quantize(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), rows, columns, scales, codes, seed, []);

    /// <summary>The same with random bits that the caller supplies.</summary>
    /// <exception cref="ArgumentException">Lengths do not fit, the input is another format, the mode is not stochastic, or the policy refuses a partial last block.</exception>
    public void Quantize(ElementFormat input, ReadOnlySpan<ushort> values, int rows, int columns, Span<byte> scales, Span<byte> codes, ReadOnlySpan<uint> random)
    {
        RequireRandom(rows, columns, random);
        Quantize(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), rows, columns, scales, codes, 0, random);
    }

    /// <summary>Scales and codes back to binary32 bits.</summary>
    /// <param name="scales">As <see cref="Quantize(ReadOnlySpan{uint}, int, int, Span{byte}, Span{byte}, ulong)"/> writes them.</param>
    /// <param name="codes">Likewise.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="values">At least rows times columns words.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public void Dequantize(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, int rows, int columns, Span<uint> values)
    {
        long count = Count(rows, columns);
        Require(scales.Length, ScaleCount(rows, columns), nameof(scales));
        Require(codes.Length, CodeBytes(rows, columns), nameof(codes));
        Require(values.Length, count, nameof(values));
        fixed (byte* s = scales, c = codes)
        fixed (uint* v = values)
        {
            driver.Dequantize(new() { Rows = rows, Columns = columns, Scales = s, Codes = c, Result = v });
        }
    }

    /// <summary>
    /// Quantises and dequantises in one pass: binary32 bits of what the scales and codes of the values stand for, which training
    /// calls fake quantisation. <paramref name="result"/> may be <paramref name="values"/> itself.
    /// </summary>
    /// <exception cref="ArgumentException">Lengths do not fit, the spans overlap without being the same, or the policy refuses a partial last block.</exception>
    public void QuantizeDequantize(ReadOnlySpan<uint> values, int rows, int columns, Span<uint> result, ulong seed = 0)
    {
        if (values.Overlaps(result) && !Unsafe.AreSame(ref MemoryMarshal.GetReference(values), ref MemoryMarshal.GetReference(result)))
        {
            throw new ArgumentException("the result may be the values themselves or lie elsewhere, not partly over them", nameof(result));
        }

        QuantizeDequantize(WideInput.Binary32, MemoryMarshal.AsBytes(values), rows, columns, result, seed);
    }

    /// <summary>The same from bfloat16 or binary16 values.</summary>
    /// <exception cref="ArgumentException">Lengths do not fit, the input is another format, or the policy refuses a partial last block.</exception>
    public void QuantizeDequantize(ElementFormat input, ReadOnlySpan<ushort> values, int rows, int columns, Span<uint> result, ulong seed = 0)
        => QuantizeDequantize(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), rows, columns, result, seed);

    private static int Blocks(int length, int blockSize) => (int)(((long)length + blockSize - 1) / blockSize);

    private static void Require(long length, long needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"{needed} are needed, {length} given", name);
        }
    }

    internal void Quantize(WideInput input, ReadOnlySpan<byte> values, int rows, int columns, Span<byte> scales, Span<byte> codes, ulong seed, ReadOnlySpan<uint> random)
    {
        long count = Count(rows, columns);
        RequireWholeBlocks(rows, columns);
        Require(values.Length / WideInputs.Bytes(input), count, nameof(values));
        Require(scales.Length, ScaleCount(rows, columns), nameof(scales));
        Require(codes.Length, CodeBytes(rows, columns), nameof(codes));
        fixed (byte* v = values, s = scales, c = codes)
        fixed (uint* w = random)
        {
            driver.Quantize(new() { Input = input, Values = v, Rows = rows, Columns = columns, Scales = s, Codes = c, Seed = seed, Words = w });
        }
    }

    private void QuantizeDequantize(WideInput input, ReadOnlySpan<byte> values, int rows, int columns, Span<uint> result, ulong seed)
    {
        long count = Count(rows, columns);
        RequireWholeBlocks(rows, columns);
        Require(values.Length / WideInputs.Bytes(input), count, nameof(values));
        Require(result.Length, count, nameof(result));
        fixed (byte* v = values)
        fixed (uint* r = result)
        {
            driver.RoundTrip(new() { Input = input, Values = v, Rows = rows, Columns = columns, Result = r, Seed = seed });
        }
    }

    private void RequireRandom(int rows, int columns, ReadOnlySpan<uint> random)
    {
        if (!Settings.Policy.Rounding.IsStochastic)
        {
            throw new ArgumentException($"rounding={Settings.Policy.Rounding} takes no random bits", nameof(random));
        }

        Require(random.Length, Count(rows, columns), nameof(random));
    }

    private void RequireWholeBlocks(int rows, int columns)
    {
        int length = Settings.Axis == BlockAxis.AlongRows ? columns : rows;
        if (Settings.Policy.PartialBlock == PartialBlock.Error && length % Settings.Format.BlockSize != 0)
        {
            throw new ArgumentException($"{length} elements do not fill blocks of {Settings.Format.BlockSize} (partial-block=error)");
        }
    }

    private static long Count(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        return (long)rows * columns;
    }
}
