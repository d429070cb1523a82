using System.Globalization;

namespace Mxact.Explorer.Numbers;

/// <summary>Neighbouring bits of a code that mean one thing.</summary>
/// <param name="Kind">sign, exponent, mantissa; unused where a sign would stand that the format ignores.</param>
/// <param name="Bits">The bits, the highest first.</param>
public sealed record BitField(string Kind, string Bits)
{
    /// <summary>The fields of a code, from the highest bit on.</summary>
    public static IReadOnlyList<BitField> Of(ElementFormat format, uint code)
    {
        ArgumentNullException.ThrowIfNull(format);
        string bits = code.ToString("b", CultureInfo.InvariantCulture).PadLeft(format.Bits, '0');
        int sign = format.Bits - format.MagnitudeBits;
        return [.. new BitField[]
        {
            new(format.IsSigned ? "sign" : "unused", bits[..sign]),
            new("exponent", bits[sign..(sign + format.ExponentBits)]),
            new("mantissa", bits[(sign + format.ExponentBits)..]),
        }.Where(field => field.Bits.Length > 0)];
    }
}
