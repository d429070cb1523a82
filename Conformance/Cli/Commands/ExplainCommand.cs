using System.CommandLine;
using System.Globalization;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact explain FORMAT HEX</c>: what a code or a block's conversion is, step by step, each with its clause.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Command command = new("explain", "explain a code ('explain e4m3 7e') or the conversion of a block ('explain mxfp4 <hex of a block>'), step by step, each with its clause");
        Argument<string> format = new("format") { Description = "an element, scale or block format" };
        Argument<string> hex = new("hex") { Description = "one code, or binary32 values of a block, element 0 first" };
        Choices choices = new();
        command.Add(format);
        command.Add(hex);
        choices.AddTo(command, scale: true);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(format);
            string digits = parsed.GetRequiredValue(hex);
            IEnumerable<string> lines = MxFormats.Find(name) is { } block ? Block(block, digits, Question.Of(Operation.Quantize, [name], choices.Words(parsed)).Policy)
                : name == ScaleFormat.E8M0.Name ? Scale(digits)
                : ElementFormat.TryParse(name, out ElementFormat? element) ? Code(element, digits)
                : throw new RequestException($"unknown format '{name}'; see 'mxact formats'");
            foreach (string line in lines)
            {
                Console.WriteLine(line);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static IEnumerable<string> Code(ElementFormat format, string digits)
    {
        HexWords words = new(digits);
        uint code = words.One("the code", format.HexDigits);
        words.End();
        if ((code & ~format.CodeMask) != 0)
        {
            throw new RequestException($"{digits} has more than the {format.Bits} bits of {format}");
        }

        return CodeSteps(format, code);
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

        string sign = bits[..1];
        string exponent = bits[1..(1 + format.ExponentBits)];
        string mantissa = bits[(1 + format.ExponentBits)..];
        uint field = (code & (format.SignMask - 1)) >> format.MantissaBits;
        yield return $"{format} {Hex(format, code)} = sign {sign}{(format.IsSigned ? "" : " (ignored)")}, exponent {exponent} = {field}, mantissa {(mantissa.Length == 0 ? "-" : mantissa)}   [{format.Source}]";
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

    private static IEnumerable<string> Scale(string digits)
    {
        HexWords words = new(digits);
        uint code = words.One("the code", 2);
        words.End();
        return [$"e8m0 {code:x2} = {(code == ScaleFormat.E8M0NaN ? "NaN" : $"2^({code} - 127) = {ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code)}")}   [{ScaleFormat.E8M0.Source}]"];
    }

    private static IEnumerable<string> Block(BlockFormat format, string digits, ConversionPolicy policy)
    {
        if (policy.Rounding.IsStochastic)
        {
            throw new RequestException("explain takes no random bits: choose a deterministic rounding");
        }

        HexWords words = new(digits);
        uint[] values = words.Any("the block", 8, format.BlockSize);
        words.End();
        if (values.Length == 0)
        {
            throw new RequestException("the block is empty");
        }

        uint[] codes = new uint[values.Length];
        byte scale = BlockConversion.Quantize(format, ElementFormats.Binary32, values, policy, codes);
        uint[] back = new uint[values.Length];
        BlockConversion.Dequantize(format, scale, codes, back);
        return BlockSteps(format, policy, values, scale, codes, back);
    }

    private static IEnumerable<string> BlockSteps(BlockFormat format, ConversionPolicy policy, uint[] values, byte scale, uint[] codes, uint[] back)
    {
        Number[] v = [.. values.Select(Binary32.Decode)];
        yield return $"{format}: {values.Length} values, elements {format.Element}, scale {format.Scale}, block size {format.BlockSize}   [{format.Source}]";
        Number x = ScaleCodec.Decode(format.Scale, scale);
        int nans = v.Count(n => n.IsNaN);
        int infinities = v.Count(n => n.IsInfinity);
        if (nans + infinities > 0)
        {
            yield return $"1. {nans} NaN and {infinities} Inf in the block: nan-in-block={Names.Of(policy.NanInBlock)}, inf-in-block={Names.Of(policy.InfInBlock)}   [{Clauses.Open}]";
            yield return $"2. X = {scale:x2} = {x}";
        }
        else
        {
            int at = Enumerable.Range(0, v.Length).Aggregate((best, i) => Dyadic.CompareMagnitude(v[i].Finite, v[best].Finite) > 0 ? i : best);
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
            string quotient = v[i].IsFinite && x.IsFinite && !x.Finite.IsZero && x.Finite.Significand.IsPowerOfTwo ? $", V / X = {v[i].Finite.Scale(-x.Finite.FloorLog2)}" : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"   {i,2}: V = {values[i]:x8} = {v[i]}{quotient} -> {Hex(format.Element, codes[i])} = {ElementCodec.Decode(format.Element, codes[i])}; X P = {back[i]:x8}{Note(format, v[i], x, codes[i])}");
        }

        yield return $"answer: {scale:x2} {HexWords.Write(codes, format.Element.HexDigits)}";
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
            yield return $"2. X = {format.Scale}(max |V| / {ScaleSelection.MaxNormal(format.Element)}), ties to even: {scale:x2} = {x}   [{ScaleRule.Quotient.Source}]";
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
            : $"adds one when the significand is {(threshold.Inclusive ? "at least" : "above")} {new Dyadic(false, threshold.Significand, -23)}{(threshold.Offset != 0 ? $", offset {threshold.Offset}" : "")}";
        string shared = amax.IsZero ? "" : $"shared exponent = {ScaleSelection.SharedExponent(format.Element, amax, policy)?.ToString(CultureInfo.InvariantCulture) ?? "NaN"} (floor(log2) - emax({format.Element}) = {amax.FloorLog2 - format.Element.EMax}; {policy.ScaleRule} {rule}), ";
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
