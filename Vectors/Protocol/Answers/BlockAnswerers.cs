using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Answers;

/// <summary><c>scale F scale-rule=</c>: bits of the block's largest magnitude -> scale code.</summary>
internal sealed class ScaleAnswerer : Answerer
{
    private readonly BlockFormat format;
    private readonly ElementFormat from;
    private readonly ConversionPolicy policy;

    public ScaleAnswerer(Question question)
    {
        format = Block(question.Formats[0]);
        from = question.From;
        policy = question.Policy;
        if (policy.ScaleRule == (format.Scale.Element is null ? ScaleRule.Mse : ScaleRule.FourOverSix))
        {
            throw new UnsupportedException($"{policy.ScaleRule} depends on the whole block, not on its maximum alone");
        }
    }

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        Number amax = ElementCodec.Decode(from, words.One("the maximum", from.HexDigits));
        words.End();
        return amax.IsFinite
            ? HexWords.Write(ScaleSelection.Select(format, amax.Finite.Abs(), policy).Code, 2)
            : throw new RequestException("the maximum is not a finite number");
    }
}

/// <summary><c>quantize F ...</c>: a block of input bits, and random bits for a stochastic mode -> scale code, element codes.</summary>
internal sealed class QuantizeAnswerer : Answerer
{
    private readonly BlockFormat format;
    private readonly ElementFormat from;
    private readonly ConversionPolicy policy;
    private readonly Question question;

    public QuantizeAnswerer(Question question)
    {
        format = Block(question.Formats[0]);
        this.question = Scaled(question, format);
        from = question.From;
        policy = question.Policy;
    }

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint[] values = words.Any("the block", from.HexDigits, format.BlockSize);
        uint[] random = [];
        if (policy.Rounding.IsStochastic)
        {
            random = words.Many("the random bits", policy.Rounding.RandomDigits, values.Length);
            foreach (uint r in random)
            {
                SuppliedBits.Checked(r, policy.Rounding);
            }
        }

        words.End();
        if (values.Length == 0 || (values.Length < format.BlockSize && policy.PartialBlock == PartialBlock.Error))
        {
            throw new RequestException($"{values.Length} values do not fill a block of {format.BlockSize}");
        }

        Span<uint> codes = stackalloc uint[values.Length];
        byte scale = BlockConversion.Quantize(format, from, values, policy, codes, random, question.TensorScaleOf(format, values));
        return $"{HexWords.Write(scale, 2)} {HexWords.Write(codes, format.Element.HexDigits)}";
    }
}

/// <summary><c>dequantize F</c>: scale code, element codes -> a block of binary32 bits.</summary>
internal sealed class DequantizeAnswerer : Answerer
{
    private readonly BlockFormat format;
    private readonly TensorScale? tensorScale;

    public DequantizeAnswerer(Question question)
    {
        format = Block(question.Formats[0]);
        tensorScale = Scaled(question, format).TensorScale;
    }

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint scale = words.One("the scale", 2);
        uint[] codes = words.Any("the codes", format.Element.HexDigits, format.BlockSize);
        words.End();
        if (codes.Length == 0)
        {
            throw new RequestException("there are no codes");
        }

        foreach (uint code in codes)
        {
            if ((code & ~format.Element.CodeMask) != 0)
            {
                throw new RequestException($"the code {code:x2} has more than {format.Element.Bits} bits");
            }
        }

        uint[] values = new uint[codes.Length];
        BlockConversion.Dequantize(format, (byte)scale, codes, values, tensorScale);
        return HexWords.Write(values, 8);
    }
}
