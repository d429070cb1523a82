using System.CommandLine;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary>
/// <c>mxact explain FORMAT NUMBER</c>: what a code is, how a number is cast or a block converted, step by step, each with its clause.
/// </summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Command command = new("explain",
            "explain a code ('explain e4m3 7e'), the cast of a number ('explain e4m3 4.25', 'explain e8m0 40400000') or the conversion of "
            + "a block ('explain mxfp4 <hex of a block>'), step by step, each with its clause");
        Argument<string> format = new("format") { Description = "an element, scale or block format" };
        Argument<string> number = new("number")
        {
            Description = "as many digits as a code has are a code, 8 binary32, 4 what --from says; with a point, a sign or an exponent a "
                + "decimal number (inf and nan too); for a block format binary32 values in hexadecimal, element 0 first"
        };
        Option<string?> from = new("--from") { Description = "what the digits are: fp16, bf16 or fp32", HelpName = "format" };
        Choices choices = new();
        command.Add(format);
        command.Add(number);
        command.Add(from);
        choices.AddTo(command, scale: true);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(format);
            string text = parsed.GetRequiredValue(number);
            ElementFormat? input = parsed.GetValue(from) is { } named ? Input(named) : null;
            IEnumerable<string> lines = MxFormats.Find(name) is { } block
                ? Block(block, text, input, Question.Of(Operation.Quantize, [name], choices.Words(parsed)).Policy)
                : FormatNames.Canonical(name) == ScaleFormat.E8M0.Name ? Element(null, text, input, Policy(parsed, choices, name))
                : ElementFormat.TryParse(name, out ElementFormat? element) ? Element(element, text, input, Policy(parsed, choices, name))
                : throw new RequestException(FormatNames.Unknown(Question.Shown(name), [.. ElementFormats.Elements.Select(f => f.Name),
                    ScaleFormat.E8M0.Name, .. MxFormats.All.Select(f => f.Name)]));
            foreach (string line in lines)
            {
                Console.WriteLine(Printable.Line(line));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static ConversionPolicy Policy(ParseResult parsed, Choices choices, string name)
    {
        ConversionPolicy policy = Question.Of(Operation.Encode, [name], choices.Words(parsed)).Policy;
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
