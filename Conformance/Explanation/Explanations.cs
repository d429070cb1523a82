using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Simulator.Reference;
using Mxact.Vectors;

namespace Mxact.Conformance.Explanation;

/// <summary>What a code is, how a number is cast or a block converted, step by step, each with its clause.</summary>
internal static class Explanations
{
    /// <summary>The lines.</summary>
    /// <param name="format">The name of an element, scale or block format.</param>
    /// <param name="text">A code, a number, or a block; see <see cref="ExplainedNumber.Parse"/>.</param>
    /// <param name="from">What the digits are, where they are no code: fp16, bf16 or fp32.</param>
    /// <param name="choices">The choices of the conversion.</param>
    /// <exception cref="RequestException">A name, a choice or a number is none.</exception>
    /// <exception cref="UsageException"><paramref name="from"/> is none of the three, or does not apply.</exception>
    public static IEnumerable<string> Of(string format, string text, string? from, IReadOnlyList<string> choices)
    {
        ElementFormat? input = from is null ? null : Input(from);
        if (P3109Format.TryParse(format, out P3109Format? p3109) && !p3109.IsExternal)
        {
            return choices.Count == 0 ? P3109(p3109, text, input)
                : throw new UsageException($"a format of P3109 takes no choice: 'mxact p3109 Convert<binary32,{p3109},rho>' names its own");
        }

        return MxFormats.Find(format) is { } block
            ? Block(block, text, input, Question.Of(Operation.Quantize, [format], choices).Policy)
            : FormatNames.Canonical(format) == ScaleFormat.E8M0.Name ? Element(null, text, input, Policy(choices, format))
            : ElementFormat.TryParse(format, out ElementFormat? element) ? Element(element, text, input, Policy(choices, format))
            : throw new RequestException(FormatNames.Unknown(Question.Shown(format), [.. ElementFormats.Elements.Select(f => f.Name),
                ScaleFormat.E8M0.Name, .. MxFormats.All.Select(f => f.Name)]));
    }

    /// <summary>A code, or a number under every projection.</summary>
    private static IEnumerable<string> P3109(P3109Format format, string text, ElementFormat? from)
    {
        ExplainedNumber number = ExplainedNumber.Parse(text, format.HexDigits, from);
        if (number.Code is { } code)
        {
            return (code & ~format.CodeMask) == 0 ? P3109Explanation.Code(format, code)
                : throw new RequestException($"{text} has more than the {format.Bits} bits of {format}");
        }

        IEnumerable<string> lines = P3109Explanation.Cast(format, Binary32.Decode(number.Bits));
        return number.Note is { } note ? lines.Prepend(note) : lines;
    }

    private static ConversionPolicy Policy(IReadOnlyList<string> choices, string name)
    {
        ConversionPolicy policy = Question.Of(Operation.Encode, [name], choices).Policy;
        return policy.Rounding.IsStochastic ? throw new RequestException("explain takes no random bits: choose a deterministic rounding")
            : policy;
    }

    private static ElementFormat Input(string name)
        => ElementFormat.TryParse(name, out ElementFormat? format)
            && (format == ElementFormats.Binary16 || format == ElementFormats.BFloat16 || format == ElementFormats.Binary32) ? format
            : throw new UsageException($"--from is fp16, bf16 or fp32, not '{name}'");

    /// <summary>A code or a cast, of an element format or (null) of E8M0.</summary>
    private static IEnumerable<string> Element(ElementFormat? format, string text, ElementFormat? from, ConversionPolicy policy)
    {
        ExplainedNumber number = ExplainedNumber.Parse(text, format?.HexDigits ?? 2, from);
        if (number.Code is { } code)
        {
            return format is null ? Explain.Scale((byte)code)
                : (code & ~format.CodeMask) == 0 ? Explain.Code(format, code)
                : throw new RequestException($"{text} has more than the {format.Bits} bits of {format}");
        }

        float value = BitConverter.UInt32BitsToSingle(number.Bits);
        IEnumerable<string> lines = format is null ? Explain.ScaleCast(value, policy) : Explain.Cast(format, value, policy);
        return number.Note is { } note ? lines.Prepend(note) : lines;
    }

    private static IEnumerable<string> Block(BlockFormat format, string digits, ElementFormat? from, ConversionPolicy policy)
    {
        if (from is not null && from != ElementFormats.Binary32)
        {
            throw new UsageException("--from is for one number: a block is given in binary32");
        }

        if (policy.Rounding.IsStochastic)
        {
            throw new RequestException("explain takes no random bits: choose a deterministic rounding");
        }

        HexWords words = new(digits);
        uint[] values = words.Any("the block", 8, format.BlockSize);
        words.End();
        return values.Length > 0 ? Explain.Block(format, MemoryMarshal.Cast<uint, float>(values.AsSpan()), policy)
            : throw new RequestException("the block is empty");
    }
}
