using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Checks;
using Mxact.Conformance.Identification;
using Mxact.Conformance.Reports;
using Mxact.Shell;
using Mxact.Vectors;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact identify-accumulator -- PROGRAM</c>: what an unknown dot-product unit does, found by asking it.</summary>
internal static class IdentifyCommand
{
    public static Command Create()
    {
        Command command = new("identify-accumulator",
            "find L, F, rounding, order and special handling of an unknown dot-product unit, and the models of the table that it equals");
        Argument<string[]> kernel = new("program")
        {
            Description = "-- and a program that answers 'dot A B model=... out=... A B [SA "
            + "SB] C' lines, with its arguments",
            Arity = ArgumentArity.OneOrMore
        };
        Option<string> a = new("--a")
        {
            Description = "format of A: an element format, or with scales a block format (mxfp4, nvfp4) or "
            + "e4m3/e8m0/32",
            DefaultValueFactory = _ => "fp16",
            HelpName = "name"
        };
        Option<string?> b = new("--b") { Description = "format of B (default: A's)", HelpName = "name" };
        Option<string> output = new("--out")
        {
            Description = $"format of C and D: {DotOutputs.Names}",
            DefaultValueFactory = _ => "f32",
            HelpName = "name"
        };
        Option<string> word = new("--send-model")
        {
            Description = "what the unit is told as model=; a unit under test ignores it",
            DefaultValueFactory = _ => "unknown",
            HelpName = "word"
        };
        Option<int> questions = new("--questions")
        {
            Description = "discriminating questions after the measurements",
            DefaultValueFactory = _ => 600,
            HelpName = "n"
        };
        Option<string> seed = new("--seed") { Description = "their seed, hexadecimal", DefaultValueFactory = _ => "1d", HelpName = "hex" };
        SecondsOption timeLimit = SecondsOption.TimeLimit("seconds the program may take for one answer");
        command.Add(kernel);
        foreach (Option option in (Option[])[a, b, output, word, questions, seed, timeLimit.Option])
        {
            command.Add(option);
        }

        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what 'builtin' is asked on; a program under test runs as it will",
            "the reference", threaded: false);
        command.SetAction(parsed =>
        {
            TimeSpan limit = timeLimit.Of(parsed);
            int count = parsed.GetValue(questions) is >= 10 and <= 1_000_000 and int n ? n
                : throw new UsageException($"--questions is 10 to 1000000, not {parsed.GetValue(questions)}");
            DotShape shape = ModelOption.Shape(null, parsed.GetValue(a), parsed.GetValue(b), parsed.GetValue(output));
            using IKernelUnderTest under = Kernels.Open(parsed.GetValue(kernel)!, limit,
                on: execution.OfBuiltin(parsed, parsed.GetValue(kernel)!));
            int code = Run(new Unit(under, shape, parsed.GetValue(word)!), under.Name, count, Selection.SeedOf(parsed.GetValue(seed)));
            foreach (string line in under.Incidents.SelectMany(IncidentText.Lines))
            {
                Console.WriteLine(line);
            }

            return code == ExitCodes.Success && under.Incidents.Count > 0 ? ExitCodes.Mismatches : code;
        });
        return command;
    }

    private static int Run(Unit unit, string name, int count, ulong seed)
    {
        try
        {
            Identification found = Identifier.Run(unit, count, seed);
            foreach (string line in IdentificationText.Lines(name, found))
            {
                Console.WriteLine(Printable.Line(line));
            }

            return found.IsKnown ? ExitCodes.Success : ExitCodes.Mismatches;
        }
        catch (KernelFailedException exception)
        {
            Console.Error.WriteLine($"mxact: {Printable.Line(exception.Message)}");
            return ExitCodes.KernelFailed;
        }
    }
}
