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
        Option<string?> json = new("--json") { Description = "write everything that was found as JSON", HelpName = "file" };
        SecondsOption timeLimit = SecondsOption.TimeLimit("seconds the program may take for one answer");
        Choices choices = new();
        command.Add(kernel);
        command.Add(write);
        command.Add(json);
        command.Add(timeLimit.Option);
        choices.AddTo(command, scale: true);
        ExecutionOptions execution = ExecutionOptions.AddTo(command, "what 'builtin' is asked on; a program under test runs as it will",
            "the reference", threaded: false);
        command.SetAction(parsed =>
        {
            string[] words = parsed.GetValue(kernel)!;
            string[] said = [.. choices.Words(parsed)];
            using IKernelUnderTest under = Kernels.Open(words, timeLimit.Of(parsed), said, execution.OfBuiltin(parsed, words));
            using OutputFiles files = OutputFiles.Begin(words.Take(1), parsed.GetValue(write), parsed.GetValue(json));
            return Interruption.Run(stop => Run(under, said.Length > 0 ? said : under.Declared, files, stop));
        });
        return command;
    }

    private static int Run(IKernelUnderTest under, IReadOnlyList<string> declared, OutputFiles files, CancellationToken stop)
    {
        ChoicesFound? found = null;
        try
        {
            found = ChoiceIdentifier.Run(under, declared, stop);
            foreach (string line in ChoicesText.Lines(under.Name, found))
            {
                Console.WriteLine(Printable.Line(line));
            }
        }
        catch (KernelFailedException exception)
        {
            Console.Error.WriteLine($"mxact: {Printable.Line(exception.Message)}");
        }

        foreach (string line in under.Incidents.SelectMany(IncidentText.Lines))
        {
            Console.WriteLine(Printable.Line(line));
        }

        if (found is null)
        {
            return ExitCodes.KernelFailed;
        }

        if (files[0] is { } profile && !found.Conversions.IsEmpty)
        {
            profile.Complete(ProfileFile.Of(WrittenName, found.Base, found.Policy).ToJsonUtf8());
        }

        int code = found.IsExplained && under.Incidents.Count == 0 ? ExitCodes.Success : ExitCodes.Mismatches;
        if (files[1] is { } report)
        {
            JsonOutput.Write(report, json =>
            {
                ChoicesJson.Write(json, under.Name, found, code);
                JsonReport.WriteIncidents(json, under.Incidents);
            });
        }

        return code;
    }
}
