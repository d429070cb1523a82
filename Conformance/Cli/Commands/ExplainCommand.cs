using System.CommandLine;
using System.Runtime.InteropServices;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact explain FORMAT HEX</c>: what a code or a block's conversion is, step by step, each with its clause.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Command command = new("explain",
            "explain a code ('explain e4m3 7e') or the conversion of a block ('explain mxfp4 <hex of a block>'), step by step, each "
            + "with its clause");
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
            IEnumerable<string> lines = MxFormats.Find(name) is { } block
                ? Block(block, digits, Question.Of(Operation.Quantize, [name], choices.Words(parsed)).Policy)
                : name == ScaleFormat.E8M0.Name ? Scale(digits)
                : ElementFormat.TryParse(name, out ElementFormat? element) ? Code(element, digits)
                : throw new RequestException($"unknown format '{name}'; see 'mxact formats'");
            foreach (string line in lines)
            {
                Console.WriteLine(Printable.Line(line));
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
        return (code & ~format.CodeMask) == 0 ? Explain.Code(format, code)
            : throw new RequestException($"{digits} has more than the {format.Bits} bits of {format}");
    }

    private static IEnumerable<string> Scale(string digits)
    {
        HexWords words = new(digits);
        uint code = words.One("the code", 2);
        words.End();
        return Explain.Scale((byte)code);
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
        return values.Length > 0 ? Explain.Block(format, MemoryMarshal.Cast<uint, float>(values.AsSpan()), policy)
            : throw new RequestException("the block is empty");
    }
}
