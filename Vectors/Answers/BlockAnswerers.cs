using System.Runtime.InteropServices;
using Mxact.Simulator.Exact;
using Mxact.Simulator.Reference;
using Mxact.Spec;

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
        if (policy.ScaleRule == ScaleRule.Mse)
        {
            throw new UnsupportedException("mse depends on the whole block, not on its maximum alone");
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
    private readonly Dyadic? tensorScale;

    public QuantizeAnswerer(Question question)
    {
        format = Block(question.Formats[0]);
        tensorScale = TensorScale(question, format);
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
                RandomBits.Checked(r, policy.Rounding);
            }
        }

        words.End();
        if (values.Length == 0 || (values.Length < format.BlockSize && policy.PartialBlock == PartialBlock.Error))
        {
            throw new RequestException($"{values.Length} values do not fill a block of {format.BlockSize}");
        }

        Span<uint> codes = stackalloc uint[values.Length];
        byte scale = BlockConversion.Quantize(format, from, values, policy, codes, random, tensorScale);
        return $"{HexWords.Write(scale, 2)} {HexWords.Write(codes, format.Element.HexDigits)}";
    }
}

/// <summary><c>dequantize F</c>: scale code, element codes -> a block of binary32 bits.</summary>
internal sealed class DequantizeAnswerer : Answerer
{
    private readonly BlockFormat format;
    private readonly Dyadic? tensorScale;

    public DequantizeAnswerer(Question question)
    {
        format = Block(question.Formats[0]);
        tensorScale = TensorScale(question, format);
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

/// <summary><c>dot A B model=exact</c>: codes of A and B, a scale code a block of each or none, C -> D.</summary>
internal sealed class DotAnswerer : Answerer
{
    private readonly ElementFormat a;
    private readonly ElementFormat b;
    private readonly ScaleFormat scaleA;
    private readonly ScaleFormat scaleB;

    public DotAnswerer(Question question)
    {
        (a, scaleA) = Operand(question.Formats[0]);
        (b, scaleB) = Operand(question.Formats[1]);
        if (question.Model != "exact")
        {
            throw new UnsupportedException($"unknown model '{Question.Shown(question.Model)}'");
        }

        if (question.Out != "f32")
        {
            throw new UnsupportedException("the exact model writes binary32");
        }
    }

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        bool scaled = words.Left == 5;
        uint[] codesA = words.Any("A", a.HexDigits);
        uint[] codesB = words.Any("B", b.HexDigits);
        byte[] scalesA = scaled ? Scales(ref words, "the scales of A") : [];
        byte[] scalesB = scaled ? Scales(ref words, "the scales of B") : [];
        uint c = words.One("C", 8);
        words.End();
        try
        {
            return HexWords.Write(scaled ? Dot.General(Block(a, scaleA, codesA, scalesA), scalesA, codesA, Block(b, scaleB, codesB, scalesB), scalesB, codesB, c) : Dot.Product(a, codesA, b, codesB, c), 8);
        }
        catch (ArgumentException exception)
        {
            throw new RequestException(exception.Message, exception);
        }
    }

    /// <summary>Elements under as many scales as are given: the block size follows from the two.</summary>
    private static BlockFormat Block(ElementFormat element, ScaleFormat scale, uint[] codes, byte[] scales)
        => scales.Length > 0 && codes.Length % scales.Length == 0
            ? new(element.Name, element, scale, codes.Length / scales.Length, Clauses.Block)
            : throw new RequestException($"{codes.Length} elements do not divide among {scales.Length} scales");

    private static byte[] Scales(ref HexWords words, string what) => Array.ConvertAll(words.Any(what, 2), s => (byte)s);

    private static (ElementFormat Element, ScaleFormat Scale) Operand(string name)
        => MxFormats.Find(name) is BlockFormat block ? (block.Element, block.Scale) : (Element(name), ScaleFormat.E8M0);
}
