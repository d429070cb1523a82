using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Conformance.Identification;
using Mxact.Conformance.Identification.Conversions;
using Mxact.Conformance.Reports;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact identify -- PROGRAM</c>: which choice a kernel makes wherever the standard leaves one, found by asking it.</summary>
internal static class IdentifyChoicesCommand
{
    /// <summary>The name in a written file: what it says was found, not declared.</summary>
    private const string WrittenName = "identified";

    public static Command Create()
    {
        Command command = new("identify",
            "find the choice that a kernel makes for every latitude it exercises, and the profiles it is nearest to; of dot products, "
            + "'identify-accumulator' does");
        Argument<string[]> kernel = new("kernel")
        {
            Description = "'builtin' (the reference), a shared library's manifest (*.json), or -- and a program with its arguments",
            Arity = ArgumentArity.OneOrMore
        };
        Option<string?> write = new("--write")
        {
            Description = "write the choices as a profile that 'mxact run --profile FILE' takes",
            HelpName = "file"
        };
        SecondsOption timeLimit = SecondsOption.TimeLimit("seconds the program may take for one answer");
        Choices choices = new();
        command.Add(kernel);
        command.Add(write);
        command.Add(timeLimit.Option);
        choices.AddTo(command, scale: true);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what 'builtin' is asked on; a program under test runs as it will",
            "the reference", threaded: false);
        command.SetAction(parsed =>
        {
            string[] words = parsed.GetValue(kernel)!;
            string[] said = [.. choices.Words(parsed)];
            using IKernelUnderTest under = Kernels.Open(words, timeLimit.Of(parsed), said, execution.OfBuiltin(parsed, words));
            using OutputFiles files = OutputFiles.Begin(words.Take(1), parsed.GetValue(write));
            int code = Interruption.Run(stop => Run(under, said.Length > 0 ? said : under.Declared, files[0], stop));
            foreach (string line in under.Incidents.SelectMany(IncidentText.Lines))
            {
                Console.WriteLine(line);
            }

            return code == ExitCodes.Success && under.Incidents.Count > 0 ? ExitCodes.Mismatches : code;
        });
        return command;
    }

    private static int Run(IKernelUnderTest under, IReadOnlyList<string> declared, AtomicFile? file, CancellationToken stop)
    {
        try
        {
            ChoicesFound found = ChoiceIdentifier.Run(under, declared, stop);
            foreach (string line in ChoicesText.Lines(under.Name, found))
            {
                Console.WriteLine(Printable.Line(line));
            }

            if (file is not null && !found.Conversions.IsEmpty)
            {
                file.Complete(ProfileFile.Of(WrittenName, found.Base, found.Policy).ToJsonUtf8());
            }

            return !found.Conversions.IsEmpty && found.Departures.IsEmpty ? ExitCodes.Success : ExitCodes.Mismatches;
        }
        catch (KernelFailedException exception)
        {
            Console.Error.WriteLine($"mxact: {Printable.Line(exception.Message)}");
            return ExitCodes.KernelFailed;
        }
    }
}
