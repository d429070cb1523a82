using System.CommandLine;
using Mxact.Conformance.Explanation;
using Mxact.Shell;

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
            foreach (string line in Explanations.Of(parsed.GetRequiredValue(format), parsed.GetRequiredValue(number), parsed.GetValue(from),
                [.. choices.Words(parsed)]))
            {
                Console.WriteLine(Printable.Line(line));
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
