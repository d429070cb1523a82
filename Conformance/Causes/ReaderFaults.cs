using System.Numerics;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Conformance.Causes;

/// <summary>What readers make of codes and scales.</summary>
internal static class ReaderFaults
{
    /// <summary>Every one that needs no number from the failures.</summary>
    public static IEnumerable<Fault> All { get; } = [.. Elements(), .. Scales(), .. Results()];

    /// <summary>Every value a power of two off.</summary>
    public static Fault Times(int exponent) => new($"every value times 2^{exponent}",
        $"what is read is 2^{exponent} of what it should be: a bias is {Math.Abs(exponent)} off")
    {
        Decode = (_, _, p) => p.IsFinite ? (Number)p.Finite.Scale(exponent) : p,
    };

    private static IEnumerable<Fault> Elements()
    {
        yield return new("subnormal codes read as zero", "codes of subnormal numbers become zero")
        {
            Decode = (format, code, p) => IsSubnormal(format, code) ? Dyadic.Zero with { Negative = p.Negative } : p,
        };
        yield return new("subnormal codes read as normal", "codes with exponent field 0 are given a hidden bit")
        {
            Decode = (format, code, p) => IsSubnormal(format, code)
                ? new Dyadic(p.Negative, (1u << format.MantissaBits) | (code & ((1u << format.MantissaBits) - 1)),
                    format.EMin - 1 - format.MantissaBits) : p,
        };
        yield return new("subnormal codes a binade too small", "codes with exponent field 0 are taken at half their value")
        {
            Decode = (format, code, p) => IsSubnormal(format, code) ? p.Finite.Scale(-1) : p,
        };
        yield return new("sign of codes ignored", "the sign bit of a code is not read")
        {
            Decode = (format, _, p) => format.Encoding == ElementEncoding.SignMagnitude ? p with { Finite = p.Finite.Abs() } : p,
        };
        yield return new("NaN codes read as infinity", "a NaN code becomes an infinity")
        {
            Decode = (_, _, p) => p.IsNaN ? Number.Infinity(p.Negative) : p,
        };
        yield return new("infinite codes read as NaN", "an infinity's code becomes NaN")
        {
            Decode = (_, _, p) => p.IsInfinity ? Number.NaN
            : p
        };
        yield return new("NaN codes read as zero", "a NaN code becomes 0") { Decode = (_, _, p) => p.IsNaN ? (Number)Dyadic.Zero : p };
        yield return new("negative zero read as zero", "the code of -0 becomes +0")
        {
            Decode = (_, _, p) => p is { IsFinite: true, Finite.IsZero: true } ? (Number)Dyadic.Zero : p,
        };
        yield return new("INT8 codes read as sign and magnitude", "INT8 is two's complement; this reads a sign and a magnitude")
        {
            Decode = (format, code, p) => format.Encoding == ElementEncoding.TwosComplement
                ? new Dyadic((code & format.SignMask) != 0, code & (format.SignMask - 1), -format.MantissaBits) : p,
        };
        yield return new("INT8 codes read as integers", "INT8's implied 2^-6 is left out")
        {
            Decode = (format, _, p) => format.Encoding == ElementEncoding.TwosComplement ? (Number)p.Finite.Scale(format.MantissaBits) : p,
        };
        yield return new("INT8 code 80 read as -127/64", "the most negative code is taken for its neighbour")
        {
            Decode = (format, code, p) => format.Encoding == ElementEncoding.TwosComplement && code == format.SignMask
                ? new Dyadic(true, format.SignMask - 1, -format.MantissaBits) : p,
        };
    }

    private static IEnumerable<Fault> Scales()
    {
        yield return new("scale byte read as an integer",
            "the scale's byte is multiplied in as the number it spells, 0 to 255: every value is byte / 2^(byte - 127) too large")
        {
            DecodeScale = (_, code, _) => new Dyadic(false, code, 0),
        };
        yield return new("scale byte read as a signed exponent", "the byte is taken for a two's complement exponent without bias")
        {
            DecodeScale = (format, code, x) => format.Element is null ? (Number)Dyadic.PowerOfTwo((sbyte)code) : x,
        };
        yield return new("scale byte read without bias", "2^byte stands where 2^(byte - 127) should")
        {
            DecodeScale = (format, code, x) => format.Element is null && !x.IsNaN ? (Number)Dyadic.PowerOfTwo(code) : x,
        };
        yield return new("scale 00 read as zero", "2^-127 is a subnormal binary32 number; a shift of the byte into the exponent makes it 0")
        {
            DecodeScale = (format, code, x) => format.Element is null && code == 0 ? (Number)Dyadic.Zero : x,
        };
        yield return new("scale FF read as 2^128", "FF is NaN; this takes it for one more power of two")
        {
            DecodeScale = (format, code, x) => format.Element is null && code == ScaleFormat.E8M0NaN ? (Number)Dyadic.PowerOfTwo(128) : x,
        };
        yield return new("scale FF read as infinity", "FF is NaN; a shift of the byte into the exponent makes it an infinity")
        {
            DecodeScale = (format, code, x) => format.Element is null && code == ScaleFormat.E8M0NaN ? Number.Infinity(false) : x,
        };
        yield return new("scale FF read as zero", "FF is NaN; this makes the block zero")
        {
            DecodeScale = (format, code, x) => format.Element is null && code == ScaleFormat.E8M0NaN ? (Number)Dyadic.Zero : x,
        };
        yield return new("scale FF read as 1", "FF is NaN; this leaves the block as it is")
        {
            DecodeScale = (format, code, x) => format.Element is null && code == ScaleFormat.E8M0NaN ? (Number)Dyadic.PowerOfTwo(0) : x,
        };
        yield return new("scale not applied", "the elements are read as they are")
        {
            DecodeScale = (_, _, x) => x.IsNaN ? x : (Number)Dyadic.PowerOfTwo(0),
        };
        yield return new("scale applied the wrong way", "the elements are divided by the scale")
        {
            DecodeScale = (format, _, x) => format.Element is null && !x.IsNaN ? (Number)Dyadic.PowerOfTwo(-x.Finite.FloorLog2) : x,
        };
        yield return new("scale bias 128", "the scale is read half as large: 2^(byte - 128)")
        {
            DecodeScale = (format, _, x) => format.Element is null && !x.IsNaN ? (Number)x.Finite.Scale(-1) : x,
        };
        yield return new("scale's sign bit applied", "UE4M3 has no sign: its highest bit is ignored")
        {
            DecodeScale = (format, code, x) => format.Element is { } scale && (code & scale.SignMask) != 0
                ? NumberArithmetic.Negate(x) : x,
        };
        yield return new("subnormal scales read as zero", "scales below 08 (UE4M3, UE5M3) become zero")
        {
            DecodeScale = (format, code, x) => format.Element is { } scale && IsBelowNormal(scale, code) ? (Number)Dyadic.Zero : x,
        };
        yield return new("subnormal scales read as normal", "scales below 08 (UE4M3, UE5M3) are given a hidden bit")
        {
            DecodeScale = (format, code, x) => format.Element is { } scale && IsBelowNormal(scale, code)
                ? new Dyadic(false, (1u << scale.MantissaBits) | (code & 7u), scale.EMin - 1 - scale.MantissaBits) : x,
        };
        yield return new("scale NaN read as 480", "UE4M3's 7F is NaN; this takes it for a number")
        {
            DecodeScale = (format, _, x) => format.Element is { Encoding: ElementEncoding.Unsigned } && x.IsNaN
                ? (Number)new Dyadic(false, 480, 0) : x,
        };
        yield return new("scale read as E8M0", "the scale's byte, which is a number of its own, is taken for a power of two")
        {
            DecodeScale = (format, code, x) => format.Element is not null ? ScaleCodec.Decode(ScaleFormat.E8M0, code) : x,
        };
    }

    private static IEnumerable<Fault> Results()
    {
        yield return new("subnormal results read as zero", "binary32 results below 2^-126 become zero of their sign")
        {
            Result = bits => (bits & 0x7F80_0000) == 0 ? bits & 0x8000_0000 : bits,
        };
        yield return new("zero results lose their sign", "a result of -0 is +0") { Result = bits => bits == 0x8000_0000 ? 0 : bits };
        yield return new("results rounded to bfloat16", "what is read is rounded to bfloat16")
        {
            Result = bits => Through(ElementFormats.BFloat16, bits),
        };
        yield return new("results rounded to binary16", "what is read is rounded to binary16")
        {
            Result = bits => Through(ElementFormats.Binary16, bits),
        };
        yield return new("results cut to bfloat16", "the lower half of what is read is dropped") { Result = bits => bits & 0xFFFF_0000 };
    }

    private static uint Through(ElementFormat format, uint bits)
    {
        ConversionPolicy kept = new() { Overflow = OverflowPolicy.NonFinite };
        return Binary32.Encode(ElementCodec.Decode(format, ElementCodec.Encode(format, Binary32.Decode(bits), kept)));
    }

    private static bool IsSubnormal(ElementFormat format, uint code)
        => format.Encoding != ElementEncoding.TwosComplement && (code & (format.SignMask - 1)) != 0 && IsBelowNormal(format, code);

    private static bool IsBelowNormal(ElementFormat format, uint code) => (code & (format.SignMask - 1)) >> format.MantissaBits == 0;
}
