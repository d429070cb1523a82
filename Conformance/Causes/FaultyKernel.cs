using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Conformance.Causes;

/// <summary>
/// The reference with faults: what a kernel would answer that has them all. Stage by stage as MX 5.1 and 6.3 have it, so that what a
/// fault leaves alone is the reference's own.
/// </summary>
internal static class FaultyKernel
{
    /// <summary>Whether such a kernel would give this answer; null where it has none.</summary>
    public static bool? Gives(IReadOnlyList<Fault> faults, Question question, string operands, string answer)
        => Answer(faults, question, operands) is { } own ? IsGiven(own, answer) : null;

    /// <summary>Whether an answer is the one that was given.</summary>
    public static bool IsGiven((string Answer, Question Answered) own, string given)
        => own.Answer == given
            || Expectation.Matches(Expectation.FromAnswer(own.Answered, own.Answer), given, Expectation.AnswerFormat(own.Answered));

    /// <summary>What it answers and to which question, or null where such a kernel has no answer.</summary>
    /// <param name="faults">What it does otherwise, in the order of the catalogue.</param>
    /// <param name="question">What it was asked.</param>
    /// <param name="operands">The operands.</param>
    public static (string Answer, Question Answered)? Answer(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        Question answered = question;
        foreach (Fault fault in faults)
        {
            answered = Asked(fault, question, answered) ?? answered;
        }

        bool drawsBits = question.Policy.Rounding.IsStochastic;
        if (answered.Policy.Rounding.IsStochastic != drawsBits)
        {
            if (!drawsBits)
            {
                return null; // there are no bits to round by
            }

            operands = operands[..operands.LastIndexOf(' ')];
        }

        string? read = operands;
        foreach (Fault fault in faults)
        {
            read = fault.Operands is { } change ? change(answered, read) : read;
            if (read is null)
            {
                return null;
            }
        }

        try
        {
            string? answer = faults.Select(fault => fault.Instead?.Invoke(answered, read)).LastOrDefault(instead => instead is not null)
                ?? Stages(faults, answered, read);
            foreach (Fault fault in faults)
            {
                answer = answer is not null && fault.Answer is { } change ? change(answered, read, answer) : answer;
            }

            return answer is null ? null : (answer, answered);
        }
        catch (RequestException)
        {
            return null;
        }
    }

    /// <summary>The question that a fault puts in place of another, or null. Where it holds of some questions, they are those
    /// asked.</summary>
    public static Question? Asked(Fault fault, Question asked, Question answered)
        => fault.Where?.Invoke(asked) is false ? null : fault.Question?.Invoke(answered);

    private static string? Stages(IReadOnlyList<Fault> faults, Question question, string operands) => question.Operation switch
    {
        _ when faults.All(f => f is
        {
            Input: null, Measured: null, Scale: null, WrittenScale: null, Divide: null, Element: null, Code: null,
            Decode: null, DecodeScale: null, Result: null
        }) => Answerer.For(question).Answer(operands),
        Operation.Encode when question.Formats[0] == ScaleFormat.E8M0.Name => Cast(faults, question, operands),
        Operation.Encode => Encode(faults, question, operands),
        Operation.Scale => Scale(faults, question, operands),
        Operation.Quantize => Quantize(faults, question, operands),
        Operation.Decode => Decode(faults, question, operands),
        Operation.Dequantize => Dequantize(faults, question, operands),
        _ => Answerer.For(question).Answer(operands),
    };

    private static string Encode(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        ElementFormat format = ElementFormat.TryParse(question.Formats[0], out ElementFormat? known) ? known
            : throw new RequestException("unknown format");
        HexWords words = new(operands);
        Number value = Input(faults, question.From, ElementCodec.Decode(question.From, words.One("the input", question.From.HexDigits)));
        uint random = question.Policy.Rounding.IsStochastic ? SuppliedBits.Read(ref words, question.Policy.Rounding) : 0;
        return HexWords.Write(
            value.IsFinite ? Element(faults, format, value.Finite, question.Policy, random)
                : ElementCodec.Encode(format, value, question.Policy, random), format.HexDigits);
    }

    /// <summary>The binary32 -> E8M0 cast: a block of one value whose scale is all there is.</summary>
    private static string Cast(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        HexWords words = new(operands);
        Number value = Input(faults, question.From, ElementCodec.Decode(question.From, words.One("the input", question.From.HexDigits)));
        uint random = question.Policy.Rounding.IsStochastic ? SuppliedBits.Read(ref words, question.Policy.Rounding) : 0;
        byte code = ScaleCodec.EncodeE8M0(value, question.Policy, random);
        BlockContext block = new(MxFormats.Mxfp4, [value], value.Finite.Abs(), Dyadic.PowerOfTwo(0), question.Policy);
        foreach (Fault fault in faults)
        {
            code = fault.Scale?.Invoke(block, code) ?? code;
        }

        return HexWords.Write(code, 2);
    }

    private static string? Scale(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        BlockFormat format = MxFormats.Find(question.Formats[0]) ?? throw new RequestException("unknown format");
        HexWords words = new(operands);
        Number amax = Input(faults, question.From, ElementCodec.Decode(question.From, words.One("the maximum", question.From.HexDigits)));
        if (!amax.IsFinite)
        {
            return null;
        }

        byte code = ScaleSelection.Select(format, amax.Finite.Abs(), question.Policy).Code;
        BlockContext block = new(format, [amax], amax.Finite.Abs(), Dyadic.PowerOfTwo(0), question.Policy);
        foreach (Fault fault in faults)
        {
            code = fault.Scale?.Invoke(block, code) ?? code;
        }

        foreach (Fault fault in faults)
        {
            code = fault.WrittenScale?.Invoke(block, code) ?? code;
        }

        return HexWords.Write(code, 2);
    }

    private static string? Quantize(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        BlockFormat format = MxFormats.Find(question.Formats[0]) ?? throw new RequestException("unknown format");
        HexWords words = new(operands);
        uint[] bits = words.Any("the block", question.From.HexDigits, format.BlockSize);
        RoundingMode rounding = question.Policy.Rounding;
        uint[] random = rounding.IsStochastic ? words.Many("the random bits", rounding.RandomDigits, bits.Length) : new uint[bits.Length];
        if (bits.Length == 0 || (bits.Length < format.BlockSize && question.Policy.PartialBlock == PartialBlock.Error))
        {
            return null;
        }

        Number[] values = [.. bits.Select(b => Input(faults, question.From, ElementCodec.Decode(question.From, b)))];
        Number[] measured = faults.Aggregate(values, (all, fault) => fault.Measured?.Invoke(all) ?? all);
        uint[] codes = new uint[values.Length];
        if (BitsOf(question.From, measured) is not { } selected)
        {
            return null;
        }

        TensorScale? t = question.TensorScaleOf(format, bits);
        byte scale = BlockConversion.Quantize(format, question.From, selected, question.Policy, codes, random, t);
        BlockContext block = new(format, values, Largest(measured), t ?? TensorScale.One, question.Policy);
        byte used = faults.Aggregate(scale, (code, fault) => fault.Scale?.Invoke(block, code) ?? code);
        if (used != scale || measured != values || faults.Any(f => f.Divide is not null || f.Element is not null || f.Code is not null))
        {
            Elements(faults, question, block, used, random, codes);
        }

        byte written = faults.Aggregate(used, (code, fault) => fault.WrittenScale?.Invoke(block, code) ?? code);
        return $"{HexWords.Write(written, 2)} {HexWords.Write(codes, format.Element.HexDigits)}";
    }

    private static void Elements(IReadOnlyList<Fault> faults, Question question, BlockContext block, byte scale, uint[] random,
        uint[] codes)
    {
        Number x = ScaleCodec.Decode(block.Format.Scale, scale);
        for (int i = 0; i < codes.Length; i++)
        {
            Number v = block.Values[i];
            if (x.IsNaN || !v.IsFinite)
            {
                codes[i] = x.IsNaN ? 0 : ElementCodec.Encode(block.Format.Element, v, question.Policy, random[i]);
                continue;
            }

            Dyadic over = v.Finite * block.TensorScale.Divisor, under = x.Finite * block.TensorScale.Factor;
            Quotient quotient = under.IsZero ? Dyadic.Zero with { Negative = v.Negative } : (Quotient)over / under;
            foreach (Fault fault in faults)
            {
                quotient = fault.Divide?.Invoke(block, over, under) ?? quotient;
            }

            codes[i] = Element(faults, block.Format.Element, quotient, question.Policy, random[i]);
        }
    }

    private static uint Element(IReadOnlyList<Fault> faults, ElementFormat format, Quotient value, ConversionPolicy policy, uint random)
    {
        foreach (Fault fault in faults)
        {
            value = fault.Element is { } change && !value.IsZero ? change(format, value) : value;
        }

        uint code = ElementCodec.EncodeFinite(format, value, policy, random);
        foreach (Fault fault in faults)
        {
            code = fault.Code?.Invoke(format, value, code) ?? code;
        }

        return code;
    }

    private static string Decode(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        ElementFormat? format = question.Formats[0] == ScaleFormat.E8M0.Name ? null
            : ElementFormat.TryParse(question.Formats[0], out ElementFormat? known) ? known : throw new RequestException("unknown format");
        HexWords words = new(operands);
        uint code = words.One("the code", format?.HexDigits ?? 2);
        Number value = format is null ? Read(faults, ScaleFormat.E8M0, (byte)code) : Read(faults, format, code);
        return HexWords.Write(Out(faults, Binary32.Encode(value)), 8);
    }

    private static string? Dequantize(IReadOnlyList<Fault> faults, Question question, string operands)
    {
        BlockFormat format = MxFormats.Find(question.Formats[0]) ?? throw new RequestException("unknown format");
        HexWords words = new(operands);
        Number x = Read(faults, format.Scale, (byte)words.One("the scale", 2));
        uint[] codes = words.Any("the codes", format.Element.HexDigits, format.BlockSize);
        TensorScale t = question.TensorScale ?? TensorScale.One;
        return HexWords.Write(Array.ConvertAll(codes, code =>
        {
            Number v = NumberArithmetic.Multiply(NumberArithmetic.Multiply(x, Read(faults, format.Element, code)), t.Factor);
            return Out(faults, v.IsFinite ? Binary32.Round((Quotient)v.Finite / t.Divisor) : Binary32.Encode(v));
        }), 8);
    }

    private static Number Input(IReadOnlyList<Fault> faults, ElementFormat from, Number value)
        => faults.Aggregate(value, (v, fault) => fault.Input?.Invoke(from, v) ?? v);

    private static Number Read(IReadOnlyList<Fault> faults, ElementFormat format, uint code)
        => faults.Aggregate(ElementCodec.Decode(format, code), (v, fault) => fault.Decode?.Invoke(format, code, v) ?? v);

    private static Number Read(IReadOnlyList<Fault> faults, ScaleFormat format, byte code)
        => faults.Aggregate(ScaleCodec.Decode(format, code), (v, fault) => fault.DecodeScale?.Invoke(format, code, v) ?? v);

    private static uint Out(IReadOnlyList<Fault> faults, uint bits) => faults.Aggregate(bits, (b, fault) => fault.Result?.Invoke(b) ?? b);

    /// <summary>The bits of values, or null where one is none of the format's.</summary>
    private static uint[]? BitsOf(ElementFormat format, Number[] values)
    {
        uint[] bits = new uint[values.Length];
        ConversionPolicy kept = new() { Overflow = OverflowPolicy.NonFinite };
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = ElementCodec.Encode(format, values[i], kept);
            if (values[i].IsFinite && Dyadic.CompareMagnitude(ElementCodec.Decode(format, bits[i]).Finite, values[i].Finite) != 0)
            {
                return null;
            }
        }

        return bits;
    }

    private static Dyadic Largest(Number[] values) => values.Where(v => v.IsFinite).Select(v => v.Finite.Abs())
        .Aggregate(Dyadic.Zero, (a, b) => Dyadic.CompareMagnitude(a, b) >= 0 ? a : b);
}
