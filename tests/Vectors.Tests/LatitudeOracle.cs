using System.Globalization;
using Mxact.Common;
using Mxact.Tests.Oracle;

namespace Mxact.Vectors.Tests;

/// <summary>
/// What a row that names a choice of a latitude must answer, by the second oracle's rounding and, where the choice is about binary32, by
/// the arithmetic of the processor that runs this test. It shares nothing with the program that wrote the rows.
/// </summary>
internal sealed class LatitudeOracle
{
    private readonly TestVector row;
    private readonly Dictionary<string, string> choices;
    private readonly LatitudeElement element;
    private readonly bool isNvfp4;
    private readonly string scales;
    private readonly int nan;
    private float factor = 1;

    private LatitudeOracle(TestVector row, Dictionary<string, string> choices, string format)
    {
        this.row = row;
        this.choices = choices;
        element = new(format, choices);
        isNvfp4 = SecondOracle.ScaleOf(row.Formats) is not null;
        scales = SecondOracle.ScaleOf(row.Formats) ?? "";
        nan = scales == "ue4m3" ? 0x7F : 0xFF;
    }

    /// <summary>Whether a row's choices are more than the parameters that the second oracle knows.</summary>
    public static bool IsFor(Dictionary<string, string> choices)
        => choices.Keys.Any(key => key is not ("rounding" or "overflow" or "scale-rule" or "from" or "tensor-scale" or "tensor-divisor"
            or "model" or "out"));

    /// <summary>Whether the row's answer is this oracle's.</summary>
    public static bool Agrees(TestVector row, Dictionary<string, string> choices, string element)
    {
        LatitudeOracle oracle = new(row, choices, row.Formats == "e8m0" ? "e4m3" : element);
        return row.Operation switch
        {
            Operation.Encode when row.Formats == "e8m0" => row.Expected == Hex2(oracle.Cast(oracle.Narrowed(row.Operands))),
            Operation.Encode => oracle.element.Accepts(row.Expected, oracle.Narrowed(row.Operands)),
            Operation.Scale => row.Expected == Hex2(oracle.ScaleOf(Float(Hex.Parse(row.Operands)), out _)),
            Operation.Quantize => row.Expected == oracle.Quantize([.. Hex.ParseMany(row.Operands, 8).Select(Float)]),
            _ => false,
        };
    }

    private static float Float(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    private static string Hex2(int code) => code.ToString("x2", CultureInfo.InvariantCulture);

    private string Choice(string id) => choices.GetValueOrDefault(id, "");

    private int Cast(uint bits)
    {
        float value = Float(bits);
        return float.IsNaN(value) ? 0xFF
            : value == 0 ? (Choice("cast-of-zero") == "nan" ? 0xFF : 0)
            : value < 0 && Choice("cast-of-negative").Length > 0 ? (Choice("cast-of-negative") == "nan" ? 0xFF : 0)
            : OracleScale.CastE8M0(OracleValue.FromBinary32Bits(bits), choices["rounding"], choices["overflow"]);
    }

    private string Quantize(float[] given)
    {
        factor = isNvfp4 ? TensorScaleOracle.Factor(choices, given, scales) : 1;
        float[] values = [.. given.Select(Narrowed)];
        float amax = values.Where(float.IsFinite).Select(MathF.Abs).Append(0).Max();
        if (Choice("subnormal-inputs") == "flush-block" && float.IsSubnormal(amax))
        {
            values = [.. values.Select(Flushed)];
            amax = 0;
        }

        bool flushes = false;
        bool computed = false;
        int scale;
        if (values.Any(float.IsNaN) && Choice("nan-in-block") != "ignored")
        {
            scale = Choice("nan-in-block") == "scale-zero" ? 0 : nan;
        }
        else if (values.Any(float.IsInfinity))
        {
            scale = Choice("inf-in-block") switch
            {
                "scale-max" => nan - 1,
                "scale-zero" => 0,
                _ => nan,
            };
        }
        else
        {
            scale = ScaleOf(amax, out flushes);
            computed = true;
        }

        if (scale == nan)
        {
            return $"{Hex2(scale)} *{2 * values.Length}";
        }

        // Before its rounding the scale is amax / 6, whatever the tensor's: the quotient is 6 v / amax.
        bool unrounded = Choice("element-divisor") == "unrounded" && computed && scale != 0;
        double x = !isNvfp4 ? Math.ScaleB(1, scale - 127) : unrounded ? amax : NumberOf(scale) * factor;
        IEnumerable<uint> codes = values.Select(v
            => element.Quotient(flushes && float.IsFinite(v) ? MathF.CopySign(0, v) : v, x, scale, unrounded ? 6 : Divisor));
        return $"{Hex2(scale)} {string.Concat(codes.Select(c => Hex2((int)c)))}";
    }

    private float Divisor => TensorScaleOracle.Divisor(choices);

    private double NumberOf(int code) => Float(OracleElement.DecodeToBinary32Bits(OracleFormat.Of(scales), (uint)code));

    /// <summary>The bits of the one input of an element, after the choices on inputs.</summary>
    private uint Narrowed(string operand) => BitConverter.SingleToUInt32Bits(Narrowed(Float(Hex.Parse(operand))));

    private float Narrowed(float value)
    {
        float narrowed = Choice("input-precision") switch
        {
            "binary16" when !float.IsNaN(value) => (float)(Half)value,
            "bfloat16" when float.IsFinite(value) => ToBFloat16(BitConverter.SingleToUInt32Bits(value)),
            _ => value,
        };
        return Choice("subnormal-inputs") == "flush-element" ? Flushed(narrowed) : narrowed;
    }

    private static float ToBFloat16(uint bits) => Float((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF_0000);

    private static float Flushed(float value) => float.IsSubnormal(value) ? MathF.CopySign(0, value) : value;

    /// <summary>The scale of a block with this maximum; whether an underflow flushes its elements.</summary>
    private int ScaleOf(float amax, out bool flushes)
    {
        flushes = false;
        if (isNvfp4)
        {
            return QuotientScaleOf(amax);
        }

        if (amax == 0)
        {
            switch (Choice("zero-block"))
            {
                case "scale01":
                    return 1;
                case "scale7f":
                    return 0x7F;
                case "minus-emax":
                    return 127 - element.EMax;
                case "min-normal":
                    amax = Float(0x0080_0000);
                    break;
                default:
                    return 0;
            }
        }

        int e = LatitudeScale.Exponent(amax, element.Max, element.MantissaBits, choices.GetValueOrDefault("scale-rule", "floor"),
            Choice("scale-arithmetic"));
        if (e == int.MaxValue)
        {
            return 0xFF;
        }

        if (e < -127)
        {
            flushes = Choice("scale-underflow") == "flush-block";
            return Choice("scale-underflow") == "wrap" ? (e + 127) & 0xFF : 0;
        }

        return e <= 127 ? e + 127 : Choice("scale-overflow") == "scale-nan" ? 0xFF : 0xFE;
    }

    /// <summary>
    /// A scale that is a number of its own: a table of what a zero becomes, the binary32 of the processor where the choice is about that.
    /// </summary>
    private int QuotientScaleOf(float amax)
    {
        if (amax == 0)
        {
            return Choice("zero-block") switch { "scale01" => 1, "scale08" => 8, "scale20" => 0x20, "scale38" => 0x38, _ => 0 };
        }

        // The quotient in binary64 is far enough from the ties of a scale of four bits, or on them exactly.
        bool divides = choices.ContainsKey("tensor-divisor");
        double quotient = Math.Min(1e9, Choice("scale-arithmetic") switch
        {
            "binary32-divide" => divides ? (amax / 6f) * Divisor : (amax / 6f) / factor,
            "binary32-multiply" => (amax * (1 / 6f)) * (divides ? Divisor : 1 / factor),
            _ => amax * (double)Divisor / (6 * (double)factor),
        });
        // The middle between the greatest number and what would follow it.
        if (quotient > (scales == "ue4m3" ? 464 : 118_784) && Choice("scale-overflow") == "scale-nan")
        {
            return nan;
        }

        int code = (int)OracleElement.Encode(OracleFormat.Of(scales), LatitudeElement.Value(quotient), "ties-to-even", "saturate").Code;
        return (code, Choice("scale-underflow")) switch
        {
            (0, "scale01") => 1,
            (0, "scale20") => 0x20,
            ( < 8, "at-least08") => 8,
            _ => code,
        };
    }
}
