using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Accumulation.Models;

/// <summary>
/// rho: how the exact sum of a step becomes output bits. Subnormals are kept; overflow gives Inf in every rounding mode, toward
/// zero included (MMA-Sim, arXiv 2511.10909).
/// </summary>
internal sealed record OutputConversion
{
    private readonly ConversionPolicy policy;

    private OutputConversion(string name, ElementFormat format, ElementFormat rounded, RoundingMode rounding)
    {
        Name = name;
        Format = format;
        Rounded = rounded;
        Rounding = rounding;
        policy = new() { Rounding = rounding, Overflow = OverflowPolicy.NonFinite, DirectedOverflow = DirectedOverflow.AsPolicy };
    }

    /// <summary>RZ-FP32: toward zero to binary32.</summary>
    public static OutputConversion RzFp32 { get; } = new("rz-fp32", ElementFormats.Binary32, ElementFormats.Binary32,
        RoundingMode.TowardZero);

    /// <summary>RZ-E8M13: toward zero to binary32 with its low ten fraction bits zero.</summary>
    public static OutputConversion RzE8M13 { get; } = Narrowed("rz-e8m13", 13, RoundingMode.TowardZero);

    /// <summary>RNE-FP16: ties to even to binary16.</summary>
    public static OutputConversion RneFp16 { get; } = new("rne-fp16", ElementFormats.Binary16, ElementFormats.Binary16,
        RoundingMode.TiesToEven);

    /// <summary>RNE-FP32: ties to even to binary32.</summary>
    public static OutputConversion RneFp32 { get; } = new("rne-fp32", ElementFormats.Binary32, ElementFormats.Binary32,
        RoundingMode.TiesToEven);

    /// <summary>RNE-BF16: ties to even to bfloat16.</summary>
    public static OutputConversion RneBf16 { get; } = new("rne-bf16", ElementFormats.BFloat16, ElementFormats.BFloat16,
        RoundingMode.TiesToEven);

    /// <summary>RZ-BF16: toward zero to bfloat16.</summary>
    public static OutputConversion RzBf16 { get; } = new("rz-bf16", ElementFormats.BFloat16, ElementFormats.BFloat16,
        RoundingMode.TowardZero);

    /// <summary>RO-FP32: to odd to binary32.</summary>
    public static OutputConversion RoFp32 { get; } = new("ro-fp32", ElementFormats.Binary32, ElementFormats.Binary32, RoundingMode.ToOdd);

    private static ImmutableArray<OutputConversion> Known { get; } = [RzFp32, RzE8M13, RneFp16, RneFp32, RneBf16, RzBf16, RoFp32];

    /// <summary>The name a user types: <c>rz-e8m13</c>.</summary>
    public string Name { get; }

    /// <summary>The format of the output bits.</summary>
    public ElementFormat Format { get; }

    /// <summary>The format rounded to: the output's own, or binary32 with a shorter significand.</summary>
    public ElementFormat Rounded { get; }

    /// <summary>How it rounds.</summary>
    public RoundingMode Rounding { get; }

    /// <summary>
    /// Reads a name: <c>rz-</c>, <c>rne-</c>, <c>rna-</c>, <c>ru-</c>, <c>rd-</c> or <c>ro-</c> (toward zero, ties to even, ties away, up,
    /// down, to odd)
    /// before <c>fp32</c>, <c>fp16</c>, <c>bf16</c> or <c>e8mN</c> (binary32 bits with N fraction bits, N 1 to 23).
    /// </summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out OutputConversion? conversion)
    {
        name = name.ToLowerInvariant();
        foreach (OutputConversion known in Known)
        {
            if (known.Name == name)
            {
                conversion = known;
                return true;
            }
        }

        conversion = null;
        int hyphen = name.IndexOf('-', StringComparison.Ordinal);
        RoundingMode? rounding = (hyphen < 0 ? "" : name[..hyphen]) switch
        {
            "rz" => RoundingMode.TowardZero,
            "rne" => RoundingMode.TiesToEven,
            "rna" => RoundingMode.TiesToAway,
            "ru" => RoundingMode.TowardPositive,
            "rd" => RoundingMode.TowardNegative,
            "ro" => RoundingMode.ToOdd,
            _ => null,
        };
        if (rounding is null)
        {
            return false;
        }

        string format = name[(hyphen + 1)..];
        if (format.StartsWith("e8m", StringComparison.Ordinal))
        {
            if (int.TryParse(format.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int fractionBits)
                && fractionBits is >= 1 and <= 23)
            {
                conversion = Narrowed(name, fractionBits, rounding.Value);
            }

            return conversion is not null;
        }

        ElementFormat? output = format switch
        {
            "fp32" => ElementFormats.Binary32,
            "fp16" => ElementFormats.Binary16,
            "bf16" => ElementFormats.BFloat16,
            _ => null,
        };
        conversion = output is null ? null : new(name, output, output, rounding.Value);
        return conversion is not null;
    }

    /// <summary>The output bits of a finite sum.</summary>
    public uint Encode(Dyadic sum) => ElementCodec.EncodeFinite(Rounded, sum, policy) << (Format.MantissaBits - Rounded.MantissaBits);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Equal when every sum becomes the same bits; a name is only what a user types.</summary>
    public bool Equals(OutputConversion? other)
        => other is not null && Format == other.Format && Rounded.MantissaBits == other.Rounded.MantissaBits && Rounding == other.Rounding;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Format, Rounded.MantissaBits, Rounding);

    private static OutputConversion Narrowed(string name, int fractionBits, RoundingMode rounding) => new(
        name,
        ElementFormats.Binary32,
        ElementFormat.Minifloat(string.Create(CultureInfo.InvariantCulture, $"e8m{fractionBits}-ieee"), 8, fractionBits, 127,
            SpecialValues.Ieee),
        rounding);
}
