using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion.Kernels;
using Mxact.Simulator.Packing;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// Converts matrices to and from scales and codes at the speed of memory, bit for bit as <see cref="Reference.BlockConversion"/>
/// does. Made once for a format, a policy and a backend; its methods may run on several threads at a time. What no kernel computes,
/// the reference itself does, with the same random bits. On a device a matrix that does not fit its memory is refused with a
/// <see cref="NotSupportedException"/>.
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

    /// <summary>What really computes: the backend asked for, or the reference where no kernel has these choices.</summary>
    public Backend Backend { get; }

    /// <summary>Why no kernel computes this conversion, or null when one does. The reference computes the others.</summary>
    public static string? Unsupported(BlockFormat format, ConversionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(policy);
        return KernelParametersOf.Unsupported(format, policy);
    }

    /// <summary>Makes a converter.</summary>
    /// <exception cref="NotSupportedException">The backend is not available; the message says why.</exception>
    /// <exception cref="ArgumentException">The elements have more than 8 bits: a code is a byte at most.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor scale is not positive and finite, or the format has none.</exception>
    public static BlockConverter Create(ConversionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ElementFormat element = settings.Format.Element;
        if (element.Bits > 8)
        {
            throw new ArgumentException($"codes have at most 8 bits, those of {element} {element.Bits}", nameof(settings));
        }

        if (settings.TensorScale is 0 or >= 0x7F800000 || (settings.TensorScale != 0x3F800000 && settings.Format.Scale.Element is null))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), "a tensor scale is positive and finite, and NVFP4's alone");
        }

        Backend asked = settings.Execution.Backend;
        Backends.Require(asked);
        string? declined = Unsupported(settings.Format, settings.Policy)
            ?? (Backends.IsDevice(asked) ? KernelParametersOf.UnsupportedOnDevice(settings.Format, settings.Policy) : null);
        Backend runs = declined is null ? asked : Backend.Reference;
        return new(settings, runs, runs switch
        {
            Backend.Reference => new ReferenceDriver(settings),
            _ when Backends.IsDevice(runs) => ConversionDevice.Provider.Blocks(settings, runs),
            _ => new CpuDriver(settings, runs),
        });
    }

    /// <summary>Scales of a matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    public long ScaleCount(int rows, int columns)
    {
        RequireSizes(rows, columns);
        int k = Settings.Format.BlockSize;
        return Settings.Axis == BlockAxis.AlongRows ? (long)rows * Blocks(columns, k) : (long)Blocks(rows, k) * columns;
    }

    /// <summary>Bytes of a matrix's codes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    public long CodeBytes(int rows, int columns)
    {
        RequireSizes(rows, columns);
        return rows * CodeRowBytes(columns);
    }

    /// <summary>Bytes of one row's codes.</summary>
    public long CodeRowBytes(int columns)
        => Settings.Packing == CodeLayout.Packed ? CodePacker.PackedBytes(columns, Settings.Format.Element.Bits) : columns;

    /// <summary>Quantises a row of binary32 values.</summary>
    /// <param name="values">Binary32 bits.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes.</param>
    /// <param name="seed">Stochastic rounding's key; a deterministic mode ignores it.</param>
    public void Quantize(ReadOnlySpan<uint> values, Span<byte> scales, Span<byte> codes, ulong? seed = null)
        => Quantize(values, 1, values.Length, scales, codes, seed);

    /// <summary>Quantises a row-major matrix of binary32 values.</summary>
    /// <param name="values">Binary32 bits, rows times columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes; see <see cref="ConversionSettings.Axis"/> for their order.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes; see <see cref="CodeLayout"/>.</param>
    /// <param name="seed">
    /// Stochastic rounding's key: an element's random bits follow from it and the element's row-major index. A deterministic mode
    /// ignores it, so that a caller need not know the mode.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, spans overlap, a stochastic mode has no seed, or the policy refuses a partial last block.
    /// </exception>
    public void Quantize(ReadOnlySpan<uint> values, int rows, int columns, Span<byte> scales, Span<byte> codes, ulong? seed = null)
    {
        RequireSeed(seed);
        Quantize(WideInput.Binary32, MemoryMarshal.AsBytes(values), rows, columns, scales, codes, seed, []);
    }

    /// <summary>Quantises with random bits that the caller supplies; see the other overload.</summary>
    /// <param name="values">Binary32 bits, rows times columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="scales">At least <see cref="ScaleCount"/> bytes.</param>
    /// <param name="codes">At least <see cref="CodeBytes"/> bytes.</param>
    /// <param name="random">The n random bits of each element of a stochastic mode, as <see cref="Reference.BlockConversion"/> takes
    /// them; bits above n are ignored.</param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, spans overlap, the mode is not stochastic, or the policy refuses a partial last block.
    /// </exception>
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
    /// <param name="seed">Stochastic rounding's key; a deterministic mode ignores it.</param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, spans overlap, the input is another format, a stochastic mode has no seed, or the policy refuses a
    /// partial last block.
    /// </exception>
    public void Quantize(ElementFormat input, ReadOnlySpan<ushort> values, int rows, int columns, Span<byte> scales, Span<byte> codes,
        ulong? seed = null)
    {
        RequireSeed(seed);
        Quantize(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), rows, columns, scales, codes, seed, []);
    }

    /// <summary>The same with random bits that the caller supplies.</summary>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, spans overlap, the input is another format, the mode is not stochastic, or the policy refuses a partial
    /// last block.
    /// </exception>
    public void Quantize(ElementFormat input, ReadOnlySpan<ushort> values, int rows, int columns, Span<byte> scales, Span<byte> codes,
        ReadOnlySpan<uint> random)
    {
        RequireRandom(rows, columns, random);
        Quantize(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), rows, columns, scales, codes, 0, random);
    }

    /// <summary>Scales and codes back to binary32 bits.</summary>
    /// <param name="scales">As <see cref="Quantize(ReadOnlySpan{uint}, int, int, Span{byte}, Span{byte}, ulong?)"/> writes them.</param>
    /// <param name="codes">Likewise.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="values">At least rows times columns words.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or spans overlap.</exception>
    public void Dequantize(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> codes, int rows, int columns, Span<uint> values)
    {
        scales = scales[..Require(scales.Length, ScaleCount(rows, columns), rows, columns, nameof(scales))];
        codes = codes[..Require(codes.Length, CodeBytes(rows, columns), rows, columns, nameof(codes))];
        values = values[..Require(values.Length, (long)rows * columns, rows, columns, nameof(values))];
        RequireApart(scales, MemoryMarshal.AsBytes(values), nameof(scales), nameof(values));
        RequireApart(codes, MemoryMarshal.AsBytes(values), nameof(codes), nameof(values));
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
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, the spans overlap without being the same, a stochastic mode has no seed, or the policy refuses a partial
    /// last block.
    /// </exception>
    public void QuantizeDequantize(ReadOnlySpan<uint> values, int rows, int columns, Span<uint> result, ulong? seed = null)
        => QuantizeDequantize(WideInput.Binary32, MemoryMarshal.AsBytes(values), rows, columns, result, seed);

    /// <summary>The same from bfloat16 or binary16 values.</summary>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, spans overlap, the input is another format, a stochastic mode has no seed, or the policy refuses a
    /// partial last block.
    /// </exception>
    public void QuantizeDequantize(ElementFormat input, ReadOnlySpan<ushort> values, int rows, int columns, Span<uint> result,
        ulong? seed = null)
        => QuantizeDequantize(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), rows, columns, result, seed);

    private static int Blocks(int length, int blockSize) => (int)(((long)length + blockSize - 1) / blockSize);

    /// <summary>The same for inputs of any kind, until it is told to stop.</summary>
    internal void Quantize(WideInput input, ReadOnlySpan<byte> values, int rows, int columns, Span<byte> scales, Span<byte> codes,
        ulong? seed, ReadOnlySpan<uint> random, CancellationToken cancel = default)
    {
        values = InputsOf(input, values, rows, columns);
        scales = scales[..Require(scales.Length, ScaleCount(rows, columns), rows, columns, nameof(scales))];
        codes = codes[..Require(codes.Length, CodeBytes(rows, columns), rows, columns, nameof(codes))];
        RequireApart(values, scales, nameof(values), nameof(scales));
        RequireApart(values, codes, nameof(values), nameof(codes));
        RequireApart(scales, codes, nameof(scales), nameof(codes));
        RequireApart(MemoryMarshal.AsBytes(random), scales, nameof(random), nameof(scales));
        RequireApart(MemoryMarshal.AsBytes(random), codes, nameof(random), nameof(codes));
        fixed (byte* v = values, s = scales, c = codes)
        fixed (uint* w = random)
        {
            driver.Quantize(new()
            {
                Input = input,
                Values = v,
                Rows = rows,
                Columns = columns,
                Scales = s,
                Codes = c,
                Seed = seed ?? 0,
                Words = w,
                Cancel = cancel
            });
        }
    }

    private void QuantizeDequantize(WideInput input, ReadOnlySpan<byte> values, int rows, int columns, Span<uint> result, ulong? seed)
    {
        RequireSeed(seed);
        values = InputsOf(input, values, rows, columns);
        result = result[..Require(result.Length, (long)rows * columns, rows, columns, nameof(result))];
        Span<byte> written = MemoryMarshal.AsBytes(result);
        if (input != WideInput.Binary32 || !Unsafe.AreSame(ref MemoryMarshal.GetReference(values), ref MemoryMarshal.GetReference(written)))
        {
            RequireApart(values, written, nameof(values), nameof(result));
        }

        fixed (byte* v = values)
        fixed (uint* r = result)
        {
            driver.RoundTrip(new() { Input = input, Values = v, Rows = rows, Columns = columns, Result = r, Seed = seed ?? 0 });
        }
    }

    /// <summary>The inputs of a matrix whose last blocks the policy takes.</summary>
    private ReadOnlySpan<byte> InputsOf(WideInput input, ReadOnlySpan<byte> values, int rows, int columns)
    {
        RequireSizes(rows, columns);
        MxShape.RequireWholeBlocks(Settings.Format, Settings.Policy, Settings.Axis, rows, columns);
        int bytes = WideInputs.Bytes(input);
        return values[..(bytes * Require(values.Length / bytes, (long)rows * columns, rows, columns, nameof(values)))];
    }

    /// <summary>Random bits are never made up: rounding that nobody seeded cannot be repeated.</summary>
    private void RequireSeed(ulong? seed)
    {
        if (seed is null && Settings.Policy.Rounding.IsStochastic)
        {
            throw new ArgumentException($"rounding={Settings.Policy.Rounding} needs random bits: give a seed or bits", nameof(seed));
        }
    }

    private void RequireRandom(int rows, int columns, ReadOnlySpan<uint> random)
    {
        if (!Settings.Policy.Rounding.IsStochastic)
        {
            throw new ArgumentException($"rounding={Settings.Policy.Rounding} takes no random bits", nameof(random));
        }

        RequireSizes(rows, columns);
        Require(random.Length, (long)rows * columns, rows, columns, nameof(random));
    }

    private static void RequireSizes(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
    }

    /// <summary>The length needed; no span has more than 2^31 - 1, so what is longer is refused here too.</summary>
    private static int Require(int length, long needed, int rows, int columns, string name)
        => length >= needed ? (int)needed
            : throw new ArgumentException($"a {rows} x {columns} matrix needs {needed} {name}, {length} given", name);

    private static void RequireApart(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, string nameOfOne, string nameOfOther)
    {
        if (one.Overlaps(other))
        {
            throw new ArgumentException($"{nameOfOne} and {nameOfOther} overlap", nameOfOther);
        }
    }
}
