using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mxact;

/// <summary>
/// A format of the IEEE P3109 draft v4.0: <c>Binary{K}p{P}{s|u}{e|f}</c>, or one of the IEEE 754 formats and BFloat16 that the draft allows
/// beside them as an operand or a result. It is no <see cref="ElementFormat"/>: there is one zero, one NaN, precision may be 1, and an
/// unsigned code has its exponent field one bit wider.
/// </summary>
public sealed record P3109Format
{
    /// <summary>The narrowest format there is.</summary>
    public const int LeastBits = 3;

    /// <summary>The widest format that this project does; the draft has no upper limit.</summary>
    public const int MostBits = 15;

    private P3109Format(string name, int bits, int precision, bool isSigned, bool isExtended, int bias, bool isExternal = false)
    {
        Name = name;
        Bits = bits;
        Precision = precision;
        IsSigned = isSigned;
        IsExtended = isExtended;
        Bias = bias;
        IsExternal = isExternal;
    }

    /// <summary>The draft's name, such as <c>Binary8p4se</c>.</summary>
    public string Name { get; }

    /// <summary>K, the width of a code in bits.</summary>
    public int Bits { get; }

    /// <summary>P, the precision: trailing significand bits and the implied one.</summary>
    public int Precision { get; }

    /// <summary>True for a signed format; an unsigned one has no code below zero.</summary>
    public bool IsSigned { get; }

    /// <summary>True where the domain is Extended: there are codes for the infinities.</summary>
    public bool IsExtended { get; }

    /// <summary>B, the exponent bias: 2^(K-P-1), unsigned 2^(K-P).</summary>
    public int Bias { get; }

    /// <summary>
    /// True for binary32, binary16 and BFloat16, whose codes are IEEE 754's: two zeros, of which -0 is read as 0 and never written, and
    /// many NaNs, of which one is written.
    /// </summary>
    public bool IsExternal { get; }

    /// <summary>Width of the exponent field: K - P, unsigned one more.</summary>
    public int ExponentBits => Bits - Precision + (IsSigned ? 0 : 1);

    /// <summary>Width of the trailing significand field: P - 1.</summary>
    public int TrailingBits => Precision - 1;

    /// <summary>All bits of a code.</summary>
    public uint CodeMask => uint.MaxValue >> (32 - Bits);

    /// <summary>2^(K-1), which a negative number's code has above its magnitude's; beyond the code where there is no sign.</summary>
    public uint SignMask => IsSigned ? 1u << (Bits - 1) : CodeMask + 1;

    /// <summary>The NaN that is written: the only one but in an external format, whose is quiet and has no payload.</summary>
    public uint NaN => IsExternal ? PositiveInfinity!.Value | 1u << (TrailingBits - 1) : IsSigned ? SignMask : CodeMask;

    /// <summary>The code of the largest finite number.</summary>
    public uint MaxFinite => IsExternal ? (((1u << ExponentBits) - 1) << TrailingBits) - 1
        : (IsSigned ? SignMask - 1 : CodeMask - 1) - (IsExtended ? 1u : 0);

    /// <summary>The code of the least finite number: -max, or 0 of an unsigned format.</summary>
    public uint MinFinite => IsSigned ? MaxFinite | SignMask : 0;

    /// <summary>The code of +Inf, null where there is none.</summary>
    public uint? PositiveInfinity => IsExtended ? MaxFinite + 1 : null;

    /// <summary>The code of -Inf, null where there is none.</summary>
    public uint? NegativeInfinity => IsExtended && IsSigned ? (MaxFinite + 1) | SignMask : null;

    /// <summary>The code of the least positive normal number.</summary>
    public uint MinNormal => 1u << TrailingBits;

    /// <summary>The code of the largest subnormal number; NaN where precision is 1 and there are none.</summary>
    public uint MaxSubnormal => Precision == 1 ? NaN : MinNormal - 1;

    /// <summary>Digits of a code in the project's hexadecimal streams: two, four or eight.</summary>
    public int HexDigits => Bits <= 8 ? 2 : Bits <= 16 ? 4 : 8;

    /// <summary>IEEE 754 binary32 as an operand or result.</summary>
    public static P3109Format Binary32 { get; } = new("binary32", 32, 24, true, true, 127, isExternal: true);

    /// <summary>IEEE 754 binary16 as an operand or result.</summary>
    public static P3109Format Binary16 { get; } = new("binary16", 16, 11, true, true, 15, isExternal: true);

    /// <summary>BFloat16 as an operand or result.</summary>
    public static P3109Format BFloat16 { get; } = new("BFloat16", 16, 8, true, true, 127, isExternal: true);

    /// <summary>The external formats. The draft allows binary64 too, which this project does not do.</summary>
    public static ImmutableArray<P3109Format> External { get; } = [Binary32, Binary16, BFloat16];

    /// <summary>Every format of the draft with 3 to 15 bits, by width, precision, signedness and domain.</summary>
    public static ImmutableArray<P3109Format> All { get; } =
    [
        .. from bits in Enumerable.Range(LeastBits, MostBits - LeastBits + 1)
           from precision in Enumerable.Range(1, bits)
           from isSigned in new[] { true, false }
           where !isSigned || precision < bits
           from isExtended in new[] { true, false }
           select Of(bits, precision, isSigned, isExtended),
    ];

    /// <summary>The format of four parameters.</summary>
    /// <param name="bits">K, 3 to 15.</param>
    /// <param name="precision">P, at least 1 and less than K; of an unsigned format at most K.</param>
    /// <param name="isSigned">Whether there are negative numbers.</param>
    /// <param name="isExtended">Whether there are infinities.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    internal static P3109Format Of(int bits, int precision, bool isSigned, bool isExtended)
    {
        Arguments.Within(bits, LeastBits, MostBits);
        Arguments.Within(precision, 1, isSigned ? bits - 1 : bits);
        string name = string.Create(CultureInfo.InvariantCulture,
            $"Binary{bits}p{precision}{(isSigned ? 's' : 'u')}{(isExtended ? 'e' : 'f')}");
        return new(name, bits, precision, isSigned, isExtended, 1 << (bits - precision - (isSigned ? 1 : 0)));
    }

    /// <summary>
    /// Reads a format's name, in any case: <c>Binary8p4se</c>, <c>binary32</c>. No letter may be left out, and numbers have no leading
    /// zero.
    /// </summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out P3109Format? format)
    {
        ArgumentNullException.ThrowIfNull(name);
        format = External.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? Family.GetValueOrDefault(name);
        return format is not null;
    }

    /// <summary>The format of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says what a name looks like.</exception>
    public static P3109Format Parse(string name)
        => TryParse(name, out P3109Format? format) ? format : throw new ArgumentException(Unknown(name), nameof(name));

    /// <summary>One line that says why a name is no format.</summary>
    internal static string Unknown(string name)
        => $"'{Names.Short(name)}' is no format of P3109: Binary, K from {LeastBits} to {MostBits}, p, P, s or u, e or f, such as "
            + "Binary8p4se; or " + string.Join(", ", External.Select(f => f.Name));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Dictionary<string, P3109Format> Family { get; }
        = All.ToDictionary(format => format.Name, StringComparer.OrdinalIgnoreCase);
}
