using System.Globalization;
using Mxact.Simulator.Reference;

namespace Mxact.Vectors.Answers;

/// <summary><c>decode F</c>: code -> binary32 bits; E8M0 included.</summary>
internal sealed class DecodeAnswerer : Answerer
{
    private readonly ElementFormat? element;

    public DecodeAnswerer(Question question)
        => element = question.Formats[0] == ScaleFormat.E8M0.Name ? null : Element(question.Formats[0]);

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint code = words.One("the code", element?.HexDigits ?? 2);
        words.End();
        if (element is not null && (code & ~element.CodeMask) != 0)
        {
            throw new RequestException($"the code {HexWords.Write(code, element.HexDigits)} has more than {element.Bits} bits");
        }

        return HexWords.Write(
            Binary32.Encode(element is null ? ScaleCodec.Decode(ScaleFormat.E8M0, (byte)code) : ElementCodec.Decode(element, code)), 8);
    }
}

/// <summary><c>encode F rounding= overflow=</c>: input bits, and random bits for a stochastic mode -> code.</summary>
internal sealed class EncodeAnswerer : Answerer
{
    private readonly ElementFormat? element;
    private readonly ElementFormat from;
    private readonly ConversionPolicy policy;

    public EncodeAnswerer(Question question)
    {
        element = question.Formats[0] == ScaleFormat.E8M0.Name ? null : Element(question.Formats[0]);
        from = question.From;
        policy = question.Policy;
    }

    public override string Answer(ReadOnlySpan<char> operands)
    {
        HexWords words = new(operands);
        uint bits = words.One("the input", from.HexDigits);
        uint random = policy.Rounding.IsStochastic ? SuppliedBits.Read(ref words, policy.Rounding) : 0;
        words.End();
        Simulator.Exact.Number value = InputNarrowing.Narrow(ElementCodec.Decode(from, bits), policy);
        return element is null
            ? HexWords.Write(ScaleCodec.EncodeE8M0(value, policy, random), 2)
            : HexWords.Write(ElementCodec.Encode(element, value, policy, random), element.HexDigits);
    }
}

/// <summary>
/// Random bits of a stochastic mode: one word, a number below 2^n in as few digits as n bits need, or more with leading zeros.
/// </summary>
internal static class SuppliedBits
{
    /// <summary>Reads the random bits of one element.</summary>
    /// <exception cref="RequestException">They are missing, not hexadecimal, or more than the mode takes.</exception>
    public static uint Read(ref HexWords words, RoundingMode mode)
    {
        ReadOnlySpan<char> word = words.IsEmpty
            ? throw new RequestException($"{mode} takes the random bits as a second word")
            : words.Next("the random bits");
        if (word.Length > 8
            || !uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint random))
        {
            throw new RequestException($"the random bits '{Question.Shown(word.ToString())}' are not 1 to 8 hexadecimal digits");
        }

        return Checked(random, mode);
    }

    /// <summary>The bits themselves, when the mode takes so many.</summary>
    /// <exception cref="RequestException">They are more than the mode takes.</exception>
    public static uint Checked(uint random, RoundingMode mode)
        => mode.RandomBits == 32 || random >> mode.RandomBits == 0
            ? random
            : throw new RequestException($"the random bits {random:x} do not fit in {mode.RandomBits} bits");
}
