using System.CommandLine;
using Mxact.Shell;
using Mxact.Vectors;
using Mxact.Vectors.Answers;

namespace Mxact.Cli.Commands;

/// <summary>
/// decode, encode, scale, quantize, dequantize, dot, pack, unpack: the protocol with its first words fixed, one case a line.
/// </summary>
internal static class StreamCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Stream(Operation.Decode, "codes -> binary32 bits", choices: false, from: false);
        yield return Stream(Operation.Encode, "binary32 bits -> codes (a stochastic mode takes the random bits as a second word)",
            choices: true, from: true);
        yield return Stream(Operation.Scale, "binary32 bits of a block's largest magnitude -> scale code", choices: true, from: true);
        yield return Stream(Operation.Quantize, "a block of binary32 bits -> scale code and element codes", choices: true, from: true);
        yield return Stream(Operation.Dequantize, "scale code and element codes -> a block of binary32 bits", choices: false, from: false);
        yield return Stream(Operation.Pack, "codes -> bytes of a layout", choices: false, from: false);
        yield return Stream(Operation.Unpack, "bytes of a layout -> codes", choices: false, from: false);
        yield return Dot();
    }

    private static Command Stream(Operation operation, string description, bool choices, bool from)
    {
        Command command = new(Names.Of(operation), description + "; lower-case hexadecimal, one case a line on standard input");
        Option<string> format = new("--format")
        {
            Description = operation is Operation.Pack or Operation.Unpack ? "the layout"
            : "the format; see 'mxact formats'",
            Required = true,
            HelpName = "name"
        };
        Option<string?> source = new("--from") { Description = "format of the inputs: fp32 (default), fp16 or bf16", HelpName = "name" };
        Option<string?> tensorScale = new("--tensor-scale")
        {
            Description = "nvfp4: the tensor's scale, binary32 bits; quantize takes fit, power-of-two, one or percentile:P of each block "
                + "too",
            HelpName = "hex",
        };
        Option<string?> tensorDivisor = new("--tensor-divisor") { Description = "the same where it is a divisor", HelpName = "hex" };
        bool isBlock = operation is Operation.Quantize or Operation.Dequantize;
        Choices made = new();
        command.Add(format);
        if (isBlock)
        {
            command.Add(tensorScale);
            command.Add(tensorDivisor);
        }

        if (choices)
        {
            made.AddTo(command, scale: operation is Operation.Scale or Operation.Quantize);
        }

        if (from)
        {
            command.Add(source);
        }

        command.SetAction(parsed =>
        {
            List<string> words = choices ? [.. made.Words(parsed)] : [];
            if (from && parsed.GetValue(source) is { } name)
            {
                words.Add("from=" + name);
            }

            if (isBlock && parsed.GetValue(tensorScale) is { } scale)
            {
                words.Add("tensor-scale=" + scale);
            }

            if (isBlock && parsed.GetValue(tensorDivisor) is { } divisor)
            {
                words.Add("tensor-divisor=" + divisor);
            }

            return Run(Question.Of(operation, [parsed.GetRequiredValue(format)], words));
        });
        return command;
    }

    private static Command Dot()
    {
        Command command = new("dot",
            "A B [SA SB] C -> D: codes of two vectors, a scale code a block of each or none, an addend; lower-case hexadecimal, one "
            + "case a line on standard input");
        Option<string> model = new("--model")
        {
            Description = "how the unit accumulates",
            DefaultValueFactory = _ => "exact",
            HelpName = "name"
        };
        Option<string> a = new("--a") { Description = "format of A's elements, or a block format", Required = true, HelpName = "name" };
        Option<string> b = new("--b") { Description = "format of B's elements, or a block format", Required = true, HelpName = "name" };
        Option<string> output = new("--out")
        {
            Description = $"format of C and D: {DotOutputs.Names}",
            DefaultValueFactory = _ => "f32",
            HelpName = "name"
        };
        command.Add(model);
        command.Add(a);
        command.Add(b);
        command.Add(output);
        command.SetAction(parsed => Run(Question.Of(
            Operation.Dot,
            [parsed.GetRequiredValue(a), parsed.GetRequiredValue(b)],
            [$"model={parsed.GetValue(model)}", $"out={parsed.GetValue(output)}"])));
        return command;
    }

    private static int Run(Question question)
    {
        Answerer answerer = Answerer.For(question);
        using Stream input = StandardInput.Open();
        using Stream output = Console.OpenStandardOutput();
        return LineLoop.Run(input, output, Console.Error, line => answerer.Answer(line));
    }
}
