using System.Numerics;
using Mxact.Simulator.Exact;

namespace Mxact.Simulator.Reference;

/// <summary>
/// Binary32 operations in integer arithmetic, for the choices that describe what shipped kernels compute in binary32.
/// Each is the exact result rounded once, ties to even, overflow to infinity (IEEE 754 4.3, 7.4).
/// </summary>
internal static class Binary32
{
    private static readonly ConversionPolicy Ieee = new() { Overflow = OverflowPolicy.NonFinite };

    /// <summary>The bits of an exact value rounded to binary32.</summary>
    public static uint Round(Quotient value) => ElementCodec.EncodeFinite(ElementFormats.Binary32, value, Ieee);

    /// <summary>The bits of any number in binary32.</summary>
    public static uint Encode(Number value) => ElementCodec.Encode(ElementFormats.Binary32, value, Ieee);

    /// <summary>The value of binary32 bits.</summary>
    public static Number Decode(uint bits) => ElementCodec.Decode(ElementFormats.Binary32, bits);

    /// <summary>fl(a b) of finite numbers.</summary>
    public static Number Multiply(Dyadic a, Dyadic b) => Decode(Round(a * b));

    /// <summary>fl(a / b) of finite numbers, b not zero.</summary>
    public static Number Divide(Dyadic a, Dyadic b) => Decode(Round((Quotient)a / b));

    /// <summary>fl(a + b) of finite numbers.</summary>
    public static Number Add(Dyadic a, Dyadic b) => Decode(Round(a + b));

    /// <summary>
    /// floor(fl(log2 |value|)): one above floor(log2 |value|) for the last values below a power of two, whose logarithm
    /// rounds to an integer K. With d = 1 - |value| / 2^K small, log2 |value| = K - d / ln 2 (the next term is below d^2, under
    /// 2^-33 of the spacing), and it rounds to K when d / ln 2 is below half the spacing of binary32 on K's lower side.
    /// </summary>
    public static int FloorRoundedLog2(Dyadic value)
    {
        int k = value.FloorLog2;
        int upper = k + 1;
        if (upper == 0)
        {
            return k; // log2 of values just below 1 is tiny and negative, and binary32 is fine near zero
        }

        // Spacing below |K| = 2^n..: 2^(n - 23); for positive K that is a power of two the lower side is half as wide.
        int n = BitOperations.Log2((uint)Math.Abs(upper));
        if (upper > 0 && BitOperations.IsPow2(upper))
        {
            n--;
        }

        // d < ln 2 * 2^(n - 24), d = (2^bits - significand) / 2^bits
        int bits = (int)value.Significand.GetBitLength();
        BigInteger d = (BigInteger.One << bits) - value.Significand;
        BigInteger left = d << (24 - n) << Ln2Bits;
        BigInteger right = Ln2 << bits;
        return left < right ? upper : k;
    }

    private const int Ln2Bits = 128;

    /// <summary>ln 2 * 2^128, truncated.</summary>
    private static readonly BigInteger Ln2 = BigInteger.Parse("0B17217F7D1CF79ABC9E3B39803F2F6AF",
        System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
}
