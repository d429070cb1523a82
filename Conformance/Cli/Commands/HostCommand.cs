using System.CommandLine;
using Mxact.Conformance.Adapters;
using Mxact.Shell;

namespace Mxact.Cli.Commands;

/// <summary><c>mxact host MANIFEST</c>: a shared library as a program that speaks the protocol, in a process of its own.</summary>
internal static class HostCommand
{
    public static Command Create()
    {
        Command command = new("host", "answer request lines by calling a shared library; 'run' starts this for a manifest");
        Argument<string> manifest = new("manifest") { Description = "the library's JSON manifest" };
        Argument<string[]> held = new("choices")
        {
            Description = "what the library is held to, such as profile=ocp (default: what the "
            + "manifest declares)",
            Arity = ArgumentArity.ZeroOrMore
        };
        command.Add(manifest);
        command.Add(held);
        command.SetAction(parsed =>
        {
            LibraryManifest library = LibraryManifest.Read(parsed.GetRequiredValue(manifest));
            LibraryAnswers answers = new(parsed.GetValue(held) is { Length: > 0 } choices ? library with { Declared = choices } : library);
            using Stream input = StandardInput.Open();
            using Stream output = Console.OpenStandardOutput();

            // Answer by answer, so that a crash is charged to the request that caused it.
            return LineLoop.Run(input, output, Console.Error, answers.Answer, flushEach: true);
        });
        return command;
    }
}
