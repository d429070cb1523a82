using System.Globalization;
using System.Runtime.InteropServices;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact;

/// <summary>Says in words what a code is, how a number is cast and how a block is converted, step by step, each with the clause that
/// decides.</summary>
public static partial class Explain
{
    /// <summary>What a code stands for: its fields, the formula of its value, the value.</summary>
    /// <param name="format">The element format.</param>
    /// <param name="code">The code, in the low bits.</param>
    /// <returns>Lines of text, each with its clause.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The code has bits above the format's.</exception>
    public static IEnumerable<string> Code(ElementFormat format, uint code)
    {
        ArgumentNullException.ThrowIfNull(format);
        return (code & ~format.CodeMask) == 0
            ? CodeSteps(format, code)
            : throw new ArgumentOutOfRangeException(nameof(code), $"{code:x} has more than the {format.Bits} bits of {format}");
    }

    /// <summary>What an E8M0 code stands for.</summary>
    /// <param name="code">The code.</param>
    /// <returns>Lines of text, each with its clause.</returns>
    public static IEnumerable<string> Scale(byte code)
        => [$"e8m0 {code:x2} = "
            + $"{(code == ScaleFormat.E8M0NaN ? "NaN" : $"2^({code} - 127) = {ScaleCodec.Decode(ScaleFormat.E8M0, code)}")}   "
            + $"[{ScaleFormat.E8M0.Source}]"];

    /// <summary>How a block is quantised, step by step: the scale, every element, the answer (MX 6.3).</summary>
    /// <param name="format">The block format.</param>
    /// <param name="values">1 value up to the format's block size.</param>
    /// <param name="policy">The choices, with a deterministic rounding; <see cref="ConversionPolicy.Ocp"/> unless said.</param>
    /// <returns>Lines of text, each with its clause.</returns>
    /// <exception cref="ArgumentException">No values, more than a block, or a stochastic rounding.</exception>
    public static IEnumerable<string> Block(BlockFormat format, ReadOnlySpan<float> values, ConversionPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ConversionPolicy choices = Deterministic(policy);
        if (values.IsEmpty || values.Length > format.BlockSize)
        {
            throw new ArgumentException($"a block of {format} has 1 to {format.BlockSize} values, {values.Length} are given",
                nameof(values));
        }

        uint[] bits = MemoryMarshal.Cast<float, uint>(values).ToArray();
        uint[] codes = new uint[bits.Length];
        byte scale = BlockConversion.Quantize(format, ElementFormats.Binary32, bits, choices, codes);
        uint[] back = new uint[bits.Length];
        BlockConversion.Dequantize(format, scale, codes, back);
        return BlockSteps(format, choices, bits, scale, codes, back);
    }

    private static IEnumerable<string> CodeSteps(ElementFormat format, uint code)
    {
        Number value = ElementCodec.Decode(format, code);
        string bits = Convert.ToString(code, 2).PadLeft(format.Bits, '0');
        if (format.Encoding == ElementEncoding.TwosComplement)
        {
            yield return $"{format} {Hex(format, code)} = {bits} in two's complement   [{format.Source}]";
            yield return $"value = {(sbyte)code} * 2^-{format.MantissaBits} = {value}";
            yield break;
        }

        int fields = format.Bits - format.MagnitudeBits;
        string sign = fields == 0 ? "0" : bits[..1];
        string exponent = bits[fields..(fields + format.ExponentBits)];
        string mantissa = bits[(fields + format.ExponentBits)..];
        uint field = (code & (format.SignMask - 1)) >> format.MantissaBits;
        yield return $"{format} {Hex(format, code)} = "
            + $"{(fields == 0 ? "no sign" : $"sign {sign}{(format.IsSigned ? "" : " (ignored)")}")}, exponent {exponent} = {field}, "
            + $"mantissa {(mantissa.Length == 0 ? "-" : mantissa)}   [{format.Source}]";
        if (!value.IsFinite)
        {
            yield return $"value = {value}: {(value.IsInfinity ? "all-ones exponent, zero mantissa" : format.Specials switch
            {
                SpecialValues.NanOnly => "all magnitude bits set, the only NaN; there is no infinity",
                SpecialValues.NanAtNegativeZero => "the code of negative zero",
                _ => "all-ones exponent, mantissa not zero",
            })}";
            yield break;
        }

        string formula = field == 0
            ? $"(-1)^{sign} * 2^(1 - {format.Bias}) * 0.{mantissa}, subnormal"
            : $"(-1)^{sign} * 2^({field} - {format.Bias}) * 1.{mantissa}";
        yield return $"value = {formula} = {value}";
        uint magnitude = code & (format.SignMask - 1);
        if (magnitude == format.MaxMagnitude)
        {
            yield return "it is max normal";
        }
    }

    private static IEnumerable<string> BlockSteps(BlockFormat format, ConversionPolicy policy, uint[] values, byte scale, uint[] codes,
        uint[] back)
    {
        Number[] v = [.. values.Select(Binary32.Decode)];
        yield return $"{format}: {values.Length} values, elements {format.Element}, scale {format.Scale}, block size {format.BlockSize} "
            + $"  [{format.Source}]";
        Number x = ScaleCodec.Decode(format.Scale, scale);
        int nans = v.Count(n => n.IsNaN);
        int infinities = v.Count(n => n.IsInfinity);
        if (nans + infinities > 0)
        {
            yield return $"1. {nans} NaN and {infinities} Inf in the block: nan-in-block={Names.Of(policy.NanInBlock)}, "
                + $"inf-in-block={Names.Of(policy.InfInBlock)}   [{Clauses.Open}]";
            yield return $"2. X = {scale:x2} = {x}";
        }
        else
        {
            int at = Enumerable.Range(0, v.Length).Aggregate((best, i) => Dyadic.CompareMagnitude(v[i].Finite, v[best].Finite) > 0 ? i
                : best);
            Dyadic amax = v[at].Finite.Abs();
            foreach (string line in ScaleSteps(format, policy, at, amax, scale, x))
            {
                yield return line;
            }
        }

        yield return x.IsNaN
            ? $"3. X is NaN: every value of the block is NaN, whatever its element   [{Clauses.BlockSpecials}]"
            : $"3. P_i = quantise(V_i / X), {policy.Rounding}, {Names.Of(policy.Overflow)}   [{Clauses.Conversion}, {Clauses.Elements}]";
        for (int i = 0; i < values.Length && !x.IsNaN; i++)
        {
            string quotient = v[i].IsFinite && x.IsFinite && !x.Finite.IsZero && x.Finite.Significand.IsPowerOfTwo
                ? $", V / X = {v[i].Finite.Scale(-x.Finite.FloorLog2)}" : "";
            yield return string.Create(CultureInfo.InvariantCulture,
                $"   {i,2}: V = {values[i]:x8} = {v[i]}{quotient} -> {Hex(format.Element, codes[i])} = "
                + $"{ElementCodec.Decode(format.Element, codes[i])}; X P = {back[i]:x8}{Note(format, v[i], x, codes[i])}");
        }

        yield return $"answer: {scale:x2} {string.Concat(codes.Select(code => Hex(format.Element, code)))}";
    }

    private static IEnumerable<string> ScaleSteps(BlockFormat format, ConversionPolicy policy, int at, Dyadic amax, byte scale, Number x)
    {
        if (amax.IsZero)
        {
            yield return $"1. max |V| = 0: zero-block={Names.Of(policy.ZeroBlock)}   [{Clauses.Open}]";
        }
        else
        {
            yield return $"1. max |V| = |V_{at}| = {amax}, floor(log2) = {amax.FloorLog2}   [{Clauses.Conversion}]";
        }

        if (format.Scale.Element is not null)
        {
            ScaleRule quotient = policy.ScaleRule == ScaleRule.FourOverSix ? ScaleRule.FourOverSix : ScaleRule.Quotient;
            string what = quotient == ScaleRule.FourOverSix ? $"{quotient}: {quotient.Definition}"
                : $"X = {format.Scale}(max |V| / {ScaleSelection.MaxNormal(format.Element)})";
            yield return $"2. {what}, ties to even: {scale:x2} = {x}   [{quotient.Source}]";
            yield break;
        }

        if (!policy.ScaleRule.IsThreshold)
        {
            yield return $"2. {policy.ScaleRule}: {policy.ScaleRule.Definition}: X = {scale:x2} = {x}   [{policy.ScaleRule.Source}]";
            yield break;
        }

        ScaleThreshold threshold = policy.ScaleRule.ThresholdFor(format.Element);
        string rule = threshold.Significand >= 2 * ScaleThreshold.One
            ? "never adds one"
            : $"adds one when the significand is {(threshold.Inclusive ? "at least" : "above")} "
                + $"{new Dyadic(false, threshold.Significand, -23)}{(threshold.Offset != 0 ? $", offset {threshold.Offset}" : "")}";
        string shared = amax.IsZero ? ""
            : $"shared exponent = "
            + $"{ScaleSelection.SharedExponent(format.Element, amax, policy)?.ToString(CultureInfo.InvariantCulture) ?? "NaN"} "
            + $"(floor(log2) - emax({format.Element}) = {amax.FloorLog2 - format.Element.EMax}; {policy.ScaleRule} {rule}), ";
        string arithmetic = policy.ScaleArithmetic == ScaleArithmetic.Exact ? "" : $", scale-arithmetic={Names.Of(policy.ScaleArithmetic)}";
        yield return $"2. {shared}X = {scale:x2} = {x}{arithmetic}   [{policy.ScaleRule.Source}, {Clauses.E8M0}]";
    }

    private static string Note(BlockFormat format, Number v, Number x, uint code)
    {
        if (!v.IsFinite || !x.IsFinite || v.Finite.IsZero)
        {
            return "";
        }

        Number p = ElementCodec.Decode(format.Element, code);
        bool isMax = p.IsFinite && Dyadic.CompareMagnitude(p.Finite, ScaleSelection.MaxNormal(format.Element)) >= 0;
        return isMax && Dyadic.CompareMagnitude(v.Finite, p.Finite * x.Finite) > 0 ? " (saturated)"
            : p.IsFinite && p.Finite.IsZero ? " (flushed to zero)"
            : "";
    }

    private static string Hex(ElementFormat format, uint code) => code.ToString("x" + format.HexDigits, CultureInfo.InvariantCulture);
}
