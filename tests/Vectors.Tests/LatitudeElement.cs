using System.Globalization;
using Mxact.Tests.Oracle;

namespace Mxact.Vectors.Tests;

/// <summary>One element under the choices of a row; see <see cref="LatitudeOracle"/>.</summary>
internal sealed class LatitudeElement
{
    private readonly OracleFormat format;
    private readonly Dictionary<string, string> choices;
    private readonly uint mask;
    private readonly bool isSigned;

    public LatitudeElement(string name, Dictionary<string, string> choices)
    {
        format = OracleFormat.Of(name);
        this.choices = choices;
        isSigned = format.HasSign;
        int bits = name == "int8" ? 8 : format.ExponentBits + format.MantissaBits + (name == "ue5m3" ? 0 : 1);
        mask = (1u << bits) - 1;
        Max = Enumerable.Range(0, (int)mask + 1).Select(code => Decoded((uint)code)).Where(double.IsFinite).Max();
    }

    /// <summary>The largest number.</summary>
    public double Max { get; }

    /// <summary>Its exponent.</summary>
    public int EMax => Math.ILogB(Max);

    /// <summary>Mantissa bits; INT8's fraction.</summary>
    public int MantissaBits => format.MantissaBits;

    /// <summary>A binary64 number as the oracle's.</summary>
    public static OracleValue Value(double value)
    {
        if (value == 0)
        {
            return OracleValue.Zero(double.IsNegative(value));
        }

        int exponent = Math.ILogB(value) - 52;
        return OracleValue.Of((long)Math.ScaleB(value, -exponent), exponent);
    }

    /// <summary>Whether <c>encode</c>'s expected word is this element's.</summary>
    public bool Accepts(string expected, uint bits)
    {
        uint code = Encode(BitConverter.UInt32BitsToSingle(bits), out bool isNaN);
        string word = code.ToString("x2", CultureInfo.InvariantCulture);
        return expected == (!isNaN ? word : format.Name == "ue4m3" ? "nan:any" : "nan:" + word);
    }

    /// <summary>The code of v / x, or of v times a number / x, however the choices compute it.</summary>
    public uint Quotient(float v, double x, int scale, double times = 1)
    {
        string application = choices.GetValueOrDefault("scale-application", "");
        if (application.Length > 0)
        {
            if (application.StartsWith("binary32-", StringComparison.Ordinal))
            {
                return Encode(InBinary32(v, (float)(x / times), application == "binary32-divide"), out _,
                    isNegativeNaN: float.IsInfinity(v) && application != "binary32-divide"
                        && (x == 0 || float.IsInfinity((float)(x / times))));
            }

            bool isFlushed = application == "reciprocal-zero-at00" ? scale == 0 : x == 0 || x >= Math.ScaleB(1, 127);
            float reciprocal = isFlushed || x == 0 ? 0 : (float)(1 / x);
            return float.IsInfinity(v) && reciprocal == 0 ? Encode(-float.NaN, out _, isNegativeNaN: true) : Encode(v * reciprocal, out _);
        }

        if (!float.IsFinite(v))
        {
            return Encode(v, out _);
        }

        double quotient = x == 0 ? Math.CopySign(0, v) : v * times / x;
        return choices.GetValueOrDefault("element-arithmetic", "") switch
        {
            "binary32-search" => Search(v, x),
            "binary32-add-half" => AddHalf((float)quotient),
            _ => Encode(quotient, out _),
        };
    }

    /// <summary>v / x or v * (1 / x) in the processor's binary32; by zero, zero.</summary>
    private static float InBinary32(float v, float x, bool divides)
    {
        float reciprocal = x == 0 || float.IsInfinity(x) || float.IsInfinity(1 / x) ? 0 : 1 / x;
        return divides ? (x == 0 && float.IsFinite(v) ? MathF.CopySign(0, v) : v / x)
            : float.IsInfinity(v) && reciprocal == 0 ? float.NaN
            : v * reciprocal;
    }

    private uint Encode(double value, out bool isNaN, bool isNegativeNaN = false)
    {
        bool negative = double.IsNegative(value) || isNegativeNaN;
        isNaN = false;
        if (double.IsNaN(value))
        {
            return NaN(negative, out isNaN);
        }

        string overflow = choices["overflow"];
        string rounding = choices["rounding"];
        if (double.IsInfinity(value))
        {
            string choice = overflow == "saturate" ? choices.GetValueOrDefault("inf-element", "") : "kept";
            return choice == "kept" ? NonFinite(negative, out isNaN) : choice == "zero" ? 0 : Largest(negative);
        }

        bool towardZero = rounding == "toward-zero" || rounding == (negative ? "toward-positive" : "toward-negative");
        double step = Max - Enumerable.Range(0, (int)mask + 1).Select(c => Decoded((uint)c)).Where(d => double.IsFinite(d)
            && d < Max).Max();
        if (towardZero && overflow == "non-finite" && choices.GetValueOrDefault("directed-overflow", "") == "as-policy"
            && Math.Abs(value) >= Max + step)
        {
            return NonFinite(negative, out isNaN);
        }

        OracleCode code = OracleElement.Encode(format, Value(value), rounding, overflow);
        if (!code.IsCode)
        {
            return NaN(negative, out isNaN);
        }

        bool isNegativeZero = isSigned && format.Name != "int8" && code.Code == (mask >> 1) + 1;
        return isNegativeZero && !KeepsNegativeZero(made: value != 0) ? 0
            : format.Name == "int8" && code.Code == 0x80 && choices.GetValueOrDefault("int8-minus-two", "") == "clamped" ? 0x81
            : code.Code;
    }

    private bool KeepsNegativeZero(bool made) => choices.GetValueOrDefault("negative-zero", "kept") switch
    {
        "lost" => false,
        "made-only" => made,
        _ => true,
    };

    private uint NonFinite(bool negative, out bool isNaN)
    {
        isNaN = false;
        uint sign = negative ? (mask >> 1) + 1 : 0;
        return negative && !isSigned ? 0
            : format.Name is "e5m2" ? sign | 0x7C
            : HasNaN ? NaN(negative, out isNaN)
            : Largest(negative);
    }

    private bool HasNaN => format.Name is "e5m2" or "e4m3" or "ue4m3" or "ue5m3" or "e4m3fnuz" or "e5m2fnuz";

    private uint NaN(bool negative, out bool isNaN)
    {
        isNaN = HasNaN;
        if (!HasNaN)
        {
            return choices.GetValueOrDefault("nan-without-code", "") switch
            {
                "signed-max" => Largest(negative),
                "negative-zero" => format.Name == "int8" ? 0 : (mask >> 1) + 1,
                "zero" => 0,
                _ => Largest(false),
            };
        }

        if (format.Specials == OracleSpecials.Fnuz)
        {
            return 0x80;
        }

        uint ones = format.Name == "ue5m3" ? 0xFFu : 0x7F;
        uint quiet = format.Name == "e5m2" ? 0x7E : ones;
        uint sign = negative && isSigned ? 0x80u : 0;
        return choices.GetValueOrDefault("nan-code", "quiet-signed") switch
        {
            "quiet" => quiet,
            "all-ones" => ones,
            "all-ones-signed" => ones | sign,
            "negative-all-ones" => isSigned ? 0xFF : ones,
            _ => quiet | sign,
        };
    }

    private uint Largest(bool negative)
    {
        if (format.Name == "int8")
        {
            return !negative ? 0x7Fu : choices.GetValueOrDefault("int8-minus-two", "") == "clamped" ? 0x81u : 0x80;
        }

        return OracleElement.Encode(format, OracleValue.Infinity(negative), "ties-to-even", "saturate").Code;
    }

    private double Decoded(uint code)
        => BitConverter.UInt32BitsToSingle(OracleElement.DecodeToBinary32Bits(format, code));

    /// <summary>ggml's search: the first code with the least distance in binary32.</summary>
    private uint Search(float v, double x)
    {
        uint best = 0;
        float least = float.PositiveInfinity;
        for (uint code = 0; code <= mask; code++)
        {
            float product = (float)(x * Decoded(code));
            float distance = MathF.Abs(product - v);
            if (distance < least)
            {
                (best, least) = (code, distance);
            }
        }

        return best;
    }

    /// <summary>microxcaling's rounding: log2, scale, add a half, floor, each in binary32.</summary>
    private uint AddHalf(float y)
    {
        if (y == 0 || !float.IsFinite(y) || choices["rounding"] is not ("ties-to-even" or "ties-to-away"))
        {
            return Encode(y, out _);
        }

        int emin = format.Name == "int8" ? 0 : 1 - format.Bias;
        int q = format.Name == "int8" ? 0 : Math.Max((int)MathF.Floor((float)Math.Log2(MathF.Abs(y))), emin);
        float z = MathF.Abs(y) * MathF.ScaleB(1, format.MantissaBits - q);
        if (!float.IsFinite(z))
        {
            return Encode(MathF.CopySign(float.PositiveInfinity, y), out _);
        }

        float n = MathF.Floor(z + 0.5f);
        n -= choices["rounding"] == "ties-to-even" && (z - 0.5f) % 2 == 0 ? 1 : 0;
        return Encode(Math.CopySign(n * Math.ScaleB(1, q - format.MantissaBits), y), out _);
    }
}
