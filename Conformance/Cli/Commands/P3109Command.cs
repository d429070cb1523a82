using System.CommandLine;
using Mxact.Conformance.Explanation;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact p3109 [NAME [OPERANDS]]</c>: formats and operations of the IEEE P3109 draft.</summary>
internal static class P3109Command
{
    public static Command Create()
    {
        Command command = new("p3109", "formats and operations of the IEEE P3109 draft v4.0: without a name the operations; a format "
            + "('p3109 Binary8p4se') as it follows from its name; an operation on operands ('p3109 "
            + "\"Add<Binary8p4se,Binary8p4se,Binary8p4se,(NearestTiesToEven,SatNone)>\" 40 38')");
        Argument<string?> name = new("name")
        {
            Description = "a format, or an operation with its parameters",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string[]> operands = new("operands")
        {
            Description = "the operands' codes in lower-case hexadecimal, a block's elements in one word; then R of a stochastic mode",
            Arity = ArgumentArity.ZeroOrMore,
        };
        command.Add(name);
        command.Add(operands);
        command.SetAction(parsed =>
        {
            foreach (string line in Lines(parsed.GetValue(name), parsed.GetValue(operands) ?? []))
            {
                Console.WriteLine(Printable.Line(line));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static IEnumerable<string> Lines(string? name, string[] operands)
    {
        if (name is null)
        {
            return P3109Operation.Forms;
        }

        if (P3109Format.TryParse(name, out P3109Format? format))
        {
            return operands.Length == 0 ? P3109Explanation.Format(format)
                : throw new UsageException($"a format has no operands: 'mxact explain {format} {operands[0]}' says what a code is");
        }

        return name.Contains('<', StringComparison.Ordinal) || !name.StartsWith("Binary", StringComparison.OrdinalIgnoreCase)
            ? [Answerer.For(Question.Of(Operation.P3109, [name], [])).Answer(string.Join(' ', operands))]
            : throw new UsageException(P3109Format.Unknown(name));
    }
}
