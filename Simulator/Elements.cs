using System.Runtime.InteropServices;
using Mxact.Simulator.Accumulation;
using Mxact.Simulator.Conversion;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact;

/// <summary>Single elements, without blocks or scales: encode and decode, in any format (OFP8 5.1, 5.2.1; MX 5.3).</summary>
public static class Elements
{
    /// <summary>The code of a number, by the exact reference.</summary>
    /// <param name="format">Any element format, the wide ones included.</param>
    /// <param name="value">Any binary32 number, NaN or infinity.</param>
    /// <param name="policy">Rounding, overflow and special values; <see cref="ConversionPolicy.Ocp"/> unless said.</param>
    /// <param name="random">A stochastic mode's n random bits, which it needs and every other refuses.</param>
    /// <returns>The code in the low bits.</returns>
    /// <exception cref="ArgumentException">Random bits are missing, not wanted or more than n.</exception>
    public static uint Encode(ElementFormat format, float value, ConversionPolicy? policy = null, uint? random = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ConversionPolicy choices = policy ?? ConversionPolicy.Ocp;
        if (choices.Rounding.IsStochastic != random is not null)
        {
            throw new ArgumentException($"rounding={choices.Rounding} {(random is null ? "needs random bits" : "takes no random bits")}",
                nameof(random));
        }

        if (random is { } word && word >> (choices.Rounding.RandomBits - 1) > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(random), word,
                $"rounding={choices.Rounding} takes {choices.Rounding.RandomBits} random bits");
        }

        Number number = InputNarrowing.Narrow(Binary32.Decode(BitConverter.SingleToUInt32Bits(value)), choices);
        return ElementCodec.Encode(format, number, choices, random ?? 0);
    }

    /// <summary>The number that a code stands for, exactly.</summary>
    /// <param name="format">Any element format.</param>
    /// <param name="code">The code, in the low bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code has bits above the format's.</exception>
    public static float Decode(ElementFormat format, uint code)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, format.CodeMask);
        return BitConverter.UInt32BitsToSingle(Binary32.Encode(ElementCodec.Decode(format, code)));
    }

    /// <summary>Encodes many numbers, fast.</summary>
    /// <param name="format">A format of at most 8 bits.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="codes">As many bytes.</param>
    /// <param name="policy">Rounding, overflow and special values.</param>
    /// <param name="random">For a stochastic mode one word of random bits a number; otherwise empty.</param>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, random bits are missing or not wanted, or the format is wider.</exception>
    /// <exception cref="NotSupportedException">This machine lacks the backend.</exception>
    public static void EncodeInto(
        ElementFormat format,
        ReadOnlySpan<float> values,
        Span<byte> codes,
        ConversionPolicy? policy = null,
        ReadOnlySpan<uint> random = default,
        Execution? on = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        RequireBytes(format);
        RequireLength(codes.Length, values.Length, nameof(codes));
        ConversionPolicy choices = policy ?? ConversionPolicy.Ocp;
        RequireLength(random.Length, choices.Rounding.IsStochastic ? values.Length : 0, nameof(random));
        ElementConverter.Create(format, choices, (on ?? Execution.Default).Backend).Encode(MemoryMarshal.Cast<float,
            uint>(values), codes, random);
    }

    /// <summary>Decodes many codes, fast and exactly.</summary>
    /// <param name="format">A format of at most 8 bits.</param>
    /// <param name="codes">One a byte.</param>
    /// <param name="values">As many numbers.</param>
    /// <param name="on">What computes; <see cref="Execution.Default"/> unless said.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a code has bits above the format's, or the format is wider.</exception>
    /// <exception cref="NotSupportedException">This machine lacks the backend.</exception>
    public static void DecodeInto(ElementFormat format, ReadOnlySpan<byte> codes, Span<float> values, Execution? on = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        RequireBytes(format);
        RequireLength(values.Length, codes.Length, nameof(values));
        if (codes.ContainsAnyExceptInRange((byte)0, (byte)format.CodeMask))
        {
            throw new ArgumentException($"a code has more than the {format.Bits} bits of {format}", nameof(codes));
        }

        ElementConverter.Create(format, ConversionPolicy.Ocp, (on ?? Execution.Default).Backend).Decode(codes, MemoryMarshal.Cast<float,
            uint>(values));
    }

    /// <summary>
    /// One dot product d = c + sum a_k b_k as a unit computes it, of codes of any formats it takes, binary16 and bfloat16 included.
    /// </summary>
    /// <param name="unit">How to accumulate; one that takes no scales, or can do without.</param>
    /// <param name="a">Format of A.</param>
    /// <param name="aCodes">K codes of A, k = 0 first.</param>
    /// <param name="b">Format of B.</param>
    /// <param name="bCodes">K codes of B.</param>
    /// <param name="c">Bits of c in the output's format.</param>
    /// <param name="output">Format of c and d; binary32 unless said.</param>
    /// <returns>The bits of d in the output's format.</returns>
    /// <exception cref="ArgumentException">Formats, lengths or bits that the unit does not take; one line says which.</exception>
    public static uint Dot(
        MatrixUnit unit,
        ElementFormat a,
        ReadOnlySpan<uint> aCodes,
        ElementFormat b,
        ReadOnlySpan<uint> bCodes,
        uint c = 0,
        ElementFormat? output = null)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ElementFormat format = output ?? ElementFormats.Binary32;
        DotValidation.RequireWhole(unit, nameof(unit));
        DotValidation.RequireFormats(unit, a, b, nameof(a), nameof(b));
        DotValidation.RequireOutput(unit, format, output is null ? nameof(unit) : nameof(output));
        if (unit is { Scale: not null, ScaleIsOptional: false } && !aCodes.IsEmpty)
        {
            throw new ArgumentException($"{unit} needs scales ({unit.Scale}); MxTensor has them", nameof(unit));
        }

        RequireLength(bCodes.Length, aCodes.Length, nameof(bCodes));
        DotValidation.RequireCodes("A", a, aCodes, nameof(aCodes));
        DotValidation.RequireCodes("B", b, bCodes, nameof(bCodes));
        DotValidation.RequireCodes("c", format, [c], nameof(c));
        return DotProduct.Compute(unit, a, aCodes, b, bCodes, [], [], c, format);
    }

    private static void RequireBytes(ElementFormat format)
    {
        if (format.Bits > 8)
        {
            throw new ArgumentException($"{format} has {format.Bits} bits; codes of a byte have at most 8", nameof(format));
        }
    }

    private static void RequireLength(int given, int needed, string name)
    {
        if (given != needed)
        {
            throw new ArgumentException($"{needed} elements, {given} are given", name);
        }
    }
}
