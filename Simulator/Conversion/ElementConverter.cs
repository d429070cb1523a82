using System.Runtime.InteropServices;
using Mxact.Simulator.Conversion.Kernels;

namespace Mxact.Simulator.Conversion;

/// <summary>
/// Converts single elements, without blocks or scales, bit for bit as <see cref="Reference.ElementCodec"/> does (OFP8 5.1, 5.2.1;
/// MX 5.3). Made once for a format, a policy and a backend; its methods may run on several threads at a time.
/// </summary>
internal sealed unsafe class ElementConverter
{
    private readonly IElementDriver driver;

    private ElementConverter(ElementFormat element, ConversionPolicy policy, Backend backend, IElementDriver driver)
    {
        Element = element;
        Policy = policy;
        Backend = backend;
        this.driver = driver;
    }

    /// <summary>The element format.</summary>
    public ElementFormat Element { get; }

    /// <summary>Inputs, rounding, overflow and special values; what it says of blocks has no effect.</summary>
    public ConversionPolicy Policy { get; }

    /// <summary>What really computes: the backend asked for, or the reference where no kernel has these choices.</summary>
    public Backend Backend { get; }

    /// <summary>Why no kernel computes this conversion, or null when one does. The reference computes the others.</summary>
    public static string? Unsupported(ElementFormat element, ConversionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(element);
        ArgumentNullException.ThrowIfNull(policy);
        return KernelParametersOf.Unsupported(MxFormats.Of(element), WithoutBlocks(policy));
    }

    /// <summary>Makes a converter. What no kernel computes, the reference does; <see cref="Backend"/> then says so.</summary>
    /// <param name="element">A format of at most 8 bits: a code is a byte.</param>
    /// <param name="policy">Every choice.</param>
    /// <param name="backend">What computes; that of <see cref="Execution.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The element has more than 8 bits.</exception>
    /// <exception cref="NotSupportedException">The backend is not available; the message says why.</exception>
    public static ElementConverter Create(ElementFormat element, ConversionPolicy policy, Backend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(element);
        ArgumentNullException.ThrowIfNull(policy);
        if (element.Bits > 8)
        {
            throw new ArgumentException($"codes have at most 8 bits, those of {element} {element.Bits}", nameof(element));
        }

        Backend asked = backend ?? Execution.Default.Backend;
        Backends.Require(asked);
        Backend runs = Unsupported(element, policy) is null ? asked : Backend.Reference;
        BlockFormat format = MxFormats.Of(element);
        ConversionPolicy single = WithoutBlocks(policy);
        return new(element, policy, runs, runs switch
        {
            Backend.Reference => new ReferenceElementDriver(element, policy),
            _ when Backends.IsDevice(runs) => ConversionDevice.Provider.Elements(format, single, runs),
            _ => new CpuElementDriver(format, single, runs),
        });
    }

    /// <summary>Encodes binary32 values.</summary>
    /// <param name="values">Binary32 bits.</param>
    /// <param name="codes">At least as many bytes.</param>
    /// <param name="random">In a stochastic mode the n random bits of each element; bits above n are ignored. Otherwise empty.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or spans overlap.</exception>
    public void Encode(ReadOnlySpan<uint> values, Span<byte> codes, ReadOnlySpan<uint> random = default)
        => Encode(WideInput.Binary32, MemoryMarshal.AsBytes(values), values.Length, codes, random);

    /// <summary>Encodes bfloat16 or binary16 values; see the other overload.</summary>
    /// <exception cref="ArgumentException">Lengths do not fit, or the input is another format.</exception>
    public void Encode(ElementFormat input, ReadOnlySpan<ushort> values, Span<byte> codes, ReadOnlySpan<uint> random = default)
        => Encode(WideInputs.OfHalf(input), MemoryMarshal.AsBytes(values), values.Length, codes, random);

    /// <summary>Decodes codes to binary32 bits, exactly.</summary>
    /// <param name="codes">One a byte; bits above the format's width are ignored.</param>
    /// <param name="values">At least as many words.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or spans overlap.</exception>
    public void Decode(ReadOnlySpan<byte> codes, Span<uint> values)
    {
        Require(values.Length, codes.Length, nameof(values));
        RequireApart(codes, MemoryMarshal.AsBytes(values[..codes.Length]), nameof(values));
        fixed (byte* c = codes)
        fixed (uint* v = values)
        {
            driver.Decode(c, codes.Length, v);
        }
    }

    private void Encode(WideInput input, ReadOnlySpan<byte> values, int count, Span<byte> codes, ReadOnlySpan<uint> random)
    {
        Require(codes.Length, count, nameof(codes));
        RequireApart(values, codes[..count], nameof(codes));
        if (Policy.Rounding.IsStochastic)
        {
            Require(random.Length, count, nameof(random));
            RequireApart(MemoryMarshal.AsBytes(random), codes[..count], nameof(codes));
        }
        else if (!random.IsEmpty)
        {
            throw new ArgumentException($"rounding={Policy.Rounding} takes no random bits", nameof(random));
        }

        fixed (byte* v = values, c = codes)
        fixed (uint* w = random)
        {
            driver.Encode(input, v, w, count, c);
        }
    }

    /// <summary>
    /// The same element under the choices of blocks that every kernel has: a rule of scales cannot change a lone element.
    /// </summary>
    private static ConversionPolicy WithoutBlocks(ConversionPolicy policy) => policy with
    {
        ScaleRule = ConversionPolicy.Ocp.ScaleRule,
        ScaleUnderflow = ConversionPolicy.Ocp.ScaleUnderflow,
        ScaleArithmetic = ConversionPolicy.Ocp.ScaleArithmetic,
        ScaleApplication = ConversionPolicy.Ocp.ScaleApplication,
        NanInBlock = ConversionPolicy.Ocp.NanInBlock,
    };

    private static void RequireApart(ReadOnlySpan<byte> read, ReadOnlySpan<byte> written, string name)
    {
        if (read.Overlaps(written))
        {
            throw new ArgumentException($"the {name} lie over what is read", name);
        }
    }

    private static void Require(int length, int needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"{needed} {name} are needed, {length} given", name);
        }
    }
}
